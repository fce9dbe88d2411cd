/** One run of an executable: what its kernels work on, and how kernels of each kind are run. */
#ifndef NEURITE_RUNTIME_RUN_H
#define NEURITE_RUNTIME_RUN_H

#include "runtime/executable.h"

namespace neurite {

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

/** In order, up to one that complains; false if one did. */
bool runKernels(const Run& run, const std::vector<Kernel>& kernels, const std::vector<KernelProgram>& programs);
void runKernel(const Run& run, const Kernel& kernel, const KernelProgram& program);

void runDot(const Run& run, const DotKernel& dot, const ProductProgram& program);
void runConv(const Run& run, const ConvKernel& conv, const ProductProgram& program);

void runCond(const Run& run, const ControlKernel& control, const KernelProgram& program);
void runWhile(const Run& run, const ControlKernel& control, const KernelProgram& program);
void runScan(const Run& run, const ControlKernel& control, const KernelProgram& program);

}  // namespace neurite

#endif
