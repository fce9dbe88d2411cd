#include <algorithm>

#include "vm/compile.h"
#include "vm/reduce.h"
#include "vm/reduce_pieces.h"
#include "vm/split.h"

namespace neurite {

namespace {

int64_t roundUp(int64_t value) { return (value + 63) / 64 * 64; }

void permute(int64_t* values, const std::vector<int>& order) {
  int64_t old[kMaxRank];
  std::copy_n(values, kMaxRank, old);
  for (size_t i = 0; i < order.size(); i++) values[i] = old[order[i]];
}

}  // namespace

bool compileReduce(const Plan& plan, const ReduceKernel& kernel, const VmTable* table, int threads, ReduceProgram& program, std::string& error) {
  const int rank = kernel.space.rank;
  std::vector<int> keptAxes, reducedAxes, order;
  for (int axis = 0; axis < rank; axis++) (kernel.reduced[axis] ? reducedAxes : keptAxes).push_back(axis);
  program.rowsReduced = kernel.reduced[rank - 1];
  order = keptAxes;
  if (!program.rowsReduced) order.pop_back();
  order.insert(order.end(), reducedAxes.begin(), reducedAxes.end());
  if (!program.rowsReduced) order.push_back(rank - 1);

  Space space = kernel.space;
  permute(space.dims, order);
  Body body = kernel.body;
  for (View& operand : body.operands) permute(operand.strides, order);
  for (Instruction& instruction : body.instructions) permute(instruction.strides, order);

  program.reductions = kernel.reductions;
  CompileOptions bodyOptions;
  for (const Reduction& reduction : program.reductions) {
    if (table->reduce[static_cast<int>(reduction.op)][vmType(reduction.dtype)] == nullptr) {
      error = "[reduce] is not defined for this dtype";
      return false;
    }
    bodyOptions.wanted.push_back(reduction.value);
    program.identities.push_back(identityOf(reduction.op, reduction.dtype));
  }
  // Lanes stand for columns: all blocks must have the same.
  bodyOptions.panels = program.rowsReduced;
  bodyOptions.longestBlock = program.rowsReduced ? 4096 : 1024;
  CompileOptions epilogueOptions;
  epilogueOptions.tiles = true;
  if (!compileBody(plan, body, space, bodyOptions, table, program.body, error)) return false;
  if (!compileBody(plan, kernel.epilogue, kernel.kept, epilogueOptions, table, program.epilogue, error)) return false;

  program.kept = kernel.kept.volume();
  int64_t reduced = 1;
  for (int axis : reducedAxes) reduced *= kernel.space.dims[axis];
  const int64_t inner = program.body.inner();
  program.rowsEach = program.rowsReduced ? (inner == 0 ? 0 : reduced / inner) : reduced;

  const double cost = static_cast<double>(program.kept) * static_cast<double>(reduced) * (program.body.costPerElement + 0.05);
  program.tasks = tasksFor(cost, threads);
  // Pieces are small enough to give every task several.
  const int64_t keptInner = std::max<int64_t>(program.epilogue.inner(), 1);
  int64_t piece = kPiece;
  if (!program.rowsReduced) piece = std::min(piece, program.body.blockLength);
  if (program.tasks > 1) piece = std::clamp<int64_t>((program.kept / (4 * program.tasks) + 15) / 16 * 16, std::min<int64_t>(16, piece), piece);
  // Rows kept: narrow columns would waste the vectors.
  if (!program.rowsReduced && program.tasks > 1) piece = std::clamp<int64_t>(piece, std::min<int64_t>(128, program.body.blockLength), kPiece);
  if (!program.rowsReduced && program.body.multi) piece = std::max(piece, keptInner);
  program.pieceColumns = std::min(keptInner, piece);
  program.pieceRows = keptInner >= piece ? 1 : std::max<int64_t>(1, piece / keptInner);
  const Pieces pieces(program);
  program.partial = program.tasks > 1 && pieces.count < program.tasks;

  const int64_t count = static_cast<int64_t>(program.reductions.size());
  int64_t next = roundUp(static_cast<int64_t>(std::max(executeBytes(program.body), executeBytes(program.epilogue))));
  program.accumulatorsAt = next;
  next += roundUp(count * kPiece * static_cast<int64_t>(sizeof(Accumulator)));
  program.resultsAt = next;
  next += roundUp(count * kPiece * kLane);
  program.pointersAt = next;
  next += roundUp(count * static_cast<int64_t>(sizeof(void*)));
  program.lanesAt = next;
  if (!program.rowsReduced) next += roundUp(count * program.body.blockLength * kLane);
  program.levelsAt = next;
  if (!program.rowsReduced) next += roundUp(count * program.body.blockLength * static_cast<int64_t>(sizeof(Accumulator)));
  program.workerBytes = next;
  if (program.partial) program.sharedBytes = program.tasks * program.kept * count * static_cast<int64_t>(sizeof(Accumulator));
  return true;
}

}  // namespace neurite
