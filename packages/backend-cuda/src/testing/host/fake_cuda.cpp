// A CUDA driver, NVRTC and cuBLASLt in one library, for tests without a GPU. Memory is the host's; "compiling" is the host's C++ compiler with
// device.h before the source; kernels run on the processor; graphs run their nodes in a random order that their edges allow.
// NEURITE_FAKE_CUDA_LOG names a file that takes the name of each call; NEURITE_FAKE_CUDA_FAIL is "function:code[:after]", a call that fails.

#include <dlfcn.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <regex>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

namespace {

std::recursive_mutex mutex;

int enter(const char* name) {
  std::lock_guard<std::recursive_mutex> lock(mutex);
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

#define ENTER(name)                       \
  std::lock_guard<std::recursive_mutex> lock_(mutex); \
  if (const int failed = enter(name)) return failed;

struct Dim {
  unsigned int x, y, z;
};

struct Module {
  void* library;
};

struct Function {
  void (*invoke)(void**);
  bool barriers;
  Dim *threadIdx, *blockIdx, *blockDim, *gridDim;
  void (**barrier)();
};

constexpr size_t kStack = 128 * 1024;
ucontext_t scheduler;
std::vector<ucontext_t> fibers;
std::vector<char*> stacks;
std::vector<char> done;
size_t current;
const Function* running;
void** runningArguments;

void yieldFiber() { swapcontext(&fibers[current], &scheduler); }

void fiberMain() {
  running->invoke(runningArguments);
  done[current] = 1;
  swapcontext(&fibers[current], &scheduler);
}

void noBarrier() { abort(); }

void runBlockInFibers(const Function& f, unsigned int threads, void** arguments) {
  while (stacks.size() < threads) stacks.push_back(static_cast<char*>(malloc(kStack)));
  fibers.resize(stacks.size());
  done.assign(threads, 0);
  running = &f;
  runningArguments = arguments;
  for (unsigned int t = 0; t < threads; t++) {
    getcontext(&fibers[t]);
    fibers[t].uc_stack.ss_sp = stacks[t];
    fibers[t].uc_stack.ss_size = kStack;
    fibers[t].uc_link = nullptr;
    makecontext(&fibers[t], fiberMain, 0);
  }
  for (bool any = true; any;) {
    any = false;
    for (unsigned int t = 0; t < threads; t++) {
      if (done[t]) continue;
      any = true;
      current = t;
      *f.threadIdx = {t, 0, 0};
      swapcontext(&scheduler, &fibers[t]);
    }
  }
}

void runKernel(const Function& f, Dim grid, Dim block, void** arguments) {
  *f.gridDim = grid;
  *f.blockDim = block;
  *f.barrier = f.barriers ? yieldFiber : noBarrier;
  for (unsigned int b = 0; b < grid.x; b++) {
    *f.blockIdx = {b, 0, 0};
    if (f.barriers) {
      runBlockInFibers(f, block.x, arguments);
      continue;
    }
    for (unsigned int t = 0; t < block.x; t++) {
      *f.threadIdx = {t, 0, 0};
      f.invoke(arguments);
    }
  }
}

struct KernelParams {
  Function* function;
  unsigned int gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
  void** arguments;
  void** extra;
};

/** A launch with copies of its arguments: 8 bytes each, as the addon passes them. */
struct Node {
  std::function<void()> work;
  std::vector<size_t> dependencies;
};

struct Graph {
  std::vector<Node> nodes;
};

struct GraphExec {
  std::vector<Node> nodes;
};

struct Stream {
  Graph* capture = nullptr;
};

/** Numbers of kernel arguments are not known to the driver's caller: the names of symbols tell. */
std::map<const Function*, size_t> argumentCounts;

std::function<void()> launchOf(const KernelParams& p) {
  std::vector<uint64_t> values(argumentCounts[p.function]);
  for (size_t i = 0; i < values.size(); i++) memcpy(&values[i], p.arguments[i], 8);
  const Function* function = p.function;
  const Dim grid{p.gridX, p.gridY, p.gridZ}, block{p.blockX, p.blockY, p.blockZ};
  return [function, values, grid, block]() mutable {
    std::vector<void*> pointers;
    for (uint64_t& value : values) pointers.push_back(&value);
    runKernel(*function, grid, block, pointers.data());
  };
}

void enqueue(Stream* stream, std::function<void()> work) {
  if (stream->capture == nullptr) {
    work();
    return;
  }
  Node node{std::move(work), {}};
  if (!stream->capture->nodes.empty()) node.dependencies.push_back(stream->capture->nodes.size() - 1);
  stream->capture->nodes.push_back(std::move(node));
}

void runGraph(const std::vector<Node>& nodes) {
  static std::mt19937 random(1);
  std::vector<char> ended(nodes.size(), 0);
  for (size_t left = nodes.size(); left > 0; left--) {
    std::vector<size_t> ready;
    for (size_t i = 0; i < nodes.size(); i++) {
      bool free = !ended[i];
      for (size_t d : nodes[i].dependencies) free = free && ended[d];
      if (free) ready.push_back(i);
    }
    const size_t chosen = ready[random() % ready.size()];
    nodes[chosen].work();
    ended[chosen] = 1;
  }
}

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
API cuEventCreate(void** e, unsigned int) { *e = malloc(1); return 0; }
API cuEventDestroy_v2(void* e) { free(e); return 0; }
API cuEventRecord(void*, void*) { return 0; }
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
  argumentCounts[function] = static_cast<size_t>(*static_cast<int*>(find(std::string("nr_arguments_") + name)));
  function->threadIdx = static_cast<Dim*>(find("nr_threadIdx"));
  function->blockIdx = static_cast<Dim*>(find("nr_blockIdx"));
  function->blockDim = static_cast<Dim*>(find("nr_blockDim"));
  function->gridDim = static_cast<Dim*>(find("nr_gridDim"));
  function->barrier = static_cast<void (**)()>(find("nr_barrier"));
  *f = function;
  return 0;
}
API cuLaunchKernel(Function* f, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, unsigned int bz,
                   unsigned int shared, Stream* stream, void** arguments, void** extra) {
  ENTER("cuLaunchKernel")
  if (gx == 0 || bx == 0 || bx > 1024) return 1;
  enqueue(stream, launchOf({f, gx, gy, gz, bx, by, bz, shared, arguments, extra}));
  return 0;
}
API cuGraphCreate(Graph** g, unsigned int) { ENTER("cuGraphCreate") *g = new Graph(); return 0; }
API cuGraphDestroy(Graph* g) { ENTER("cuGraphDestroy") delete g; return 0; }
static int addNode(size_t* node, Graph* g, const size_t* dependencies, size_t n, std::function<void()> work) {
  Node made{std::move(work), {}};
  for (size_t i = 0; i < n; i++) made.dependencies.push_back(dependencies[i] - 1);
  g->nodes.push_back(std::move(made));
  *node = g->nodes.size();
  return 0;
}
API cuGraphAddKernelNode(size_t* node, Graph* g, const size_t* d, size_t n, const KernelParams* p) {
  ENTER("cuGraphAddKernelNode")
  return addNode(node, g, d, n, launchOf(*p));
}
API cuGraphAddChildGraphNode(size_t* node, Graph* g, const size_t* d, size_t n, Graph* child) {
  ENTER("cuGraphAddChildGraphNode")
  return addNode(node, g, d, n, [nodes = child->nodes] { runGraph(nodes); });
}
API cuGraphInstantiateWithFlags(GraphExec** e, Graph* g, unsigned long long) { ENTER("cuGraphInstantiate") *e = new GraphExec{g->nodes}; return 0; }
API cuGraphExecDestroy(GraphExec* e) { ENTER("cuGraphExecDestroy") delete e; return 0; }
API cuGraphExecKernelNodeSetParams(GraphExec* e, size_t node, const KernelParams* p) {
  ENTER("cuGraphExecKernelNodeSetParams")
  e->nodes[node - 1].work = launchOf(*p);
  return 0;
}
API cuGraphExecChildGraphNodeSetParams(GraphExec* e, size_t node, Graph* child) {
  ENTER("cuGraphExecChildGraphNodeSetParams")
  e->nodes[node - 1].work = [nodes = child->nodes] { runGraph(nodes); };
  return 0;
}
API cuGraphLaunch(GraphExec* e, Stream*) { ENTER("cuGraphLaunch") runGraph(e->nodes); return 0; }

// NVRTC: the host's compiler.

struct Program {
  std::string source, log, image;
};

API nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 0; return 0; }
API nvrtcCreateProgram(Program** p, const char* source, const char*, int, const char* const*, const char* const*) {
  *p = new Program{source, "", ""};
  return 0;
}
API nvrtcDestroyProgram(Program** p) { delete *p; *p = nullptr; return 0; }
API nvrtcCompileProgram(Program* p, int, const char* const*) {
  ENTER("nvrtcCompileProgram")
  std::string text = std::string("#include \"") + NEURITE_DEVICE_HEADER + "\"\n" + p->source;
  const std::regex head("extern \"C\" __global__ void __launch_bounds__\\(\\d+\\) (\\w+)\\(([^)]*)\\) \\{");
  std::string tail;
  for (std::sregex_iterator it(p->source.begin(), p->source.end(), head), end; it != end; ++it) {
    const size_t start = static_cast<size_t>(it->position());
    const size_t next = p->source.find("\nextern \"C\"", start + 1);
    const bool barriers = p->source.substr(start, next - start).find("__syncthreads") != std::string::npos;
    const std::string name = (*it)[1], list = (*it)[2];
    size_t count = list.empty() ? 0 : 1;
    for (char c : list) count += c == ',';
    tail += "extern \"C\" { extern const int nr_barriers_" + name + " = " + (barriers ? "1" : "0") + "; extern const int nr_arguments_" + name +
            " = " + std::to_string(count) + "; void nr_invoke_" + name + "(void** values) { nr_call(" + name + ", values); } }\n";
  }
  text += tail;
  const std::string folder = std::string(NEURITE_WORK_FOLDER);
  char name[32];
  snprintf(name, sizeof(name), "%016zx", std::hash<std::string>()(text));
  // A fresh copy for each program: two modules of one source must not share their variables.
  static int number = 0;
  const std::string base = folder + "/" + name, kept = base + ".so";
  if (access(kept.c_str(), R_OK) != 0) {
    const std::string mine = base + "." + std::to_string(getpid()) + "." + std::to_string(number++);
    FILE* file = fopen((mine + ".cpp").c_str(), "w");
    if (file == nullptr) return 1;
    fwrite(text.data(), 1, text.size(), file);
    fclose(file);
    const std::string command = std::string("c++ -std=c++17 -O1 -w -fPIC -shared -fwrapv -fno-strict-aliasing -ffp-contract=off -o ") + mine + ".so " +
                                mine + ".cpp -lm > " + mine + ".log 2>&1";
    const int status = system(command.c_str());
    FILE* log = fopen((mine + ".log").c_str(), "r");
    char line[4096];
    while (log != nullptr && fgets(line, sizeof(line), log) != nullptr) p->log += line;
    if (log != nullptr) fclose(log);
    remove((mine + ".log").c_str());
    if (status != 0) return 6;
    remove((mine + ".cpp").c_str());
    rename((mine + ".so").c_str(), kept.c_str());
  }
  p->image = kept;
  return 0;
}
API nvrtcGetCUBINSize(Program* p, size_t* n) { *n = p->image.size() + 1; return 0; }
API nvrtcGetCUBIN(Program* p, char* into) { memcpy(into, p->image.c_str(), p->image.size() + 1); return 0; }
API nvrtcGetProgramLogSize(Program* p, size_t* n) { *n = p->log.size() + 1; return 0; }
API nvrtcGetProgramLog(Program* p, char* into) { memcpy(into, p->log.c_str(), p->log.size() + 1); return 0; }

// cuBLASLt: column-major products by three loops.

struct Desc {
  int transA = 0, transB = 0;
  bool bias = false;
  const void* biasPointer = nullptr;
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t leading;
  int32_t batch = 1;
  int64_t stride = 0;
};
struct Heuristic {
  uint64_t algo[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

API cublasLtCreate(void** h) { ENTER("cublasLtCreate") *h = malloc(1); return 0; }
API cublasLtDestroy(void* h) { free(h); return 0; }
API cublasLtMatmulDescCreate(Desc** d, int, int) { *d = new Desc(); return 0; }
API cublasLtMatmulDescDestroy(Desc* d) { delete d; return 0; }
API cublasLtMatmulDescSetAttribute(Desc* d, int attribute, const void* value, size_t bytes) {
  if (attribute == 3) memcpy(&d->transA, value, bytes);
  if (attribute == 4) memcpy(&d->transB, value, bytes);
  if (attribute == 7) d->bias = true;
  if (attribute == 8) memcpy(&d->biasPointer, value, bytes);
  return 0;
}
API cublasLtMatrixLayoutCreate(Layout** l, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  if (leading < static_cast<int64_t>(rows)) return 7;
  *l = new Layout{type, rows, columns, leading};
  return 0;
}
API cublasLtMatrixLayoutDestroy(Layout* l) { delete l; return 0; }
API cublasLtMatrixLayoutSetAttribute(Layout* l, int attribute, const void* value, size_t bytes) {
  if (attribute == 5) memcpy(&l->batch, value, bytes);
  if (attribute == 6) memcpy(&l->stride, value, bytes);
  return 0;
}
API cublasLtMatmulPreferenceCreate(void** p) { *p = malloc(1); return 0; }
API cublasLtMatmulPreferenceDestroy(void* p) { free(p); return 0; }
API cublasLtMatmulPreferenceSetAttribute(void*, int, const void*, size_t) { return 0; }
API cublasLtMatmulAlgoGetHeuristic(void*, Desc*, Layout*, Layout*, Layout*, Layout*, void*, int, Heuristic* result, int* found) {
  ENTER("cublasLtMatmulAlgoGetHeuristic")
  *result = Heuristic{};
  result->workspace = 1024;
  *found = 1;
  return 0;
}

template <class T>
static void multiply(const Desc& d, const T* a, const Layout& la, const T* b, const Layout& lb, T* c, const Layout& lc) {
  const uint64_t inner = d.transA ? la.rows : la.columns;
  for (int64_t batch = 0; batch < lc.batch; batch++) {
    for (uint64_t j = 0; j < lc.columns; j++) {
      for (uint64_t i = 0; i < lc.rows; i++) {
        double sum = d.bias ? static_cast<const T*>(d.biasPointer)[i] : T(0);
        for (uint64_t k = 0; k < inner; k++) {
          const T x = a[batch * la.stride + (d.transA ? i * la.leading + k : k * la.leading + i)];
          const T y = b[batch * lb.stride + (d.transB ? k * lb.leading + j : j * lb.leading + k)];
          sum += static_cast<double>(x) * y;
        }
        c[batch * lc.stride + j * lc.leading + i] = static_cast<T>(sum);
      }
    }
  }
}

API cublasLtMatmul(void*, Desc* d, const void*, const void* a, Layout* la, const void* b, Layout* lb, const void*, const void*, Layout*, void* c,
                   Layout* lc, const void*, void* workspace, size_t, Stream* stream) {
  ENTER("cublasLtMatmul")
  if (workspace == nullptr) return 7;
  const Desc desc = *d;
  const Layout A = *la, B = *lb, C = *lc;
  enqueue(stream, [=] {
    if (C.type == 1) multiply(desc, static_cast<const double*>(a), A, static_cast<const double*>(b), B, static_cast<double*>(c), C);
    else multiply(desc, static_cast<const float*>(a), A, static_cast<const float*>(b), B, static_cast<float*>(c), C);
  });
  return 0;
}
