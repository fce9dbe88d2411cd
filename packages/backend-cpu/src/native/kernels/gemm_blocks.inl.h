// Products of large operands: a block of the right one is packed by each thread for itself and stays in its second-level cache, and strips of
// the left one pass by, each in the first-level cache while it meets all columns of the block. So an operand comes from memory a few times
// only; where tiles share a packed right operand, all of that comes once for every row of tiles.

/** k and columns of a block at most. Processors without AVX-512 have second-level caches of a quarter of the size. */
constexpr int64_t kNearK = KERNEL_VECTOR_BYTES == 64 ? 512 : 256, kNearCols = kNearK;
/** Columns of a block at least: those of fewer do not pay for the copy of each strip. */
constexpr int64_t kFewestNearCols = kNearCols / 2;
/** Rows, k, and floats of the right operand, from which packing a block for each thread pays. */
constexpr int64_t kFewestNearRows = 192, kFewestNearK = 16, kFewestNearFloats = 8 << 10;
/** Floats of the right operand up to which it pays where a strip takes more than half of the first-level cache: panels that pass push it out. */
constexpr int64_t kMostNearFloats = 200 << 10;
/** Multiply-adds of each of several products from which it pays that all threads take part in one after the other. */
constexpr int64_t kNearBatchWork = 1 << 24;
/** Tasks that each thread should have; and strips of a task at least, the first of which nothing has fetched ahead. */
constexpr int64_t kNearTasks = 16, kFewestNearStrips = 10;
/** Strips packed at once where the left operand lies along its rows: so its lines are met once. */
constexpr int64_t kStripGroup = 4;

struct BlocksPlan {
  const Context* context;
  const GemmArgs* args;
  /** Tasks by rows and by columns, and columns of a task. */
  int64_t tasksM, tasksN, tileN;
  int64_t blockK;
  /** Whether strips are copied as they lie, along k, which kernels read as well as packed ones where rows are no large power of two apart. */
  bool copies;
  /** From one row of a copied strip to the next; and floats of a strip in scratch memory. */
  int64_t rowStep, stripFloats;
  /** Offsets in a worker's scratch, in floats; the strips come first. */
  int64_t rhsAt, tileAt, scratchFloats;
  /** Whether kernels deliver the sums themselves. */
  bool direct;
  /** Sums of all blocks of K but the last: the output of the batch where kernels store in it, else scratch memory of all threads. */
  float* sums;
  int64_t sumsStep;
  /** The batch and block of K that run now. */
  int64_t batch, k0, depth;
  /** By worker: of which columns it has packed the block, counted in tileN; -1 for none. */
  int64_t* packed;
};

/** Copies a strip that lies along k. */
inline void copyStrip(const float* src, int64_t rowStride, int64_t depth, int64_t rows, float* dst, int64_t step) {
  for (int64_t r = 0; r < rows; r++, src += rowStride, dst += step) {
    int64_t k = 0;
    for (; k + kLanes <= depth; k += kLanes) store(dst + k, load(src + k));
    if (k < depth) storePartial(dst + k, loadPartial(src + k, depth - k), depth - k);
  }
}

/** Packs `count` strips from strip `first` on, whose first row is at `src`. */
inline void packStrips(const Strips& strips, int64_t first, int64_t count, const float* src, int64_t rowStride, int64_t colStride, int64_t depth, float* dst,
                       int64_t stripFloats) {
  if (rowStride != 1 || kLanes < kTallRows) {
    for (int64_t s = 0; s < count; src += strips.height(first + s) * rowStride, s++)
      packStrip(src, rowStride, colStride, depth, strips.height(first + s), dst + s * stripFloats, kTallRows);
    return;
  }
  for (int64_t k = 0; k < depth; k++, src += colStride, dst += kTallRows) {
    const float* row = src;
    for (int64_t s = 0; s < count; s++) {
      const int64_t height = strips.height(first + s);
      storePartial(dst + s * stripFloats, loadPartial(row, height), height);
      row += height;
    }
  }
}

inline void blockTask(void* arg, int task, int worker) {
  const BlocksPlan& plan = *static_cast<const BlocksPlan*>(arg);
  const GemmArgs& g = *plan.args;
  const Epilogue& e = g.epilogue;
  float* scratch = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  // Tasks that follow each other share their columns.
  const int64_t i = task % plan.tasksM, j = task / plan.tasksM;
  const int64_t allStrips = ceilDiv(g.m, kTallRows), m0 = allStrips * i / plan.tasksM * kTallRows;
  const int64_t rows = minOf(allStrips * (i + 1) / plan.tasksM * kTallRows, g.m) - m0;
  const int64_t n0 = j * plan.tileN, cols = minOf(plan.tileN, g.n - n0);
  const float* lhs = static_cast<const float*>(g.lhs) + batchOffset(g, g.lhsBatch, plan.batch) + plan.k0 * g.lhsCol + m0 * g.lhsRow;
  const float* rhs = static_cast<const float*>(g.rhs) + batchOffset(g, g.rhsBatch, plan.batch) + plan.k0 * g.rhsRow + n0 * g.rhsCol;
  const BatchOffsets offsets = offsetsOf(g, plan.batch);
  float* sums = plan.sums + m0 * plan.sumsStep + n0;
  float* tile = scratch + plan.tileAt;
  const bool last = plan.k0 + plan.depth == g.k, delivers = last && !plan.direct;
  const float* addend = last && plan.direct && e.kind == EpilogueKind::AddScaled ? static_cast<const float*>(e.addend) + offsets.addend + m0 * e.addendRow + n0 : nullptr;
  float* out = last && plan.direct ? static_cast<float*>(e.out) + offsets.out + m0 * e.outRow + n0 : sums;
  const bool packs = plan.packed[worker * kTileAlign] != j;
  plan.packed[worker * kTileAlign] = j;

  PanelCall panel(plan.copies ? 1 : kTallRows, kTileCols);
  MicroCall& call = panel.call;
  call.rowStep = plan.copies ? plan.rowStep : 1;
  call.run = plan.depth;
  call.outStep = delivers ? plan.tileN : last && plan.direct ? e.outRow : plan.sumsStep;
  call.fromStep = plan.sumsStep;
  call.addendStep = e.addendRow;
  call.scale = e.scale;
  const Strips strips(rows, kTallRows);
  const int64_t panels = ceilDiv(cols, kTileCols);
  for (int64_t s = 0; s < strips.count; s++) {
    const int64_t row = strips.start(s), height = strips.height(s);
    const float* from = lhs + row * g.lhsRow;
    call.lhs = plan.copies ? scratch : scratch + s % kStripGroup * plan.stripFloats;
    if (plan.copies)
      copyStrip(from, g.lhsRow, plan.depth, height, scratch, plan.rowStep);
    else if (s % kStripGroup == 0)
      packStrips(strips, s, minOf(kStripGroup, strips.count - s), from, g.lhsRow, g.lhsCol, plan.depth, scratch, plan.stripFloats);
    const bool packing = packs && s == 0;
    // Where K is short, all panels of as many columns are one call.
    const int64_t together = packing || plan.depth >= kTallDepth ? 1 : maxOf<int64_t>(1, cols / kTileCols);
    for (int64_t p = 0, count; p < panels; p += count) {
      const int64_t n = p * kTileCols, width = minOf<int64_t>(kTileCols, cols - n);
      count = width == kTileCols ? minOf(together, cols / kTileCols - p) : 1;
      panel.setColumns(width);
      setEpilogue(call, e, plan.direct, last, n0 + n);
      call.out = delivers ? tile + n : out + row * call.outStep + n;
      call.from = plan.k0 > 0 ? sums + row * plan.sumsStep + n : nullptr;
      call.addend = addend ? addend + row * e.addendRow + n : nullptr;
      float* block = scratch + plan.rhsAt + p * plan.blockK * kTileCols;
      const float* columns = rhs + n * g.rhsCol;
      // The first strip packs panels of whole vectors as it goes.
      if (packing && g.rhsCol == 1 && width % kLanes == 0) {
        call.rhs = columns;
        call.rhsStep = g.rhsRow;
        call.pack = block;
        panel.runDown<Micro::Packing>(1, height);
        continue;
      }
      if (packing) packPanel(columns, g.rhsRow, g.rhsCol, plan.depth, width, block);
      call.rhs = block;
      call.rhsStep = kTileCols;
      panel.setNoFetch();
      // A copied strip meets each panel with a row of the next one being fetched.
      const int64_t ahead = panels < height ? p : p * height / panels;
      if (together == 1 && plan.copies && s + 1 < strips.count && ahead < strips.height(s + 1)) {
        call.fetch = from + (height + ahead) * g.lhsRow;
        call.fetchStep = sizeof(float);
      }
      panel.runAcross(count, height, plan.blockK * kTileCols);
    }
    if (delivers) deliverTile<float>(e, tile, plan.tileN, plan.batch, offsets, m0 + row, n0, height, cols, worker);
  }
}

inline BlocksPlan planBlocks(const Context& context, const GemmArgs& g) {
  const int64_t threads = context.parallel.threads;
  BlocksPlan plan = {};
  plan.context = &context;
  plan.args = &g;
  plan.direct = storesDirectly(g.epilogue) || addsDirectly(g.epilogue);
  plan.blockK = ceilDiv(g.k, ceilDiv(g.k, kNearK));
  plan.tasksN = ceilDiv(g.n, kNearCols);
  while (plan.tasksN < threads && g.n >= 2 * plan.tasksN * kFewestNearCols) plan.tasksN *= 2;
  plan.tileN = roundUp(ceilDiv(g.n, plan.tasksN), kTileCols);
  plan.tasksN = ceilDiv(g.n, plan.tileN);
  const int64_t most = ceilDiv(g.m, kTallRows) / kFewestNearStrips;
  plan.tasksM = threads == 1 ? 1 : maxOf<int64_t>(1, minOf(ceilDiv(kNearTasks * threads, plan.tasksN), most));
  // Where there are enough, all threads have as many.
  int64_t round = 1;
  while (round * plan.tasksN % threads != 0) round++;
  if (plan.tasksM > round) plan.tasksM -= plan.tasksM % round;
  plan.copies = g.lhsCol == 1;
  // An odd number of lines: the rows of a strip are spread over the sets of the first-level cache.
  plan.rowStep = roundUp(plan.blockK, 2 * kTileAlign) + kTileAlign;
  plan.stripFloats = kTallRows * (plan.copies ? plan.rowStep : plan.blockK);
  plan.rhsAt = roundUp(plan.stripFloats * (plan.copies ? 1 : kStripGroup), kTileAlign);
  plan.tileAt = plan.rhsAt + plan.blockK * plan.tileN;
  plan.scratchFloats = plan.tileAt + (plan.direct ? 0 : kTallRows * plan.tileN);
  return plan;
}

/** True if the product was of this kind, and is done. */
inline bool gemmBlocks(const Context& context, const GemmArgs& g, int64_t batches) {
  if (g.packed || g.m < kFewestNearRows || g.n < kFewestNearCols || g.k < kFewestNearK || g.k * g.n < kFewestNearFloats) return false;
  if (g.m * g.n * g.k <= (batches > 1 ? kNearBatchWork : kSerialWork)) return false;
  const bool stays = context.firstLevelBytes == 0 || 2 * kTallRows * kNearK * int64_t(sizeof(float)) <= context.firstLevelBytes;
  if (!stays && g.k * g.n > kMostNearFloats) return false;
  BlocksPlan plan = planBlocks(context, g);
  const int64_t threads = context.parallel.threads;
  if (plan.tasksM * plan.tasksN < threads) return false;
  // Where kernels cannot keep sums in the output, they need room.
  const bool stores = storesDirectly(g.epilogue);
  plan.sumsStep = stores ? g.epilogue.outRow : roundUp(g.n, kTileAlign);
  const int64_t sumsFloats = stores || g.k <= plan.blockK ? 0 : g.m * plan.sumsStep;
  if (sumsFloats > kMaxSharedFloats) return false;
  // A line for each worker, then the sums.
  constexpr int64_t floats = sizeof(int64_t) / sizeof(float);
  const int64_t lines = threads * kTileAlign, shared = lines + ceilDiv(sumsFloats, floats);
  if (!reserve<float>(context, plan.scratchFloats, shared * floats)) return true;
  plan.packed = scratchOf<int64_t>(context, -1, shared);
  for (plan.batch = 0; plan.batch < batches; plan.batch++) {
    plan.sums = stores ? static_cast<float*>(g.epilogue.out) + offsetsOf(g, plan.batch).out : reinterpret_cast<float*>(plan.packed + lines);
    for (plan.k0 = 0; plan.k0 < g.k; plan.k0 += plan.blockK) {
      plan.depth = minOf(plan.blockK, g.k - plan.k0);
      for (int64_t worker = 0; worker < threads; worker++) plan.packed[worker * kTileAlign] = -1;
      runTasks(context, plan.tasksM * plan.tasksN, blockTask, &plan);
    }
  }
  return true;
}
