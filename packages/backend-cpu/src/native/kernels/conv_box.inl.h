// The part of lhs that a tile of rows and a chunk of K need, copied with zeros where the padding is.

/** A range of the batch, the spatial axes and the channels of lhs; it may reach into the padding. */
struct ConvBox {
  int64_t start[kBoxAxes], count[kBoxAxes];
};

/** dst and src with `count` elements each, `dstStep` and `srcStep` apart. */
KERNEL_INLINE void copyRun(float* dst, int64_t dstStep, const float* src, int64_t srcStep, int64_t count) {
  if (dstStep == 1 && srcStep == 1) {
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) store(dst + i, load(src + i));
    for (; i + 4 <= count; i += 4) *reinterpret_cast<Vec4Unaligned*>(dst + i) = *reinterpret_cast<const Vec4Unaligned*>(src + i);
    for (; i < count; i++) dst[i] = src[i];
  } else {
    for (int64_t i = 0; i < count; i++) dst[i * dstStep] = src[i * srcStep];
  }
}

/** A run along the batch into slices of one strip each. */
KERNEL_INLINE void copySlices(float* dst, int64_t slice, const float* src, int64_t count) {
  for (; count >= kTileRows; count -= kTileRows, src += kTileRows, dst += slice) __builtin_memcpy(dst, src, kTileRows * sizeof(float));
  if (count > 0) copyRun(dst, 1, src, 1, count);
}

inline void copyBox(const ConvPlan& plan, const float* lhs, const ConvBox& box, float* to) {
  const int64_t limits[kBoxAxes] = {plan.args->batch, plan.axes[0].input, plan.axes[1].input, plan.axes[2].input, plan.args->channels};
  int64_t from[kBoxAxes], count[kBoxAxes];
  bool padded = false, empty = false;
  for (int axis = 0; axis < kBoxAxes; axis++) {
    const int64_t first = maxOf<int64_t>(box.start[axis], 0), end = minOf(box.start[axis] + box.count[axis], limits[axis]);
    from[axis] = first - box.start[axis];
    count[axis] = end - first;
    padded |= count[axis] < box.count[axis];
    empty |= count[axis] <= 0;
    lhs += first * plan.source[axis];
  }
  if (padded) __builtin_memset(to, 0, size_t(plan.boxFloats) * sizeof(float));
  if (empty) return;
  for (int axis = 0; axis < kBoxAxes; axis++) to += from[axis] * plan.boxStrides[axis];

  // Inner loop: the fastest axis, with the next ones while both sides are contiguous over them.
  int inner = kBoxAxes - 1;
  while (inner > 0 && count[plan.boxOrder[inner]] == 1 && !plan.sliced) inner--;
  int64_t length = count[plan.boxOrder[inner]];
  const int64_t dstStep = plan.boxStrides[plan.boxOrder[inner]], srcStep = plan.source[plan.boxOrder[inner]];
  while (inner > 0 && !plan.sliced) {
    const int next = plan.boxOrder[inner - 1];
    if (count[next] > 1 && (plan.boxStrides[next] != length * dstStep || plan.source[next] != length * srcStep)) break;
    length *= count[next];
    inner--;
  }
  int64_t at[kBoxAxes] = {};
  for (;;) {
    if (plan.sliced)
      copySlices(to, plan.boxSlice, lhs, length);
    else
      copyRun(to, dstStep, lhs, srcStep, length);
    int i = inner - 1;
    for (; i >= 0; i--) {
      const int axis = plan.boxOrder[i];
      to += plan.boxStrides[axis];
      lhs += plan.source[axis];
      if (++at[axis] < count[axis]) break;
      to -= at[axis] * plan.boxStrides[axis];
      lhs -= at[axis] * plan.source[axis];
      at[axis] = 0;
    }
    if (i < 0) return;
  }
}
