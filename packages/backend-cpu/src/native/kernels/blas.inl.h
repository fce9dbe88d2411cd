// float64 matrix products with packed operands, and the vector operations of factorizations.

typedef double VecD __attribute__((vector_size(KERNEL_VECTOR_BYTES)));
typedef double VecDUnaligned __attribute__((vector_size(KERNEL_VECTOR_BYTES), aligned(8), may_alias));
constexpr int kLanesD = KERNEL_VECTOR_BYTES / 8;
constexpr int kRowsD = kTileRows, kColsD = 2 * kLanesD;
/** Blocks of K and of rows: a packed panel and a packed block of rows stay in the second-level cache. */
constexpr int64_t kBlockKD = 256, kBlockRowsD = 96 / kRowsD * kRowsD;
constexpr int64_t kGemmScratchD = kBlockKD * (kBlockRowsD + kColsD) + kRowsD * kColsD;

KERNEL_INLINE VecD loadD(const double* p) { return *reinterpret_cast<const VecDUnaligned*>(p); }
KERNEL_INLINE void storeD(double* p, VecD v) { *reinterpret_cast<VecDUnaligned*>(p) = v; }

/** to[r * ld + j] = Σ_k a[k * kRowsD + r] b[k * kColsD + j], added to what is there with `sign` where `add`. */
inline void microKernelD(const double* a, const double* b, int64_t depth, double sign, bool add, double* to, int64_t ld) {
  VecD acc[kRowsD][2];
#pragma GCC unroll 8
  for (int r = 0; r < kRowsD; r++) acc[r][0] = acc[r][1] = VecD{};
  for (int64_t k = 0; k < depth; k++, a += kRowsD, b += kColsD) {
    const VecD b0 = loadD(b), b1 = loadD(b + kLanesD);
#pragma GCC unroll 8
    for (int r = 0; r < kRowsD; r++) {
      const VecD x = a[r] - VecD{};
      acc[r][0] += x * b0;
      acc[r][1] += x * b1;
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRowsD; r++) {
    double* row = to + r * ld;
    storeD(row, add ? loadD(row) + sign * acc[r][0] : acc[r][0]);
    storeD(row + kLanesD, add ? loadD(row + kLanesD) + sign * acc[r][1] : acc[r][1]);
  }
}

KERNEL_SHARED void gemmD(int64_t m, int64_t n, int64_t k, double sign, MatrixView a, MatrixView b, double* c, int64_t ldc, double* scratch) {
  double *packedA = scratch, *packedB = packedA + kBlockKD * kBlockRowsD, *tile = packedB + kBlockKD * kColsD;
  for (int64_t k0 = 0; k0 < k; k0 += kBlockKD) {
    const int64_t depth = minOf(kBlockKD, k - k0);
    for (int64_t m0 = 0; m0 < m; m0 += kBlockRowsD) {
      const int64_t rows = minOf(kBlockRowsD, m - m0);
      for (int64_t s = 0; s < rows; s += kRowsD) {
        // Rows past the end are zero.
        double* to = packedA + s * kBlockKD;
        for (int64_t r = 0; r < kRowsD; r++) {
          const double* from = a.data + (m0 + s + r) * a.row + k0 * a.column;
          for (int64_t i = 0; i < depth; i++) to[i * kRowsD + r] = s + r < rows ? from[i * a.column] : 0.0;
        }
      }
      for (int64_t n0 = 0; n0 < n; n0 += kColsD) {
        const int64_t cols = minOf<int64_t>(kColsD, n - n0);
        for (int64_t i = 0; i < depth; i++) {
          const double* from = b.data + (k0 + i) * b.row + n0 * b.column;
          for (int64_t j = 0; j < kColsD; j++) packedB[i * kColsD + j] = j < cols ? from[j * b.column] : 0.0;
        }
        for (int64_t s = 0; s < rows; s += kRowsD) {
          double* to = c + (m0 + s) * ldc + n0;
          const int64_t count = minOf<int64_t>(kRowsD, rows - s);
          if (count == kRowsD && cols == kColsD) {
            microKernelD(packedA + s * kBlockKD, packedB, depth, sign, true, to, ldc);
            continue;
          }
          microKernelD(packedA + s * kBlockKD, packedB, depth, sign, false, tile, kColsD);
          for (int64_t r = 0; r < count; r++)
            for (int64_t j = 0; j < cols; j++) to[r * ldc + j] += sign * tile[r * kColsD + j];
        }
      }
    }
  }
}

inline double dotD(const double* x, const double* y, int64_t n) {
  VecD sums[4] = {};
  int64_t i = 0;
  for (; i + 4 * kLanesD <= n; i += 4 * kLanesD)
    for (int v = 0; v < 4; v++) sums[v] += loadD(x + i + v * kLanesD) * loadD(y + i + v * kLanesD);
  const VecD all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int lane = 0; lane < kLanesD; lane++) sum += all[lane];
  for (; i < n; i++) sum += x[i] * y[i];
  return sum;
}

inline void axpyD(double factor, const double* x, double* y, int64_t n) {
  int64_t i = 0;
  for (; i + kLanesD <= n; i += kLanesD) storeD(y + i, loadD(y + i) + factor * loadD(x + i));
  for (; i < n; i++) y[i] += factor * x[i];
}

inline void rotateD(double* x, double* y, double cosine, double sine, int64_t n) {
  int64_t i = 0;
  for (; i + kLanesD <= n; i += kLanesD) {
    const VecD a = loadD(x + i), b = loadD(y + i);
    storeD(x + i, cosine * a - sine * b);
    storeD(y + i, sine * a + cosine * b);
  }
  for (; i < n; i++) {
    const double a = x[i], b = y[i];
    x[i] = cosine * a - sine * b;
    y[i] = sine * a + cosine * b;
  }
}

/** Columns of `vectors` vectors. What a pair leaves in its second row stays in registers for the next one. */
template <int vectors>
inline void rotateStripD(double* rows, int64_t ld, const double* cosines, const double* sines, int64_t count, bool up) {
  VecD carried[vectors];
  double* edge = up ? rows + count * ld : rows;
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++) carried[v] = loadD(edge + v * kLanesD);
  for (int64_t step = 0; step < count; step++) {
    const int64_t i = up ? count - 1 - step : step;
    const double cosine = cosines[i], sine = up ? -sines[i] : sines[i];
    double* next = up ? edge - ld : edge + ld;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      const VecD other = loadD(next + v * kLanesD);
      storeD(edge + v * kLanesD, cosine * carried[v] + sine * other);
      carried[v] = cosine * other - sine * carried[v];
    }
    edge = next;
  }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++) storeD(edge + v * kLanesD, carried[v]);
}

KERNEL_SHARED void rotateRowsD(double* rows, int64_t ld, int64_t columns, const double* cosines, const double* sines, int64_t count, bool up) {
  int64_t j = 0;
  for (; j + 4 * kLanesD <= columns; j += 4 * kLanesD) rotateStripD<4>(rows + j, ld, cosines, sines, count, up);
  for (; j + kLanesD <= columns; j += kLanesD) rotateStripD<1>(rows + j, ld, cosines, sines, count, up);
  if (j == columns) return;
  for (int64_t step = 0; step < count; step++) {
    const int64_t i = up ? count - 1 - step : step;
    double *x = rows + i * ld, *y = x + ld;
    for (int64_t c = j; c < columns; c++) {
      const double a = x[c], b = y[c];
      x[c] = cosines[i] * a + sines[i] * b;
      y[c] = cosines[i] * b - sines[i] * a;
    }
  }
}

KERNEL_SHARED void addRowsD(const double* a, int64_t lda, int64_t m, int64_t n, const double* x, double* y) {
  int64_t i = 0;
  for (; i + 4 <= m; i += 4, a += 4 * lda) {
    const double *a1 = a + lda, *a2 = a1 + lda, *a3 = a2 + lda;
    int64_t j = 0;
    for (; j + kLanesD <= n; j += kLanesD)
      storeD(y + j, loadD(y + j) + ((x[i] * loadD(a + j) + x[i + 1] * loadD(a1 + j)) + (x[i + 2] * loadD(a2 + j) + x[i + 3] * loadD(a3 + j))));
    for (; j < n; j++) y[j] += (x[i] * a[j] + x[i + 1] * a1[j]) + (x[i + 2] * a2[j] + x[i + 3] * a3[j]);
  }
  for (; i < m; i++, a += lda) axpyD(x[i], a, y, n);
}

const Blas kBlas = {gemmD, kGemmScratchD, dotD, axpyD, rotateD, rotateRowsD, addRowsD};

// float64 products of the plan: tiles of sums by gemmD.

constexpr int64_t kTileRowsD = 96, kTileColsD = 256;

struct DoublePlan {
  const Context* context;
  const GemmArgs* args;
  int64_t blocksM, blocksN;
};

inline void doubleTask(void* arg, int task, int worker) {
  const DoublePlan& plan = *static_cast<const DoublePlan*>(arg);
  const GemmArgs& g = *plan.args;
  double* scratch = scratchOf<double>(*plan.context, worker, kGemmScratchD + kTileRowsD * kTileColsD);
  double* tile = scratch + kGemmScratchD;
  const int64_t n0 = task % plan.blocksN * kTileColsD, m0 = task / plan.blocksN % plan.blocksM * kTileRowsD;
  const int64_t batch = task / plan.blocksN / plan.blocksM;
  const int64_t rows = minOf(kTileRowsD, g.m - m0), cols = minOf(kTileColsD, g.n - n0);
  __builtin_memset(tile, 0, size_t(rows * kTileColsD) * sizeof(double));
  const double* lhs = static_cast<const double*>(g.lhs) + batchOffset(g, g.lhsBatch, batch) + m0 * g.lhsRow;
  const double* rhs = static_cast<const double*>(g.rhs) + batchOffset(g, g.rhsBatch, batch) + n0 * g.rhsCol;
  gemmD(rows, cols, g.k, 1, {lhs, g.lhsRow, g.lhsCol}, {rhs, g.rhsRow, g.rhsCol}, tile, kTileColsD, scratch);
  deliverTile<double>(g.epilogue, tile, kTileColsD, batch, offsetsOf(g, batch), m0, n0, rows, cols, worker);
}

inline void gemmFloat64(const Context& context, const GemmArgs& g) {
  int64_t batches = 1;
  for (int axis = 0; axis < g.batchRank; axis++) batches *= g.batch[axis];
  DoublePlan plan = {&context, &g, ceilDiv(g.m, kTileRowsD), ceilDiv(g.n, kTileColsD)};
  if (!reserve<double>(context, kGemmScratchD + kTileRowsD * kTileColsD)) return;
  Context where = context;
  if (g.m * g.n * maxOf<int64_t>(g.k, 1) * batches <= kSerialWork / 4) where.parallel.threads = 1;
  runTasks(where, batches * plan.blocksM * plan.blocksN, doubleTask, &plan);
}
