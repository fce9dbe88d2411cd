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

/** Reduced axes shorter than this are folded at the end, with their neighbours in lanes until then. */
constexpr int64_t kLongestFolded = 64;
/** Lanes at most, and places over which they are combined at least. */
constexpr int64_t kMostLanes = 1024;
constexpr int64_t kFewestPlaces = 8;
/** Rows kept: reduced rows that a task takes of the same columns, at least. */
constexpr int64_t kFewestRowsOfPart = 32;

/** [..., kept, reduced] where the last is short and others are reduced too. */
bool folds(const ReduceKernel& kernel) {
  const int last = kernel.space.rank - 1;
  if (last < 2 || !kernel.reduced[last] || kernel.reduced[last - 1]) return false;
  const int64_t* dims = kernel.space.dims;
  if (dims[last] < 2) return false;
  int64_t places = 1;
  for (int axis = 0; axis < last; axis++) places *= kernel.reduced[axis] ? dims[axis] : 1;
  return places >= kFewestPlaces && dims[last] < kLongestFolded && dims[last] * dims[last - 1] <= kMostLanes;
}

/** Makes the last two axes one where everything goes through them without a step between. */
bool joinLastTwo(Space& space, Body& body) {
  const int last = space.rank - 1;
  const int64_t dim = space.dims[last];
  auto joins = [&](const int64_t* strides) { return strides[last - 1] == strides[last] * dim; };
  for (const View& operand : body.operands) {
    if (!joins(operand.strides)) return false;
  }
  for (const Instruction& instruction : body.instructions) {
    if (!joins(instruction.strides)) return false;
  }
  auto join = [&](int64_t* strides) {
    strides[last - 1] = strides[last];
    strides[last] = 0;
  };
  for (View& operand : body.operands) join(operand.strides);
  for (Instruction& instruction : body.instructions) join(instruction.strides);
  space.dims[last - 1] *= dim;
  space.dims[last] = 0;
  space.rank--;
  return true;
}

}  // namespace

bool compileReduce(const Plan& plan, const ReduceKernel& kernel, const VmTable* table, int threads, ReduceProgram& program, std::string& error) {
  const int rank = kernel.space.rank;
  std::vector<int> keptAxes, reducedAxes, order;
  for (int axis = 0; axis < rank; axis++) (kernel.reduced[axis] ? reducedAxes : keptAxes).push_back(axis);
  const bool folded = folds(kernel);
  program.rowsReduced = kernel.reduced[rank - 1] && !folded;
  order = keptAxes;
  if (!program.rowsReduced) order.pop_back();
  order.insert(order.end(), reducedAxes.begin(), reducedAxes.end());
  if (folded) order.insert(order.end() - 1, rank - 2);
  else if (!program.rowsReduced) order.push_back(rank - 1);

  Space space = kernel.space;
  permute(space.dims, order);
  Body body = kernel.body;
  for (View& operand : body.operands) permute(operand.strides, order);
  for (Instruction& instruction : body.instructions) permute(instruction.strides, order);

  program.reductions = kernel.reductions;
  CompileOptions bodyOptions;
  if (folded) {
    program.folded = space.dims[rank - 1];
    program.rowsOfRow = joinLastTwo(space, body) ? 1 : space.dims[rank - 2];
    bodyOptions.periodAxis = rank - 3;
    // Lanes stand for places in a period.
    bodyOptions.shortestBlock = std::max(bodyOptions.shortestBlock, program.folded * kernel.space.dims[rank - 2]);
  }
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
  bodyOptions.longestBlock = program.rowsReduced ? 4096 : kMostLanes;
  CompileOptions epilogueOptions;
  epilogueOptions.tiles = true;
  if (!compileBody(plan, body, space, bodyOptions, table, program.body, error)) return false;
  if (!compileBody(plan, kernel.epilogue, kernel.kept, epilogueOptions, table, program.epilogue, error)) return false;

  program.kept = kernel.kept.volume();
  int64_t reduced = 1;
  for (int axis : reducedAxes) reduced *= kernel.space.dims[axis];
  const int64_t inner = program.body.inner();
  program.rowsEach = program.rowsReduced ? (inner == 0 ? 0 : reduced / inner) : reduced / program.folded;

  const double cost = static_cast<double>(program.kept) * static_cast<double>(reduced) * (program.body.costPerElement + 0.05);
  program.tasks = tasksFor(cost, threads);
  // Pieces are small enough to give every task several.
  const int64_t keptInner = std::max<int64_t>(program.epilogue.inner(), 1);
  int64_t piece = kPiece;
  if (!program.rowsReduced) piece = std::min(piece, program.body.blockLength);
  if (program.tasks > 1) piece = std::clamp<int64_t>((program.kept / (4 * program.tasks) + 15) / 16 * 16, std::min<int64_t>(16, piece), piece);
  // Rows kept: narrow columns would waste the vectors. Tasks take parts of the reduced axes rather than of whole rows.
  if (!program.rowsReduced && !folded && program.tasks > 1) {
    const int64_t widest = std::min(kPiece, program.body.blockLength);
    piece = std::clamp<int64_t>(piece, program.rowsEach >= kFewestRowsOfPart * program.tasks ? widest : std::min<int64_t>(128, widest), kPiece);
  }
  if (!program.rowsReduced && (program.body.multi || folded)) piece = std::max(piece, keptInner);
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
