// Products with few rows whose right operand is contiguous along n. Where it comes from memory, it is read once, several whole rows at a
// time, so that memory sees a few sequential streams; the sums of a block of columns stay in the first-level cache. Where a cache of this
// core holds it, some columns at a time, whose sums stay in registers.

constexpr int64_t kRowsCols = 1024;
/** Multiply-adds up to which one thread is enough: they wait for the right operand, which each core reads a share of. */
constexpr int64_t kSerialRowsWork = 1 << 15;
/** Vectors of columns whose sums stay in registers. */
constexpr int kRowsVectors = 4;

/** sums[r * ld + j] = Σ lhs[r * lhsRow + k * lhsCol] * rhs[k * rhsRow + j] for R rows and kRowsVectors vectors of columns. */
template <int R>
void sumColumns(const float* lhs, int64_t lhsRow, int64_t lhsCol, const float* rhs, int64_t rhsRow, int64_t depth, float* sums, int64_t ld) {
  // Few sums wait for their last addition: those of one and two rows have two each.
  constexpr int V = kRowsVectors, sumsEach = R <= 2 ? 2 : 1;
  Vec acc[sumsEach][R][V];
#pragma GCC unroll 2
  for (int i = 0; i < sumsEach; i++)
#pragma GCC unroll 4
    for (int r = 0; r < R; r++)
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) acc[i][r][v] = Vec{};
  const auto add = [&](int i) __attribute__((always_inline)) {
    Vec b[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) prefetch(rhs + kPrefetchRows * rhsRow + v * kLanes);
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) {
      b[v] = load(rhs + v * kLanes);
      if (R > 1) keepLoaded(b[v]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
      const Vec a = splat(lhs[r * lhsRow]);
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) acc[i][r][v] += a * b[v];
    }
    lhs += lhsCol;
    rhs += rhsRow;
  };
  for (int64_t k = depth / 2; k > 0; k--) {
    add(0);
    add(sumsEach - 1);
  }
  if (depth % 2 != 0) add(0);
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(sums + r * ld + v * kLanes, sumsEach == 2 ? acc[0][r][v] + acc[sumsEach - 1][r][v] : acc[0][r][v]);
}

/** sums[r * ld + j] += Σ lhs[r * lhsRow + i * lhsCol] * rhs[i * rhsRow + j] for R rows and K terms. */
template <int R, int K>
void addRows(const float* lhs, int64_t lhsRow, int64_t lhsCol, const float* rhs, int64_t rhsRow, float* sums, int64_t ld, int64_t cols) {
  Vec a[R][K];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int k = 0; k < K; k++) a[r][k] = splat(lhs[r * lhsRow + k * lhsCol]);
  int64_t j = 0;
  for (; j + kLanes <= cols; j += kLanes) {
    Vec sum[R];
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) sum[r] = load(sums + r * ld + j);
#pragma GCC unroll 4
    for (int k = 0; k < K; k++) {
      const Vec b = load(rhs + k * rhsRow + j);
#pragma GCC unroll 4
      for (int r = 0; r < R; r++) sum[r] += a[r][k] * b;
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) store(sums + r * ld + j, sum[r]);
  }
  if (j == cols) return;
  // Sums have room for whole vectors; rhs has not.
  Vec sum[R];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) sum[r] = load(sums + r * ld + j);
#pragma GCC unroll 4
  for (int k = 0; k < K; k++) {
    const Vec b = loadPartial(rhs + k * rhsRow + j, cols - j);
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) sum[r] += a[r][k] * b;
  }
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) store(sums + r * ld + j, sum[r]);
}

struct RowsPlan {
  const Context* context;
  const GemmArgs* args;
  int64_t blockCols, blocks;
  bool near;
};

inline void rowsTask(void* arg, int task, int worker) {
  const RowsPlan& plan = *static_cast<const RowsPlan*>(arg);
  const GemmArgs& g = *plan.args;
  const int64_t ld = roundUp(plan.blockCols, kTileAlign);
  float* sums = scratchOf<float>(*plan.context, worker, g.m * ld);
  const int64_t batch = task / plan.blocks, n0 = task % plan.blocks * plan.blockCols, cols = minOf(plan.blockCols, g.n - n0);
  const float* lhs = static_cast<const float*>(g.lhs) + batchOffset(g, g.lhsBatch, batch);
  const float* rhs = static_cast<const float*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0;
  constexpr int64_t width = kRowsVectors * kLanes;
  if (plan.near && cols >= width) {
    const auto sum = g.m == 1 ? sumColumns<1> : g.m == 2 ? sumColumns<2> : g.m == 3 ? sumColumns<3> : sumColumns<4>;
    // The last columns overlap those before them.
    for (int64_t j = 0; j < cols; j += width) {
      const int64_t at = minOf(j, cols - width);
      sum(lhs, g.lhsRow, g.lhsCol, rhs + at, g.rhsRow, g.k, sums + at, ld);
    }
  } else {
    __builtin_memset(sums, 0, size_t(g.m * ld) * sizeof(float));
    const auto addAll = [&](auto* several, int64_t step, auto* single) {
      int64_t k = 0;
      for (; k + step <= g.k; k += step) several(lhs + k * g.lhsCol, g.lhsRow, g.lhsCol, rhs + k * g.rhsRow, g.rhsRow, sums, ld, cols);
      for (; k < g.k; k++) single(lhs + k * g.lhsCol, g.lhsRow, g.lhsCol, rhs + k * g.rhsRow, g.rhsRow, sums, ld, cols);
    };
    switch (g.m) {
      case 1: addAll(addRows<1, 8>, 8, addRows<1, 1>); break;
      case 2: addAll(addRows<2, 8>, 8, addRows<2, 1>); break;
      case 3: addAll(addRows<3, 4>, 4, addRows<3, 1>); break;
      default: addAll(addRows<4, 4>, 4, addRows<4, 1>); break;
    }
  }
  const Epilogue& e = g.epilogue;
  deliverTile<float>(e, sums, ld, batch, offsetsOf(g, batch), 0, n0, g.m, cols, worker);
}

/** Where K is short, three rows and four are many sums for little work. */
inline bool isRowsProduct(const GemmArgs& g) {
  return g.m <= 4 && g.rhsCol == 1 && g.n >= kRowsVectors * kLanes && (g.m <= 2 || g.k >= kTallDepth);
}

/** True if the product was of this kind, and is done. */
inline bool gemmRows(const Context& context, const GemmArgs& g, int64_t batches) {
  if (!isRowsProduct(g)) return false;
  Context where = context;
  if (g.m * g.n * g.k * batches <= kSerialRowsWork) where.parallel.threads = 1;
  const int64_t threads = where.parallel.threads;
  // As many columns for each thread; a block has those of one step of sumColumns at least.
  const int64_t parts = minOf(maxOf(ceilDiv(g.n, kRowsCols), ceilDiv(threads, batches)), maxOf<int64_t>(1, g.n / (2 * kRowsVectors * kLanes)));
  RowsPlan plan = {&context, &g, minOf(g.n, roundUp(ceilDiv(g.n, parts), kTileAlign)), 0, g.k * g.n <= kSecondLevelFloats};
  plan.blocks = ceilDiv(g.n, plan.blockCols);
  if (!reserve<float>(context, g.m * roundUp(plan.blockCols, kTileAlign))) return true;
  runTasks(where, plan.blocks * batches, rowsTask, &plan);
  return true;
}
