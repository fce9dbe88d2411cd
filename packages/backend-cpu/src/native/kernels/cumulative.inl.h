// Running reductions along an axis. Lines side by side in memory are worked on together, as vectors; sums of float32 are kept in float64.

struct ComplexPair {
  float re, im;
};
KERNEL_INLINE ComplexPair addWrap(ComplexPair a, ComplexPair b) { return {a.re + b.re, a.im + b.im}; }
KERNEL_INLINE ComplexPair mulWrap(ComplexPair a, ComplexPair b) {
  const double re = double(a.re) * b.re - double(a.im) * b.im, im = double(a.re) * b.im + double(a.im) * b.re;
  return {float(re), float(im)};
}

/** Lines that are worked on together. */
constexpr int64_t kLineBlock = 64;

struct CumulativeTasks {
  const CumulativeArgs* args;
  int64_t blocks;
};

template <CumulativeOp op, typename T>
KERNEL_INLINE T accumulateOne(T a, T b) {
  if constexpr (op == CumulativeOp::Sum) return addWrap(a, b);
  else if constexpr (op == CumulativeOp::Prod) return mulWrap(a, b);
  else if constexpr (op == CumulativeOp::Max) return maxNaN(a, b);
  else return minNaN(a, b);
}

/** T: of the elements; Sum: what is carried along. */
template <CumulativeOp op, typename T, typename Sum>
void cumulativeTask(void* arg, int task, int) {
  const CumulativeTasks& tasks = *static_cast<const CumulativeTasks*>(arg);
  const CumulativeArgs& a = *tasks.args;
  const int64_t outer = task / tasks.blocks, from = task % tasks.blocks * kLineBlock, count = minOf(kLineBlock, a.inner - from);
  const T* x = static_cast<const T*>(a.x) + outer * a.xStrides[0] + from * a.xStrides[2];
  T* out = static_cast<T*>(a.out) + outer * a.outStrides[0] + from * a.outStrides[2];
  int64_t xStep = a.xStrides[1], outStep = a.outStrides[1];
  if (a.reverse) {
    x += (a.size - 1) * xStep, out += (a.size - 1) * outStep;
    xStep = -xStep, outStep = -outStep;
  }
  if (count == 1) {
    Sum sum = Sum(x[0]);
    out[0] = T(sum);
    for (int64_t i = 1; i < a.size; i++) {
      sum = accumulateOne<op, Sum>(sum, Sum(x[i * xStep]));
      out[i * outStep] = T(sum);
    }
    return;
  }
  Sum sums[kLineBlock];
  const int64_t xLine = a.xStrides[2], outLine = a.outStrides[2];
  for (int64_t b = 0; b < count; b++) sums[b] = Sum(x[b * xLine]), out[b * outLine] = T(sums[b]);
  for (int64_t i = 1; i < a.size; i++) {
    x += xStep, out += outStep;
    if (xLine == 1 && outLine == 1)
      for (int64_t b = 0; b < count; b++) sums[b] = accumulateOne<op, Sum>(sums[b], Sum(x[b])), out[b] = T(sums[b]);
    else
      for (int64_t b = 0; b < count; b++) sums[b] = accumulateOne<op, Sum>(sums[b], Sum(x[b * xLine])), out[b * outLine] = T(sums[b]);
  }
}

template <typename T, typename Sum>
inline void cumulativeOf(const Context& context, const CumulativeArgs& a) {
  CumulativeTasks tasks = {&a, ceilDiv(a.inner, kLineBlock)};
  void (*fn)(void*, int, int) = cumulativeTask<CumulativeOp::Sum, T, Sum>;
  if (a.op == CumulativeOp::Prod) fn = cumulativeTask<CumulativeOp::Prod, T, Sum>;
  if constexpr (!__is_same(T, ComplexPair)) {
    if (a.op == CumulativeOp::Max) fn = cumulativeTask<CumulativeOp::Max, T, T>;
    if (a.op == CumulativeOp::Min) fn = cumulativeTask<CumulativeOp::Min, T, T>;
  }
  Context where = context;
  if (a.outer * a.size * a.inner < 1 << 14) where.parallel.threads = 1;
  runTasks(where, a.outer * tasks.blocks, fn, &tasks);
}

inline bool cumulative(const Context& context, const CumulativeArgs& a) {
  if (a.size == 0) return true;
  switch (a.dtype) {
    case DType::Float32: cumulativeOf<float, double>(context, a); return true;
    case DType::Float64: cumulativeOf<double, double>(context, a); return true;
    case DType::Int32: cumulativeOf<int32_t, int32_t>(context, a); return true;
    case DType::UInt32: cumulativeOf<uint32_t, uint32_t>(context, a); return true;
    case DType::Int64: cumulativeOf<int64_t, int64_t>(context, a); return true;
    case DType::Complex64: cumulativeOf<ComplexPair, ComplexPair>(context, a); return true;
    default: return false;
  }
}
