// Copies of operand blocks in the order the micro-kernel reads them.

/** A vector of kLanes/4 or fewer rows' four floats each: lanes 4 * i.. hold src[i * srcStep * 4..]. */
template <typename V>
KERNEL_INLINE V loadFours(const float* src, int64_t srcStep) {
  constexpr int64_t fours = sizeof(V) / sizeof(Vec4);
  if constexpr (fours == 1) {
    return (V) * reinterpret_cast<const Vec4Unaligned*>(src);
  } else if constexpr (fours == 2) {
    const Vec4 low = loadFours<Vec4>(src, srcStep), high = loadFours<Vec4>(src + 4 * srcStep, srcStep);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  } else {
    const Vec8 low = loadFours<Vec8>(src, srcStep), high = loadFours<Vec8>(src + 8 * srcStep, srcStep);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  }
}

/** Shuffles within each group of four lanes. */
#define KERNEL_FOURS(a, b, i0, i1, i2, i3)                                                                      \
  [&] {                                                                                                         \
    if constexpr (sizeof(V) == 16)                                                                              \
      return __builtin_shufflevector(a, b, i0, i1, 4 + i2, 4 + i3);                                             \
    else if constexpr (sizeof(V) == 32)                                                                         \
      return __builtin_shufflevector(a, b, i0, i1, 8 + i2, 8 + i3, 4 + i0, 4 + i1, 12 + i2, 12 + i3);           \
    else                                                                                                        \
      return __builtin_shufflevector(a, b, i0, i1, 16 + i2, 16 + i3, 4 + i0, 4 + i1, 20 + i2, 20 + i3, 8 + i0, 8 + i1, 24 + i2, 24 + i3, \
                                     12 + i0, 12 + i1, 28 + i2, 28 + i3);                                       \
  }()

/** Transposes as many rows as V has lanes, four columns: dst[j * dstStep + i] = src[i * srcStep + j]. */
template <typename V>
KERNEL_INLINE void transposeFour(const float* src, int64_t srcStep, float* dst, int64_t dstStep) {
  // Row i of each vector's group g is row 4 * g + i.
  const V r0 = loadFours<V>(src, srcStep), r1 = loadFours<V>(src + srcStep, srcStep);
  const V r2 = loadFours<V>(src + 2 * srcStep, srcStep), r3 = loadFours<V>(src + 3 * srcStep, srcStep);
  // Columns 0 and 2, 1 and 3 of rows 0 and 1, 2 and 3.
  const V a = KERNEL_FOURS(r0, r1, 0, 2, 0, 2), b = KERNEL_FOURS(r0, r1, 1, 3, 1, 3);
  const V c = KERNEL_FOURS(r2, r3, 0, 2, 0, 2), d = KERNEL_FOURS(r2, r3, 1, 3, 1, 3);
  typedef float Unaligned __attribute__((vector_size(sizeof(V)), aligned(4), may_alias));
  *reinterpret_cast<Unaligned*>(dst) = KERNEL_FOURS(a, c, 0, 2, 0, 2);
  *reinterpret_cast<Unaligned*>(dst + dstStep) = KERNEL_FOURS(b, d, 0, 2, 0, 2);
  *reinterpret_cast<Unaligned*>(dst + 2 * dstStep) = KERNEL_FOURS(a, c, 1, 3, 1, 3);
  *reinterpret_cast<Unaligned*>(dst + 3 * dstStep) = KERNEL_FOURS(b, d, 1, 3, 1, 3);
}
#undef KERNEL_FOURS

/** dst[j * dstStep + i] = src[i * srcStep + j] for j < cols and as many rows i as V has lanes. */
template <typename V>
inline void transposeRows(const float* src, int64_t srcStep, int64_t cols, float* dst, int64_t dstStep) {
  constexpr int64_t rows = sizeof(V) / sizeof(float);
  int64_t j = 0;
  for (; j + 4 <= cols; j += 4) transposeFour<V>(src + j, srcStep, dst + j * dstStep, dstStep);
  for (; j < cols; j++)
    for (int64_t i = 0; i < rows; i++) dst[j * dstStep + i] = src[i * srcStep + j];
}

/** dst[j * dstStep + i] = src[i * srcStep + j] for i < rows, j < cols: rows of src, contiguous, become columns of dst. */
inline void transposeBlock(const float* src, int64_t srcStep, int64_t rows, int64_t cols, float* dst, int64_t dstStep) {
  int64_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) transposeRows<Vec>(src + i * srcStep, srcStep, cols, dst + i, dstStep);
  if (kLanes > 8 && i + 8 <= rows) transposeRows<Vec8>(src + i * srcStep, srcStep, cols, dst + i, dstStep), i += 8;
  for (; i + 4 <= rows; i += 4) transposeRows<Vec4>(src + i * srcStep, srcStep, cols, dst + i, dstStep);
  for (; i < rows; i++)
    for (int64_t j = 0; j < cols; j++) dst[j * dstStep + i] = src[i * srcStep + j];
}

/**
 * A panel of the right operand: dst[k * kTileCols + j] = src[k * rowStride + j * colStride] for k < depth, j < cols. Columns up to the
 * next vector are zeroed, so that micro-kernels may read whole vectors.
 */
inline void packPanel(const float* src, int64_t rowStride, int64_t colStride, int64_t depth, int64_t cols, float* dst) {
  const int64_t vectors = ceilDiv(cols, kLanes), padded = vectors * kLanes;
  if (colStride == 1) {
    // Rows far apart are not prefetched by the hardware; that costs several times the copy where they come from memory.
    constexpr int64_t ahead = 24;
    if (cols == kTileCols) {
      for (int64_t k = 0; k < depth; k++, src += rowStride, dst += kTileCols) {
        prefetch(src + ahead * rowStride);
        if (kTileCols > 16) prefetch(src + ahead * rowStride + 16);
        for (int v = 0; v < kTileVectors; v++) store(dst + v * kLanes, load(src + v * kLanes));
      }
    } else {
      const int64_t tail = cols - (vectors - 1) * kLanes;
      for (int64_t k = 0; k < depth; k++, src += rowStride, dst += kTileCols) {
        for (int64_t v = 0; v < vectors - 1; v++) store(dst + v * kLanes, load(src + v * kLanes));
        store(dst + padded - kLanes, loadPartial(src + padded - kLanes, tail));
      }
    }
    return;
  }
  if (padded != cols)
    for (int64_t k = 0; k < depth; k++)
      for (int64_t j = cols; j < padded; j++) dst[k * kTileCols + j] = 0.0f;
  if (rowStride == 1) {
    // In slices of k: 32 columns of src are 32 streams, and each is read in whole cache lines before the next.
    for (int64_t k = 0; k < depth; k += 16)
      transposeBlock(src + k, colStride, cols, minOf<int64_t>(16, depth - k), dst + k * kTileCols, kTileCols);
    return;
  }
  for (int64_t k = 0; k < depth; k++)
    for (int64_t j = 0; j < cols; j++) dst[k * kTileCols + j] = src[k * rowStride + j * colStride];
}

/** A strip of the left operand: dst[k * step + r] = src[r * rowStride + k * colStride] for k < depth, r < rows <= step. */
inline void packStrip(const float* src, int64_t rowStride, int64_t colStride, int64_t depth, int64_t rows, float* dst, int64_t step) {
  if (colStride == 1) {
    transposeBlock(src, rowStride, rows, depth, dst, step);
  } else if (rowStride == 1 && rows == kTileRows) {
    for (int64_t k = 0; k < depth; k++, src += colStride, dst += step) __builtin_memcpy(dst, src, kTileRows * sizeof(float));
  } else if (rowStride == 1 && kLanes >= kTallRows) {
    for (int64_t k = 0; k < depth; k++, src += colStride, dst += step) storePartial(dst, loadPartial(src, rows), rows);
  } else {
    for (int64_t k = 0; k < depth; k++)
      for (int64_t r = 0; r < rows; r++) dst[k * step + r] = src[r * rowStride + k * colStride];
  }
}
