// Branches and loops: which of their kernels run, and on what.

#include <cstring>
#include <utility>

#include "runtime/run.h"

namespace neurite {

namespace {

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

}  // namespace

void runCond(const Run& run, const ControlKernel& control, const KernelProgram& program) {
  const int branch = holds(run, control.predicate) ? 0 : 1;
  runKernels(run, control.blocks[branch], program.blocks[branch]);
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

}  // namespace neurite
