/**
 * What the addon keeps for one JavaScript environment (the main thread, or a worker): devices, and handles to what lives on them.
 *
 * JavaScript holds an External for each. The finalizer of a storage may run inside garbage collection, where no JavaScript value may be
 * touched: it returns memory to the pool and no more. The next allocation tells the collector how much memory there is.
 */
#ifndef NEURITE_ADDON_STATE_H
#define NEURITE_ADDON_STATE_H

#include <neurite/collector.h>
#include <neurite/values.h>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "libraries/nvrtc.h"
#include "runtime/device.h"
#include "runtime/program.h"

namespace neurite {

struct Owner;

/** A storage, executable or program that JavaScript holds. Exactly one of the three is set while it is alive. */
struct Handle {
  Owner* owner = nullptr;
  Block* block = nullptr;
  size_t bytes = 0;
  std::shared_ptr<Executable> executable;
  std::shared_ptr<Program> program;
};

/** A device and its handles; stays until the device is disposed of and the last handle was collected. */
struct Owner {
  std::unique_ptr<Device> device;
  std::unordered_set<Handle*> handles;
  int64_t references = 1;
  int64_t storages = 0;
  uint64_t allocations = 0, runs = 0;
};

struct AddonState {
  explicit AddonState(napi_env environment) : env(environment), collector(environment) {}

  napi_env env;
  std::vector<Owner*> owners;
  Collector collector;
  /** Carries completions from waiting threads; keeps the process alive only while some are awaited. */
  napi_threadsafe_function completions = nullptr;
  int64_t awaited = 0;
};

AddonState* stateOf(napi_env env);

/** What an External points to; null, with an exception pending, when it is none of ours. */
template <typename T>
T* external(napi_env env, napi_value value) {
  void* data = nullptr;
  if (napi_get_value_external(env, value, &data) == napi_ok && data != nullptr) return static_cast<T*>(data);
  napi_throw_type_error(env, nullptr, "a handle was expected");
  return nullptr;
}

/** The owner an External stands for, its device current; null, with an exception pending, when it was disposed of. */
Owner* ownerOf(napi_env env, napi_value value);
/** A new handle and its External. Null, with an exception pending, when that fails. */
Handle* makeHandle(napi_env env, Owner* owner, napi_value* external);
/** A new storage of `bytes` bytes; undefined when out of memory. */
napi_value makeStorage(AddonState* addon, Owner* owner, size_t bytes, Handle** handle);
/** Lets go of what the handle stands for; its External stays until it is collected. */
void releaseHandle(Handle* handle);
/** Ends the device. */
void closeOwner(AddonState* addon, Owner* owner);
/** The last of its references destroys it. */
void releaseOwner(Owner* owner);

/** Runs `attempt` again after garbage collection when it fails for want of memory. */
bool withMemory(AddonState* addon, bool (*attempt)(void*), void* data);
/** Makes the memory of the collector's books agree with ours. */
void reportMemory(AddonState* addon);

napi_value throwDevice(napi_env env, const std::string& message);
napi_value throwResult(napi_env env, const Owner* owner, const std::string& what, CuResult result);

void defineDeviceFunctions(napi_env env, napi_value exports);
void defineStorageFunctions(napi_env env, napi_value exports);
void defineProgramFunctions(napi_env env, napi_value exports);

}  // namespace neurite

#endif
