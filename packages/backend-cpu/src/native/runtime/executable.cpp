#include "runtime/executable.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>


#include "runtime/threads.h"
#include "vm/compile.h"
#include "vm/split.h"

namespace neurite {

std::vector<InstructionSet> availableInstructionSets() {
  std::vector<InstructionSet> sets;
  auto add = [&](const KernelTable* kernels, const VmTable* vm) {
    if (kernels != nullptr && vm != nullptr) sets.push_back({vm->name, kernels, vm});
  };
  add(baselineKernels(), baselineVm());
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    add(avx2Kernels(), avx2Vm());
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {
      add(avx512Kernels(), avx512Vm());
    }
  }
#endif
  return sets;
}

Workspace::~Workspace() {
  for (std::vector<Piece>* pieces : {&kernel_, &epilogue_}) {
    for (Piece& piece : *pieces) std::free(piece.data);
  }
}

void Workspace::setThreads(int threads) {
  kernel_.resize(static_cast<size_t>(threads) + 1);
  epilogue_.resize(static_cast<size_t>(threads) + 1);
}

bool Workspace::enlarge(Piece& piece, size_t bytes) {
  if (bytes <= piece.bytes) return true;
  const size_t size = (std::max(bytes, piece.bytes + piece.bytes / 2) + 4095) / 4096 * 4096;
  std::free(piece.data);
  piece.data = std::aligned_alloc(64, size);
  piece.bytes = piece.data == nullptr ? 0 : size;
  return piece.data != nullptr;
}

bool Workspace::reserve(const Executable& executable) {
  bool enough = enlarge(kernel_[0], executable.sharedScratch);
  for (size_t i = 1; i < kernel_.size(); i++) {
    enough = enough && enlarge(kernel_[i], executable.workerScratch) && enlarge(epilogue_[i], executable.epilogueScratch);
  }
  return enough;
}

void* Workspace::grow(Piece& piece, size_t bytes) {
  if (!enlarge(piece, bytes)) {
    // Packed operands of a product: some megabytes, and no way to go on without them.
    std::fprintf(stderr, "neurite: out of memory for the scratch space of a kernel (%zu bytes)\n", bytes);
    std::abort();
  }
  return piece.data;
}

namespace {

/** The one stride with which axes `from` to `to` - 1 can be counted through row-major, if there is one. */
bool collapse(const Space& space, const int64_t* strides, int from, int to, int64_t& stride) {
  stride = 0;
  bool found = false;
  int64_t expected = 0;
  for (int axis = to - 1; axis >= from; axis--) {
    if (space.dims[axis] == 1) continue;
    if (!found) {
      stride = strides[axis];
      found = true;
    } else if (strides[axis] != expected) {
      return false;
    }
    expected = strides[axis] * space.dims[axis];
  }
  return true;
}

bool isZero(const Instruction& instruction) { return instruction.op == Op::Constant && instruction.constant == 0; }

/** Recognizes sum, sum + bias[n] and max(sum + bias[n], 0): the kernels store those without a detour. */
void chooseEpilogue(const Body& body, const Space& space, int batchAxes, DType dtype, ProductProgram& program) {
  if (body.stores.size() != 1) return;
  const View& out = body.stores[0].view;
  const int last = space.rank - 1;
  int64_t row;
  if (!collapse(space, out.strides, batchAxes, last, row)) return;
  auto at = [&](int32_t index) -> const Instruction& { return body.instructions[index]; };
  const Instruction* value = &at(body.stores[0].value);
  EpilogueKind kind = EpilogueKind::Store;
  if (dtype == DType::Float32 && value->op == Op::Max) {
    const int zero = isZero(at(value->args[0])) ? 0 : isZero(at(value->args[1])) ? 1 : -1;
    if (zero < 0) return;
    value = &at(value->args[1 - zero]);
    kind = EpilogueKind::BiasRelu;
    if (value->op != Op::Add) return;
  }
  if (dtype == DType::Float32 && value->op == Op::Add) {
    if (kind == EpilogueKind::Store) kind = EpilogueKind::Bias;
    const int load = at(value->args[0]).op == Op::Load ? 0 : 1;
    const Instruction& bias = at(value->args[load]);
    if (bias.op != Op::Load) return;
    const View& view = body.operands[bias.index];
    for (int axis = 0; axis < last; axis++) {
      if (view.strides[axis] != 0 && space.dims[axis] != 1) return;
    }
    program.bias = view;
    program.epilogue.biasStride = view.strides[last];
    value = &at(value->args[1 - load]);
  }
  if (value->op != Op::Result) return;
  program.kind = kind;
  program.out = out;
  program.epilogue.kind = kind;
  std::copy_n(out.strides, batchAxes, program.epilogue.outBatch);
  program.epilogue.outRow = row;
  program.epilogue.outCol = out.strides[last];
}

class Maker {
 public:
  Maker(const Plan& plan, const InstructionSet& set, int threads, std::string& error)
      : plan_(plan), set_(set), threads_(threads), error_(error) {}

  bool make(const Kernel& kernel, KernelProgram& program) {
    switch (kernel.kind) {
      case KernelKind::Loop:
        return makeLoop(*kernel.loop, program);
      case KernelKind::Reduce:
        program.reduce = std::make_unique<ReduceProgram>();
        return compileReduce(plan_, *kernel.reduce, set_.vm, threads_, *program.reduce, error_);
      case KernelKind::Dot:
        return makeProduct(kernel.dot->epilogue, kernel.dot->space, kernel.dot->batch.rank, kernel.dot->dtype, program);
      case KernelKind::Conv:
        return makeProduct(kernel.conv->epilogue, kernel.conv->space, 1, kernel.conv->dtype, program);
      case KernelKind::ReduceWindow:
      case KernelKind::WindowGather:
      case KernelKind::WindowScatter:
        return isNumber(kernel.window->args.dtype, "reduce_window");
      case KernelKind::ArgReduce:
        return isNumber(kernel.argReduce->args.dtype, "argreduce");
      case KernelKind::Gather:
        return true;
      case KernelKind::Scatter:
        return kernel.scatter->args.op == ScatterOp::Set || isNumber(kernel.scatter->args.dtype, "scatter");
    }
    return true;
  }

 private:
  const Plan& plan_;
  const InstructionSet& set_;
  int threads_;
  std::string& error_;

  bool isNumber(DType dtype, const char* op) {
    if (dtype != DType::Float16 && dtype != DType::BFloat16 && dtype != DType::Complex64) return true;
    error_ = std::string("[") + op + "] this dtype is not on the cpu backend yet";
    return false;
  }

  bool makeLoop(const LoopKernel& kernel, KernelProgram& program) {
    auto loop = std::make_unique<LoopProgram>();
    CompileOptions options;
    options.row = kernel.row;
    if (!compileBody(plan_, kernel.body, kernel.space, options, set_.vm, loop->vm, error_)) return false;
    loop->tasks = tasksFor(static_cast<double>(kernel.space.volume()) * loop->vm.costPerElement, threads_);
    const int64_t rows = loop->vm.rows();
    loop->splitRows = kernel.row || rows >= 4 * loop->tasks;
    if (kernel.row) loop->tasks = static_cast<int>(std::clamp<int64_t>(rows, 1, loop->tasks));
    program.loop = std::move(loop);
    return true;
  }

  bool makeProduct(const Body& epilogue, const Space& space, int batchAxes, DType dtype, KernelProgram& program) {
    auto product = std::make_unique<ProductProgram>();
    chooseEpilogue(epilogue, space, batchAxes, dtype, *product);
    CompileOptions options;
    options.tiles = true;
    options.longRow = 64;
    if (!compileBody(plan_, epilogue, space, options, set_.vm, product->vm, error_)) return false;
    program.product = std::move(product);
    return true;
  }
};

/** Elements of the first `rank` axes, in floating point: no overflow. */
double elements(const int64_t* dims, int rank) {
  double product = 1;
  for (int i = 0; i < rank; i++) product *= static_cast<double>(dims[i]);
  return product;
}

/** Nanoseconds that a kernel takes on one core, roughly. */
double estimateOf(const Kernel& kernel, const KernelProgram& program) {
  constexpr double kCall = 50, kFlop = 1.0 / 50, kElement = 0.5;
  switch (kernel.kind) {
    case KernelKind::Loop:
      return kCall + elements(kernel.loop->space.dims, kernel.loop->space.rank) * (0.05 + program.loop->vm.costPerElement);
    case KernelKind::Reduce:
      return kCall + elements(kernel.reduce->space.dims, kernel.reduce->space.rank) * (0.05 + program.reduce->body.costPerElement) +
             elements(kernel.reduce->kept.dims, kernel.reduce->kept.rank) * (0.05 + program.reduce->epilogue.costPerElement);
    case KernelKind::Dot: {
      const double sums = elements(kernel.dot->space.dims, kernel.dot->space.rank);
      return kCall + sums * (2 * static_cast<double>(kernel.dot->k) * kFlop + program.product->vm.costPerElement);
    }
    case KernelKind::Conv: {
      const ConvKernel& conv = *kernel.conv;
      const double terms = elements(conv.window, conv.spatial) * static_cast<double>(conv.channels);
      return kCall + elements(conv.space.dims, conv.space.rank) * (2 * terms * kFlop + program.product->vm.costPerElement);
    }
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter: {
      const WindowArgs& args = kernel.window->args;
      return kCall + elements(args.output, args.rank) * elements(args.window, args.rank) * kElement + elements(args.input, args.rank) * 0.1;
    }
    case KernelKind::ArgReduce:
      return kCall + elements(kernel.argReduce->args.shape, kernel.argReduce->args.rank) * kElement;
    case KernelKind::Gather: {
      const GatherArgs& args = kernel.gather->args;
      return kCall + static_cast<double>(args.outer) * static_cast<double>(args.count) * (2 + static_cast<double>(args.inner) * 0.1);
    }
    case KernelKind::Scatter: {
      const ScatterArgs& args = kernel.scatter->args;
      return kCall + static_cast<double>(args.outer) * static_cast<double>(args.count) * (2 + static_cast<double>(args.inner) * kElement);
    }
  }
  return kCall;
}

struct Run {
  const Executable& executable;
  RunMemory memory;
  Workspace& workspace;
  Context context;

  void* address(const View& view) const {
    return memory.buffers[view.buffer] + view.offset * elementBytes(executable.plan->buffers[view.buffer].dtype);
  }
};

struct LoopTask {
  const Run& run;
  const LoopProgram& loop;
};

void runLoopTask(void* argument, int task, int worker) {
  const LoopTask& work = *static_cast<const LoopTask*>(argument);
  const VmProgram& vm = work.loop.vm;
  Window window;
  window.rows = vm.rows();
  window.columns = vm.inner();
  if (work.loop.splitRows) {
    const Range range = partOf(window.rows, work.loop.tasks, task, 1);
    window.row = range.from;
    window.rows = range.to - range.from;
  } else {
    const Range range = partOf(window.columns, work.loop.tasks, task, 64);
    window.column = range.from;
    window.columns = range.to - range.from;
  }
  execute(vm, work.run.memory, window, work.run.workspace.kernelScratch(worker, executeBytes(vm)));
}

void runLoop(const Run& run, const LoopProgram& loop) {
  LoopTask work = {run, loop};
  if (loop.tasks == 1) {
    runLoopTask(&work, 0, 0);
  } else {
    run.context.parallel.run(run.context.parallel.ctx, loop.tasks, runLoopTask, &work);
  }
}

struct EpilogueCall {
  const Run& run;
  const VmProgram& vm;
  /** Rows of one batch element. */
  int64_t rowsEach;
};

void runEpilogue(void* argument, void* tile, int64_t ldTile, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int worker) {
  const EpilogueCall& call = *static_cast<const EpilogueCall*>(argument);
  const void* results[1] = {tile};
  Window window;
  window.row = batch * call.rowsEach + m0;
  window.rows = rows;
  window.column = n0;
  window.columns = cols;
  window.results = results;
  window.resultStride = ldTile;
  execute(call.vm, call.run.memory, window, call.run.workspace.epilogueScratch(worker, executeBytes(call.vm)));
}

Epilogue epilogueFor(const Run& run, const ProductProgram& program, EpilogueCall& call) {
  Epilogue epilogue = program.epilogue;
  epilogue.kind = program.kind;
  if (program.kind == EpilogueKind::Callback) {
    epilogue.callback = runEpilogue;
    epilogue.ctx = &call;
  } else {
    epilogue.out = run.address(program.out);
    if (program.kind != EpilogueKind::Store) epilogue.bias = run.address(program.bias);
  }
  return epilogue;
}

void runDot(const Run& run, const DotKernel& dot, const ProductProgram& program) {
  EpilogueCall call = {run, program.vm, dot.m};
  const int batch = dot.batch.rank;
  GemmArgs args{};
  args.batchRank = batch;
  std::copy_n(dot.batch.dims, batch, args.batch);
  args.m = dot.m;
  args.n = dot.n;
  args.k = dot.k;
  args.lhs = run.address(dot.lhs);
  std::copy_n(dot.lhs.strides, batch, args.lhsBatch);
  args.lhsRow = dot.lhs.strides[batch];
  args.lhsCol = dot.lhs.strides[batch + 1];
  args.rhs = run.address(dot.rhs);
  std::copy_n(dot.rhs.strides, batch, args.rhsBatch);
  args.rhsRow = dot.rhs.strides[batch];
  args.rhsCol = dot.rhs.strides[batch + 1];
  args.epilogue = epilogueFor(run, program, call);
  const KernelTable& kernels = *run.executable.set.kernels;
  (dot.dtype == DType::Float32 ? kernels.gemm : kernels.gemmInt32)(run.context, args);
}

void runConv(const Run& run, const ConvKernel& conv, const ProductProgram& program) {
  EpilogueCall call = {run, program.vm, conv.batch};
  for (int i = 0; i < conv.spatial; i++) call.rowsEach *= conv.output[i];
  ConvArgs args{};
  const int n = conv.spatial;
  args.spatial = n;
  args.groups = conv.groups;
  args.batch = conv.batch;
  args.channels = conv.channels;
  args.features = conv.features;
  std::copy_n(conv.input, n, args.input);
  std::copy_n(conv.window, n, args.window);
  std::copy_n(conv.output, n, args.output);
  std::copy_n(conv.strides, n, args.strides);
  std::copy_n(conv.low, n, args.low);
  std::copy_n(conv.lhsDilation, n, args.lhsDilation);
  std::copy_n(conv.rhsDilation, n, args.rhsDilation);
  args.lhs = run.address(conv.lhs);
  args.lhsGroup = conv.lhs.strides[0];
  args.lhsBatch = conv.lhs.strides[1];
  std::copy_n(conv.lhs.strides + 2, n, args.lhsSpatial);
  args.lhsChannel = conv.lhs.strides[n + 2];
  args.rhs = run.address(conv.rhs);
  args.rhsGroup = conv.rhs.strides[0];
  std::copy_n(conv.rhs.strides + 1, n, args.rhsWindow);
  args.rhsChannel = conv.rhs.strides[n + 1];
  args.rhsFeature = conv.rhs.strides[n + 2];
  args.epilogue = epilogueFor(run, program, call);
  const KernelTable& kernels = *run.executable.set.kernels;
  (conv.dtype == DType::Float32 ? kernels.conv : kernels.convInt32)(run.context, args);
}

void runWindow(const Run& run, KernelKind kind, const WindowKernel& window) {
  WindowArgs args = window.args;
  args.x = run.address(window.x);
  args.y = run.address(window.y);
  args.out = run.address(window.out);
  const KernelTable& kernels = *run.executable.set.kernels;
  auto fn = kind == KernelKind::ReduceWindow   ? kernels.reduceWindow
            : kind == KernelKind::WindowGather ? kernels.windowGather
                                               : kernels.windowScatter;
  fn(run.context, args);
}

void runKernel(const Run& run, const Kernel& kernel, const KernelProgram& program) {
  const KernelTable& kernels = *run.executable.set.kernels;
  switch (kernel.kind) {
    case KernelKind::Loop:
      return runLoop(run, *program.loop);
    case KernelKind::Reduce:
      return executeReduce(*program.reduce, run.memory, run.context);
    case KernelKind::Dot:
      return runDot(run, *kernel.dot, *program.product);
    case KernelKind::Conv:
      return runConv(run, *kernel.conv, *program.product);
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter:
      return runWindow(run, kernel.kind, *kernel.window);
    case KernelKind::ArgReduce: {
      ArgReduceArgs args = kernel.argReduce->args;
      args.x = run.address(kernel.argReduce->x);
      args.out = static_cast<int32_t*>(run.address(kernel.argReduce->out));
      kernels.argReduce(run.context, args);
      return;
    }
    case KernelKind::Gather: {
      GatherArgs args = kernel.gather->args;
      args.x = run.address(kernel.gather->x);
      args.indices = static_cast<const int32_t*>(run.address(kernel.gather->indices));
      args.out = run.address(kernel.gather->out);
      args.status = run.memory.status;
      kernels.gather(run.context, args);
      return;
    }
    case KernelKind::Scatter: {
      ScatterArgs args = kernel.scatter->args;
      args.indices = static_cast<const int32_t*>(run.address(kernel.scatter->indices));
      args.updates = run.address(kernel.scatter->updates);
      args.out = run.address(kernel.scatter->out);
      args.status = run.memory.status;
      kernels.scatter(run.context, args);
      return;
    }
  }
}

}  // namespace

std::unique_ptr<Executable> makeExecutable(std::unique_ptr<Plan> plan, const InstructionSet& set, int threads, std::string& error) {
  auto executable = std::make_unique<Executable>();
  executable->set = set;
  executable->threads = threads;
  Maker maker(*plan, set, threads, error);
  for (const Kernel& kernel : plan->kernels) {
    executable->programs.emplace_back();
    if (!maker.make(kernel, executable->programs.back())) return nullptr;
    const KernelProgram& program = executable->programs.back();
    executable->nanoseconds += estimateOf(kernel, program);
    auto need = [](size_t& bytes, size_t more) { bytes = std::max(bytes, more); };
    if (program.loop) need(executable->workerScratch, executeBytes(program.loop->vm));
    if (program.reduce) need(executable->workerScratch, static_cast<size_t>(program.reduce->workerBytes));
    if (program.reduce) need(executable->sharedScratch, static_cast<size_t>(program.reduce->sharedBytes));
    if (program.product) need(executable->epilogueScratch, executeBytes(program.product->vm));
  }
  executable->plan = std::move(plan);
  return executable;
}

int32_t runExecutable(const Executable& executable, char* const* buffers, const double* scalars, Workspace& workspace) {
  int32_t status = 0;
  Run run = {executable, {buffers, scalars, &status}, workspace, {}};
  struct Threads {
    int count;
  } threads = {executable.threads};
  run.context.parallel.ctx = &threads;
  run.context.parallel.threads = executable.threads;
  run.context.parallel.run = [](void* context, int tasks, void (*fn)(void*, int, int), void* argument) {
    ThreadPool::instance().run(static_cast<Threads*>(context)->count, tasks, fn, argument);
  };
  run.context.scratch.ctx = &workspace;
  run.context.scratch.get = [](void* context, int worker, size_t bytes) {
    return static_cast<Workspace*>(context)->kernelScratch(worker, bytes);
  };
  const Plan& plan = *executable.plan;
  for (size_t i = 0; i < plan.kernels.size() && __atomic_load_n(&status, __ATOMIC_RELAXED) == 0; i++) {
    if (executable.profile.empty()) {
      runKernel(run, plan.kernels[i], executable.programs[i]);
      continue;
    }
    const auto start = std::chrono::steady_clock::now();
    runKernel(run, plan.kernels[i], executable.programs[i]);
    executable.profile[i] += std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
  }
  return status;
}

}  // namespace neurite
