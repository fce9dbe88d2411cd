/** Reductions: a body over a space, combined along some of its axes, then an epilogue over the axes kept. */
#ifndef NEURITE_VM_REDUCE_H
#define NEURITE_VM_REDUCE_H

#include <string>
#include <vector>

#include "runtime/plan.h"
#include "vm/execute.h"
#include "vm/program.h"

namespace neurite {

/**
 * The body's axes are reordered so that a row is either reduced to one value, [kept..., reduced..., last reduced], or
 * kept, rows being combined elementwise, [kept..., reduced..., last kept]. Where the last axis is short, what is combined elementwise is two
 * axes, [kept..., reduced..., last kept, short one]. One that is reduced is *folded* at the end.
 */
struct ReduceProgram {
  VmProgram body;
  VmProgram epilogue;
  std::vector<Reduction> reductions;
  std::vector<Accumulator> identities;
  bool rowsReduced = false;
  /** Elements kept; rows of the body for each kept element (rowsReduced), or those combined for each kept row. */
  int64_t kept = 1;
  int64_t rowsEach = 1;
  /** Rows kept: neighbours that are one kept element in the end, and rows of the body that a kept row has. */
  int64_t folded = 1;
  int64_t rowsOfRow = 1;
  /** Results of this many kept elements are worked out together. */
  int64_t pieceRows = 1, pieceColumns = 1;
  /** Tasks, and whether each takes a part of the reduced axes (few elements kept) rather than of the kept ones. */
  int tasks = 1;
  bool partial = false;

  /** Byte offsets in a worker's scratch memory. */
  int64_t accumulatorsAt = 0, lanesAt = 0, levelsAt = 0, resultsAt = 0, pointersAt = 0, workerBytes = 0;
  int64_t sharedBytes = 0;
};

bool compileReduce(const Plan& plan, const ReduceKernel& kernel, const VmTable* table, int threads, ReduceProgram& program, std::string& error);
void executeReduce(const ReduceProgram& program, const RunMemory& memory, const Context& context);

}  // namespace neurite

#endif
