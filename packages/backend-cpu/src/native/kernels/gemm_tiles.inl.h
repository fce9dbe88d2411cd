// Batched float32 matrix products of operands with any strides, tile by tile.

/** k of a block: a panel of the right operand (kTileCols wide) stays in the second-level cache. */
constexpr int64_t kMaxBlockK = 512;
/** k up to which all of it is one block: a tile's rows and a panel take half of the second-level cache. */
constexpr int64_t kMaxWholeK = KERNEL_VECTOR_BYTES == 64 ? 800 : kMaxBlockK;
/** Rows and columns of a task's tile at most: packed rows (tileM x blockK) and, where needed, the tile stay in the second-level cache. */
constexpr int64_t kMaxTileM = 128, kMaxTileN = 512;
/**
 * Multiply-adds up to which other threads cost more than they save: what they share of operands and results travels between cores. A layer's
 * three products have the same number, so that its weights stay with those who change them.
 */
constexpr int64_t kSerialWork = 1 << 19;
/** The same where the right operand is kept packed: each core's cache has it, and only rows travel. */
constexpr int64_t kSerialPackedWork = 1 << 17;
/** Floats of a packed right operand that the second-level cache of every core holds beside all else. */
constexpr int64_t kNearPackedFloats = 128 << 10;
/** Multiply-adds that a task should at least have. */
constexpr int64_t kTaskWork = 1 << 18;
/** Floats that a second-level cache holds. */
constexpr int64_t kSecondLevelFloats = 512 << 10;
/**
 * Floats of a right operand that all threads share packed. What a second-level cache holds is packed by each task in passing: waiting for
 * others, and reading what they have packed, costs more. Beyond 64 MiB it were a waste of memory.
 */
constexpr int64_t kMinSharedFloats = kSecondLevelFloats, kMaxSharedFloats = 16 << 20;
/** Rows up to which packing the right operand does not pay. */
constexpr int64_t kUnpackedRows = 16;

struct GemmPlan {
  const Context* context;
  const GemmArgs* args;
  /** Rows of a strip at most. */
  int64_t stripRows;
  /** Rows of a tile are a multiple of this. */
  int64_t rowUnit;
  /** Rows and columns of a task's tile, and how many tiles there are. */
  int64_t tileM, tileN, tasksM, tasksN;
  /** Products of the batch that one task works through (1 where a product has several tiles). */
  int64_t batches, batchesPerTask;
  int64_t blockK, blocksK;
  /** `parallel`: worth more than one thread. */
  bool packLhs, packRhs, direct, parallel;
  /** The right operand's columns from n0 on, packed by all threads before the tiles: [block of K][panel][k][kTileCols]. Or null. */
  float* shared;
  int64_t sharedPanels;
  /** Offsets in a worker's scratch, in floats; the packed left operand comes first. */
  int64_t rhsAt, tileAt, scratchFloats;
};

/** From one row of a tile of sums to the next: an odd number of lines, so that rows are spread over the sets of the first-level cache. */
inline int64_t sumsStep(int64_t cols) { return roundUp(cols, 2 * kTileAlign) + kTileAlign; }

/** Packs one panel of one block of K into plan.shared. */
inline void packSharedTask(void* arg, int task, int) {
  const GemmPlan& plan = *static_cast<const GemmPlan*>(arg);
  const GemmArgs& g = *plan.args;
  const int64_t block = task / plan.sharedPanels, n = task % plan.sharedPanels * kTileCols;
  const int64_t k0 = block * plan.blockK, depth = minOf(plan.blockK, g.k - k0);
  packPanel(static_cast<const float*>(g.rhs) + k0 * g.rhsRow + n * g.rhsCol, g.rhsRow, g.rhsCol, depth, minOf<int64_t>(kTileCols, g.n - n),
            plan.shared + task * plan.blockK * kTileCols);
}

/** A tile of a product of the batch. */
struct GemmTile {
  int64_t batch, m0, rows, n0, cols;
};

/** The first tile of a task. */
inline GemmTile tileOf(const GemmPlan& plan, int64_t task) {
  const GemmArgs& g = *plan.args;
  const int64_t tiles = plan.tasksM * plan.tasksN, tile = task % tiles;
  // Tasks that follow each other share their rows: those stay in this worker's caches.
  const int64_t i = tile / plan.tasksN, j = tile % plan.tasksN;
  const int64_t units = ceilDiv(g.m, plan.rowUnit), panels = ceilDiv(g.n, kTileCols);
  const int64_t m0 = units * i / plan.tasksM * plan.rowUnit, n0 = panels * j / plan.tasksN * kTileCols;
  return {task / tiles * plan.batchesPerTask, m0, minOf(units * (i + 1) / plan.tasksM * plan.rowUnit, g.m) - m0, n0,
          minOf(panels * (j + 1) / plan.tasksN * kTileCols, g.n) - n0};
}

inline const float* rowsOf(const GemmArgs& g, const GemmTile& tile) {
  return static_cast<const float*>(g.lhs) + batchOffset(g, g.lhsBatch, tile.batch) + tile.m0 * g.lhsRow;
}

/** Something in memory that is wanted soon. */
struct Ahead {
  const float* from = nullptr;
  int64_t floats = 0;
};

/** Share `index` of `count` equal ones. */
inline Ahead shareOf(const Ahead& all, int64_t index, int64_t count) {
  const int64_t from = all.floats * index / count;
  return {all.from + from, all.floats * (index + 1) / count - from};
}

/** The rows of a worker's next tile, where they are others than those of `tile`, and lie side by side. */
inline Ahead rowsAhead(const GemmPlan& plan, const GemmTile& tile, const GemmTile& next) {
  const GemmArgs& g = *plan.args;
  const bool compact = g.lhsCol == 1 && g.lhsRow >= g.k && g.lhsRow < 2 * g.k;
  if (!compact || plan.blocksK > 1 || rowsOf(g, next) == rowsOf(g, tile)) return {};
  return {rowsOf(g, next), next.rows * g.lhsRow};
}

/** One tile over all of K, while what lies ahead comes into the second-level cache. */
inline void gemmTile(const GemmPlan& plan, float* scratch, const GemmTile& place, const Ahead& ahead, int worker) {
  const GemmArgs& g = *plan.args;
  const Epilogue& e = g.epilogue;
  const int64_t batch = place.batch, m0 = place.m0, rows = place.rows, n0 = place.n0, cols = place.cols;
  const float* lhs = rowsOf(g, place);
  const float* rhs = static_cast<const float*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0 * g.rhsCol;
  const BatchOffsets offsets = offsetsOf(g, batch);
  float* packedRhs = scratch + plan.rhsAt;
  // Sums of all blocks of K but the last stay in the tile, near this core; where the output is reached directly, the last block's go there.
  float* tile = scratch + plan.tileAt;
  float* out = plan.direct ? static_cast<float*>(e.out) + offsets.out + m0 * e.outRow + n0 : tile;
  const bool byPanels = !plan.direct && e.takesPanels, onePanel = byPanels && plan.blocksK == 1;
  const int64_t tileStep = onePanel ? kTileCols : sumsStep(cols), outStep = plan.direct ? e.outRow : tileStep;
  const float* addend = plan.direct && e.kind == EpilogueKind::AddScaled ? static_cast<const float*>(e.addend) + offsets.addend + m0 * e.addendRow + n0 : nullptr;
  const Strips strips(rows, plan.stripRows);
  const int64_t stripFloats = plan.stripRows * plan.blockK;
  // What lies ahead goes with the later panels, so that it does not push this tile's rows out.
  const int64_t panels = ceilDiv(cols, kTileCols), firstWithRows = plan.shared ? panels - 1 : panels / 2;

  for (int64_t block = 0; block < plan.blocksK; block++) {
    const int64_t k0 = block * plan.blockK, depth = minOf(plan.blockK, g.k - k0);
    const bool last = block == plan.blocksK - 1;
    if (plan.packLhs)
      for (int64_t s = 0; s < strips.count; s++)
        packStrip(lhs + strips.start(s) * g.lhsRow + k0 * g.lhsCol, g.lhsRow, g.lhsCol, depth, strips.height(s), scratch + s * stripFloats,
                  plan.stripRows);
    PanelCall panel(plan.packLhs ? plan.stripRows : g.lhsCol, kTileCols);
    MicroCall& call = panel.call;
    call.rowStep = plan.packLhs ? 1 : g.lhsRow;
    call.run = depth;
    call.pack = packedRhs;
    float* to = last ? out : tile;
    const int64_t toStep = last ? outStep : tileStep;
    call.outStep = toStep;
    call.fromStep = tileStep;
    call.addendStep = e.addendRow;
    call.scale = e.scale;
    for (int64_t n = 0; n < cols; n += kTileCols) {
      const int64_t width = minOf<int64_t>(kTileCols, cols - n);
      panel.setColumns(width);
      setEpilogue(call, e, plan.direct, last, n0 + n);
      const float* columns = rhs + k0 * g.rhsRow + n * g.rhsCol;
      // The first strip packs a panel of whole vectors as it goes.
      bool packs = false;
      call.rhsStep = kTileCols;
      if (plan.shared) {
        call.rhs = plan.shared + (block * plan.sharedPanels + (n0 + n) / kTileCols) * plan.blockK * kTileCols;
      } else if (g.rhsCol != 1 || width % kLanes != 0) {
        packPanel(columns, g.rhsRow, g.rhsCol, depth, width, packedRhs);
        call.rhs = packedRhs;
      } else {
        packs = plan.packRhs && strips.count > 1;
        call.rhs = columns;
        call.rhsStep = g.rhsRow;
      }
      const int64_t index = n / kTileCols;
      Ahead next;
      if (plan.shared && index + 1 < panels)
        next = {call.rhs + plan.blockK * kTileCols, depth * kTileCols};
      else if (ahead.from && last && index >= firstWithRows)
        next = shareOf(ahead, index - firstWithRows, panels - firstWithRows);
      panel.setNoFetch();
      strips.eachHeight([&](int64_t strip, int64_t count, int64_t height, int64_t row) {
        if (next.from) panel.setFetch(next.from, next.floats, strip, count, strips.count);
        call.lhs = plan.packLhs ? scratch + strip * stripFloats : lhs + row * g.lhsRow + k0 * g.lhsCol;
        call.lhsTile = plan.packLhs ? stripFloats : height * g.lhsRow;
        call.out = to + row * toStep + (onePanel ? 0 : n);
        call.from = block > 0 ? tile + row * tileStep + n : nullptr;
        call.addend = last && addend ? addend + row * e.addendRow + n : nullptr;
        if (packs && strip == 0) {
          panel.runDown<Micro::Packing>(1, height);
          panel.skip(height);
          call.rhs = packedRhs;
          call.rhsStep = kTileCols;
          count--;
        }
        call.rhsStep == kTileCols ? panel.runDown<Micro::Strided>(count, height) : panel.runDown<Micro::InPlace>(count, height);
      });
      if (last && byPanels) deliverTile<float>(e, out + (onePanel ? 0 : n), outStep, batch, offsets, m0, n0 + n, rows, width, worker);
    }
  }
  if (!plan.direct && !byPanels) deliverTile<float>(e, out, outStep, batch, offsets, m0, n0, rows, cols, worker);
}

inline void gemmTask(void* arg, int task, int worker) {
  const GemmPlan& plan = *static_cast<const GemmPlan*>(arg);
  float* scratch = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  GemmTile tile = tileOf(plan, task);
  const int64_t endBatch = minOf(tile.batch + plan.batchesPerTask, plan.batches);
  // The calling thread takes tasks from the front, the others from the back.
  const int64_t tasks = plan.tasksM * plan.tasksN * ceilDiv(plan.batches, plan.batchesPerTask), after = worker == 0 ? task + 1 : task - 1;
  for (; tile.batch < endBatch; tile.batch++) {
    GemmTile next = tile;
    if (tile.batch + 1 < endBatch)
      next.batch++;
    else if (after >= 0 && after < tasks)
      next = tileOf(plan, after);
    gemmTile(plan, scratch, tile, rowsAhead(plan, tile, next), worker);
  }
}

inline GemmPlan planGemm(const Context& context, const GemmArgs& g, int64_t batches) {
  GemmPlan plan = {};
  plan.context = &context;
  plan.args = &g;
  plan.batches = batches;
  plan.batchesPerTask = 1;
  plan.direct = storesDirectly(g.epilogue) || addsDirectly(g.epilogue);

  plan.blocksK = g.k <= kMaxWholeK ? 1 : ceilDiv(g.k, kMaxBlockK);
  plan.blockK = maxOf<int64_t>(1, ceilDiv(g.k, plan.blocksK));
  plan.sharedPanels = ceilDiv(g.n, kTileCols);
  plan.stripRows = stripRows(plan.blockK);
  plan.tileM = minOf(g.m, roundUp(kMaxTileM, plan.stripRows));
  plan.tileN = minOf(g.n, kMaxTileN);
  const int64_t work = g.m * g.n * maxOf<int64_t>(g.k, 1);
  const int threads = context.parallel.threads;
  plan.parallel = threads > 1 && work * batches > (g.packed ? kSerialPackedWork : kSerialWork);
  if (plan.parallel) {
    // Smaller tiles until every thread has several, as long as a tile is worth a task.
    const auto tasks = [&] { return ceilDiv(g.m, plan.tileM) * ceilDiv(g.n, plan.tileN) * batches; };
    while (tasks() < 2 * threads && plan.tileM * plan.tileN * g.k > 2 * kTaskWork) {
      if (plan.tileN > 4 * kTileCols || (plan.tileN > kTileCols && plan.tileM <= 64))
        plan.tileN = roundUp(ceilDiv(plan.tileN, 2), kTileCols);
      else if (plan.tileM > 2 * plan.stripRows)
        plan.tileM = roundUp(ceilDiv(plan.tileM, 2), plan.stripRows);
      else
        break;
    }
  }
  plan.tasksM = ceilDiv(g.m, plan.tileM);
  plan.tasksN = ceilDiv(g.n, plan.tileN);
  // Where all cores have the right operand near, each takes rows: what comes before and after finds them there.
  plan.rowUnit = plan.stripRows;
  if (plan.parallel && g.packed && g.m >= 2 * kTallRows * threads && g.n <= kMaxTileN && g.k * g.n <= kNearPackedFloats) {
    plan.rowUnit = 1;
    plan.tasksM = threads * ceilDiv(g.m, threads * kMaxTileM);
    plan.tasksN = 1;
  }
  // The same number of tasks for each thread.
  const int64_t sharers = plan.parallel ? threads : 1, evenM = roundUp(plan.tasksM, sharers);
  if (plan.tasksM * plan.tasksN * batches % sharers != 0 && evenM <= ceilDiv(g.m, plan.stripRows)) plan.tasksM = evenM;
  // Even tiles, of whole strips and panels.
  plan.tileM = ceilDiv(ceilDiv(g.m, plan.rowUnit), plan.tasksM) * plan.rowUnit;
  plan.tileN = ceilDiv(plan.sharedPanels, plan.tasksN) * kTileCols;
  if (plan.tasksM * plan.tasksN == 1) plan.batchesPerTask = maxOf<int64_t>(1, minOf(kTaskWork / maxOf<int64_t>(work, 1), ceilDiv(batches, threads)));

  // Packing the left operand costs about half a cycle an element, which many columns pay for. Without it, rows a multiple of 1 KiB
  // apart fall into few sets of the first-level cache.
  const bool conflicts = g.lhsRow * 4 % 1024 == 0 && g.lhsRow != 0 && g.m > plan.stripRows;
  const bool scattered = g.lhsCol != 1;
  plan.packLhs = (g.n > kTileCols && (conflicts || scattered));
  plan.packRhs = g.rhsCol != 1 || g.m > kUnpackedRows;
  plan.rhsAt = plan.packLhs ? roundUp(roundUp(plan.tileM, plan.stripRows) * plan.blockK, kTileAlign) : 0;
  plan.tileAt = roundUp(plan.rhsAt + plan.blockK * kTileCols, kTileAlign);
  plan.scratchFloats = plan.tileAt + (plan.direct && plan.blocksK == 1 ? 0 : plan.tileM * sumsStep(plan.tileN));
  return plan;
}

inline int64_t sharedFloats(const GemmPlan& plan) { return plan.blocksK * plan.sharedPanels * plan.blockK * kTileCols; }

inline void gemmTiles(const Context& context, const GemmArgs& g, int64_t batches) {
  GemmPlan plan = planGemm(context, g, batches);
  const int64_t tasks = plan.tasksM * plan.tasksN * ceilDiv(batches, plan.batchesPerTask);
  const auto run = [&](int64_t count, void (*task)(void*, int, int)) {
    if (!plan.parallel || count == 1)
      for (int64_t i = 0; i < count; i++) task(&plan, int(i), 0);
    else
      context.parallel.run(context.parallel.ctx, int(count), task, &plan);
  };
  // Several rows of tiles read the same right operand: it is packed once. So is one that later products read again.
  PackedOperand* packed = placeOf(g.packed);
  const bool shares =
      packed || (batches == 1 && plan.tasksM > 2 && plan.packRhs && g.k * g.n >= kMinSharedFloats && g.k * g.n <= kMaxSharedFloats);
  const int64_t floats = shares ? sharedFloats(plan) : 0;
  if (!reserve<float>(context, plan.scratchFloats, packed ? 0 : floats)) return;
  if (shares) {
    plan.shared = packed ? packed->memory : scratchOf<float>(context, -1, floats);
    if (!packed || !packed->ready) run(plan.blocksK * plan.sharedPanels, packSharedTask);
    if (packed) packed->ready = true;
  }
  run(tasks, gemmTask);
}
