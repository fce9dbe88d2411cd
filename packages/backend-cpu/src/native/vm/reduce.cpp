#include "vm/reduce.h"

#include <algorithm>
#include <cstring>

#include "vm/reduce_each.h"
#include "vm/reduce_pieces.h"
#include "vm/split.h"

namespace neurite {

namespace {

/** Rows added in float32 before they go on in double. */
constexpr int64_t kRowsPerLevel = 64;
/** Lanes that are combined at once at least, of short rows: a few vectors. */
constexpr int64_t kFewestLanes = 64;

/** What every call needs, and the kept elements that a task is at. */
struct Work {
  const ReduceProgram& program;
  const RunMemory& memory;
  char* scratch;
  /** One row of `stride` accumulators for each reduction; `first` is the kept element of the first. */
  Accumulator* accumulators;
  int64_t stride;
  int64_t first;
  /** Rows kept: lanes that are combined at once, whole kept rows; how often since they were flushed, and whether they ever were. */
  int64_t step = 0;
  int64_t pending = 0;
  bool flushed = false;

  char* lanes(size_t reduction) const {
    return scratch + program.lanesAt + static_cast<int64_t>(reduction) * program.body.blockLength * kLane;
  }
  Accumulator* levels(size_t reduction) const {
    return reinterpret_cast<Accumulator*>(scratch + program.levelsAt) + static_cast<int64_t>(reduction) * program.body.blockLength;
  }
};

/** Kept in float32 lanes for a while only. */
bool isFloatSum(const Reduction& reduction) { return reduction.op == ReduceOp::Sum && vmType(reduction.dtype) == kFloat; }

/** Rows reduced: folds the rows of a block into the accumulators of their kept elements. */
void foldRows(void* context, const VmBlock& block) {
  Work& work = *static_cast<Work*>(context);
  const ReduceProgram& program = work.program;
  const VmTable& table = *program.body.table;
  for (size_t i = 0; i < program.reductions.size(); i++) {
    const ReduceOp op = program.reductions[i].op;
    const VmType type = vmType(program.reductions[i].dtype);
    const WantedValue& wanted = program.body.wanted[i];
    const char* values = static_cast<const char*>(block.slots[wanted.slot]);
    const char* factors = wanted.factor < 0 ? nullptr : static_cast<const char*>(block.slots[wanted.factor]);
    Accumulator* accumulators = work.accumulators + static_cast<int64_t>(i) * work.stride;
    if (program.rowsEach == 1) {
      reduceEach(table, op, type, values, factors, block.rows, block.columns, accumulators + block.row - work.first);
      continue;
    }
    for (int64_t r = 0; r < block.rows;) {
      const int64_t kept = (block.row + r) / program.rowsEach;
      const int64_t rows = std::min(block.rows - r, (kept + 1) * program.rowsEach - (block.row + r));
      const int64_t at = r * block.columns * laneBytes(type);
      // Rows of one kept element are as one.
      reduceEach(table, op, type, values + at, factors == nullptr ? nullptr : factors + at, 1, rows * block.columns, accumulators + kept - work.first);
      r += rows;
    }
  }
}

/** Adds the lanes of sums to their levels, which begin when this is done first. */
void flushLanes(Work& work) {
  const ReduceProgram& program = work.program;
  for (size_t i = 0; i < program.reductions.size(); i++) {
    if (!isFloatSum(program.reductions[i])) continue;
    if (!work.flushed) std::fill_n(work.levels(i), work.step, program.identities[i]);
    program.body.table->flush(work.levels(i), work.lanes(i), static_cast<size_t>(work.step));
  }
  work.flushed = true;
  work.pending = 0;
}

/** `rows` times `width` lanes of a block, from its lane `at` on, into the first lanes. */
void combineLanes(Work& work, const VmBlock& block, int64_t at, int64_t rows, int64_t width) {
  const ReduceProgram& program = work.program;
  const VmTable& table = *program.body.table;
  for (size_t i = 0; i < program.reductions.size(); i++) {
    const Reduction& reduction = program.reductions[i];
    const VmType type = vmType(reduction.dtype);
    const WantedValue& wanted = program.body.wanted[i];
    const auto valuesOf = [&](int32_t slot) { return static_cast<const char*>(block.slots[slot]) + at * laneBytes(type); };
    const size_t count = static_cast<size_t>(rows), columns = static_cast<size_t>(width);
    if (wanted.factor >= 0) table.reduceColumnsProducts(work.lanes(i), valuesOf(wanted.slot), valuesOf(wanted.factor), count, columns);
    else table.reduceColumns[static_cast<int>(reduction.op)][type](work.lanes(i), valuesOf(wanted.slot), count, columns);
  }
}

/** Rows kept: combines the block with the lanes, element by element. */
void combineRows(void* context, const VmBlock& block) {
  Work& work = *static_cast<Work*>(context);
  const int64_t length = block.rows * block.columns, rows = length / work.step, rest = length % work.step;
  if (rows > 0) combineLanes(work, block, 0, rows, work.step);
  if (rest > 0) combineLanes(work, block, length - rest, 1, rest);
  work.pending += rows + 1;
  if (work.pending >= kRowsPerLevel) flushLanes(work);
}

/** Lanes of which `width` are a kept row: enough to fill vectors, few to be folded in the end. */
int64_t lanesFor(const VmProgram& body, int64_t width) {
  if (!body.multi) return width;
  return std::clamp<int64_t>((kFewestLanes + width - 1) / width, 1, std::max<int64_t>(body.blockLength / width, 1)) * width;
}

/** Reduces places `from` to `to` (of the reduced axes) of one kept row, columns `column` and on, into the accumulators. */
void reduceKeptRow(Work& work, int64_t keptRow, int64_t column, int64_t columns, int64_t from, int64_t to) {
  const ReduceProgram& program = work.program;
  const VmTable& table = *program.body.table;
  const int64_t width = columns * program.folded;
  work.step = lanesFor(program.body, width);
  work.pending = 0;
  work.flushed = false;
  for (size_t i = 0; i < program.reductions.size(); i++) {
    const DType dtype = program.reductions[i].dtype;
    const uint64_t identity = laneOf(dtype, program.identities[i]);
    if (laneBytes(dtype) == 8) table.splatWide(work.lanes(i), identity, static_cast<size_t>(work.step));
    else table.splat(work.lanes(i), static_cast<uint32_t>(identity), static_cast<size_t>(work.step));
  }
  Window window;
  window.row = (keptRow * program.rowsEach + from) * program.rowsOfRow;
  window.rows = (to - from) * program.rowsOfRow;
  window.column = column * program.folded;
  window.columns = width / program.rowsOfRow;
  executeBlocks(program.body, work.memory, window, work.scratch, combineRows, &work);
  if (work.flushed && work.pending > 0) flushLanes(work);
  const int64_t keptColumns = program.epilogue.inner();
  for (size_t i = 0; i < program.reductions.size(); i++) {
    const Reduction& reduction = program.reductions[i];
    Accumulator* out = work.accumulators + static_cast<int64_t>(i) * work.stride + keptRow * keptColumns + column - work.first;
    const auto forEachLane = [&](auto&& visit) {
      for (int64_t j = 0; j < work.step; j += width) {
        for (int64_t c = 0; c < columns; c++) {
          for (int64_t f = 0; f < program.folded; f++) visit(out[c], j + c * program.folded + f);
        }
      }
    };
    if (isFloatSum(reduction) && work.flushed) {
      const Accumulator* levels = work.levels(i);
      forEachLane([&](Accumulator& place, int64_t lane) { place.real += levels[lane].real; });
    } else if (isFloatSum(reduction)) {
      const float* lanes = reinterpret_cast<const float*>(work.lanes(i));
      forEachLane([&](Accumulator& place, int64_t lane) { place.real += static_cast<double>(lanes[lane]); });
    } else {
      const int64_t bytes = laneBytes(reduction.dtype);
      forEachLane([&](Accumulator& place, int64_t at) {
        uint64_t lane = 0;
        std::memcpy(&lane, work.lanes(i) + at * bytes, static_cast<size_t>(bytes));
        place = combine(reduction.op, reduction.dtype, place, accumulatorOf(reduction.dtype, lane));
      });
    }
  }
}

void startAccumulators(const ReduceProgram& program, Accumulator* accumulators, int64_t stride, int64_t count) {
  for (size_t i = 0; i < program.reductions.size(); i++) {
    std::fill_n(accumulators + static_cast<int64_t>(i) * stride, count, program.identities[i]);
  }
}

/** The epilogue over a piece whose first kept element is `accumulators[0]`. */
void finishPiece(const ReduceProgram& program, const RunMemory& memory, char* scratch, const Piece& piece, const Accumulator* accumulators,
                 int64_t stride) {
  const int64_t count = piece.rows * piece.columns;
  const void** pointers = reinterpret_cast<const void**>(scratch + program.pointersAt);
  for (size_t i = 0; i < program.reductions.size(); i++) {
    char* lanes = scratch + program.resultsAt + static_cast<int64_t>(i) * kPiece * kLane;
    pointers[i] = lanes;
    lanesOf(program.reductions[i].dtype, accumulators + static_cast<int64_t>(i) * stride, count, lanes);
  }
  Window window;
  window.row = piece.row;
  window.rows = piece.rows;
  window.column = piece.column;
  window.columns = piece.columns;
  window.results = pointers;
  window.resultStride = piece.columns;
  execute(program.epilogue, memory, window, scratch);
}

/** Reduces and finishes one piece. */
void runPiece(const ReduceProgram& program, const RunMemory& memory, char* scratch, const Piece& piece) {
  const int64_t first = piece.row * program.epilogue.inner() + piece.column;
  const int64_t count = piece.rows * piece.columns;
  Work work = {program, memory, scratch, reinterpret_cast<Accumulator*>(scratch + program.accumulatorsAt), kPiece, first};
  startAccumulators(program, work.accumulators, kPiece, count);
  if (program.rowsReduced) {
    Window window;
    window.row = first * program.rowsEach;
    window.rows = count * program.rowsEach;
    window.columns = program.body.inner();
    executeBlocks(program.body, memory, window, scratch, foldRows, &work);
  } else {
    for (int64_t row = piece.row; row < piece.row + piece.rows; row++) {
      reduceKeptRow(work, row, piece.column, piece.columns, 0, program.rowsEach);
    }
  }
  finishPiece(program, memory, scratch, piece, work.accumulators, kPiece);
}

/** Task `task`'s part of the reduced axes, for every kept element. */
void runPart(const ReduceProgram& program, const RunMemory& memory, char* scratch, Accumulator* accumulators, int task) {
  Work work = {program, memory, scratch, accumulators, program.kept, 0};
  startAccumulators(program, accumulators, program.kept, program.kept);
  if (program.rowsReduced) {
    const int64_t rows = program.kept * program.rowsEach;
    const int64_t inner = program.body.inner();
    const bool byRows = rows >= kFewestRowsOfTask * program.tasks;
    const Range range = byRows ? partOf(rows, program.tasks, task, 1) : partOf(inner, program.tasks, task, 64);
    Window window;
    window.row = byRows ? range.from : 0;
    window.rows = byRows ? range.to - range.from : rows;
    window.column = byRows ? 0 : range.from;
    window.columns = byRows ? inner : range.to - range.from;
    executeBlocks(program.body, memory, window, scratch, foldRows, &work);
    return;
  }
  const Range range = partOf(program.rowsEach, program.tasks, task, 1);
  if (range.from >= range.to) return;
  const Pieces pieces(program);
  for (int64_t i = 0; i < pieces.count; i++) {
    const Piece piece = pieces.at(i);
    for (int64_t row = piece.row; row < piece.row + piece.rows; row++) {
      reduceKeptRow(work, row, piece.column, piece.columns, range.from, range.to);
    }
  }
}

struct Shared {
  const ReduceProgram& program;
  const RunMemory& memory;
  const Context& context;
  Accumulator* parts;
};

char* scratchOf(const Shared& shared, int worker) {
  return static_cast<char*>(shared.context.scratch.get(shared.context.scratch.ctx, worker, static_cast<size_t>(shared.program.workerBytes)));
}

void runTask(void* argument, int task, int worker) {
  const Shared& shared = *static_cast<const Shared*>(argument);
  const ReduceProgram& program = shared.program;
  char* scratch = scratchOf(shared, worker);
  if (program.partial) {
    Accumulator* part = shared.parts + task * program.kept * static_cast<int64_t>(program.reductions.size());
    runPart(program, shared.memory, scratch, part, task);
    return;
  }
  const Pieces pieces(program);
  const Range range = partOf(pieces.count, program.tasks, task, 1);
  for (int64_t i = range.from; i < range.to; i++) runPiece(program, shared.memory, scratch, pieces.at(i));
}

/** Combines the parts in order and runs the epilogue. */
void finishParts(const Shared& shared) {
  const ReduceProgram& program = shared.program;
  const int64_t reductions = static_cast<int64_t>(program.reductions.size());
  Accumulator* total = shared.parts;
  for (int task = 1; task < program.tasks; task++) {
    const Accumulator* part = shared.parts + task * program.kept * reductions;
    for (int64_t i = 0; i < reductions; i++) {
      const Reduction& reduction = program.reductions[i];
      for (int64_t j = i * program.kept; j < (i + 1) * program.kept; j++) total[j] = combine(reduction.op, reduction.dtype, total[j], part[j]);
    }
  }
  char* scratch = scratchOf(shared, 0);
  const Pieces pieces(program);
  for (int64_t i = 0; i < pieces.count; i++) {
    const Piece piece = pieces.at(i);
    finishPiece(program, shared.memory, scratch, piece, total + piece.row * program.epilogue.inner() + piece.column, program.kept);
  }
}

}  // namespace

void executeReduce(const ReduceProgram& program, const RunMemory& memory, const Context& context) {
  if (program.kept == 0) return;
  Shared shared = {program, memory, context, nullptr};
  if (program.partial) {
    shared.parts = static_cast<Accumulator*>(context.scratch.get(context.scratch.ctx, -1, static_cast<size_t>(program.sharedBytes)));
  }
  if (program.tasks == 1) {
    runTask(&shared, 0, 0);
  } else {
    context.parallel.run(context.parallel.ctx, program.tasks, runTask, &shared);
  }
  if (program.partial) finishParts(shared);
}

}  // namespace neurite
