#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/denormals.h"
#include "runtime/executable.h"
#include "runtime/threads.h"
#include "vm/split.h"

namespace neurite {

namespace {

struct Run {
  const Executable& executable;
  /** What `memory` sees; loops move some of them. */
  char** buffers;
  RunMemory memory;
  /** Null while kernels are only asked for their needs: as if nothing had been packed yet. */
  Workspace* workspace;
  PackedOperand* kept;
  Context context;
  /** Null where nobody measures. */
  Profiler* profiler = nullptr;
  /** Of the executable's kernels, by their numbers. */
  KernelTime* times = nullptr;

  void* address(const View& view) const {
    return memory.buffers[view.buffer] + view.offset * elementBytes(executable.plan->buffers[view.buffer].dtype);
  }

  /** Null where the right operand is another each time. */
  PackedOperand* packedOperand(const ProductProgram& program) const {
    static PackedOperand unplaced = {nullptr, false};
    if (program.packed < 0 && program.kept < 0) return nullptr;
    if (workspace == nullptr) return &unplaced;
    return program.packed >= 0 ? &workspace->packed(program.packed) : kept + program.kept;
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
  execute(vm, work.run.memory, window, work.run.workspace->kernelScratch(worker));
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
  execute(call.vm, call.run.memory, window, call.run.workspace->epilogueScratch(worker));
}

float valueOf(const Run& run, const Scale& scale) {
  // Kernels that are only asked for their needs have no memory to look at.
  if (run.workspace == nullptr) return 1;
  const double value = scale.isLoaded      ? static_cast<double>(*static_cast<const float*>(run.address(scale.view)))
                       : scale.scalar >= 0 ? run.memory.scalars[scale.scalar]
                                           : scale.constant;
  return static_cast<float>(scale.isNegative ? -value : value);
}

Epilogue epilogueFor(const Run& run, const ProductProgram& program, EpilogueCall& call) {
  Epilogue epilogue = program.epilogue;
  epilogue.kind = program.kind;
  if (program.kind == EpilogueKind::Callback) {
    epilogue.callback = runEpilogue;
    epilogue.ctx = &call;
  } else {
    epilogue.out = run.address(program.out);
  }
  if (program.kind == EpilogueKind::Bias || program.kind == EpilogueKind::BiasRelu) epilogue.bias = run.address(program.bias);
  if (program.kind == EpilogueKind::AddScaled) {
    epilogue.addend = run.address(program.addend);
    epilogue.scale = valueOf(run, program.scale);
  }
  return epilogue;
}

void runDot(const Run& run, const DotKernel& dot, const ProductProgram& program) {
  EpilogueCall call = {run, program.vm, dot.m};
  GemmArgs args = gemmArgs(dot);
  args.lhs = run.address(dot.lhs);
  args.rhs = run.address(dot.rhs);
  args.epilogue = epilogueFor(run, program, call);
  args.packed = run.packedOperand(program);
  const KernelTable& kernels = *run.executable.set.kernels;
  const auto fn = dot.dtype == DType::Float32   ? kernels.gemm
                  : dot.dtype == DType::Float64 ? kernels.gemmFloat64
                  : dot.dtype == DType::Int64   ? kernels.gemmInt64
                                                : kernels.gemmInt32;
  fn(run.context, args);
}

void runConv(const Run& run, const ConvKernel& conv, const ProductProgram& program) {
  EpilogueCall call = {run, program.vm, conv.batch};
  for (int i = 0; i < conv.spatial; i++) call.rowsEach *= conv.output[i];
  ConvArgs args = convArgs(conv);
  args.lhs = run.address(conv.lhs);
  args.rhs = run.address(conv.rhs);
  args.packed = run.packedOperand(program);
  args.epilogue = epilogueFor(run, program, call);
  const KernelTable& kernels = *run.executable.set.kernels;
  const auto fn = conv.dtype == DType::Float32   ? kernels.conv
                  : conv.dtype == DType::Float64 ? kernels.convFloat64
                  : conv.dtype == DType::Int64   ? kernels.convInt64
                                                 : kernels.convInt32;
  fn(run.context, args);
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

void runLinalg(const Run& run, const LinalgKernel& kernel) {
  LinalgArgs args = kernel.args;
  for (int i = 0; i < inputsOf(args.op); i++) args.inputs[i].data = run.address(kernel.inputs[i]);
  for (int i = 0; i < outputsOf(args.op); i++) args.outputs[i].data = run.address(kernel.outputs[i]);
  linalg(run.context, *run.executable.set.kernels->blas, args);
}

bool runKernels(const Run& run, const std::vector<Kernel>& kernels, const std::vector<KernelProgram>& programs);

bool holds(const Run& run, const View& predicate) { return *static_cast<const bool*>(run.address(predicate)); }

void moveSlices(const Run& run, const ControlKernel& control, int64_t position) {
  for (int32_t slice : control.slices) {
    const BufferInfo& buffer = run.executable.plan->buffers[slice];
    run.buffers[slice] = run.buffers[buffer.place] + (buffer.offset + buffer.step * position) * elementBytes(buffer.dtype);
  }
}

void exchange(const Run& run, const ControlKernel& control) {
  for (const auto& [first, second] : control.swaps) std::swap(run.buffers[first], run.buffers[second]);
}

/** What a loop carries must be in the first buffer of each pair when it has ended. */
void endLoop(const Run& run, const ControlKernel& control, int64_t steps) {
  if (steps % 2 == 0) return;
  exchange(run, control);
  for (const auto& [first, second] : control.swaps) {
    std::memcpy(run.buffers[first], run.buffers[second], static_cast<size_t>(run.executable.plan->buffers[first].bytes()));
  }
}

/** What the loop before, or this one in an earlier run, has packed does not count. */
void forgetPacked(const Run& run, const KernelProgram& loop) {
  for (const std::vector<KernelProgram>& block : loop.blocks)
    for (const KernelProgram& program : block)
      if (program.product && program.product->packed >= 0) run.workspace->packed(program.product->packed).ready = false;
}

void runWhile(const Run& run, const ControlKernel& control, const KernelProgram& program) {
  forgetPacked(run, program);
  int64_t steps = 0;
  for (; control.length < 0 || steps < control.length; steps++) {
    if (!runKernels(run, control.blocks[0], program.blocks[0]) || !holds(run, control.predicate)) break;
    if (!runKernels(run, control.blocks[1], program.blocks[1])) break;
    exchange(run, control);
  }
  endLoop(run, control, steps);
}

void runScan(const Run& run, const ControlKernel& control, const KernelProgram& program) {
  forgetPacked(run, program);
  int64_t steps = 0;
  for (; steps < control.length; steps++) {
    moveSlices(run, control, control.reverse ? control.length - 1 - steps : steps);
    if (!runKernels(run, control.blocks[0], program.blocks[0])) break;
    exchange(run, control);
  }
  endLoop(run, control, steps);
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
    case KernelKind::Cumulative: {
      CumulativeArgs args = kernel.cumulative->args;
      args.x = run.address(kernel.cumulative->x);
      args.out = run.address(kernel.cumulative->out);
      kernels.cumulative(run.context, args);
      return;
    }
    case KernelKind::ArgSort: {
      ArgSortArgs args = kernel.argSort->args;
      args.x = run.address(kernel.argSort->x);
      args.out = static_cast<int32_t*>(run.address(kernel.argSort->out));
      return argSort(run.context, args);
    }
    case KernelKind::Fft: {
      FftArgs args = kernel.fft->args;
      args.x = static_cast<const float*>(run.address(kernel.fft->x));
      args.out = static_cast<float*>(run.address(kernel.fft->out));
      return fft(run.context, *kernels.fft, *program.fft, args);
    }
    case KernelKind::Linalg:
      return runLinalg(run, *kernel.linalg);
    case KernelKind::Cond: {
      const int branch = holds(run, kernel.control->predicate) ? 0 : 1;
      runKernels(run, kernel.control->blocks[branch], program.blocks[branch]);
      return;
    }
    case KernelKind::While:
      return runWhile(run, *kernel.control, program);
    case KernelKind::Scan:
      return runScan(run, *kernel.control, program);
  }
}

/** In order, up to one that complains; false if one did. */
bool runKernels(const Run& run, const std::vector<Kernel>& kernels, const std::vector<KernelProgram>& programs) {
  auto isWell = [&] { return __atomic_load_n(run.memory.status, __ATOMIC_RELAXED) == 0; };
  for (size_t i = 0; i < kernels.size(); i++) {
    if (run.profiler == nullptr) {
      runKernel(run, kernels[i], programs[i]);
    } else {
      const double start = run.profiler->now();
      runKernel(run, kernels[i], programs[i]);
      run.profiler->note(run.times[kernels[i].number], run.executable.serial, kernels[i].number, start);
    }
    if (!isWell()) return false;
  }
  return true;
}

}  // namespace

namespace {

/** The scratch memory of a run: a workspace that holds what was measured. */
struct RunScratch {
  Workspace& workspace;
  int32_t* status;
};

/** Kernels that say what scratch memory they need before they do anything. */
bool asksForScratch(KernelKind kind) {
  switch (kind) {
    case KernelKind::Dot:
    case KernelKind::Conv:
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter:
    case KernelKind::ArgSort:
    case KernelKind::Fft:
    case KernelKind::Linalg:
      return true;
    default:
      return false;
  }
}

void measureKernels(const Run& run, const std::vector<Kernel>& kernels, const std::vector<KernelProgram>& programs) {
  for (size_t i = 0; i < kernels.size(); i++) {
    if (asksForScratch(kernels[i].kind)) runKernel(run, kernels[i], programs[i]);
    if (!kernels[i].control) continue;
    for (int block = 0; block < 2; block++) measureKernels(run, kernels[i].control->blocks[block], programs[i].blocks[block]);
  }
}

}  // namespace

void measureScratch(Executable& executable) {
  const Plan& plan = *executable.plan;
  std::vector<char*> nowhere(plan.buffers.size(), nullptr);
  int32_t status = 0;
  Run run = {executable, nowhere.data(), {nowhere.data(), nullptr, &status}, nullptr, nullptr, {}};
  run.context.parallel.threads = executable.threads;
  run.context.scratch.ctx = &executable;
  run.context.scratch.reserve = [](void* context, size_t each, size_t shared) {
    Executable& needs = *static_cast<Executable*>(context);
    needs.workerScratch = std::max(needs.workerScratch, each);
    needs.sharedScratch = std::max(needs.sharedScratch, shared);
    return false;
  };
  measureKernels(run, plan.kernels, executable.programs);
}

namespace {

struct Tasks {
  void (*fn)(void*, int, int);
  void* argument;
  bool flushesDenormals;
};

/** Context::parallel.run, given the executable. */
void runTasks(void* context, int count, void (*fn)(void*, int, int), void* argument) {
  const Executable& executable = *static_cast<const Executable*>(context);
  Tasks tasks = {fn, argument, executable.flushesDenormals};
  auto runTask = [](void* job, int task, int worker) {
    const Tasks& own = *static_cast<const Tasks*>(job);
    const FlushDenormals onThisThread(own.flushesDenormals);
    own.fn(own.argument, task, worker);
  };
  ThreadPool::instance().run(executable.threads, count, runTask, &tasks);
}

}  // namespace

int32_t runExecutable(const Executable& executable, char** buffers, const double* scalars, Workspace& workspace, PackedOperand* kept,
                      Profiler* profiler) {
  int32_t status = 0;
  RunScratch scratch = {workspace, &status};
  Run run = {executable, buffers, {buffers, scalars, &status}, &workspace, kept, {}};
  const FlushDenormals onThisThread(executable.flushesDenormals);
  run.context.parallel.ctx = const_cast<Executable*>(&executable);
  run.context.parallel.threads = executable.threads;
  run.context.parallel.run = runTasks;
  run.context.scratch.ctx = &scratch;
  run.context.scratch.reserve = [](void* context, size_t each, size_t shared) {
    const RunScratch& own = *static_cast<RunScratch*>(context);
    if (own.workspace.holds(each, shared)) return true;
    __atomic_store_n(own.status, kNoScratch, __ATOMIC_RELAXED);
    return false;
  };
  run.context.scratch.get = [](void* context, int worker, size_t) {
    return static_cast<RunScratch*>(context)->workspace.kernelScratch(worker);
  };
  run.profiler = profiler;
  if (profiler != nullptr) run.times = profiler->timesOf(executable.serial, executable.plan->kernelCount).data();
  runKernels(run, executable.plan->kernels, executable.programs);
  return status;
}

}  // namespace neurite
