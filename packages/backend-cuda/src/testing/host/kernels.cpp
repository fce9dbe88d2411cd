// Kernels on the processor: threads of a block run one after another; at a barrier they take turns.

#include <ucontext.h>

#include <cstdlib>

#include "fake.h"

namespace {

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

}  // namespace

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
