#include "addon/state.h"

#include <algorithm>
#include <new>

namespace neurite {

namespace {

/** Runs inside garbage collection. */
void finalizeHandle(napi_env, void* data, void*) {
  Handle* handle = static_cast<Handle*>(data);
  Owner* owner = handle->owner;
  releaseHandle(handle);
  delete handle;
  releaseOwner(owner);
}

void cleanUp(void* data) {
  std::unique_ptr<AddonState> addon(static_cast<AddonState*>(data));
  // Ends waiting threads: nothing may run when the environment is gone.
  while (!addon->owners.empty()) closeOwner(addon.get(), addon->owners.back());
}

}  // namespace

AddonState* stateOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<AddonState*>(data);
}

Owner* ownerOf(napi_env env, napi_value value) {
  Owner* owner = external<Owner>(env, value);
  if (owner == nullptr) return nullptr;
  if (owner->device == nullptr) {
    throwDevice(env, "the cuda backend was disposed of");
    return nullptr;
  }
  owner->device->makeCurrent();
  return owner;
}

Handle* makeHandle(napi_env env, Owner* owner, napi_value* result) {
  Handle* handle = new Handle();
  handle->owner = owner;
  if (napi_create_external(env, handle, finalizeHandle, nullptr, result) != napi_ok) {
    delete handle;
    throwDevice(env, "out of memory");
    return nullptr;
  }
  owner->references++;
  owner->handles.insert(handle);
  return handle;
}

void releaseHandle(Handle* handle) {
  Owner* owner = handle->owner;
  if (owner->handles.erase(handle) == 0 || owner->device == nullptr) return;
  if (handle->block != nullptr) {
    owner->device->pool().release(handle->block);
    handle->block = nullptr;
    owner->storages--;
  }
  if (handle->program != nullptr || handle->executable != nullptr) {
    // What is queued may still use the code and the graph.
    owner->device->makeCurrent();
    owner->device->driver().streamSynchronize(owner->device->stream());
    handle->program.reset();
    handle->executable.reset();
  }
}

void releaseOwner(Owner* owner) {
  if (--owner->references == 0) delete owner;
}

void closeOwner(AddonState* addon, Owner* owner) {
  const auto at = std::find(addon->owners.begin(), addon->owners.end(), owner);
  if (at == addon->owners.end()) return;
  addon->owners.erase(at);
  while (!owner->handles.empty()) releaseHandle(*owner->handles.begin());
  owner->device.reset();
  releaseOwner(owner);
}

void reportMemory(AddonState* addon) {
  int64_t live = 0;
  for (const Owner* owner : addon->owners) live += static_cast<int64_t>(owner->device->pool().liveBytes());
  addon->collector.report(live);
}

bool withMemory(AddonState* addon, bool (*attempt)(void*), void* data) {
  // Reporting may collect garbage, which frees blocks: do it before taking one.
  reportMemory(addon);
  if (attempt(data)) return true;
  addon->collector.collect();
  return attempt(data);
}

napi_value makeStorage(AddonState* addon, Owner* owner, size_t bytes, Handle** result) {
  struct Wanted {
    Device* device;
    size_t bytes;
    Block* block;
  } wanted{owner->device.get(), bytes, nullptr};
  const auto attempt = [](void* data) {
    Wanted& w = *static_cast<Wanted*>(data);
    w.block = w.device->allocate(w.bytes);
    return w.block != nullptr;
  };
  if (!withMemory(addon, attempt, &wanted)) return makeUndefined(addon->env);
  napi_value value = nullptr;
  Handle* handle = makeHandle(addon->env, owner, &value);
  if (handle == nullptr) {
    owner->device->pool().release(wanted.block);
    return nullptr;
  }
  handle->block = wanted.block;
  handle->bytes = bytes;
  owner->storages++;
  owner->allocations++;
  if (result != nullptr) *result = handle;
  return value;
}

napi_value throwDevice(napi_env env, const std::string& message) { return throwError(env, "NEURITE_DEVICE", message); }

napi_value throwResult(napi_env env, const Owner* owner, const std::string& what, CuResult result) {
  return throwDevice(env, what + ": " + owner->device->driver().describe(result));
}

void settleReading(napi_env env, napi_value, void*, void* data);

}  // namespace neurite

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  using namespace neurite;
  AddonState* addon = new AddonState(env);
  napi_set_instance_data(env, addon, nullptr, nullptr);
  napi_value name = makeString(env, "neurite cuda completions");
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settleReading, &addon->completions) !=
      napi_ok) {
    return throwDevice(env, "no thread-safe function");
  }
  napi_unref_threadsafe_function(env, addon->completions);
  // Hooks run in reverse order: the threads that use `completions` end before it does.
  napi_add_env_cleanup_hook(env, cleanUp, addon);
  defineDeviceFunctions(env, exports);
  defineStorageFunctions(env, exports);
  defineProgramFunctions(env, exports);
  return exports;
}
