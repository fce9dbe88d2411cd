// int32 matrix products and convolutions: rare, so plain loops over tiles.

constexpr int64_t kIntegerRows = 16, kIntegerCols = 256;

struct IntegerPlan {
  const Context* context;
  /** One of the two. */
  const GemmArgs* gemm;
  const ConvArgs* conv;
  int64_t m, n, blocksM, blocksN;
};

/** row[j] += a * b[j * step] */
KERNEL_INLINE void addScaled(int32_t* row, int32_t a, const int32_t* b, int64_t step, int64_t count) {
  if (step == 1)
    for (int64_t j = 0; j < count; j++) row[j] = addWrap(row[j], mulWrap(a, b[j]));
  else
    for (int64_t j = 0; j < count; j++) row[j] = addWrap(row[j], mulWrap(a, b[j * step]));
}

/** Columns [n0, n0 + cols) of row m of a product. */
inline void integerGemmRow(const GemmArgs& g, int64_t batch, int64_t m, int64_t n0, int64_t cols, int32_t* row) {
  const int32_t* lhs = static_cast<const int32_t*>(g.lhs) + batchOffset(g, g.lhsBatch, batch) + m * g.lhsRow;
  const int32_t* rhs = static_cast<const int32_t*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0 * g.rhsCol;
  for (int64_t k = 0; k < g.k; k++) addScaled(row, lhs[k * g.lhsCol], rhs + k * g.rhsRow, g.rhsCol, cols);
}

/** Features [n0, n0 + cols) of output position m of a convolution. */
inline void integerConvRow(const ConvArgs& c, int64_t group, int64_t m, int64_t n0, int64_t cols, int32_t* row) {
  int64_t position[kMaxSpatial], taps = 1, rest = m;
  for (int axis = c.spatial - 1; axis >= 0; axis--) {
    position[axis] = rest % c.output[axis];
    rest /= c.output[axis];
    taps *= c.window[axis];
  }
  const int32_t* image = static_cast<const int32_t*>(c.lhs) + group * c.lhsGroup + rest * c.lhsBatch;
  const int32_t* filter = static_cast<const int32_t*>(c.rhs) + group * c.rhsGroup + n0 * c.rhsFeature;
  for (int64_t tap = 0; tap < taps; tap++) {
    int64_t lhs = 0, rhs = 0, left = tap;
    bool inside = true;
    for (int axis = c.spatial - 1; axis >= 0; axis--) {
      const int64_t w = left % c.window[axis];
      left /= c.window[axis];
      const int64_t at = position[axis] * c.strides[axis] + w * c.rhsDilation[axis] - c.low[axis];
      inside &= at >= 0 && at % c.lhsDilation[axis] == 0 && at / c.lhsDilation[axis] < c.input[axis];
      lhs += at / c.lhsDilation[axis] * c.lhsSpatial[axis];
      rhs += w * c.rhsWindow[axis];
    }
    if (!inside) continue;
    for (int64_t k = 0; k < c.channels; k++)
      addScaled(row, image[lhs + k * c.lhsChannel], filter + rhs + k * c.rhsChannel, c.rhsFeature, cols);
  }
}

inline void integerTask(void* arg, int task, int worker) {
  const IntegerPlan& plan = *static_cast<const IntegerPlan*>(arg);
  int32_t* tile = static_cast<int32_t*>(plan.context->scratch.get(plan.context->scratch.ctx, worker, kIntegerRows * kIntegerCols * sizeof(int32_t)));
  const int64_t n0 = task % plan.blocksN * kIntegerCols, m0 = task / plan.blocksN % plan.blocksM * kIntegerRows;
  const int64_t batch = task / plan.blocksN / plan.blocksM;
  const int64_t rows = minOf(kIntegerRows, plan.m - m0), cols = minOf(kIntegerCols, plan.n - n0);
  __builtin_memset(tile, 0, kIntegerRows * kIntegerCols * sizeof(int32_t));
  for (int64_t r = 0; r < rows; r++) {
    if (plan.gemm)
      integerGemmRow(*plan.gemm, batch, m0 + r, n0, cols, tile + r * kIntegerCols);
    else
      integerConvRow(*plan.conv, batch, m0 + r, n0, cols, tile + r * kIntegerCols);
  }
  const Epilogue& e = plan.gemm ? plan.gemm->epilogue : plan.conv->epilogue;
  int64_t outBatch = 0;
  if (e.kind != EpilogueKind::Callback) outBatch = plan.gemm ? batchOffset(*plan.gemm, e.outBatch, batch) : batch * e.outBatch[0];
  deliverTile<int32_t>(e, tile, kIntegerCols, batch, outBatch, m0, n0, rows, cols, worker);
}

inline void runInteger(IntegerPlan plan, int64_t batches) {
  plan.blocksM = ceilDiv(plan.m, kIntegerRows);
  plan.blocksN = ceilDiv(plan.n, kIntegerCols);
  runTasks(*plan.context, batches * plan.blocksM * plan.blocksN, integerTask, &plan);
}

inline void gemmInt32(const Context& context, const GemmArgs& g) {
  int64_t batches = 1;
  for (int axis = 0; axis < g.batchRank; axis++) batches *= g.batch[axis];
  runInteger({&context, &g, nullptr, g.m, g.n, 0, 0}, batches);
}

inline void convInt32(const Context& context, const ConvArgs& c) {
  int64_t m = c.batch;
  for (int axis = 0; axis < c.spatial; axis++) m *= c.output[axis];
  runInteger({&context, nullptr, &c, m, c.features, 0, 0}, c.groups);
}
