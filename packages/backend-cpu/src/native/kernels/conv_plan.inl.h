// How a float32 convolution is divided.
//
// The product has M = batch x output positions, K = window x channels, N = features. A task has a tile of rows (a block of
// the batch and of each output axis) and of features. It goes through K in chunks (of the window and the channels): it copies
// the part of lhs that a chunk needs, the box, with zeros for the padding, into scratch memory, and runs the micro-kernel
// over it in place: every row of the tile is a pointer, every tap of the window an offset that is the same for all rows.
//
// One scheme serves the forward pass and both gradients, which come as views:
// - forward: channels are contiguous, and a run of k is the channels (of a whole row of the window where it can be);
// - input gradient: the same; lhsDilation splits the rows into phases, each with the taps that do not meet an inserted zero;
// - weight gradient: batch is contiguous (and is the forward channels), so the rows of a strip go along the batch; the window is
//   the forward output, and a run goes along its last axis. K is large: it may be split between tasks, whose sums are then added.

/** The axes of lhs, by number. */
enum { kAxisN = 0, kAxisD = 1, kAxisH = 2, kAxisW = 3, kAxisC = 4, kBoxAxes = 5 };

/** A spatial axis; convolutions over fewer than three get axes of size 1 in front. */
struct ConvAxis {
  int64_t input, window, output, stride, low, lhsDilation, rhsDilation, rhs;
};

/** Where the micro-kernel finds a panel of the right operand. */
enum class RhsMode {
  /** In place: a feature stride of 1, and too few rows for packing to pay. */
  Direct,
  /** Packed once by all threads. */
  Shared,
  /** Packed once with each feature contiguous along k: few features, for dot products along runs (conv_dot.inl.h). */
  Dot,
  /** Packed by each task for each block of K: where few tasks meet a column, or the operand is too large to have twice. */
  Local,
};

struct ConvPlan {
  const Context* context;
  const ConvArgs* args;
  /** Depth, height, width. */
  ConvAxis axes[3];
  /** Of lhs: batch, three spatial axes, channels; and where its first element is. */
  int64_t source[kBoxAxes], offset;
  int64_t positions, rows, depth;

  /** Rows of a tile: a block of batch, depth, height, width; and how many blocks there are. Features of a tile. */
  int64_t block[4], blocks[4], tileN, tasksN;
  /**
   * Rows of a strip go along the batch, which is contiguous, and not along positions. Sliced: the box holds the batch in slices of one
   * strip each, so that a strip reads whole cache lines.
   */
  bool rowsAlongBatch, sliced;
  bool direct;

  /** Of K: sizes of a chunk in depth, height, width, channels, and counts. */
  int64_t chunk[4], chunks[4];
  /** Tasks that share a tile, each with a part of the chunks. */
  int64_t splits;
  /** A run of k goes along the channels, else along the last window axis; merged: along both. */
  bool runAlongChannels, merged;

  /** The box is a copy with these strides; without a copy they are those of lhs. */
  bool inPlace;
  int64_t boxStrides[kBoxAxes], boxSlice, boxFloats;
  int boxOrder[kBoxAxes];

  RhsMode rhsMode;
  /** Taps of a chunk at most. */
  int64_t maxTaps;
  float* shared;
  PartialSums partial;

  /** A worker's scratch, in floats: the box is at 0. */
  int64_t rowsAt, tapsAt, rhsAt, tileAt, scratchFloats;
};

constexpr int64_t kConvBlockK = 512, kConvTileN = 512;
/** Rows a tile aims at: enough to pay for packing, few enough to keep box and sums in the second-level cache. */
constexpr int64_t kConvRows = 224, kConvMinRows = 48;
/** The same for rows along the batch: a weight gradient's input and right operand are both large, and read once for each tile. */
constexpr int64_t kConvBatchRows = 576;
/** Floats of a box: a quarter of a second-level cache of 1 MiB. */
constexpr int64_t kBoxFloats = 64 << 10;
/** Floats of a right operand that is packed once for all. */
constexpr int64_t kConvSharedFloats = 4 << 20;
/** Floats of a tile of sums in scratch memory. */
constexpr int64_t kConvTileFloats = 128 << 10;
/** k that a part of a split K should have: its sums are written and read once more. */
constexpr int64_t kConvSplitK = 1024;
/** Rows up to which the right operand is read in place, and rows of a tile from which each packs it for itself. */
constexpr int64_t kConvDirectRows = 32, kConvLocalRows = 256;

/** Features that would leave most lanes of a panel empty. */
constexpr int64_t kDotFeatures = 4;

KERNEL_INLINE int64_t floorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
KERNEL_INLINE int64_t magnitude(int64_t a) { return a < 0 ? -a : a; }

/** Elements of lhs along a spatial axis that `outputs` neighbouring outputs and `taps` neighbouring taps meet, at most. */
KERNEL_INLINE int64_t boxSpan(const ConvAxis& a, int64_t outputs, int64_t taps) {
  return ((outputs - 1) * a.stride + (taps - 1) * a.rhsDilation) / a.lhsDilation + 1;
}

inline void setBox(ConvPlan& plan) {
  int64_t extent[kBoxAxes];
  extent[kAxisN] = plan.sliced ? kTileRows : plan.block[0];
  for (int a = 0; a < 3; a++) extent[kAxisD + a] = boxSpan(plan.axes[a], plan.block[1 + a], plan.chunk[a]);
  extent[kAxisC] = plan.chunk[3];
  plan.boxFloats = 1;
  for (int i = kBoxAxes - 1; i >= 0; i--) {
    const int axis = plan.boxOrder[i];
    plan.boxStrides[axis] = plan.boxFloats;
    plan.boxFloats *= extent[axis];
  }
  plan.boxSlice = plan.boxFloats;
  if (plan.sliced) plan.boxFloats *= ceilDiv(plan.block[0], kTileRows);
}

inline int64_t tileRows(const ConvPlan& plan) { return plan.block[0] * plan.block[1] * plan.block[2] * plan.block[3]; }

/**
 * Rows of a tile. Where sums are delivered by tiles, these are neighbours in the order [batch, depth, height, width]: an axis is whole
 * where axes outside of it have more than one index.
 */
inline void setRowBlocks(ConvPlan& plan, int64_t target) {
  const int64_t sizes[4] = {plan.args->batch, plan.axes[0].output, plan.axes[1].output, plan.axes[2].output};
  int64_t left = target;
  if (plan.rowsAlongBatch) left = plan.direct ? maxOf<int64_t>(1, target / minOf<int64_t>(sizes[0], kTileRows)) : plan.positions;
  for (int i = 3; i >= 1; i--) {
    plan.block[i] = minOf(sizes[i], left);
    left = plan.block[i] == sizes[i] ? maxOf<int64_t>(1, left / sizes[i]) : 1;
  }
  if (plan.rowsAlongBatch) left = roundUp(maxOf<int64_t>(1, target / (plan.block[1] * plan.block[2] * plan.block[3])), kTileRows);
  plan.block[0] = minOf(sizes[0], left);
  for (int i = 0; i < 4; i++) {
    plan.blocks[i] = ceilDiv(sizes[i], plan.block[i]);
    // Even blocks; a batch whose rows make strips keeps to whole ones.
    if (i > 0 || !plan.rowsAlongBatch) plan.block[i] = ceilDiv(sizes[i], plan.blocks[i]);
  }
}

inline void setChunkCounts(ConvPlan& plan) {
  for (int a = 0; a < 3; a++) plan.chunks[a] = ceilDiv(plan.axes[a].window, plan.chunk[a]);
  plan.chunks[3] = ceilDiv(plan.args->channels, plan.chunk[3]);
}

/** Halves the chunk of K once, preferably along an axis that leaves runs whole. False where nothing is left to halve. */
inline bool halveChunk(ConvPlan& plan) {
  const int candidates[2][4] = {{0, 1, 3, 2}, {3, 0, 1, 2}};
  // Along channels the run is the last to be cut, unless it is long.
  const bool longRun = plan.runAlongChannels && plan.chunk[3] > kConvBlockK;
  const int* order = candidates[plan.runAlongChannels && !longRun ? 0 : 1];
  for (int i = 0; i < 4; i++)
    if (plan.chunk[order[i]] > 1) {
      plan.chunk[order[i]] = ceilDiv(plan.chunk[order[i]], 2);
      setChunkCounts(plan);
      setBox(plan);
      return true;
    }
  return false;
}

inline int64_t totalChunks(const ConvPlan& plan) { return plan.chunks[0] * plan.chunks[1] * plan.chunks[2] * plan.chunks[3]; }

inline int64_t convTasks(const ConvPlan& plan) {
  return plan.args->groups * plan.blocks[0] * plan.blocks[1] * plan.blocks[2] * plan.blocks[3] * plan.tasksN;
}

/** True where no output meets padding: lhs may be read in place. */
inline bool meetsNoPadding(const ConvPlan& plan) {
  for (const ConvAxis& a : plan.axes) {
    const int64_t last = (a.output - 1) * a.stride - a.low + (a.window - 1) * a.rhsDilation;
    if (a.low > 0 || last > (a.input - 1) * a.lhsDilation) return false;
  }
  return true;
}

/**
 * Where outputs and taps meet only every g-th element along an axis, the others are left out of the view: a strided convolution of
 * window 1 is one without a stride, and its weight gradient copies a quarter.
 */
inline void dropUnmet(ConvPlan& plan, int a) {
  ConvAxis& axis = plan.axes[a];
  if (axis.lhsDilation != 1) return;
  int64_t g = axis.output > 1 ? axis.stride : 0;
  for (int64_t b = axis.window > 1 ? axis.rhsDilation : 0; b != 0;) {
    const int64_t rest = g % b;
    g = b;
    b = rest;
  }
  if (g <= 1) return;
  // Elements met are those at -low modulo g.
  const int64_t low = -floorDiv(-axis.low, g), offset = low * g - axis.low;
  plan.offset += offset * plan.source[kAxisD + a];
  axis.input = axis.input > offset ? ceilDiv(axis.input - offset, g) : 0;
  axis.low = low;
  // One output has no stride, one tap no dilation: any will do.
  axis.stride = maxOf<int64_t>(1, axis.stride / g);
  axis.rhsDilation = maxOf<int64_t>(1, axis.rhsDilation / g);
  plan.source[kAxisD + a] *= g;
}

/** The part of a plan that only says what the convolution is. */
inline ConvPlan convGeometry(const Context& context, const ConvArgs& c) {
  ConvPlan plan = {};
  plan.context = &context;
  plan.args = &c;
  const int missing = 3 - c.spatial;
  plan.source[kAxisN] = c.lhsBatch;
  plan.source[kAxisC] = c.lhsChannel;
  plan.positions = plan.depth = 1;
  for (int a = 0; a < 3; a++) {
    const int s = a - missing;
    plan.axes[a] = s < 0 ? ConvAxis{1, 1, 1, 1, 0, 1, 1, 0}
                         : ConvAxis{c.input[s], c.window[s], c.output[s], c.strides[s], c.low[s], c.lhsDilation[s], c.rhsDilation[s], c.rhsWindow[s]};
    plan.source[kAxisD + a] = s < 0 ? 0 : c.lhsSpatial[s];
    dropUnmet(plan, a);
    plan.positions *= plan.axes[a].output;
    plan.depth *= plan.axes[a].window;
  }
  plan.depth *= c.channels;
  plan.rows = plan.positions * c.batch;
  return plan;
}

inline ConvPlan planConv(const Context& context, const ConvArgs& c) {
  ConvPlan plan = convGeometry(context, c);
  plan.direct = storesDirectly(c.epilogue);

  // The box keeps the order of lhs in memory: slowest axis first, axes of one element before all.
  const int64_t sizes[kBoxAxes] = {c.batch, plan.axes[0].input, plan.axes[1].input, plan.axes[2].input, c.channels};
  const auto slowness = [&](int axis) { return sizes[axis] <= 1 || plan.source[axis] == 0 ? INT64_MAX : magnitude(plan.source[axis]); };
  for (int i = 0; i < kBoxAxes; i++) {
    int at = i;
    for (; at > 0 && slowness(plan.boxOrder[at - 1]) < slowness(i); at--) plan.boxOrder[at] = plan.boxOrder[at - 1];
    plan.boxOrder[at] = i;
  }
  const ConvAxis& width = plan.axes[2];
  plan.rowsAlongBatch = plan.boxOrder[kBoxAxes - 1] == kAxisN && c.batch > 1 && (plan.direct || plan.positions <= kConvRows / kTileRows * 2);
  plan.sliced = plan.rowsAlongBatch && c.batch >= kTileRows && c.lhsBatch == 1;
  const bool channelsInside = c.channels == 1 ? plan.axes[2].window < 4 : slowness(kAxisC) < slowness(kAxisW);
  plan.runAlongChannels = channelsInside || width.lhsDilation > 1 || (width.window < 4 && c.channels > width.window);

  for (int a = 0; a < 3; a++) plan.chunk[a] = plan.axes[a].window;
  plan.chunk[3] = c.channels;
  setChunkCounts(plan);
  plan.inPlace = meetsNoPadding(plan) && c.lhsChannel == 1 && plan.runAlongChannels;

  // Tiles of rows: as large as the box allows, but not so large that threads have nothing to do, unless they can share a large K.
  const int64_t threads = context.parallel.threads, work = plan.rows * plan.depth * c.features;
  plan.tileN = minOf(c.features, kConvTileN);
  plan.tasksN = ceilDiv(c.features, plan.tileN);
  for (int64_t target = plan.rowsAlongBatch ? kConvBatchRows : kConvRows;; target = target * 3 / 4) {
    setRowBlocks(plan, target);
    setBox(plan);
    const bool tooLarge = !plan.inPlace && !plan.rowsAlongBatch && plan.boxFloats > kBoxFloats;
    // Threads may share a tile: its features, or its K where rows go along the batch and a box is dear.
    const int64_t sharers = plan.rowsAlongBatch ? plan.depth / kConvSplitK : c.features / (2 * kTileCols);
    const bool tooFew = threads > 1 && convTasks(plan) * maxOf<int64_t>(1, sharers) < 3 * threads;
    if (target <= kConvMinRows || !(tooLarge || tooFew)) break;
  }
  if (!plan.direct) {
    plan.tileN = minOf(plan.tileN, roundUp(maxOf<int64_t>(1, kConvTileFloats / tileRows(plan)), kTileCols));
    plan.tasksN = ceilDiv(c.features, plan.tileN);
  }
  if (!plan.inPlace)
    while (plan.boxFloats > kBoxFloats && halveChunk(plan)) {
    }

  const auto shareFeatures = [&] {
    if (threads == 1 || convTasks(plan) * plan.splits >= 2 * threads || c.features <= 2 * kTileCols || work <= kSerialWork) return;
    const int64_t parts = minOf(ceilDiv(4 * threads, convTasks(plan) * plan.splits), ceilDiv(c.features, 2 * kTileCols));
    plan.tileN = minOf(plan.tileN, roundUp(ceilDiv(c.features, parts), kTileCols));
    plan.tasksN = ceilDiv(c.features, plan.tileN);
  };
  plan.splits = 1;
  if (!plan.rowsAlongBatch) shareFeatures();
  if (threads > 1 && convTasks(plan) < (plan.rowsAlongBatch ? 3 : 2) * threads) {
    const int64_t limit = minOf(plan.depth / kConvSplitK, kConvSharedFloats / maxOf<int64_t>(1, c.groups * plan.rows * c.features));
    const int64_t wanted = minOf(ceilDiv(4 * threads, convTasks(plan)), limit);
    while (totalChunks(plan) < wanted && halveChunk(plan)) {
    }
    plan.splits = maxOf<int64_t>(1, minOf(wanted, totalChunks(plan)));
  }
  if (plan.rowsAlongBatch) shareFeatures();
  if (plan.splits == 1 && plan.inPlace) {
    for (int a = 0; a < 3; a++) plan.chunk[a] = plan.axes[a].window;
    plan.chunk[3] = c.channels;
    setChunkCounts(plan);
  }
  setBox(plan);
  if (plan.inPlace)
    for (int axis = 0; axis < kBoxAxes; axis++) plan.boxStrides[axis] = plan.source[axis];

  plan.merged = plan.runAlongChannels && width.lhsDilation == 1 && width.rhsDilation == 1 && plan.chunk[3] == c.channels &&
                plan.boxStrides[kAxisC] == 1 && plan.boxStrides[kAxisW] == c.channels;

  plan.maxTaps = plan.chunk[0] * plan.chunk[1] * (plan.merged ? 1 : plan.runAlongChannels ? plan.chunk[2] : plan.chunk[3]);

  const int64_t runChunk = plan.merged ? plan.chunk[2] * c.channels : plan.chunk[3];
  if (c.features <= kDotFeatures && plan.runAlongChannels && plan.boxStrides[kAxisC] == 1 && runChunk >= kLanes) {
    plan.rhsMode = RhsMode::Dot;
    return plan;
  }
  const int64_t filterSize = plan.depth * c.features * c.groups;
  const bool mergesRhs = !plan.merged || width.window == 1 || width.rhs == c.channels * c.rhsChannel;
  if (placeOf(c.packed) && filterSize <= kMaxSharedFloats)
    plan.rhsMode = RhsMode::Shared;
  else if (c.rhsFeature == 1 && c.features % kLanes == 0 && plan.rows <= kConvDirectRows && mergesRhs)
    plan.rhsMode = RhsMode::Direct;
  else if (convTasks(plan) / plan.tasksN / c.groups <= 2 || tileRows(plan) >= kConvLocalRows || filterSize > kConvSharedFloats)
    plan.rhsMode = RhsMode::Local;
  else
    plan.rhsMode = RhsMode::Shared;
  return plan;
}

/** Floats of the filter as all tasks read it, packed; 0 where each sees to it. */
inline int64_t filterFloats(const ConvPlan& plan) {
  const ConvArgs& c = *plan.args;
  if (plan.rhsMode == RhsMode::Shared) return roundUp(c.groups * ceilDiv(c.features, kTileCols) * plan.depth * kTileCols, kTileAlign);
  return plan.rhsMode == RhsMode::Dot ? roundUp(c.groups * c.features * plan.depth, kTileAlign) : 0;
}
