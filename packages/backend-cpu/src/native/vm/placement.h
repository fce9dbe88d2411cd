/** Where the values of a program live: registers, cells, or the tensors they are loaded from and stored to. */
#ifndef NEURITE_VM_PLACEMENT_H
#define NEURITE_VM_PLACEMENT_H

#include <vector>

#include "vm/compile.h"
#include "vm/program.h"

namespace neurite {

/** Blocks of programs with a transposed operand: a cache line of rows, and columns enough for long runs of the others. */
constexpr int64_t kPanelRows = 16;
constexpr int64_t kPanel = 64;

/** Elements of a block of several rows in row kernels, at most. */
constexpr int64_t kLongestRowBlock = 2048;

/** Last step of compiling. `classes`: of each slot. */
void placeValues(const Plan& plan, const CompileOptions& options, const std::vector<ValueClass>& classes, VmProgram& program);

}  // namespace neurite

#endif
