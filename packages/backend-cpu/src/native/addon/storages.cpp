// Storages: allocate, free, write, read.

#include <cstring>

#include "addon/state.h"

namespace neurite {

namespace {

/** The storage `id`, or null with an exception pending. */
Handle* storageOf(napi_env env, EngineState* state, int32_t id) {
  if (state == nullptr) {
    throwNoEngine(env);
    return nullptr;
  }
  Handle* handle = state->find(id);
  if (handle == nullptr || handle->block == nullptr) {
    throwNoHandle(env);
    return nullptr;
  }
  return handle;
}

/** alloc(engine, bytes): External, its number in command[0]; undefined when out of memory */
napi_value alloc(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  const double bytes = args.number(1);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  if (!(bytes >= 0)) return throwError(env, "NEURITE_VALUE", "a storage cannot have this size");
  Block* block = bytes > 1e15 ? nullptr : allocateBlock(addon, state, static_cast<size_t>(bytes));
  if (block == nullptr) return nullptr;
  napi_value external = nullptr;
  Handle* handle = makeHandle(env, state, &external);
  if (handle == nullptr) {
    Pool::release(block);
    return nullptr;
  }
  handle->block = block;
  handle->bytes = static_cast<size_t>(bytes);
  state->allocations++;
  state->storages++;
  addon->command[0] = handle->id;
  return external;
}

/** adopt(engine, array): External, its number in command[0]; undefined when out of memory. The array is kept as long as its memory is used. */
napi_value adopt(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  size_t bytes = 0;
  char* data = args.bytes(1, bytes);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  releaseAdopted(addon, state);
  napi_ref reference = nullptr;
  if (napi_create_reference(env, args.values[1], 1, &reference) != napi_ok) return nullptr;
  // The place of an empty array may be null, which stands for memory of our own.
  Block* block = data == nullptr ? allocateBlock(addon, state, 0) : state->engine->pool().adopt(data, bytes, reference);
  napi_value external = nullptr;
  Handle* handle = block == nullptr ? nullptr : makeHandle(env, state, &external);
  if (data == nullptr) napi_delete_reference(env, reference);
  if (handle == nullptr) {
    if (block != nullptr) Pool::release(block);
    else if (data != nullptr) napi_delete_reference(env, reference);
    return nullptr;
  }
  handle->block = block;
  handle->bytes = bytes;
  state->allocations++;
  state->storages++;
  addon->command[0] = handle->id;
  return external;
}

/** release(engine, id): lets go of a storage, executable or program */
napi_value release(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  const int32_t id = args.int32(1);
  if (!args.ok || state == nullptr) return nullptr;
  Handle* handle = state->find(id);
  if (handle != nullptr) releaseHandle(handle);
  return nullptr;
}

/** write(engine, storage, data, byteOffset): false when out of memory */
napi_value write(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  const int32_t id = args.int32(1);
  size_t bytes = 0;
  const char* data = args.bytes(2, bytes);
  const double offset = args.number(3);
  if (!args.ok) return nullptr;
  Handle* storage = storageOf(env, state, id);
  if (storage == nullptr || !checkRange(env, storage->bytes, offset, static_cast<double>(bytes))) return nullptr;
  if (bytes == 0) return makeBoolean(env, true);
  return makeBoolean(env, state->engine->write(storage->block, static_cast<size_t>(offset), data, bytes));
}

/** readSync(engine, storage, byteOffset, bytes): ArrayBuffer; waits for what is queued. The caller looks for errors first. */
napi_value readSync(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  const int32_t id = args.int32(1);
  const double offset = args.number(2), bytes = args.number(3);
  if (!args.ok) return nullptr;
  Handle* storage = storageOf(env, state, id);
  if (storage == nullptr || !checkRange(env, storage->bytes, offset, bytes)) return nullptr;
  state->engine->wait();
  napi_value buffer = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, static_cast<size_t>(bytes), &data, &buffer) != napi_ok) return nullptr;
  if (bytes > 0) std::memcpy(data, storage->block->data() + static_cast<size_t>(offset), static_cast<size_t>(bytes));
  return buffer;
}

/** read(engine, storage, byteOffset, bytes): Promise<ArrayBuffer>, or undefined when nothing is queued (use readSync) */
napi_value read(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  const int32_t id = args.int32(1);
  const double offset = args.number(2), bytes = args.number(3);
  if (!args.ok) return nullptr;
  Handle* storage = storageOf(env, state, id);
  if (storage == nullptr || !checkRange(env, storage->bytes, offset, bytes)) return nullptr;
  if (state->engine->idle()) return nullptr;
  napi_value buffer = nullptr, promise = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, static_cast<size_t>(bytes), &data, &buffer) != napi_ok) return nullptr;
  napi_ref reference = nullptr;
  napi_deferred deferred = nullptr;
  napi_create_reference(env, buffer, 1, &reference);
  napi_create_promise(env, &deferred, &promise);
  Block* block = storage->block;
  const char* from = block->data() + static_cast<size_t>(offset);
  const size_t length = static_cast<size_t>(bytes);
  Pool::retain(block);
  // Copied in the queue's order, straight into the array, which the reference keeps alive.
  auto copy = [block, from, data, length] {
    if (length > 0) std::memcpy(data, from, length);
    Pool::release(block);
  };
  settleAfterQueue(addon, state, deferred, reference, copy);
  return promise;
}

}  // namespace

void defineStorageFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "alloc", alloc);
  defineFunction(env, exports, "adopt", adopt);
  defineFunction(env, exports, "release", release);
  defineFunction(env, exports, "write", write);
  defineFunction(env, exports, "readSync", readSync);
  defineFunction(env, exports, "read", read);
}

}  // namespace neurite
