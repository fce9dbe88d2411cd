// The float32 matrix product: which of the ways to compute it.

/** A product with one column, as its transpose: for a left operand that is contiguous along m. */
struct ColumnCallback {
  const Epilogue* epilogue;
  static void call(void* ctx, void* tile, int64_t, int64_t batch, int64_t, int64_t n0, int64_t, int64_t cols, int worker) {
    const Epilogue& e = *static_cast<ColumnCallback*>(ctx)->epilogue;
    e.callback(e.ctx, tile, 1, batch, n0, 0, cols, 1, worker);
  }
};

inline GemmArgs transposedColumn(const GemmArgs& g, ColumnCallback& callback) {
  GemmArgs t = g;
  t.m = 1, t.n = g.m;
  t.lhs = g.rhs, t.lhsRow = 0, t.lhsCol = g.rhsRow;
  t.rhs = g.lhs, t.rhsRow = g.lhsCol, t.rhsCol = g.lhsRow;
  for (int axis = 0; axis < g.batchRank; axis++) t.lhsBatch[axis] = g.rhsBatch[axis], t.rhsBatch[axis] = g.lhsBatch[axis];
  t.epilogue.outRow = g.epilogue.outCol, t.epilogue.outCol = g.epilogue.outRow;
  t.epilogue.addendRow = g.epilogue.addendCol, t.epilogue.addendCol = g.epilogue.addendRow;
  t.epilogue.biasStride = 0;
  callback.epilogue = &g.epilogue;
  t.epilogue.callback = ColumnCallback::call;
  t.epilogue.ctx = &callback;
  return t;
}

inline int64_t packedFloats(const GemmArgs& g, int threads) {
  if (g.batchRank > 0 || g.m == 0 || g.n <= 1 || g.k == 0 || isDotProduct(g) || isRowsProduct(g)) return 0;
  if (g.k * g.n > kMaxSharedFloats) return 0;
  Context context = {};
  context.parallel.threads = threads;
  const GemmPlan plan = planGemm(context, g, 1);
  return plan.packRhs ? sharedFloats(plan) : 0;
}

inline void gemm(const Context& context, const GemmArgs& g) {
  int64_t batches = 1;
  for (int axis = 0; axis < g.batchRank; axis++) batches *= g.batch[axis];
  if (batches == 0 || g.m == 0 || g.n == 0) return;
  if (gemmDot(context, g, batches) || gemmRows(context, g, batches)) return;
  if (g.n == 1 && g.m > 1 && g.lhsRow == 1) {
    ColumnCallback callback;
    const GemmArgs transposed = transposedColumn(g, callback);
    if (!gemmRows(context, transposed, batches)) gemmTiles(context, transposed, batches);
    return;
  }
  if (!gemmBlocks(context, g, batches) && !gemmSplit(context, g, batches)) gemmTiles(context, g, batches);
}
