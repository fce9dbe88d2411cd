// Libraries and devices: what there is, opening and ending them.

#include <algorithm>

#include "addon/state.h"

namespace neurite {

namespace {

void finalizeOwner(napi_env, void* data, void*) { releaseOwner(static_cast<Owner*>(data)); }

void finalizeCompiler(napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Nvrtc>*>(data); }

/** probe(driverPaths): number of devices. Throws the reason when there is no driver. */
napi_value probe(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  if (!args.ok) return nullptr;
  std::string error;
  const std::shared_ptr<Driver> driver = Driver::open(stringsOf(env, args.values[0]), error);
  if (driver == nullptr) return throwDevice(env, error);
  int count = 0;
  const CuResult result = driver->deviceGetCount(&count);
  if (result != kCuSuccess) return throwDevice(env, "the CUDA driver cannot count its devices: " + driver->describe(result));
  return makeNumber(env, count);
}

/** opens(path): whether there is such a library */
napi_value opens(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  const std::string path = args.string(0);
  if (!args.ok) return nullptr;
  Library library;
  std::string error;
  return makeBoolean(env, library.open({path}, error));
}

/** createDevice(driverPaths, blasPaths, ordinal, memoryLimit, workspaceBytes, synchronous, graphs, tf32): External */
napi_value createDevice(napi_env env, napi_callback_info info) {
  Arguments<8> args(env, info);
  Device::Options options;
  options.ordinal = args.int32(2);
  options.memoryLimit = static_cast<size_t>(args.number(3));
  options.workspaceBytes = static_cast<size_t>(args.number(4));
  options.synchronous = args.int32(5) != 0;
  options.graphs = args.int32(6) != 0;
  options.tf32 = args.int32(7) != 0;
  if (!args.ok) return nullptr;
  std::string error;
  std::shared_ptr<Driver> driver = Driver::open(stringsOf(env, args.values[0]), error);
  if (driver == nullptr) return throwDevice(env, error);
  const std::vector<std::string> blasPaths = stringsOf(env, args.values[1]);
  std::shared_ptr<CublasLt> blas;
  if (!blasPaths.empty()) {
    blas = CublasLt::open(blasPaths, error);
    if (blas == nullptr) return throwDevice(env, error);
  }
  std::unique_ptr<Device> device = Device::open(std::move(driver), std::move(blas), options, error);
  if (device == nullptr) return throwDevice(env, error);
  Owner* owner = new Owner();
  owner->device = std::move(device);
  napi_value external = nullptr;
  if (napi_create_external(env, owner, finalizeOwner, nullptr, &external) != napi_ok) {
    delete owner;
    return nullptr;
  }
  owner->references++;
  stateOf(env)->owners.push_back(owner);
  return external;
}

/** destroyDevice(device) */
napi_value destroyDevice(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? external<Owner>(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  AddonState* addon = stateOf(env);
  closeOwner(addon, owner);
  reportMemory(addon);
  return nullptr;
}

/** deviceInfo(device): { name, major, minor, multiprocessors, driverVersion, memory, driver, blas } */
napi_value deviceInfo(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  const Device& device = *owner->device;
  napi_value result = nullptr;
  napi_create_object(env, &result);
  const auto set = [&](const char* name, napi_value value) { napi_set_named_property(env, result, name, value); };
  set("name", makeString(env, device.info().name));
  set("major", makeNumber(env, device.info().major));
  set("minor", makeNumber(env, device.info().minor));
  set("multiprocessors", makeNumber(env, device.info().multiprocessors));
  set("driverVersion", makeNumber(env, device.info().driverVersion));
  set("memory", makeNumber(env, static_cast<double>(device.info().memory)));
  set("driver", makeString(env, device.driver().library.path()));
  set("blas", makeString(env, device.blas() == nullptr ? std::string() : device.blas()->library.path()));
  return result;
}

/** memory(device, into: Float64Array): bytes, storages, peak bytes, allocations, runs */
napi_value memory(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  size_t bytes = 0;
  char* data = args.bytes(1, bytes);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr || bytes < 5 * sizeof(double)) return nullptr;
  double* into = reinterpret_cast<double*>(data);
  into[0] = static_cast<double>(owner->device->pool().liveBytes());
  into[1] = static_cast<double>(owner->storages);
  into[2] = static_cast<double>(owner->device->pool().peakBytes());
  into[3] = static_cast<double>(owner->allocations);
  into[4] = static_cast<double>(owner->runs);
  return nullptr;
}

/** startProfile(device): from here on, runs are measured launch by launch */
napi_value startProfile(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr) return nullptr;
  const CuResult result = owner->device->startProfile();
  return result == kCuSuccess ? nullptr : throwResult(env, owner, "the device cannot be measured", result);
}

/** stopProfile(device) */
napi_value stopProfile(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner != nullptr) owner->device->stopProfile();
  return nullptr;
}

/** takeTimes(device): Float64Array of the runs since the last call: of each launch its step, start and duration in nanoseconds */
napi_value takeTimes(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  Owner* owner = args.ok ? ownerOf(env, args.values[0]) : nullptr;
  if (owner == nullptr || owner->device->timeline() == nullptr) return nullptr;
  const std::vector<double> times = owner->device->timeline()->take();
  napi_value buffer = nullptr, array = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, times.size() * sizeof(double), &data, &buffer) != napi_ok) return nullptr;
  std::copy(times.begin(), times.end(), static_cast<double*>(data));
  napi_create_typedarray(env, napi_float64_array, times.size(), buffer, 0, &array);
  return array;
}

/** openCompiler(paths): External. Throws the reason when there is none. */
napi_value openCompiler(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  if (!args.ok) return nullptr;
  std::string error;
  auto* compiler = new std::shared_ptr<Nvrtc>(Nvrtc::open(stringsOf(env, args.values[0]), error));
  napi_value external = nullptr;
  if (*compiler == nullptr || napi_create_external(env, compiler, finalizeCompiler, nullptr, &external) != napi_ok) {
    delete compiler;
    return throwDevice(env, error);
  }
  return external;
}

/** compilerVersion(compiler): "13.0" */
napi_value compilerVersion(napi_env env, napi_callback_info info) {
  Arguments<1> args(env, info);
  const auto* compiler = args.ok ? external<std::shared_ptr<Nvrtc>>(env, args.values[0]) : nullptr;
  if (compiler == nullptr) return nullptr;
  return makeString(env, std::to_string((*compiler)->major) + "." + std::to_string((*compiler)->minor));
}

/** compileSource(compiler, source, options: string[]): ArrayBuffer with machine code. Throws the compiler's messages. */
napi_value compileSource(napi_env env, napi_callback_info info) {
  Arguments<3> args(env, info);
  const auto* compiler = args.ok ? external<std::shared_ptr<Nvrtc>>(env, args.values[0]) : nullptr;
  if (compiler == nullptr) return nullptr;
  const std::string source = args.string(1);
  if (!args.ok) return nullptr;
  std::string log;
  const std::vector<char> image = (*compiler)->compile(source, stringsOf(env, args.values[2]), log);
  if (image.empty()) return throwDevice(env, log);
  napi_value buffer = nullptr;
  void* data = nullptr;
  if (napi_create_arraybuffer(env, image.size(), &data, &buffer) != napi_ok) return nullptr;
  std::copy(image.begin(), image.end(), static_cast<char*>(data));
  return buffer;
}

}  // namespace

void defineDeviceFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "probe", probe);
  defineFunction(env, exports, "opens", opens);
  defineFunction(env, exports, "createDevice", createDevice);
  defineFunction(env, exports, "destroyDevice", destroyDevice);
  defineFunction(env, exports, "deviceInfo", deviceInfo);
  defineFunction(env, exports, "memory", memory);
  defineFunction(env, exports, "startProfile", startProfile);
  defineFunction(env, exports, "stopProfile", stopProfile);
  defineFunction(env, exports, "takeTimes", takeTimes);
  defineFunction(env, exports, "openCompiler", openCompiler);
  defineFunction(env, exports, "compilerVersion", compilerVersion);
  defineFunction(env, exports, "compileSource", compileSource);
}

}  // namespace neurite
