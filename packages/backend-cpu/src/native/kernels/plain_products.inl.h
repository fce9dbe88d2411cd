// Products of int32 and int64, and convolutions of these and float64: rare, so plain loops over tiles.

constexpr int64_t kPlainRows = 16, kPlainCols = 256;

struct PlainPlan {
  const Context* context;
  /** One of the two. */
  const GemmArgs* gemm;
  const ConvArgs* conv;
  int64_t m, n, blocksM, blocksN;
};

/** row[j] += a * b[j * step] */
template <typename T>
KERNEL_INLINE void addScaled(T* row, T a, const T* b, int64_t step, int64_t count) {
  if (step == 1)
    for (int64_t j = 0; j < count; j++) row[j] = addWrap(row[j], mulWrap(a, b[j]));
  else
    for (int64_t j = 0; j < count; j++) row[j] = addWrap(row[j], mulWrap(a, b[j * step]));
}

/** Columns [n0, n0 + cols) of row m of a product. */
template <typename T>
inline void plainGemmRow(const GemmArgs& g, int64_t batch, int64_t m, int64_t n0, int64_t cols, T* row) {
  const T* lhs = static_cast<const T*>(g.lhs) + batchOffset(g, g.lhsBatch, batch) + m * g.lhsRow;
  const T* rhs = static_cast<const T*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0 * g.rhsCol;
  for (int64_t k = 0; k < g.k; k++) addScaled(row, lhs[k * g.lhsCol], rhs + k * g.rhsRow, g.rhsCol, cols);
}

/** Features [n0, n0 + cols) of output position m of a convolution. */
template <typename T>
inline void plainConvRow(const ConvArgs& c, int64_t group, int64_t m, int64_t n0, int64_t cols, T* row) {
  int64_t position[kMaxSpatial], taps = 1, rest = m;
  for (int axis = c.spatial - 1; axis >= 0; axis--) {
    position[axis] = rest % c.output[axis];
    rest /= c.output[axis];
    taps *= c.window[axis];
  }
  const T* image = static_cast<const T*>(c.lhs) + group * c.lhsGroup + rest * c.lhsBatch;
  const T* filter = static_cast<const T*>(c.rhs) + group * c.rhsGroup + n0 * c.rhsFeature;
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

template <typename T>
void plainTask(void* arg, int task, int worker) {
  const PlainPlan& plan = *static_cast<const PlainPlan*>(arg);
  T* tile = scratchOf<T>(*plan.context, worker, kPlainRows * kPlainCols);
  const int64_t n0 = task % plan.blocksN * kPlainCols, m0 = task / plan.blocksN % plan.blocksM * kPlainRows;
  const int64_t batch = task / plan.blocksN / plan.blocksM;
  const int64_t rows = minOf(kPlainRows, plan.m - m0), cols = minOf(kPlainCols, plan.n - n0);
  __builtin_memset(tile, 0, kPlainRows * kPlainCols * sizeof(T));
  for (int64_t r = 0; r < rows; r++) {
    if (plan.gemm)
      plainGemmRow<T>(*plan.gemm, batch, m0 + r, n0, cols, tile + r * kPlainCols);
    else
      plainConvRow<T>(*plan.conv, batch, m0 + r, n0, cols, tile + r * kPlainCols);
  }
  const Epilogue& e = plan.gemm ? plan.gemm->epilogue : plan.conv->epilogue;
  deliverTile<T>(e, tile, kPlainCols, batch, plan.gemm ? offsetsOf(*plan.gemm, batch) : offsetsOf(*plan.conv, batch), m0, n0, rows, cols, worker);
}

template <typename T>
inline void runPlain(PlainPlan plan, int64_t batches) {
  plan.blocksM = ceilDiv(plan.m, kPlainRows);
  plan.blocksN = ceilDiv(plan.n, kPlainCols);
  if (reserve<T>(*plan.context, kPlainRows * kPlainCols)) runTasks(*plan.context, batches * plan.blocksM * plan.blocksN, plainTask<T>, &plan);
}

template <typename T>
void plainGemm(const Context& context, const GemmArgs& g) {
  int64_t batches = 1;
  for (int axis = 0; axis < g.batchRank; axis++) batches *= g.batch[axis];
  runPlain<T>({&context, &g, nullptr, g.m, g.n, 0, 0}, batches);
}

template <typename T>
void plainConv(const Context& context, const ConvArgs& c) {
  int64_t m = c.batch;
  for (int axis = 0; axis < c.spatial; axis++) m *= c.output[axis];
  runPlain<T>({&context, nullptr, &c, m, c.features, 0, 0}, c.groups);
}
