// Engines: what there is, making and ending them, waiting for them.

#include <algorithm>
#include <chrono>
#include <cstring>

#include "addon/state.h"
#include "runtime/threads.h"
#include "vm/opcodes.h"

namespace neurite {

extern const bool kImmediateFinalizers;

namespace {

/** instructionSets(): string[], the best last */
napi_value instructionSets(napi_env env, napi_callback_info) {
  std::vector<std::string> names;
  for (const InstructionSet& set : availableInstructionSets()) names.push_back(set.name);
  return makeStrings(env, names);
}

/** operations(): string[] by code */
napi_value operations(napi_env env, napi_callback_info) {
  std::vector<std::string> names(std::begin(kOpNames), std::end(kOpNames));
  return makeStrings(env, names);
}

/** measurePeak(instructionSet, threads): floating-point operations per second that `threads` cores reach together */
napi_value measurePeak(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  const std::string name = args.string(0);
  const int32_t threads = args.int32(1);
  if (!args.ok) return nullptr;
  struct Measure {
    const KernelTable* kernels = nullptr;
    std::vector<double> operations;
  } measure;
  for (const InstructionSet& set : availableInstructionSets()) {
    if (name == set.name) measure.kernels = set.kernels;
  }
  if (measure.kernels == nullptr || threads < 1 || threads > ThreadPool::kMaxThreads) {
    return throwError(env, "NEURITE_DEVICE", "this CPU or build has no instruction set \"" + name + "\"");
  }
  measure.operations.resize(static_cast<size_t>(threads));
  using Clock = std::chrono::steady_clock;
  auto seconds = [](Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); };
  auto work = [](void* argument, int task, int) {
    Measure& shared = *static_cast<Measure*>(argument);
    const Clock::time_point start = Clock::now();
    const double rate = shared.kernels->peakFlops(2'000'000);
    shared.operations[static_cast<size_t>(task)] = rate * std::chrono::duration<double>(Clock::now() - start).count();
  };
  ThreadPool& pool = ThreadPool::instance();
  pool.enter();
  double best = 0;
  for (int i = 0; i < 3; i++) {
    const Clock::time_point start = Clock::now();
    pool.run(threads, threads, work, &measure);
    double total = 0;
    for (double operations : measure.operations) total += operations;
    best = std::max(best, total / seconds(start));
  }
  pool.leave();
  return makeNumber(env, best);
}

/** bindCommand(command: Int32Array, scalars: Float64Array) */
napi_value bindCommand(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  size_t commandBytes = 0, scalarBytes = 0;
  char* command = args.bytes(0, commandBytes);
  char* scalars = args.bytes(1, scalarBytes);
  if (!args.ok) return nullptr;
  AddonState* addon = stateOf(env);
  for (napi_ref* ref : {&addon->commandRef, &addon->scalarsRef}) {
    if (*ref != nullptr) napi_delete_reference(env, *ref);
    *ref = nullptr;
  }
  napi_create_reference(env, args.values[0], 1, &addon->commandRef);
  napi_create_reference(env, args.values[1], 1, &addon->scalarsRef);
  addon->command = reinterpret_cast<int32_t*>(command);
  addon->commandLength = commandBytes / sizeof(int32_t);
  addon->scalars = reinterpret_cast<double*>(scalars);
  addon->scalarsLength = scalarBytes / sizeof(double);
  return nullptr;
}

/** createEngine(instructionSet, threads, memoryLimit, packedLimit, longestSynchronousMs, denormals): number */
napi_value createEngine(napi_env env, napi_callback_info info) {
  Arguments<6> args(env, info);
  const std::string name = args.string(0);
  Engine::Options options;
  options.threads = args.int32(1);
  options.memoryLimit = static_cast<size_t>(args.number(2));
  options.packedLimit = static_cast<size_t>(args.number(3));
  options.longestSynchronous = args.number(4) * 1e6;
  const std::string denormals = args.string(5);
  options.denormals = denormals == "keep" ? Denormals::Keep : denormals == "flush" ? Denormals::Flush : Denormals::Auto;
  if (!args.ok) return nullptr;
  bool found = false;
  for (const InstructionSet& set : availableInstructionSets()) {
    if (name == set.name) {
      options.set = set;
      found = true;
    }
  }
  if (!found) return throwError(env, "NEURITE_DEVICE", "this CPU or build has no instruction set \"" + name + "\"");
  EngineState* state = new EngineState();
  state->engine = std::make_unique<Engine>(options);
  AddonState* addon = stateOf(env);
  addon->engines.push_back(state);
  return makeNumber(env, static_cast<double>(addon->engines.size() - 1));
}

/** destroyEngine(engine) */
napi_value destroyEngine(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  AddonState* addon = stateOf(env);
  const int32_t id = args.int32(0);
  EngineState* state = addon->find(id);
  if (!args.ok || state == nullptr) return nullptr;
  state->engine->wait();
  for (size_t i = 0; i < state->handles.size(); i++) {
    if (state->handles[i] != nullptr) releaseHandle(state->handles[i]);
  }
  releaseAdopted(addon, state);
  state->engine.reset();
  addon->engines[static_cast<size_t>(id)] = nullptr;
  releaseEngine(state);
  reportMemory(addon);
  return nullptr;
}

/** sync(engine): Promise<void> | undefined (nothing is queued) */
napi_value sync(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  if (state->engine->idle()) return nullptr;
  napi_deferred deferred;
  napi_value promise = nullptr;
  napi_create_promise(env, &deferred, &promise);
  settleAfterQueue(addon, state, deferred, nullptr, nullptr);
  return promise;
}

/** wait(engine): blocks until nothing is queued */
napi_value wait(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  if (args.ok && state != nullptr) state->engine->wait();
  return nullptr;
}

/** takeError(engine): string, empty when no run failed */
napi_value takeError(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  return makeString(env, state->engine->idle() ? state->engine->takeError() : std::string());
}

/** memory(engine): into scalars: bytes, storages, peak bytes, allocations, runs */
napi_value memory(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  const double values[] = {static_cast<double>(state->engine->pool().liveBytes()), static_cast<double>(state->storages),
                           static_cast<double>(state->engine->pool().peakBytes()), static_cast<double>(state->allocations),
                           static_cast<double>(state->engine->runs)};
  if (addon->scalarsLength < std::size(values)) return throwError(env, "NEURITE_DEVICE", "the command arrays are too short");
  std::memcpy(addon->scalars, values, sizeof values);
  return nullptr;
}

}  // namespace

void defineEngineFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "instructionSets", instructionSets);
  defineFunction(env, exports, "operations", operations);
  defineFunction(env, exports, "measurePeak", measurePeak);
  defineFunction(env, exports, "bindCommand", bindCommand);
  defineFunction(env, exports, "createEngine", createEngine);
  defineFunction(env, exports, "destroyEngine", destroyEngine);
  defineFunction(env, exports, "sync", sync);
  defineFunction(env, exports, "wait", wait);
  defineFunction(env, exports, "takeError", takeError);
  defineFunction(env, exports, "memory", memory);
  napi_set_named_property(env, exports, "immediateFinalizers", makeBoolean(env, kImmediateFinalizers));
}

}  // namespace neurite
