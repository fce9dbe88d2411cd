// Executables and programs: load, bind, run.

#include "addon/state.h"

namespace neurite {

namespace {

/** load(device, words: Float64Array, strings: string[], images: ArrayBuffer[]): External */
napi_value load(napi_env env, napi_callback_info info) {
  Arguments<4> args(env, info);
  size_t bytes = 0;
  const char* words = args.bytes(1, bytes);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  auto executable = std::make_shared<Executable>();
  executable->device = owner->device.get();
  executable->strings = stringsOf(env, args.values[2]);
  std::vector<std::pair<const char*, size_t>> images;
  uint32_t count = 0;
  napi_get_array_length(env, args.values[3], &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value image = nullptr;
    void* data = nullptr;
    size_t length = 0;
    napi_get_element(env, args.values[3], i, &image);
    if (napi_get_arraybuffer_info(env, image, &data, &length) != napi_ok) return throwDevice(env, "an image is no ArrayBuffer");
    images.push_back({static_cast<const char*>(data), length});
  }
  std::string error;
  if (!executable->launches.decode(reinterpret_cast<const double*>(words), bytes / sizeof(double), images.size(), executable->strings.size(),
                                   error)) {
    return throwDevice(env, "not a valid list of launches: " + error);
  }
  if (!executable->load(images, error)) return throwDevice(env, error);
  napi_value external = nullptr;
  Handle* handle = makeHandle(env, owner, &external);
  if (handle != nullptr) handle->executable = std::move(executable);
  return external;
}

/** The blocks of an array of storages, each at least as large as it must be; false with an exception pending. */
bool blocksOf(napi_env env, napi_value array, const std::vector<size_t>& bytes, const char* what, std::vector<Block*>& blocks) {
  uint32_t count = 0;
  napi_get_array_length(env, array, &count);
  if (count != bytes.size()) {
    throwError(env, "NEURITE_VALUE", std::to_string(bytes.size()) + " storages are needed: received " + std::to_string(count));
    return false;
  }
  for (uint32_t i = 0; i < count; i++) {
    napi_value value = nullptr;
    napi_get_element(env, array, i, &value);
    const Handle* storage = external<Handle>(env, value);
    if (storage == nullptr) return false;
    if (storage->block == nullptr) {
      throwDevice(env, std::string(what) + " " + std::to_string(i) + " was freed");
      return false;
    }
    if (storage->bytes < bytes[i]) {
      throwError(env, "NEURITE_VALUE", std::string(what) + " " + std::to_string(i) + " needs " + std::to_string(bytes[i]) +
                                           " bytes: received a storage of " + std::to_string(storage->bytes));
      return false;
    }
    blocks.push_back(storage->block);
  }
  return true;
}

/** bind(device, executable, states: External[]): External */
napi_value bind(napi_env env, napi_callback_info info) {
  Arguments<3> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  const Handle* source = owner == nullptr ? nullptr : external<Handle>(env, args.values[1]);
  if (source == nullptr) return nullptr;
  if (source->executable == nullptr) return throwDevice(env, "the executable was released");
  std::vector<Block*> states;
  if (!blocksOf(env, args.values[2], source->executable->launches.stateBytes, "state", states)) return nullptr;
  napi_value external = nullptr;
  Handle* handle = makeHandle(env, owner, &external);
  if (handle != nullptr) handle->program = std::make_shared<Program>(source->executable, std::move(states));
  return external;
}

/** run(device, program, inputs: External[], scalars: Float64Array, repeat, number): External[] of the outputs; undefined: out of memory */
napi_value run(napi_env env, napi_callback_info info) {
  Arguments<6> args(env, info);
  size_t scalarBytes = 0;
  const char* scalars = args.bytes(3, scalarBytes);
  Program::Request request;
  request.repeat = static_cast<int64_t>(args.number(4));
  request.number = static_cast<uint32_t>(args.number(5));
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  Handle* handle = owner == nullptr ? nullptr : external<Handle>(env, args.values[1]);
  if (handle == nullptr) return nullptr;
  if (handle->program == nullptr) return throwDevice(env, "the program was released");
  AddonState* addon = stateOf(env);
  const std::shared_ptr<Program> program = handle->program;
  const Launches& launches = program->executable().launches;
  if (scalarBytes / sizeof(double) < static_cast<size_t>(launches.scalars)) return throwDevice(env, "scalars are missing");
  request.scalars = reinterpret_cast<const double*>(scalars);
  if (!blocksOf(env, args.values[2], launches.inputBytes, "input", request.inputs)) return nullptr;
  struct Arena {
    Device* device;
    size_t bytes;
  } arena{owner->device.get(), launches.arenaBytes};
  const auto reserve = [](void* data) { return static_cast<Arena*>(data)->device->reserveArena(static_cast<Arena*>(data)->bytes); };
  if (!withMemory(addon, reserve, &arena)) return makeUndefined(env);
  napi_value outputs = nullptr;
  napi_create_array_with_length(env, launches.outputBytes.size(), &outputs);
  for (size_t i = 0; i < launches.outputBytes.size(); i++) {
    Handle* output = nullptr;
    napi_value external = makeStorage(addon, owner, launches.outputBytes[i], &output);
    if (output == nullptr) return external;
    napi_set_element(env, outputs, static_cast<uint32_t>(i), external);
    request.outputs.push_back(output->block);
  }
  std::string error;
  if (!program->run(request, error)) return throwDevice(env, error);
  owner->runs++;
  return outputs;
}

}  // namespace

void defineProgramFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "load", load);
  defineFunction(env, exports, "bind", bind);
  defineFunction(env, exports, "run", run);
}

}  // namespace neurite
