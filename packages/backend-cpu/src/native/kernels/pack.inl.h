// Copies of operand blocks in the order the micro-kernel reads them.

/** Transposes 4x4: dst[j * dstStep + i] = src[i * srcStep + j]. */
KERNEL_INLINE void transpose4x4(const float* src, int64_t srcStep, float* dst, int64_t dstStep) {
  const Vec4 r0 = *reinterpret_cast<const Vec4Unaligned*>(src);
  const Vec4 r1 = *reinterpret_cast<const Vec4Unaligned*>(src + srcStep);
  const Vec4 r2 = *reinterpret_cast<const Vec4Unaligned*>(src + 2 * srcStep);
  const Vec4 r3 = *reinterpret_cast<const Vec4Unaligned*>(src + 3 * srcStep);
  const Vec4 a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
  const Vec4 b = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
  const Vec4 c = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
  const Vec4 d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
  *reinterpret_cast<Vec4Unaligned*>(dst) = __builtin_shufflevector(a, b, 0, 1, 4, 5);
  *reinterpret_cast<Vec4Unaligned*>(dst + dstStep) = __builtin_shufflevector(a, b, 2, 3, 6, 7);
  *reinterpret_cast<Vec4Unaligned*>(dst + 2 * dstStep) = __builtin_shufflevector(c, d, 0, 1, 4, 5);
  *reinterpret_cast<Vec4Unaligned*>(dst + 3 * dstStep) = __builtin_shufflevector(c, d, 2, 3, 6, 7);
}

/** dst[j * dstStep + i] = src[i * srcStep + j] for i < rows, j < cols: rows of src, contiguous, become columns of dst. */
inline void transposeBlock(const float* src, int64_t srcStep, int64_t rows, int64_t cols, float* dst, int64_t dstStep) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    int64_t j = 0;
    for (; j + 4 <= cols; j += 4) transpose4x4(src + i * srcStep + j, srcStep, dst + j * dstStep + i, dstStep);
    for (; j < cols; j++)
      for (int64_t r = i; r < i + 4; r++) dst[j * dstStep + r] = src[r * srcStep + j];
  }
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

/** A strip of the left operand: dst[k * kTileRows + r] = src[r * rowStride + k * colStride] for k < depth, r < rows. */
inline void packStrip(const float* src, int64_t rowStride, int64_t colStride, int64_t depth, int64_t rows, float* dst) {
  if (colStride == 1) {
    transposeBlock(src, rowStride, rows, depth, dst, kTileRows);
  } else if (rowStride == 1 && rows == kTileRows) {
    for (int64_t k = 0; k < depth; k++, src += colStride, dst += kTileRows) __builtin_memcpy(dst, src, kTileRows * sizeof(float));
  } else {
    for (int64_t k = 0; k < depth; k++)
      for (int64_t r = 0; r < rows; r++) dst[k * kTileRows + r] = src[r * rowStride + k * colStride];
  }
}
