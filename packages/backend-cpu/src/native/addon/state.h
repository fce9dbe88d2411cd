/**
 * What the addon keeps for one JavaScript environment (the main thread, or a worker): engines, and handles to what lives in them.
 *
 * JavaScript holds an External for each handle. Its finalizer may run inside garbage collection, where no JavaScript value may be
 * touched: it returns memory to the pool and no more. The next allocation tells the collector how much memory there is.
 */
#ifndef NEURITE_ADDON_STATE_H
#define NEURITE_ADDON_STATE_H

#include <memory>
#include <vector>

#include <neurite/collector.h>
#include <neurite/values.h>
#include "runtime/engine.h"

namespace neurite {

struct EngineState;

/** A storage, executable or program that JavaScript has a number for. Exactly one of the pointers is set while it is alive. */
struct Handle {
  EngineState* owner;
  int32_t id;
  Block* block = nullptr;
  size_t bytes = 0;
  std::shared_ptr<Executable> executable;
  std::shared_ptr<Program> program;
};

/** An engine and its handles; stays until the engine is disposed of and the last handle was collected. */
struct EngineState {
  std::unique_ptr<Engine> engine;
  std::vector<Handle*> handles;
  std::vector<int32_t> freeIds;
  int64_t references = 1;
  uint64_t allocations = 0;
  int64_t storages = 0;

  Handle* find(int32_t id) {
    return id >= 0 && static_cast<size_t>(id) < handles.size() ? handles[static_cast<size_t>(id)] : nullptr;
  }
};

struct AddonState {
  explicit AddonState(napi_env environment) : env(environment), collector(environment) {}

  napi_env env;
  std::vector<EngineState*> engines;
  Collector collector;

  /** Pre-bound arrays through which calls pass numbers. */
  napi_ref commandRef = nullptr, scalarsRef = nullptr;
  int32_t* command = nullptr;
  size_t commandLength = 0;
  double* scalars = nullptr;
  size_t scalarsLength = 0;

  /** Carries completions from worker threads; keeps the process alive only while some are awaited. */
  napi_threadsafe_function completions = nullptr;
  int64_t awaited = 0;

  EngineState* find(int32_t id) {
    EngineState* state = id >= 0 && static_cast<size_t>(id) < engines.size() ? engines[static_cast<size_t>(id)] : nullptr;
    return state != nullptr && state->engine != nullptr ? state : nullptr;
  }
};

AddonState* stateOf(napi_env env);

/** A new handle and its External. Null, with an exception pending, when that fails. */
Handle* makeHandle(napi_env env, EngineState* state, napi_value* external);
/** Lets go of what the handle stands for; its External stays until it is collected. */
void releaseHandle(Handle* handle);
void releaseEngine(EngineState* state);

/** Allocates a block, collecting garbage first where memory is short. Null: out of memory. */
Block* allocateBlock(AddonState* addon, EngineState* state, size_t bytes);
/** Lets go of arrays whose memory was adopted and is not needed any more. */
void releaseAdopted(AddonState* addon, EngineState* state);
/** Makes the memory of the collector's books agree with ours. */
void reportMemory(AddonState* addon);

/** Throws the error of a number that names nothing. */
napi_value throwNoHandle(napi_env env);
napi_value throwNoEngine(napi_env env);

/** Registers run, compile and so on, by file. */
void defineEngineFunctions(napi_env env, napi_value exports);
void defineStorageFunctions(napi_env env, napi_value exports);
void defineProgramFunctions(napi_env env, napi_value exports);
void defineProfileFunctions(napi_env env, napi_value exports);

/** Resolves `deferred` with `value` (a reference, or null: undefined) when everything queued has run, or rejects with its error. */
void settleAfterQueue(AddonState* addon, EngineState* state, napi_deferred deferred, napi_ref value, std::function<void()> before);

}  // namespace neurite

#endif
