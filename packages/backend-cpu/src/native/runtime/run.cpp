// A run from its beginning to its end, and what it will need for that.

#include "runtime/run.h"

#include <algorithm>

#include "runtime/denormals.h"
#include "runtime/machine.h"
#include "runtime/threads.h"

namespace neurite {

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
  run.context.firstLevelBytes = firstLevelBytes();
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
  run.context.firstLevelBytes = firstLevelBytes();
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
