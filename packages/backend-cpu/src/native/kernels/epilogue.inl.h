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

/** Delivers a finished tile from scratch memory. T is float or int32_t; `outBatch` is the output's offset of this batch. */
template <typename T>
inline void deliverTile(const Epilogue& e, T* tile, int64_t ldTile, int64_t batch, int64_t outBatch, int64_t m0, int64_t n0, int64_t rows,
                        int64_t cols, int worker) {
  if (e.kind == EpilogueKind::Callback) {
    e.callback(e.ctx, tile, ldTile, batch, m0, n0, rows, cols, worker);
    return;
  }
  T* out = static_cast<T*>(e.out) + outBatch + m0 * e.outRow + n0 * e.outCol;
  const bool biased = e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu;
  const T* bias = biased ? static_cast<const T*>(e.bias) + n0 * e.biasStride : nullptr;
  const T alpha = T(e.alpha), beta = T(e.beta);
  // The walk follows the output: for a transposed one (outRow 1) the rows of the tile are the inner loop.
  const bool swap = e.outCol != 1 && e.outRow == 1;
  const int64_t outer = swap ? cols : rows, inner = swap ? rows : cols;
  const int64_t tileOuter = swap ? 1 : ldTile, tileInner = swap ? ldTile : 1;
  const int64_t outOuter = swap ? e.outCol : e.outRow, outInner = swap ? e.outRow : e.outCol;
  const int64_t biasOuter = swap ? e.biasStride : 0, biasInner = swap ? 0 : e.biasStride;
  for (int64_t i = 0; i < outer; i++) {
    const T* from = tile + i * tileOuter;
    T* to = out + i * outOuter;
    const T* add = bias + (biased ? i * biasOuter : 0);
    switch (e.kind) {
      case EpilogueKind::Accumulate:
        // beta 0 does not read: the output may hold anything.
        if (beta == T(0))
          for (int64_t j = 0; j < inner; j++) to[j * outInner] = mulWrap(alpha, from[j * tileInner]);
        else
          for (int64_t j = 0; j < inner; j++)
            to[j * outInner] = addWrap(mulWrap(alpha, from[j * tileInner]), mulWrap(beta, to[j * outInner]));
        break;
      case EpilogueKind::Bias:
        for (int64_t j = 0; j < inner; j++) to[j * outInner] = addWrap(from[j * tileInner], add[j * biasInner]);
        break;
      case EpilogueKind::BiasRelu:
        for (int64_t j = 0; j < inner; j++) {
          const T x = addWrap(from[j * tileInner], add[j * biasInner]);
          to[j * outInner] = x <= T(0) ? T(0) : x;
        }
        break;
      default:
        for (int64_t j = 0; j < inner; j++) to[j * outInner] = from[j * tileInner];
    }
  }
}
