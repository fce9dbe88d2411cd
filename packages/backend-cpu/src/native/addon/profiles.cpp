// Profiles: measuring what runs.

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

size_t wordCount(const Profiler& profiler) {
  size_t words = 3 + 5 * profiler.events();
  for (const auto& [serial, times] : profiler.times()) words += 2 + 2 * times.size();
  return words;
}

/** What was measured, flat: see stopProfile. */
void writeWords(const Profiler& profiler, double* out) {
  *out++ = static_cast<double>(profiler.times().size());
  for (const auto& [serial, times] : profiler.times()) {
    *out++ = serial;
    *out++ = static_cast<double>(times.size());
    for (const KernelTime& time : times) {
      *out++ = static_cast<double>(time.calls);
      *out++ = time.nanoseconds;
    }
  }
  *out++ = static_cast<double>(profiler.calls());
  *out++ = static_cast<double>(profiler.events());
  for (size_t i = 0; i < profiler.events(); i++) {
    const KernelEvent& event = profiler.event(i);
    *out++ = event.executable;
    *out++ = event.kernel;
    *out++ = event.start;
    *out++ = event.duration;
    *out++ = event.queued ? 1 : 0;
  }
}

/**
 * stopProfile(engine): Float64Array | undefined (nothing was measured). It holds the number of executables; of each its serial number, its
 * number of kernels, and of each kernel its calls and nanoseconds; the number of calls, that of events, and of each event: serial number of
 * its executable, number of the kernel, start, duration, and 1 where it ran on the engine's thread.
 */
napi_value stopProfile(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  const std::unique_ptr<Profiler> profiler = state->engine->stopProfile();
  if (profiler == nullptr) return nullptr;
  const size_t words = wordCount(*profiler);
  napi_value buffer = nullptr, array = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, words * sizeof(double), &data, &buffer) != napi_ok) return nullptr;
  writeWords(*profiler, static_cast<double*>(data));
  napi_create_typedarray(env, napi_float64_array, words, buffer, 0, &array);
  return array;
}

}  // namespace

void defineProfileFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "startProfile", startProfile);
  defineFunction(env, exports, "stopProfile", stopProfile);
}

}  // namespace neurite
