// A chain of simple operations on the sums of a tile: they stay in registers from the tile to the output, and each operation is chosen once for
// several rows.

constexpr int kFinishRows = 8;

template <FinishOp op>
KERNEL_INLINE Vec finished(Vec x, Vec y) {
  // The comparisons with y are false where it is NaN.
  if constexpr (op == FinishOp::Add) return x + y;
  if constexpr (op == FinishOp::Subtract) return x - y;
  if constexpr (op == FinishOp::Multiply) return x * y;
  if constexpr (op == FinishOp::Max) return (x > y) | (x != x) ? x : y;
  if constexpr (op == FinishOp::Min) return (x < y) | (x != x) ? x : y;
  if constexpr (op == FinishOp::Gate) return y > 0.0f ? x : Vec{};
}

/** One step, on a vector of each of R rows. */
template <FinishOp op, int R, bool whole>
KERNEL_INLINE void finishRows(Vec (&x)[R], const FinishStep& step, const float* operand, Vec fixed, int64_t lanes) {
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) {
    const float* at = operand + r * step.rowStep;
    x[r] = finished<op>(x[r], step.rowStep == 0 ? fixed : step.colStep == 0 ? splat(*at) : whole ? load(at) : loadPartial(at, lanes));
  }
}

/** Columns [n, n + lanes) of R rows from `row` on. `fixed`: operands that are the same in each row. Whole: all lanes count. */
template <int R, bool whole>
KERNEL_INLINE void finishBlock(const FinishArgs& f, const Vec* fixed, int64_t row, int64_t n, int64_t lanes) {
  Vec x[R];
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) x[r] = whole ? load(f.tile + (row + r) * f.tileRow + n) : loadPartial(f.tile + (row + r) * f.tileRow + n, lanes);
  for (int s = 0; s < f.steps; s++) {
    const FinishStep& step = f.step[s];
    const float* operand = step.operand + row * step.rowStep + n * step.colStep;
    switch (step.op) {
      case FinishOp::Add: finishRows<FinishOp::Add, R, whole>(x, step, operand, fixed[s], lanes); break;
      case FinishOp::Subtract: finishRows<FinishOp::Subtract, R, whole>(x, step, operand, fixed[s], lanes); break;
      case FinishOp::Multiply: finishRows<FinishOp::Multiply, R, whole>(x, step, operand, fixed[s], lanes); break;
      case FinishOp::Max: finishRows<FinishOp::Max, R, whole>(x, step, operand, fixed[s], lanes); break;
      case FinishOp::Min: finishRows<FinishOp::Min, R, whole>(x, step, operand, fixed[s], lanes); break;
      case FinishOp::Gate: finishRows<FinishOp::Gate, R, whole>(x, step, operand, fixed[s], lanes); break;
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) whole ? store(f.out + (row + r) * f.outRow + n, x[r]) : storePartial(f.out + (row + r) * f.outRow + n, x[r], lanes);
}

template <bool whole>
KERNEL_INLINE void finishColumns(const FinishArgs& f, int64_t n, int64_t lanes) {
  Vec fixed[kMaxFinishSteps] = {};
  for (int s = 0; s < f.steps; s++) {
    const FinishStep& step = f.step[s];
    if (step.rowStep == 0) fixed[s] = step.colStep == 0 ? splat(*step.operand) : loadPartial(step.operand + n, lanes);
  }
  int64_t row = 0;
  for (; row + kFinishRows <= f.rows; row += kFinishRows) finishBlock<kFinishRows, whole>(f, fixed, row, n, lanes);
  for (; row < f.rows; row++) finishBlock<1, whole>(f, fixed, row, n, lanes);
}

inline void finish(const FinishArgs& f) {
  int64_t n = 0;
  for (; n + kLanes <= f.cols; n += kLanes) finishColumns<true>(f, n, kLanes);
  if (n < f.cols) finishColumns<false>(f, n, f.cols - n);
}
