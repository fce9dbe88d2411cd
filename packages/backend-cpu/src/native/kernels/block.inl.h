// One block of a product: up to kTileRows rows at a time against one panel of columns.

/** First row of strip `s` when `rows` rows are dealt out evenly to `strips` strips. */
KERNEL_INLINE int64_t stripStart(int64_t rows, int64_t strips, int64_t s) { return rows * s / strips; }

/** What all strips of rows that meet a panel have in common, filled once; then the pointers of each strip. */
struct PanelCall {
  MicroCall call = {};
  /** Of a product without a window. */
  Tap tap = {0, 0};
  int64_t vectors = 0;
  const float* rows[kTileRows];
  const float *from[kTileRows], *addend[kTileRows];
  float* out[kTileRows];

  PanelCall(int64_t lhsStep, int64_t rhsStep) {
    call.rows = rows;
    call.rowStep = 1;
    call.out = out;
    call.taps = &tap;
    call.tapCount = 1;
    call.lhsStep = lhsStep;
    call.rhsStep = rhsStep;
  }

  /** Columns [0, cols) of the panel. */
  KERNEL_INLINE void setColumns(int64_t cols) {
    vectors = ceilDiv(cols, kLanes);
    call.tail = cols - (vectors - 1) * kLanes;
  }

  /**
   * The panel used next, its rows `step` floats apart, comes into the second-level cache while this one is used: it lies further away,
   * and the first strip that meets it would wait. A share of its `depth` rows goes with each strip: those from `done` to `now` of `all`.
   */
  KERNEL_INLINE void setFetch(const float* panel, int64_t step, int64_t depth, int64_t done, int64_t now, int64_t all) {
    const int64_t first = depth * done / all, count = maxOf<int64_t>(1, depth * now / all - first);
    call.fetch = panel + first * step;
    call.fetchStep = step;
    call.fetchEvery = maxOf<int64_t>(1, call.run / count);
  }

  KERNEL_INLINE void setNoFetch() {
    call.fetch = call.rhs;
    call.fetchStep = 0;
    call.fetchEvery = INT64_MAX;
  }

  template <Micro kind>
  KERNEL_INLINE void run(int64_t count) {
    pickMicroKernel<kind>(count, vectors)(call);
  }
};

/** What the last block of K adds to the sums before they are stored. */
KERNEL_INLINE void setEpilogue(MicroCall& call, const Epilogue& e, bool direct, bool last, int64_t n) {
  const bool biased = direct && last && (e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu);
  call.bias = biased ? static_cast<const float*>(e.bias) + n : nullptr;
  call.relu = biased && e.kind == EpilogueKind::BiasRelu;
}
