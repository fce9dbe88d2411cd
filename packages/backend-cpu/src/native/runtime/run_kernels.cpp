// Kernels one after the other, each by its kind.

#include "runtime/run.h"
#include "vm/split.h"

namespace neurite {

namespace {

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

}  // namespace

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
    case KernelKind::Cond:
      return runCond(run, *kernel.control, program);
    case KernelKind::While:
      return runWhile(run, *kernel.control, program);
    case KernelKind::Scan:
      return runScan(run, *kernel.control, program);
  }
}

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

}  // namespace neurite
