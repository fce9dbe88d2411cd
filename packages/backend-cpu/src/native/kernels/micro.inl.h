// The micro-kernel of every float32 matrix product and convolution: a tile of R rows by V vectors of columns stays in
// registers while k runs. Rows of the left operand are read in place through pointers (or as adjacent elements of one
// packed strip), so a convolution needs no im2col: its K axis is a list of taps, each a run of k at an offset.

/** One run of k: element offsets added to every row pointer of the left operand, and to the right operand's panel. */
struct Tap {
  int64_t lhs;
  int64_t rhs;
};

struct MicroCall {
  /** Adjacent kernels use rows[0] only: row r is rows[0] + r. */
  const float* const* rows;
  /** From one k to the next within a run. */
  int64_t lhsStep;
  const Tap* taps;
  int64_t tapCount;
  /** k per tap. */
  int64_t run;
  const float* rhs;
  int64_t rhsStep;
  /** Row r of the tile is stored at out[r]. */
  float* const* out;
  /** Valid columns of the last vector, 1..kLanes. */
  int64_t tail;
  /** Add to what `out` holds (a later block of K). */
  bool accumulate;
  /** Added to the sums at the end, with `relu` after it; null for none. Readable for all valid columns. */
  const float* bias;
  bool relu;
};

#if KERNEL_VECTOR_BYTES == 64
constexpr int kTileRows = 8;
#elif KERNEL_VECTOR_BYTES == 32
constexpr int kTileRows = 6;
#elif defined(__aarch64__)
constexpr int kTileRows = 8;
#else
constexpr int kTileRows = 4;
#endif
/** Rows of the right operand fetched ahead: unpacked ones are a long stride apart, which hardware prefetchers do not follow. */
constexpr int kPrefetchRows = 8;
constexpr int kTileVectors = 2;
constexpr int kTileCols = kTileVectors * kLanes;

template <int R, int V, bool Adjacent>
void microKernel(const MicroCall& call) {
  Vec acc[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) acc[r][v] = Vec{};

  const float* rows[R];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) rows[r] = Adjacent ? call.rows[0] + r : call.rows[r];

  const int64_t lhsStep = call.lhsStep, rhsStep = call.rhsStep;
  for (int64_t t = 0; t < call.tapCount; t++) {
    int64_t at = call.taps[t].lhs;
    const float* b = call.rhs + call.taps[t].rhs;
    for (int64_t k = 0; k < call.run; k++) {
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) prefetch(b + kPrefetchRows * rhsStep + v * kLanes);
      Vec bv[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) bv[v] = load(b + v * kLanes);
#pragma GCC unroll 16
      for (int r = 0; r < R; r++) {
        const Vec a = splat(rows[r][at]);
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) acc[r][v] += a * bv[v];
      }
      at += lhsStep;
      b += rhsStep;
    }
  }

  if (call.tail == kLanes && !call.accumulate && !call.bias) {
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      float* out = call.out[r];
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) store(out + v * kLanes, acc[r][v]);
    }
    return;
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; v++) {
    const int64_t count = v == V - 1 ? call.tail : kLanes;
    const Vec bias = call.bias ? loadPartial(call.bias + v * kLanes, count) : Vec{};
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      float* out = call.out[r] + v * kLanes;
      Vec sum = acc[r][v];
      if (call.accumulate) sum += loadPartial(out, count);
      sum += bias;
      if (call.relu) sum = relu(sum);
      storePartial(out, sum, count);
    }
  }
}

typedef void (*MicroKernel)(const MicroCall&);

template <bool Adjacent>
KERNEL_INLINE MicroKernel pickMicroKernel(int64_t rows, int64_t vectors) {
  // Entries past kTileRows are never asked for: the template argument is clamped so that they cost no code.
#define KERNEL_ROWS(R) {microKernel<minOf(R, kTileRows), 1, Adjacent>, microKernel<minOf(R, kTileRows), 2, Adjacent>}
  static const MicroKernel table[8][2] = {KERNEL_ROWS(1), KERNEL_ROWS(2), KERNEL_ROWS(3), KERNEL_ROWS(4),
                                          KERNEL_ROWS(5), KERNEL_ROWS(6), KERNEL_ROWS(7), KERNEL_ROWS(8)};
#undef KERNEL_ROWS
  return table[rows - 1][vectors - 1];
}
