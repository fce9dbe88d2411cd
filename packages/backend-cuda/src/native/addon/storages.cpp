// Storages: allocate, free, write, read.

#include <cstring>

#include "addon/state.h"

namespace neurite {

namespace {

/** The storage an External stands for, or null with an exception pending. */
Handle* storageOf(napi_env env, napi_value value) {
  Handle* handle = external<Handle>(env, value);
  if (handle != nullptr && handle->block == nullptr) {
    throwDevice(env, "the storage was freed");
    return nullptr;
  }
  return handle;
}

/** alloc(device, bytes): External; undefined when out of memory */
napi_value alloc(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  const double bytes = args.number(1);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  if (!(bytes >= 0)) return throwError(env, "NEURITE_VALUE", "a storage cannot have this size");
  if (bytes > 1e15) return makeUndefined(env);
  return makeStorage(stateOf(env), owner, static_cast<size_t>(bytes), nullptr);
}

/** release(handle): lets go of a storage, executable or program */
napi_value release(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Handle* handle = args.ok ? external<Handle>(env, args.values[0]) : nullptr;
  if (handle != nullptr) releaseHandle(handle);
  return nullptr;
}

/** write(device, storage, data, byteOffset) */
napi_value write(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  size_t bytes = 0;
  const char* data = args.bytes(2, bytes);
  const double offset = args.number(3);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  Handle* storage = storageOf(env, args.values[1]);
  if (storage == nullptr || !checkRange(env, storage->bytes, offset, static_cast<double>(bytes))) return nullptr;
  const CuResult result = owner->device->write(storage->block->pointer + static_cast<size_t>(offset), data, bytes);
  if (result != kCuSuccess) return throwResult(env, owner, "writing to the device failed", result);
  return nullptr;
}

/** readSync(device, storage | null, byteOffset, bytes, status: Uint32Array): ArrayBuffer. Waits; status becomes site and failed run. */
napi_value readSync(napi_env env, napi_callback_info info) {
  Arguments<5> args(env, info);
  const double offset = args.number(2), bytes = args.number(3);
  size_t statusBytes = 0;
  char* status = args.bytes(4, statusBytes);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr || statusBytes < 8) return nullptr;
  CuPointer source = 0;
  if (bytes > 0) {
    Handle* storage = storageOf(env, args.values[1]);
    if (storage == nullptr || !checkRange(env, storage->bytes, offset, bytes)) return nullptr;
    source = storage->block->pointer + static_cast<size_t>(offset);
  }
  napi_value buffer = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, static_cast<size_t>(bytes), &data, &buffer) != napi_ok) return nullptr;
  StatusWords words;
  const CuResult result = owner->device->readNow(static_cast<char*>(data), source, static_cast<size_t>(bytes), words);
  if (result != kCuSuccess) return throwResult(env, owner, "a kernel that was queued earlier, or the read itself, failed", result);
  const uint32_t found[] = {words.site, words.failed};
  std::memcpy(status, found, sizeof(found));
  return buffer;
}

struct Completion {
  AddonState* addon;
  Owner* owner;
  napi_deferred deferred;
  napi_ref buffer;
  char* target;
  size_t bytes;
  Device::Reading* reading = nullptr;
};

/** read(device, storage | null, byteOffset, bytes): Promise<[ArrayBuffer, site, failed run]>, or undefined: nothing is queued, use readSync */
napi_value read(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  const double offset = args.number(2), bytes = args.number(3);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  CuPointer source = 0;
  if (bytes > 0) {
    Handle* storage = storageOf(env, args.values[1]);
    if (storage == nullptr || !checkRange(env, storage->bytes, offset, bytes)) return nullptr;
    source = storage->block->pointer + static_cast<size_t>(offset);
  }
  Device& device = *owner->device;
  if (device.driver().streamQuery(device.stream()) != kCuNotReady) return nullptr;
  AddonState* addon = stateOf(env);
  napi_value buffer = nullptr, promise = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, static_cast<size_t>(bytes), &data, &buffer) != napi_ok) return nullptr;
  Completion* completion = new Completion{addon, owner, nullptr, nullptr, static_cast<char*>(data), static_cast<size_t>(bytes)};
  napi_create_reference(env, buffer, 1, &completion->buffer);
  napi_create_promise(env, &completion->deferred, &promise);
  const napi_threadsafe_function completions = addon->completions;
  // On the waiting thread. The reference keeps the array in its place.
  const auto done = [completion, completions](Device::Reading* reading) {
    completion->reading = reading;
    if (reading->result == kCuSuccess) std::memcpy(completion->target, reading->memory + sizeof(StatusWords), completion->bytes);
    napi_call_threadsafe_function(completions, completion, napi_tsfn_nonblocking);
  };
  const CuResult result = device.readLater(source, completion->bytes, done);
  if (result != kCuSuccess) {
    napi_delete_reference(env, completion->buffer);
    delete completion;
    return throwResult(env, owner, "reading from the device failed", result);
  }
  owner->references++;
  if (addon->awaited++ == 0) napi_ref_threadsafe_function(env, completions);
  return promise;
}

}  // namespace

void settleReading(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Completion> completion(static_cast<Completion*>(data));
  if (env == nullptr) return;  // The environment is being torn down.
  AddonState* addon = completion->addon;
  if (--addon->awaited == 0) napi_unref_threadsafe_function(env, addon->completions);
  napi_value buffer = nullptr;
  napi_get_reference_value(env, completion->buffer, &buffer);
  napi_delete_reference(env, completion->buffer);
  Owner* owner = completion->owner;
  // A device that was disposed of meanwhile took its readings with it.
  if (owner->device == nullptr) {
    napi_value error = nullptr;
    napi_create_error(env, makeString(env, "NEURITE_DEVICE"), makeString(env, "the cuda backend was disposed of"), &error);
    napi_reject_deferred(env, completion->deferred, error);
  } else if (completion->reading->result != kCuSuccess) {
    napi_value error = nullptr;
    const std::string text = "a kernel that was queued earlier failed: " + owner->device->driver().describe(completion->reading->result);
    napi_create_error(env, makeString(env, "NEURITE_DEVICE"), makeString(env, text), &error);
    napi_reject_deferred(env, completion->deferred, error);
    owner->device->finishReading(completion->reading);
  } else {
    const StatusWords status = completion->reading->status;
    owner->device->makeCurrent();
    owner->device->finishReading(completion->reading);
    napi_value result = nullptr;
    napi_create_array_with_length(env, 3, &result);
    napi_set_element(env, result, 0, buffer);
    napi_set_element(env, result, 1, makeNumber(env, status.site));
    napi_set_element(env, result, 2, makeNumber(env, status.failed));
    napi_resolve_deferred(env, completion->deferred, result);
  }
  releaseOwner(owner);
}

/** resetStatus(device): forgets what kernels complained of */
static napi_value resetStatus(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  const CuResult result = owner->device->resetStatus();
  if (result != kCuSuccess) return throwResult(env, owner, "writing to the device failed", result);
  return nullptr;
}

void defineStorageFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "alloc", alloc);
  defineFunction(env, exports, "release", release);
  defineFunction(env, exports, "write", write);
  defineFunction(env, exports, "readSync", readSync);
  defineFunction(env, exports, "read", read);
  defineFunction(env, exports, "resetStatus", resetStatus);
}

}  // namespace neurite
