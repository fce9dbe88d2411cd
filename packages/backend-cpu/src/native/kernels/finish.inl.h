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

/** What is done at one go: steps that often follow each other are chosen together. */
enum class Finish {
  Step,
  /** Subtract, Multiply and Add what is the same in each row. */
  Normalize,
  /** Max, Min, or both, of numbers that are not NaN. */
  Limit,
};

struct FinishPart {
  Finish what;
  /** Its first step. */
  int step;
  float least, most;
};

/** The steps of `f` in parts; returns how many. */
inline int partsOf(const FinishArgs& f, FinishPart (&parts)[kMaxFinishSteps]) {
  const auto fixes = [&](int s, FinishOp op) { return s < f.steps && f.step[s].op == op && f.step[s].rowStep == 0; };
  const auto limits = [&](int s, FinishOp op) { return fixes(s, op) && f.step[s].colStep == 0 && *f.step[s].operand == *f.step[s].operand; };
  int count = 0;
  for (int s = 0; s < f.steps;) {
    FinishPart& part = parts[count++];
    part = {Finish::Step, s, -__builtin_inff(), __builtin_inff()};
    if (fixes(s, FinishOp::Subtract) && fixes(s + 1, FinishOp::Multiply) && fixes(s + 2, FinishOp::Add)) {
      part.what = Finish::Normalize;
      s += 3;
    } else if (limits(s, FinishOp::Max) || limits(s, FinishOp::Min)) {
      part.what = Finish::Limit;
      if (limits(s, FinishOp::Max)) part.least = *f.step[s++].operand;
      if (limits(s, FinishOp::Min)) part.most = *f.step[s++].operand;
    } else {
      s++;
    }
  }
  return count;
}

/** Columns [n, n + lanes) of R rows from `row` on. `fixed`: operands that are the same in each row. Whole: all lanes count. */
template <int R, bool whole>
KERNEL_INLINE void finishBlock(const FinishArgs& f, const FinishPart* parts, int count, const Vec* fixed, int64_t row, int64_t n, int64_t lanes) {
  Vec x[R];
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) x[r] = whole ? load(f.tile + (row + r) * f.tileRow + n) : loadPartial(f.tile + (row + r) * f.tileRow + n, lanes);
  for (int p = 0; p < count; p++) {
    const FinishPart& part = parts[p];
    const int s = part.step;
    if (part.what == Finish::Normalize) {
      const Vec mean = fixed[s], factor = fixed[s + 1], offset = fixed[s + 2];
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) x[r] = (x[r] - mean) * factor + offset;
      continue;
    }
    if (part.what == Finish::Limit) {
      const Vec least = splat(part.least), most = splat(part.most);
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) x[r] = smallerOrSecond(most, largerOrSecond(least, x[r]));
      continue;
    }
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
KERNEL_INLINE void finishColumns(const FinishArgs& f, const FinishPart* parts, int count, int64_t n, int64_t lanes) {
  Vec fixed[kMaxFinishSteps] = {};
  for (int s = 0; s < f.steps; s++) {
    const FinishStep& step = f.step[s];
    if (step.rowStep == 0) fixed[s] = step.colStep == 0 ? splat(*step.operand) : loadPartial(step.operand + n, lanes);
  }
  int64_t row = 0;
  for (; row + kFinishRows <= f.rows; row += kFinishRows) finishBlock<kFinishRows, whole>(f, parts, count, fixed, row, n, lanes);
  for (; row < f.rows; row++) finishBlock<1, whole>(f, parts, count, fixed, row, n, lanes);
}

inline void finish(const FinishArgs& f) {
  FinishPart parts[kMaxFinishSteps];
  const int count = partsOf(f, parts);
  int64_t n = 0;
  for (; n + kLanes <= f.cols; n += kLanes) finishColumns<true>(f, parts, count, n, kLanes);
  if (n < f.cols) finishColumns<false>(f, parts, count, n, f.cols - n);
}
