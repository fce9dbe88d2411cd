/** Runs programs over windows of their space. */
#ifndef NEURITE_VM_EXECUTE_H
#define NEURITE_VM_EXECUTE_H

#include "vm/program.h"

namespace neurite {

/** Statuses of a run other than 0, all is well, and sites counted from 1. */
constexpr int32_t kDividedByZero = -1;
constexpr int32_t kRemainderByZero = -2;
constexpr int32_t kNoScratch = -3;

/** What a run gives to its kernels. */
struct RunMemory {
  /** Address of each buffer of the plan. */
  char* const* buffers;
  const double* scalars;
  /** The first complaint. */
  int32_t* status;
};

/** Rows (all axes but the last, row-major) and columns (the last axis) to run over. */
struct Window {
  int64_t row = 0, rows = 0;
  int64_t column = 0, columns = 0;
  /** Of `result` instructions: the element of (row, column), one pointer a result, and elements between rows. */
  const void* const* results = nullptr;
  int64_t resultStride = 0;
};

/** The elements that were just worked on. */
struct VmBlock {
  int64_t row, rows;
  int64_t column, columns;
  /** By slot. */
  const void* const* slots;
};

/** `scratch`: 64-byte aligned, executeBytes(program) bytes. */
size_t executeBytes(const VmProgram& program);
void execute(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch);
/** The same, and calls `after` for every block. */
void executeBlocks(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch,
                   void (*after)(void* context, const VmBlock& block), void* context);

}  // namespace neurite

#endif
