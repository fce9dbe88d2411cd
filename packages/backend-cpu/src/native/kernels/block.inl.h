// One block of a product: up to kTileRows rows at a time against one panel of columns.

/** Floats of a cache line: rows of tiles in scratch memory start on one. */
constexpr int64_t kTileAlign = 16;

/** The micro-kernel call of a panel, filled once for all strips of rows that meet it. */
struct PanelCall {
  MicroCall call;
  int64_t vectors;
};

/** Columns [0, cols) of a panel; `stage` says what the micro-kernel does with its sums. */
KERNEL_INLINE void setColumns(PanelCall& panel, int64_t cols) {
  panel.vectors = ceilDiv(cols, kLanes);
  panel.call.tail = cols - (panel.vectors - 1) * kLanes;
}

/** First row of strip `s` when `rows` rows are dealt out evenly to `strips` strips. */
KERNEL_INLINE int64_t stripStart(int64_t rows, int64_t strips, int64_t s) { return rows * s / strips; }

/**
 * Fetches rows of a panel, `step` apart, into the second-level cache while the panel before it is used: it comes from further away, and the first
 * strip that meets it would wait. A share of its `depth` rows goes with each strip: those from `done` to `now` of `all`.
 */
KERNEL_INLINE void fetchPanel(const float* panel, int64_t step, int64_t depth, int64_t done, int64_t now, int64_t all) {
  const int64_t end = depth * now / all;
  for (int64_t k = depth * done / all; k < end; k++)
    for (int64_t at = 0; at < kTileCols; at += kTileAlign) __builtin_prefetch(panel + k * step + at, 0, 2);
}

/** A block of K: the last block gets bias and relu, all but the first add to what is there. */
KERNEL_INLINE void setStage(MicroCall& call, const Epilogue& e, bool direct, bool first, bool last, int64_t n) {
  call.accumulate = !first || (direct && e.kind == EpilogueKind::Accumulate);
  const bool biased = direct && last && (e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu);
  call.bias = biased ? static_cast<const float*>(e.bias) + n : nullptr;
  call.relu = biased && e.kind == EpilogueKind::BiasRelu;
}
