// Products with few rows whose right operand is contiguous along n: it is read once, several whole rows at a time, so that
// memory sees a few sequential streams. Sums of a block of columns stay in the first-level cache.

constexpr int64_t kRowsK = 4, kRowsCols = 1024;

/** sums[r * ld + j] += Σ lhs[r * lhsRow + i * lhsCol] * rhs[i * rhsRow + j] for R rows and K terms. */
template <int R, int K>
void addRows(const float* lhs, int64_t lhsRow, int64_t lhsCol, const float* rhs, int64_t rhsRow, float* sums, int64_t ld, int64_t cols) {
  Vec a[R][K];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
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
};

inline void rowsTask(void* arg, int task, int worker) {
  const RowsPlan& plan = *static_cast<const RowsPlan*>(arg);
  const GemmArgs& g = *plan.args;
  const int64_t ld = roundUp(plan.blockCols, kTileAlign);
  float* sums = scratchOf<float>(*plan.context, worker, g.m * ld);
  const int64_t batch = task / plan.blocks, n0 = task % plan.blocks * plan.blockCols, cols = minOf(plan.blockCols, g.n - n0);
  const float* lhs = static_cast<const float*>(g.lhs) + batchOffset(g, g.lhsBatch, batch);
  const float* rhs = static_cast<const float*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0;
  typedef void (*AddRows)(const float*, int64_t, int64_t, const float*, int64_t, float*, int64_t, int64_t);
  static const AddRows whole[4] = {addRows<1, 4>, addRows<2, 4>, addRows<3, 4>, addRows<4, 4>};
  static const AddRows single[4] = {addRows<1, 1>, addRows<2, 1>, addRows<3, 1>, addRows<4, 1>};
  __builtin_memset(sums, 0, size_t(g.m * ld) * sizeof(float));
  int64_t k = 0;
  for (; k + kRowsK <= g.k; k += kRowsK) whole[g.m - 1](lhs + k * g.lhsCol, g.lhsRow, g.lhsCol, rhs + k * g.rhsRow, g.rhsRow, sums, ld, cols);
  for (; k < g.k; k++) single[g.m - 1](lhs + k * g.lhsCol, g.lhsRow, g.lhsCol, rhs + k * g.rhsRow, g.rhsRow, sums, ld, cols);
  const Epilogue& e = g.epilogue;
  deliverTile<float>(e, sums, ld, batch, offsetsOf(g, batch), 0, n0, g.m, cols, worker);
}

/** Three and four rows are enough for the tiles to be as fast, until the right operand comes from memory. */
inline bool isRowsProduct(const GemmArgs& g) {
  return g.m <= 4 && g.rhsCol == 1 && g.n >= 4 * kLanes && (g.m <= 2 || g.k * g.n >= 256 << 10);
}

/** True if the product was of this kind, and is done. */
inline bool gemmRows(const Context& context, const GemmArgs& g, int64_t batches) {
  if (!isRowsProduct(g)) return false;
  RowsPlan plan = {&context, &g, minOf(g.n, kRowsCols), 0};
  Context where = context;
  if (g.m * g.n * g.k * batches <= kSerialWork / 8) where.parallel.threads = 1;
  const int64_t threads = where.parallel.threads;
  if (ceilDiv(g.n, plan.blockCols) * batches < 2 * threads)
    plan.blockCols = minOf(plan.blockCols, maxOf<int64_t>(128, roundUp(ceilDiv(g.n, 2 * threads), kTileAlign)));
  plan.blocks = ceilDiv(g.n, plan.blockCols);
  if (!reserve<float>(context, g.m * roundUp(plan.blockCols, kTileAlign))) return true;
  runTasks(where, plan.blocks * batches, rowsTask, &plan);
  return true;
}
