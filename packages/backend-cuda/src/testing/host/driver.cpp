// The driver, but for launches and graphs: devices, memory, streams, events and modules.

#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "fake.h"

std::recursive_mutex fakeMutex;

int enter(const char* name) {
  std::lock_guard<std::recursive_mutex> lock(fakeMutex);
  if (const char* path = getenv("NEURITE_FAKE_CUDA_LOG"); path != nullptr && *path != '\0') {
    if (FILE* file = fopen(path, "a")) {
      fprintf(file, "%s\n", name);
      fclose(file);
    }
  }
  static std::map<std::string, int> calls;
  const char* fail = getenv("NEURITE_FAKE_CUDA_FAIL");
  if (fail == nullptr || *fail == '\0') {
    calls.clear();
    return 0;
  }
  const std::string text = fail;
  const size_t colon = text.find(':');
  if (text.substr(0, colon) != name) return 0;
  const size_t second = text.find(':', colon + 1);
  const int after = second == std::string::npos ? 0 : atoi(text.c_str() + second + 1);
  return calls[name]++ >= after ? atoi(text.c_str() + colon + 1) : 0;
}

namespace {

using Event = std::chrono::steady_clock::time_point;

struct Module {
  void* library;
};

std::map<void*, size_t> allocations;
size_t allocated = 0;
size_t capacity() {
  const char* text = getenv("NEURITE_FAKE_CUDA_MEMORY");
  return text == nullptr ? size_t{1} << 30 : static_cast<size_t>(atoll(text));
}

}  // namespace

API cuInit(unsigned int) { ENTER("cuInit") return 0; }
API cuDriverGetVersion(int* v) { *v = 13000; return 0; }
API cuGetErrorName(int code, const char** name) {
  *name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : code == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_UNKNOWN";
  return 0;
}
API cuGetErrorString(int, const char** text) { *text = "said by the fake driver"; return 0; }
API cuDeviceGetCount(int* n) { ENTER("cuDeviceGetCount") *n = 1; return 0; }
API cuDeviceGet(int* d, int i) { *d = i; return 0; }
API cuDeviceGetName(char* name, int n, int) { snprintf(name, n, "Fake GPU"); return 0; }
API cuDeviceGetAttribute(int* v, int a, int) { *v = a == 75 ? 9 : a == 76 ? 0 : 4; return 0; }
API cuDeviceTotalMem_v2(size_t* n, int) { *n = capacity(); return 0; }
API cuDevicePrimaryCtxRetain(void** c, int) { ENTER("cuDevicePrimaryCtxRetain") *c = reinterpret_cast<void*>(1); return 0; }
API cuDevicePrimaryCtxRelease_v2(int) { ENTER("cuDevicePrimaryCtxRelease") return 0; }
API cuCtxSetCurrent(void*) { return 0; }
API cuMemAlloc_v2(unsigned long long* p, size_t n) {
  ENTER("cuMemAlloc")
  if (allocated + n > capacity()) return 2;
  void* memory = aligned_alloc(256, (n + 255) / 256 * 256);
  memset(memory, 0xff, n);
  allocations[memory] = n;
  allocated += n;
  *p = reinterpret_cast<unsigned long long>(memory);
  return 0;
}
API cuMemFree_v2(unsigned long long p) {
  ENTER("cuMemFree")
  void* memory = reinterpret_cast<void*>(p);
  const auto at = allocations.find(memory);
  if (at == allocations.end()) return 1;
  allocated -= at->second;
  allocations.erase(at);
  free(memory);
  return 0;
}
API cuMemAllocHost_v2(void** p, size_t n) { ENTER("cuMemAllocHost") *p = malloc(n); return 0; }
API cuMemFreeHost(void* p) { ENTER("cuMemFreeHost") free(p); return 0; }
API cuMemcpyHtoDAsync_v2(unsigned long long d, const void* s, size_t n, void*) { ENTER("cuMemcpyHtoDAsync") memcpy(reinterpret_cast<void*>(d), s, n); return 0; }
API cuMemcpyDtoHAsync_v2(void* d, unsigned long long s, size_t n, void*) { ENTER("cuMemcpyDtoHAsync") memcpy(d, reinterpret_cast<void*>(s), n); return 0; }
API cuMemsetD32Async(unsigned long long d, unsigned int v, size_t n, void*) {
  ENTER("cuMemsetD32Async")
  for (size_t i = 0; i < n; i++) reinterpret_cast<unsigned int*>(d)[i] = v;
  return 0;
}
API cuStreamCreate(Stream** s, unsigned int) { ENTER("cuStreamCreate") *s = new Stream(); return 0; }
API cuStreamDestroy_v2(Stream* s) { ENTER("cuStreamDestroy") delete s; return 0; }
API cuStreamSynchronize(Stream*) { ENTER("cuStreamSynchronize") return 0; }
/** Never idle: every read that may wait does. */
API cuStreamQuery(Stream*) { return 600; }
API cuStreamBeginCapture_v2(Stream* s, int) { ENTER("cuStreamBeginCapture") s->capture = new Graph(); return 0; }
API cuStreamEndCapture(Stream* s, Graph** g) { ENTER("cuStreamEndCapture") *g = s->capture; s->capture = nullptr; return 0; }
/** What a stream has to do is done when it is asked for, so an event has passed when it is recorded. */
API cuEventCreate(Event** e, unsigned int) { *e = new Event(); return 0; }
API cuEventDestroy_v2(Event* e) { delete e; return 0; }
API cuEventRecord(Event* e, void*) { *e = std::chrono::steady_clock::now(); return 0; }
API cuEventElapsedTime(float* ms, Event* from, Event* to) { *ms = std::chrono::duration<float, std::milli>(*to - *from).count(); return 0; }
API cuEventQuery(void*) { return 0; }
API cuEventSynchronize(void*) { ENTER("cuEventSynchronize") return 0; }
API cuModuleLoadData(Module** m, const void* image) {
  ENTER("cuModuleLoadData")
  void* library = dlopen(static_cast<const char*>(image), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return 200;
  *m = new Module{library};
  return 0;
}
API cuModuleUnload(Module* m) { ENTER("cuModuleUnload") dlclose(m->library); delete m; return 0; }
API cuModuleGetFunction(Function** f, Module* m, const char* name) {
  ENTER("cuModuleGetFunction")
  const auto find = [m](const std::string& symbol) { return dlsym(m->library, symbol.c_str()); };
  auto* invoke = reinterpret_cast<void (*)(void**)>(find(std::string("nr_invoke_") + name));
  if (invoke == nullptr) return 500;
  Function* function = new Function();
  function->invoke = invoke;
  function->barriers = *static_cast<int*>(find(std::string("nr_barriers_") + name)) != 0;
  function->arguments = static_cast<size_t>(*static_cast<int*>(find(std::string("nr_arguments_") + name)));
  function->threadIdx = static_cast<Dim*>(find("nr_threadIdx"));
  function->blockIdx = static_cast<Dim*>(find("nr_blockIdx"));
  function->blockDim = static_cast<Dim*>(find("nr_blockDim"));
  function->gridDim = static_cast<Dim*>(find("nr_gridDim"));
  function->barrier = static_cast<void (**)()>(find("nr_barrier"));
  *f = function;
  return 0;
}
