// Where the sums of a tile go: straight from registers to the output, or through a tile in scratch memory.

/** True where micro-kernels may store (and keep partial sums of blocks of K) in the output itself. */
inline bool storesDirectly(const Epilogue& e) {
  switch (e.kind) {
    case EpilogueKind::Store: return e.outCol == 1;
    case EpilogueKind::Accumulate: return e.outCol == 1 && e.alpha == 1.0f && e.beta == 1.0f;
    case EpilogueKind::Bias:
    case EpilogueKind::BiasRelu: return e.outCol == 1 && e.biasStride == 1;
    case EpilogueKind::Callback: return false;
  }
  return false;
}

/** Delivers a finished tile from scratch memory. `outBatch` is the output's offset of this batch. */
inline void deliverTile(const Epilogue& e, float* tile, int64_t ldTile, int64_t batch, int64_t outBatch, int64_t m0, int64_t n0,
                        int64_t rows, int64_t cols, int worker) {
  if (e.kind == EpilogueKind::Callback) {
    e.callback(e.ctx, tile, ldTile, batch, m0, n0, rows, cols, worker);
    return;
  }
  float* out = static_cast<float*>(e.out) + outBatch + m0 * e.outRow + n0 * e.outCol;
  const float* bias = static_cast<const float*>(e.bias) + (e.bias ? n0 * e.biasStride : 0);
  // The walk follows the output: for a transposed output (outRow 1) the rows of the tile are the inner loop.
  const bool swap = e.outCol != 1 && e.outRow == 1;
  const int64_t outer = swap ? cols : rows, inner = swap ? rows : cols;
  for (int64_t i = 0; i < outer; i++)
    for (int64_t j = 0; j < inner; j++) {
      const int64_t m = swap ? j : i, n = swap ? i : j;
      const float sum = tile[m * ldTile + n];
      float* to = out + m * e.outRow + n * e.outCol;
      switch (e.kind) {
        case EpilogueKind::Accumulate: *to = e.beta == 0.0f ? e.alpha * sum : e.alpha * sum + e.beta * *to; break;
        case EpilogueKind::Bias: *to = sum + bias[n * e.biasStride]; break;
        case EpilogueKind::BiasRelu: {
          const float x = sum + bias[n * e.biasStride];
          *to = x <= 0.0f ? 0.0f : x;
          break;
        }
        default: *to = sum;
      }
    }
}
