// Products with few rows or few columns where both operands are contiguous along k: each sum is a dot product of vectors.
// The large operand is then read as it lies, once, without packing.

/** The few rows (or columns) that such a product has at most. */
constexpr int64_t kDotRows = 4;

KERNEL_INLINE float sumOfLanes(Vec v) {
  float lanes[kLanes];
  __builtin_memcpy(lanes, &v, sizeof v);
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

/** out[r * outRow + c * outCol] = x[r] · y[c] for R rows of x and C of y, contiguous along k. */
template <int R, int C>
void dotRows(const float* x, int64_t xStep, const float* y, int64_t yStep, int64_t depth, float* out, int64_t outRow, int64_t outCol) {
  Vec acc[R][C];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) acc[r][c] = Vec{};
  int64_t k = 0;
  for (; k + kLanes <= depth; k += kLanes) {
    Vec b[C];
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) b[c] = load(y + c * yStep + k);
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
      const Vec a = load(x + r * xStep + k);
#pragma GCC unroll 4
      for (int c = 0; c < C; c++) acc[r][c] += a * b[c];
    }
  }
  if (k < depth) {
    const int64_t tail = depth - k;
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) {
      const Vec b = loadPartial(y + c * yStep + k, tail);
#pragma GCC unroll 4
      for (int r = 0; r < R; r++) acc[r][c] += loadPartial(x + r * xStep + k, tail) * b;
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int c = 0; c < C; c++) out[r * outRow + c * outCol] = sumOfLanes(acc[r][c]);
}

typedef void (*DotKernel)(const float*, int64_t, const float*, int64_t, int64_t, float*, int64_t, int64_t);

struct DotPlan {
  const Context* context;
  const GemmArgs* args;
  /** The few are the rows of the product (x is the right operand), else its columns. */
  bool fewRows;
  int64_t few, many, blockMany, blocks;
  int64_t yAt, scratchFloats;
};

inline void dotTask(void* arg, int task, int worker) {
  const DotPlan& plan = *static_cast<const DotPlan*>(arg);
  const GemmArgs& g = *plan.args;
  float* scratch = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  const int64_t batch = task / plan.blocks, first = task % plan.blocks * plan.blockMany, count = minOf(plan.blockMany, plan.many - first);
  const float* lhs = static_cast<const float*>(g.lhs) + batchOffset(g, g.lhsBatch, batch);
  const float* rhs = static_cast<const float*>(g.rhs) + batchOffset(g, g.rhsBatch, batch);
  const int64_t xStep = plan.fewRows ? g.rhsCol : g.lhsRow;
  const float* x = (plan.fewRows ? rhs : lhs) + first * xStep;
  const float* y = plan.fewRows ? lhs : rhs;
  int64_t yStep = plan.fewRows ? g.lhsRow : g.rhsCol;
  if (plan.yAt >= 0) {
    const int64_t step = plan.fewRows ? g.lhsCol : g.rhsRow;
    float* packed = scratch + plan.yAt;
    for (int64_t c = 0; c < plan.few; c++)
      for (int64_t k = 0; k < g.k; k++) packed[c * g.k + k] = y[c * yStep + k * step];
    y = packed;
    yStep = g.k;
  }
#define KERNEL_DOT(R) {dotRows<R, 1>, dotRows<R, 2>, dotRows<R, 3>, dotRows<R, 4>}
  static const DotKernel kernels[4][4] = {KERNEL_DOT(1), KERNEL_DOT(2), KERNEL_DOT(3), KERNEL_DOT(4)};
#undef KERNEL_DOT
  const int64_t ld = plan.fewRows ? roundUp(count, kTileAlign) : plan.few;
  const int64_t outX = plan.fewRows ? 1 : ld, outY = plan.fewRows ? ld : 1;
  for (int64_t i = 0; i < count; i += 4)
    kernels[minOf<int64_t>(4, count - i) - 1][plan.few - 1](x + i * xStep, xStep, y, yStep, g.k, scratch + i * outX, outX, outY);
  const Epilogue& e = g.epilogue;
  const BatchOffsets offsets = offsetsOf(g, batch);
  if (plan.fewRows)
    deliverTile<float>(e, scratch, ld, batch, offsets, 0, first, plan.few, count, worker);
  else
    deliverTile<float>(e, scratch, ld, batch, offsets, first, 0, count, plan.few, worker);
}

inline bool hasFewRows(const GemmArgs& g) { return g.m <= kDotRows && g.rhsRow == 1 && g.n > g.m; }
inline bool isDotProduct(const GemmArgs& g) { return (hasFewRows(g) || (g.n <= kDotRows && g.lhsCol == 1)) && g.k >= kLanes; }

/** True if the product was of this kind, and is done. */
inline bool gemmDot(const Context& context, const GemmArgs& g, int64_t batches) {
  if (!isDotProduct(g)) return false;
  const bool fewRows = hasFewRows(g);
  DotPlan plan = {};
  plan.context = &context;
  plan.args = &g;
  plan.fewRows = fewRows;
  plan.few = fewRows ? g.m : g.n;
  plan.many = fewRows ? g.n : g.m;
  // Reading memory bounds these: a task has at least about 128 KiB to read.
  plan.blockMany = minOf(plan.many, roundUp(maxOf<int64_t>(kTileAlign, (1 << 15) / g.k), kTileAlign));
  plan.blocks = ceilDiv(plan.many, plan.blockMany);
  const int64_t tile = roundUp(plan.blockMany, kTileAlign) * plan.few;
  plan.yAt = (fewRows ? g.lhsCol : g.rhsRow) == 1 ? -1 : roundUp(tile, kTileAlign);
  plan.scratchFloats = plan.yAt < 0 ? tile : plan.yAt + plan.few * g.k;
  if (!reserve<float>(context, plan.scratchFloats)) return true;
  Context where = context;
  if (g.m * g.n * g.k * batches <= kSerialWork / 8) where.parallel.threads = 1;
  runTasks(where, plan.blocks * batches, dotTask, &plan);
  return true;
}
