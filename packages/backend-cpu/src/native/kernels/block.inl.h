// One block of a product: strips of rows against one panel of columns.

/** K from which tall strips pay: each row of the right operand serves more of the left, but more sums are stored at once. */
constexpr int64_t kTallDepth = 128;

/** Rows that strips a step apart should have at most. */
KERNEL_INLINE int64_t stripRows(int64_t depth) { return depth >= kTallDepth ? kTallRows : kTileRows; }

/** Rows dealt out to strips as evenly as can be: the first `more` of them have `most` rows, the others one less. */
struct Strips {
  int64_t count, most, more;

  KERNEL_INLINE explicit Strips(int64_t rows, int64_t tallest = kTileRows) {
    count = ceilDiv(rows, tallest);
    most = ceilDiv(rows, count);
    more = rows - (most - 1) * count;
  }
  KERNEL_INLINE int64_t height(int64_t strip) const { return strip < more ? most : most - 1; }
  /** First row of a strip. */
  KERNEL_INLINE int64_t start(int64_t strip) const { return strip * most - maxOf<int64_t>(0, strip - more); }
  /** Calls each(strip, strips, rows of each, first row) for the higher ones, and for the others. */
  template <typename Each>
  KERNEL_INLINE void eachHeight(Each each) const {
    each(int64_t(0), more, most, int64_t(0));
    if (more < count) each(more, count - more, most - 1, more * most);
  }
};

/** What all strips of rows that meet a panel have in common, filled once. */
struct PanelCall {
  MicroCall call = {};
  int64_t vectors = 0;

  PanelCall(int64_t lhsStep, int64_t rhsStep) {
    call.lhsStep = lhsStep;
    call.rhsStep = rhsStep;
  }

  /** Columns [0, cols) of the panel. */
  KERNEL_INLINE void setColumns(int64_t cols) {
    vectors = ceilDiv(cols, kLanes);
    call.tail = cols - (vectors - 1) * kLanes;
  }

  /**
   * What is used next comes into the second-level cache while this panel is used: it lies further away, and the first strip that meets it
   * would wait. A share of the `floats` at `next` goes with the next `strips` strips, after the `done` first of `all`.
   */
  KERNEL_INLINE void setFetch(const float* next, int64_t floats, int64_t done, int64_t strips, int64_t all) {
    const int64_t first = floats * done / all, count = floats * (done + strips) / all - first;
    call.fetch = next + first;
    call.fetchStep = ceilDiv(count * int64_t(sizeof(float)), call.run * strips);
  }

  KERNEL_INLINE void setNoFetch() {
    call.fetch = call.rhs;
    call.fetchStep = 0;
  }

  /** The columns of this panel, of `strips` strips of `rows` rows each. */
  template <Micro kind>
  KERNEL_INLINE void runDown(int64_t strips, int64_t rows) {
    call.tiles = strips;
    call.rhsTile = call.biasTile = 0;
    call.outTile = rows * call.outStep;
    call.fromTile = rows * call.fromStep;
    call.addendTile = rows * call.addendStep;
    pickMicroKernel<kind>(rows, vectors)(call);
  }

  /** One strip of `rows` rows, of this panel and those after it, `step` floats apart: all have as many columns. */
  KERNEL_INLINE void runAcross(int64_t panels, int64_t rows, int64_t step) {
    call.tiles = panels;
    call.lhsTile = 0;
    call.rhsTile = step;
    call.outTile = call.fromTile = call.addendTile = call.biasTile = kTileCols;
    pickMicroKernel<Micro::Strided>(rows, vectors)(call);
  }

  /** Past a strip of `rows` rows that was run, none of them listed. */
  KERNEL_INLINE void skip(int64_t rows) {
    call.lhs += call.lhsTile;
    call.out += rows * call.outStep;
    if (call.from) call.from += rows * call.fromStep;
    if (call.addend) call.addend += rows * call.addendStep;
  }
};

/** What the last block of K adds to the sums before they are stored. */
KERNEL_INLINE void setEpilogue(MicroCall& call, const Epilogue& e, bool direct, bool last, int64_t n) {
  const bool biased = direct && last && (e.kind == EpilogueKind::Bias || e.kind == EpilogueKind::BiasRelu);
  call.bias = biased ? static_cast<const float*>(e.bias) + n : nullptr;
  call.relu = biased && e.kind == EpilogueKind::BiasRelu;
}
