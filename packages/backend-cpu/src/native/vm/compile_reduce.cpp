#include <algorithm>

#include "vm/compile.h"
#include "vm/reduce.h"
#include "vm/reduce_each.h"
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

/** Last axes shorter than this share the lanes with the kept axis before them. */
constexpr int64_t kLongestPaired = 64;
/** Lanes at most, and places over which they are combined at least. */
constexpr int64_t kMostLanes = 1024;
constexpr int64_t kFewestPlaces = 8;
/** Rows kept: reduced rows that a task takes of the same columns, at least. */
constexpr int64_t kFewestRowsOfPart = 32;

/** Columns of rows that lie one after the other, several of which are in a block, at most. */
constexpr int64_t kLongestTogether = 2048;

/** Calls each(strides) for all that a body has strides for. */
template <class Each>
void eachStrides(Body& body, Each each) {
  for (View& operand : body.operands) each(operand.strides);
  for (Instruction& instruction : body.instructions) each(instruction.strides);
  for (Store& store : body.stores) each(store.view.strides);
}

/** Every operand is row-major without gaps, or the same in each row: blocks of several rows are read where they are, or once for all. */
bool readsInOrder(const Space& space, const Body& body) {
  return std::all_of(body.operands.begin(), body.operands.end(), [&](const View& operand) {
    if (std::all_of(operand.strides, operand.strides + space.rank - 1, [](int64_t stride) { return stride == 0; })) return true;
    int64_t expected = 1;
    for (int axis = space.rank - 1; axis >= 0; expected *= space.dims[axis--]) {
      if (space.dims[axis] != 1 && operand.strides[axis] != expected) return false;
    }
    return true;
  });
}

/** Makes the last two axes one where everything goes through them without a step between. */
bool joinLastTwo(Space& space, Body& body) {
  const int last = space.rank - 1;
  const int64_t dim = space.dims[last];
  bool joins = true;
  eachStrides(body, [&](const int64_t* strides) { joins = joins && strides[last - 1] == strides[last] * dim; });
  if (!joins) return false;
  eachStrides(body, [&](int64_t* strides) {
    strides[last - 1] = strides[last];
    strides[last] = 0;
  });
  space.dims[last - 1] *= dim;
  space.dims[last] = 0;
  space.rank--;
  return true;
}

/** [..., kept, short] where axes before the two are reduced: there are lanes for both, and places enough to combine. */
bool pairs(const ReduceKernel& kernel) {
  const int last = kernel.space.rank - 1;
  const int64_t* dims = kernel.space.dims;
  if (last < 2 || kernel.reduced[last - 1] || dims[last] < 2 || dims[last] >= kLongestPaired) return false;
  int64_t places = 1;
  for (int axis = 0; axis < last; axis++) places *= kernel.reduced[axis] ? dims[axis] : 1;
  // Results of a kept row are worked out together.
  return places >= kFewestPlaces && dims[last] * dims[last - 1] <= (kernel.reduced[last] ? kMostLanes : kPiece);
}

class ReduceCompiler {
 public:
  ReduceCompiler(const Plan& plan, const ReduceKernel& kernel, const VmTable* table, int threads, ReduceProgram& program, std::string& error)
      : plan_(plan), kernel_(kernel), table_(table), threads_(threads), program_(program), error_(error) {}

  bool run() {
    kept_ = kernel_.kept;
    epilogue_ = kernel_.epilogue;
    const int last = kernel_.space.rank - 1;
    // A short axis that is kept is one with its neighbour as far as results go, or else it has lanes of its own.
    paired_ = pairs(kernel_) && (kernel_.reduced[last] || joinLastTwo(kept_, epilogue_));
    program_.rowsReduced = kernel_.reduced[last] && !paired_;
    if (!compileBodies()) return false;
    program_.kept = kept_.volume();
    int64_t reduced = 1;
    for (int axis = 0; axis <= last; axis++) reduced *= kernel_.reduced[axis] ? kernel_.space.dims[axis] : 1;
    const int64_t inner = program_.body.inner();
    program_.rowsEach = program_.rowsReduced ? (inner == 0 ? 0 : reduced / inner) : reduced / program_.folded;
    const double elements = static_cast<double>(program_.kept) * static_cast<double>(reduced);
    program_.tasks = tasksFor(elements * (program_.body.costPerElement + 0.05), threads_);
    choosePieces();
    placeScratch();
    return true;
  }

 private:
  const Plan& plan_;
  const ReduceKernel& kernel_;
  const VmTable* table_;
  const int threads_;
  ReduceProgram& program_;
  std::string& error_;
  Space kept_;
  Body epilogue_;
  /** The last two axes are a row's lanes. */
  bool paired_ = false;

  /** Axes of the body as ReduceProgram has them. */
  std::vector<int> orderOfAxes() const {
    const int rank = kernel_.space.rank;
    const int own = paired_ ? rank - 2 : rank - 1;
    std::vector<int> order;
    for (const bool reduced : {false, true}) {
      for (int axis = 0; axis < own; axis++) {
        if (kernel_.reduced[axis] == reduced) order.push_back(axis);
      }
    }
    for (int axis = own; axis < rank; axis++) order.push_back(axis);
    return order;
  }

  bool compileBodies() {
    const std::vector<int> order = orderOfAxes();
    const int rank = kernel_.space.rank;
    Space space = kernel_.space;
    permute(space.dims, order);
    Body body = kernel_.body;
    eachStrides(body, [&](int64_t* strides) { permute(strides, order); });
    program_.reductions = kernel_.reductions;
    CompileOptions options;
    if (paired_) {
      if (kernel_.reduced[rank - 1]) program_.folded = space.dims[rank - 1];
      const int64_t lanes = space.dims[rank - 1] * space.dims[rank - 2];
      program_.rowsOfRow = joinLastTwo(space, body) ? 1 : space.dims[rank - 2];
      options.periodAxis = rank - 3;
      // Lanes stand for places in a period.
      options.shortestBlock = std::max(options.shortestBlock, lanes);
    }
    const bool isShort = program_.rowsReduced && space.dims[rank - 1] < kFewElements;
    for (const Reduction& reduction : program_.reductions) {
      if (table_->reduce[static_cast<int>(reduction.op)][vmType(reduction.dtype)] == nullptr) {
        error_ = "[reduce] is not defined for this dtype";
        return false;
      }
      options.wanted.push_back({reduction.value, !isShort && reduction.op == ReduceOp::Sum && reduction.dtype == DType::Float32});
      program_.identities.push_back(identityOf(reduction.op, reduction.dtype));
    }
    const bool inOrder = readsInOrder(space, body);
    // Where rows are few, tasks take columns of them: in blocks of several rows, rows are whole.
    const bool dealsRows = space.volume() >= kFewestRowsOfTask * threads_ * space.dims[rank - 1];
    if (program_.rowsReduced) options.longRow = !dealsRows ? 0 : 1 + (inOrder ? kLongestTogether : kReducedTogether);
    if (!program_.rowsReduced && inOrder && !paired_) options.longRow = kPiece + 1;
    // Lanes stand for columns: all blocks must have the same.
    options.panels = program_.rowsReduced;
    options.longestBlock = program_.rowsReduced ? 4096 : std::max(kMostLanes, inOrder && !paired_ ? 4 * std::min(space.dims[space.rank - 1], kPiece) : 0);
    if (!compileBody(plan_, body, space, options, table_, program_.body, error_)) return false;
    CompileOptions epilogueOptions;
    epilogueOptions.tiles = true;
    return compileBody(plan_, epilogue_, kept_, epilogueOptions, table_, program_.epilogue, error_);
  }

  /** Small enough to give every task several. */
  void choosePieces() {
    const int64_t keptInner = std::max<int64_t>(program_.epilogue.inner(), 1);
    int64_t piece = program_.rowsReduced ? kPieceOfRows : kPiece;
    if (!program_.rowsReduced) piece = std::min(piece, program_.body.blockLength);
    if (program_.tasks > 1) piece = std::clamp<int64_t>((program_.kept / (4 * program_.tasks) + 15) / 16 * 16, std::min<int64_t>(16, piece), piece);
    // Rows kept: narrow columns would waste the vectors. Tasks take parts of the reduced axes rather than of whole rows.
    if (!program_.rowsReduced && !paired_ && program_.tasks > 1) {
      const int64_t widest = std::min(kPiece, program_.body.blockLength);
      piece = std::clamp<int64_t>(piece, program_.rowsEach >= kFewestRowsOfPart * program_.tasks ? widest : std::min<int64_t>(128, widest), kPiece);
    }
    if (!program_.rowsReduced && (program_.body.multi || paired_)) piece = std::max(piece, keptInner);
    program_.pieceColumns = std::min(keptInner, piece);
    program_.pieceRows = keptInner >= piece ? 1 : std::max<int64_t>(1, piece / keptInner);
    program_.partial = program_.tasks > 1 && Pieces(program_).count < program_.tasks;
  }

  void placeScratch() {
    const int64_t count = static_cast<int64_t>(program_.reductions.size());
    const int64_t lanes = program_.rowsReduced ? 0 : program_.body.blockLength;
    int64_t next = roundUp(static_cast<int64_t>(std::max(executeBytes(program_.body), executeBytes(program_.epilogue))));
    const auto place = [&](int64_t& at, int64_t bytes) {
      at = next;
      next += roundUp(count * bytes);
    };
    place(program_.accumulatorsAt, kPiece * static_cast<int64_t>(sizeof(Accumulator)));
    place(program_.resultsAt, kPiece * kLane);
    place(program_.pointersAt, static_cast<int64_t>(sizeof(void*)));
    place(program_.lanesAt, lanes * kLane);
    place(program_.levelsAt, lanes * static_cast<int64_t>(sizeof(Accumulator)));
    program_.workerBytes = next;
    if (program_.partial) program_.sharedBytes = program_.tasks * program_.kept * count * static_cast<int64_t>(sizeof(Accumulator));
  }
};

}  // namespace

bool compileReduce(const Plan& plan, const ReduceKernel& kernel, const VmTable* table, int threads, ReduceProgram& program, std::string& error) {
  return ReduceCompiler(plan, kernel, table, threads, program, error).run();
}

}  // namespace neurite
