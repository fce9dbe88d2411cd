// Products with few rows whose K is divided among the threads. The right operand is a layer's weights: its gradient is divided by the same
// rows, and so is the gradient of the layer's input, so that each thread finds the weights that it has changed itself in its own cache.

/** Floats that stay in the second-level caches of two cores. */
constexpr int64_t kNearFloats = 2 * kSecondLevelFloats;

struct SplitPlan {
  const Context* context;
  const GemmArgs* args;
  PartialSums partial;
  int64_t scratchFloats;
};

/** The part of a product that a task takes, stored among the partial sums. */
inline GemmArgs partOfK(const SplitPlan& plan, int64_t part) {
  GemmArgs g = *plan.args;
  const int64_t begin = g.k * part / plan.partial.parts, end = g.k * (part + 1) / plan.partial.parts;
  g.k = end - begin;
  g.lhs = static_cast<const float*>(g.lhs) + begin * g.lhsCol;
  g.rhs = static_cast<const float*>(g.rhs) + begin * g.rhsRow;
  g.epilogue = {};
  g.epilogue.kind = EpilogueKind::Store;
  g.epilogue.out = plan.partial.sums + part * g.m * plan.partial.step;
  g.epilogue.outRow = plan.partial.step;
  g.epilogue.outCol = 1;
  return g;
}

inline void splitTask(void* arg, int task, int worker) {
  const SplitPlan& plan = *static_cast<const SplitPlan*>(arg);
  const GemmArgs g = partOfK(plan, task);
  Context alone = *plan.context;
  alone.parallel.threads = 1;
  GemmPlan own = planGemm(alone, g, 1);
  for (int tile = 0; tile < own.tasksM * own.tasksN; tile++) gemmTask(&own, tile, worker);
}

/** True if the product was of this kind, and is done. */
inline bool gemmSplit(const Context& context, const GemmArgs& g, int64_t batches) {
  const int64_t threads = context.parallel.threads;
  if (threads == 1 || batches != 1 || g.packed || g.rhsCol != 1 || g.m > kMaxTileM || g.m * g.n * g.k <= kSerialWork) return false;
  // The sums are written and read once more, by each thread.
  if (g.k < 2 * threads * maxOf<int64_t>(g.m, kTileCols) || g.k * g.n > kNearFloats) return false;
  SplitPlan plan = {&context, &g, {&g.epilogue, nullptr, threads, 1, g.m, g.n, roundUp(g.n, kTileAlign)}, 0};
  GemmArgs largest = partOfK(plan, threads - 1);
  Context alone = context;
  alone.parallel.threads = 1;
  plan.scratchFloats = planGemm(alone, largest, 1).scratchFloats;
  const int64_t floats = partialFloats(plan.partial);
  if (!reserve<float>(context, plan.scratchFloats, floats)) return true;
  plan.partial.sums = scratchOf<float>(context, -1, floats);
  runTasks(context, threads, splitTask, &plan);
  addParts(context, plan.partial);
  return true;
}
