#include "addon/state.h"

#include <algorithm>
#include <new>

namespace neurite {

namespace {

int64_t liveBytes(const AddonState* addon) {
  int64_t bytes = 0;
  for (const EngineState* state : addon->engines) {
    if (state != nullptr && state->engine != nullptr) bytes += static_cast<int64_t>(state->engine->pool().liveBytes());
  }
  return bytes;
}

/** Runs inside garbage collection. */
void finalizeHandle(napi_env, void* data, void*) {
  Handle* handle = static_cast<Handle*>(data);
  releaseHandle(handle);
  EngineState* owner = handle->owner;
  delete handle;
  releaseEngine(owner);
}

struct Completion {
  AddonState* addon;
  napi_deferred deferred;
  napi_ref value;
  std::string error;
};

/** Resolves or rejects what `completion` is about. */
void settle(napi_env env, const Completion& completion) {
  napi_value value = makeUndefined(env);
  if (completion.value != nullptr) {
    napi_get_reference_value(env, completion.value, &value);
    napi_delete_reference(env, completion.value);
  }
  if (completion.error.empty()) {
    napi_resolve_deferred(env, completion.deferred, value);
    return;
  }
  napi_value error = nullptr;
  napi_create_error(env, makeString(env, "NEURITE_VALUE"), makeString(env, completion.error), &error);
  napi_reject_deferred(env, completion.deferred, error);
}

void settleQueued(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Completion> completion(static_cast<Completion*>(data));
  if (env == nullptr) return;  // The environment is being torn down.
  AddonState* addon = completion->addon;
  if (--addon->awaited == 0) napi_unref_threadsafe_function(env, addon->completions);
  settle(env, *completion);
}

void cleanUp(void* data) {
  std::unique_ptr<AddonState> addon(static_cast<AddonState*>(data));
  // Ends the threads of the engines: nothing may run when the environment is gone.
  for (EngineState* state : addon->engines) {
    if (state == nullptr) continue;
    for (Handle* handle : state->handles) {
      if (handle != nullptr) releaseHandle(handle);
    }
    state->engine.reset();
    releaseEngine(state);
  }
}

}  // namespace

AddonState* stateOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<AddonState*>(data);
}

Handle* makeHandle(napi_env env, EngineState* state, napi_value* external) {
  Handle* handle = new (std::nothrow) Handle{};
  if (handle == nullptr) {
    throwError(env, "NEURITE_DEVICE", "out of memory");
    return nullptr;
  }
  handle->owner = state;
  if (napi_create_external(env, handle, finalizeHandle, nullptr, external) != napi_ok) {
    delete handle;
    return nullptr;
  }
  state->references++;
  if (state->freeIds.empty()) {
    handle->id = static_cast<int32_t>(state->handles.size());
    state->handles.push_back(handle);
  } else {
    handle->id = state->freeIds.back();
    state->freeIds.pop_back();
    state->handles[static_cast<size_t>(handle->id)] = handle;
  }
  return handle;
}

void releaseHandle(Handle* handle) {
  EngineState* state = handle->owner;
  if (handle->id < 0) return;
  state->handles[static_cast<size_t>(handle->id)] = nullptr;
  state->freeIds.push_back(handle->id);
  handle->id = -1;
  if (handle->block != nullptr) {
    Pool::release(handle->block);
    handle->block = nullptr;
    state->storages--;
  }
  handle->executable.reset();
  handle->program.reset();
}

void releaseEngine(EngineState* state) {
  if (--state->references == 0) delete state;
}

void releaseAdopted(AddonState* addon, EngineState* state) {
  for (void* token : state->engine->pool().takeReturned()) napi_delete_reference(addon->env, static_cast<napi_ref>(token));
}

void reportMemory(AddonState* addon) { addon->collector.report(liveBytes(addon)); }

Block* allocateBlock(AddonState* addon, EngineState* state, size_t bytes) {
  // Reporting may collect garbage, which frees blocks: do it before taking one.
  reportMemory(addon);
  releaseAdopted(addon, state);
  Block* block = state->engine->pool().allocate(bytes);
  if (block == nullptr) {
    // Blocks of queued runs are in use until these have run.
    state->engine->wait();
    block = state->engine->pool().allocate(bytes);
  }
  if (block == nullptr) {
    addon->collector.collect();
    block = state->engine->pool().allocate(bytes);
  }
  return block;
}

napi_value throwNoHandle(napi_env env) {
  return throwError(env, "NEURITE_DISPOSED", "a storage, executable or program was used after it was freed, or belongs to another backend");
}

napi_value throwNoEngine(napi_env env) { return throwError(env, "NEURITE_DEVICE", "the cpu backend was disposed of"); }

void settleAfterQueue(AddonState* addon, EngineState* state, napi_deferred deferred, napi_ref value, std::function<void()> before) {
  Completion* completion = new Completion{addon, deferred, value, {}};
  Engine* engine = state->engine.get();
  napi_threadsafe_function completions = addon->completions;
  const auto finish = [engine, completion, before = std::move(before)] {
    if (before) before();
    completion->error = engine->takeError();
  };
  const bool queued = engine->afterQueue([finish, completion, completions] {
    finish();
    napi_call_threadsafe_function(completions, completion, napi_tsfn_nonblocking);
  });
  if (queued) {
    if (addon->awaited++ == 0) napi_ref_threadsafe_function(addon->env, completions);
    return;
  }
  // All has run by now; a run may have failed since the caller looked.
  finish();
  settle(addon->env, *completion);
  delete completion;
}

}  // namespace neurite

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  using namespace neurite;
  AddonState* addon = new AddonState(env);
  napi_set_instance_data(env, addon, nullptr, nullptr);
  napi_value name = makeString(env, "neurite completions");
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settleQueued, &addon->completions) != napi_ok) {
    return throwError(env, "NEURITE_DEVICE", "no thread-safe function");
  }
  napi_unref_threadsafe_function(env, addon->completions);
  // Hooks run in reverse order: the threads that use `completions` end before it does.
  napi_add_env_cleanup_hook(env, cleanUp, addon);
  defineEngineFunctions(env, exports);
  defineStorageFunctions(env, exports);
  defineProgramFunctions(env, exports);
  defineProfileFunctions(env, exports);
  return exports;
}
