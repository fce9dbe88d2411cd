// Profiles: measuring what runs.

#include <algorithm>

#include "addon/state.h"

namespace neurite {

namespace {

/** startProfile(engine, mostEvents): false where memory is short, or one is being made already */
napi_value startProfile(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  const int32_t mostEvents = args.int32(1);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  Engine& engine = *state->engine;
  return makeBoolean(env, mostEvents >= 0 && !engine.profiles() && engine.startProfile(static_cast<size_t>(mostEvents)));
}

/** The flat form of what was measured. */
std::vector<double> wordsOf(const Profiler& profiler) {
  std::vector<double> words;
  words.push_back(static_cast<double>(profiler.times().size()));
  for (const auto& [serial, times] : profiler.times()) {
    words.push_back(serial);
    words.push_back(static_cast<double>(times.size()));
    for (const KernelTime& time : times) {
      words.push_back(static_cast<double>(time.calls));
      words.push_back(time.nanoseconds);
    }
  }
  words.push_back(static_cast<double>(profiler.calls()));
  words.push_back(static_cast<double>(profiler.events()));
  for (size_t i = 0; i < profiler.events(); i++) {
    const KernelEvent& event = profiler.event(i);
    for (double word : {static_cast<double>(event.executable), static_cast<double>(event.kernel), event.start, event.duration,
                        event.queued ? 1.0 : 0.0}) {
      words.push_back(word);
    }
  }
  return words;
}

/**
 * stopProfile(engine): Float64Array | undefined (nothing was measured). It holds the number of executables; of each its serial number, its
 * number of kernels, and of each kernel its calls and nanoseconds; the number of calls, and of those that follow: serial number of the
 * executable, number of the kernel, start, duration, and 1 where it ran on the engine's thread.
 */
napi_value stopProfile(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  const std::unique_ptr<Profiler> profiler = state->engine->stopProfile();
  if (profiler == nullptr) return nullptr;
  const std::vector<double> words = wordsOf(*profiler);
  napi_value buffer = nullptr, array = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, words.size() * sizeof(double), &data, &buffer) != napi_ok) return nullptr;
  std::copy(words.begin(), words.end(), static_cast<double*>(data));
  napi_create_typedarray(env, napi_float64_array, words.size(), buffer, 0, &array);
  return array;
}

}  // namespace

void defineProfileFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "startProfile", startProfile);
  defineFunction(env, exports, "stopProfile", stopProfile);
}

}  // namespace neurite
