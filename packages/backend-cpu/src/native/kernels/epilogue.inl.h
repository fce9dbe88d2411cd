// Where the sums of a tile go: straight from registers to the output, or through a tile in scratch memory.

/** True where micro-kernels may store in the output itself, and keep partial sums there. */
inline bool storesDirectly(const Epilogue& e) {
  switch (e.kind) {
    case EpilogueKind::Store: return e.outCol == 1;
    case EpilogueKind::Bias:
    case EpilogueKind::BiasRelu: return e.outCol == 1 && e.biasStride == 1;
    case EpilogueKind::AddScaled:
    case EpilogueKind::Callback: return false;
  }
  return false;
}

/** True where micro-kernels may add to another array, and store in the output. Both may be one: partial sums are kept elsewhere. */
inline bool addsDirectly(const Epilogue& e) { return e.kind == EpilogueKind::AddScaled && e.outCol == 1 && e.addendCol == 1; }

/** Where a batch (of a convolution the outermost axis of its sums) begins in the output, and in the addend. */
struct BatchOffsets {
  int64_t out, addend;
};

/** Offset of batch `index`, row-major through the batch axes of a product. */
inline int64_t batchOffset(const GemmArgs& g, const int64_t* strides, int64_t index) {
  int64_t offset = 0;
  for (int axis = g.batchRank - 1; axis >= 0; axis--) {
    offset += index % g.batch[axis] * strides[axis];
    index /= g.batch[axis];
  }
  return offset;
}

/** A callback's are not used. */
inline BatchOffsets offsetsOf(const GemmArgs& g, int64_t batch) {
  const Epilogue& e = g.epilogue;
  if (e.kind == EpilogueKind::Callback) return {};
  return {batchOffset(g, e.outBatch, batch), e.kind == EpilogueKind::AddScaled ? batchOffset(g, e.addendBatch, batch) : 0};
}

inline BatchOffsets offsetsOf(const ConvArgs& c, int64_t index) {
  const Epilogue& e = c.epilogue;
  if (e.kind == EpilogueKind::Callback) return {};
  return {index * e.outBatch[0], e.kind == EpilogueKind::AddScaled ? index * e.addendBatch[0] : 0};
}

/** out[j] = addend[j] + scale * sums[j] */
inline void addScaledRow(float* out, const float* addend, float scale, const float* sums, int64_t count) {
  const Vec factor = splat(scale);
  int64_t j = 0;
  for (; j + kLanes <= count; j += kLanes) store(out + j, load(addend + j) + factor * load(sums + j));
  if (j < count) storePartial(out + j, loadPartial(addend + j, count - j) + factor * loadPartial(sums + j, count - j), count - j);
}

/**
 * Delivers a finished tile from scratch memory. T is float or an integer. `offsets`: of the batch that it is of, in the output and the
 * addend.
 */
template <typename T>
inline void deliverTile(const Epilogue& e, T* tile, int64_t ldTile, int64_t batch, const BatchOffsets& offsets, int64_t m0, int64_t n0,
                        int64_t rows, int64_t cols, int worker) {
  if (e.kind == EpilogueKind::Callback) {
    e.callback(e.ctx, tile, ldTile, batch, m0, n0, rows, cols, worker);
    return;
  }
  T* out = static_cast<T*>(e.out) + offsets.out + m0 * e.outRow + n0 * e.outCol;
  const T* addend = e.kind == EpilogueKind::AddScaled ? static_cast<const T*>(e.addend) + offsets.addend + m0 * e.addendRow + n0 * e.addendCol : nullptr;
  if constexpr (__is_same(T, float)) {
    if (addsDirectly(e)) {
      for (int64_t i = 0; i < rows; i++) addScaledRow(out + i * e.outRow, addend + i * e.addendRow, e.scale, tile + i * ldTile, cols);
      return;
    }
  }
  const bool biased = e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu;
  const T* bias = biased ? static_cast<const T*>(e.bias) + n0 * e.biasStride : nullptr;
  // The walk follows the output: for a transposed one (outRow 1) the rows of the tile are the inner loop.
  const bool swap = e.outCol != 1 && e.outRow == 1;
  const int64_t outer = swap ? cols : rows, inner = swap ? rows : cols;
  const int64_t tileOuter = swap ? 1 : ldTile, tileInner = swap ? ldTile : 1;
  const int64_t outOuter = swap ? e.outCol : e.outRow, outInner = swap ? e.outRow : e.outCol;
  const int64_t addendOuter = swap ? e.addendCol : e.addendRow, addendInner = swap ? e.addendRow : e.addendCol;
  const int64_t biasOuter = swap ? e.biasStride : 0, biasInner = swap ? 0 : e.biasStride;
  for (int64_t i = 0; i < outer; i++) {
    const T* from = tile + i * tileOuter;
    T* to = out + i * outOuter;
    const T* add = bias + (biased ? i * biasOuter : 0);
    switch (e.kind) {
      case EpilogueKind::AddScaled:
        for (int64_t j = 0; j < inner; j++)
          to[j * outInner] = addWrap(addend[i * addendOuter + j * addendInner], mulWrap(T(e.scale), from[j * tileInner]));
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
