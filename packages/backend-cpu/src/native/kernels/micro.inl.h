// The micro-kernel of every float32 matrix product and convolution: a tile of R rows by V vectors of columns stays in
// registers while k runs. Rows of the left operand are read in place, a step apart or through pointers, so a convolution needs no im2col: its K axis is a list of taps, each a run of k at an offset.

/** One run of k: element offsets added to every row pointer of the left operand, and to the right operand's panel. */
struct Tap {
  int64_t lhs;
  int64_t rhs;
};

struct MicroCall {
  /** Of strided rows the first only: row r is rows[0] + r * rowStep. */
  const float* const* rows;
  int64_t rowStep;
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
  /** Added to the sums: row r of the tile at from[r]; null for none. */
  const float* const* from;
  /** Micro::Packing: gets the right operand's rows, kTileCols apart. */
  float* pack;
  /** While k runs, every fetchEvery steps one more row from here, fetchStep apart, is fetched into the second-level cache. */
  const float* fetch;
  int64_t fetchStep, fetchEvery;
  /** Added to the sums at the end, with `relu` after it; null for none. Readable for all valid columns. */
  const float* bias;
  bool relu;
  /** At the very end row r of the tile at addend[r] is added to `scale` times the sums; null for none. */
  const float* const* addend;
  float scale;
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

/** What varies between micro-kernels, beside their size. */
enum class Micro {
  /** Rows of the left operand lie MicroCall::rowStep apart. */
  Strided,
  /** Strided, and the right operand's rows are stored at MicroCall::pack as they are read. */
  Packing,
  /** Each row has a pointer. */
  Listed,
};

/** Addresses of up to 8 rows a step apart as sums of two pointers and two steps: a pointer for each would be more than there are registers. */
struct StridedRows {
  const char *even, *odd;
  int64_t step, step3, advance;

  KERNEL_INLINE StridedRows(const MicroCall& call, int64_t at) {
    even = reinterpret_cast<const char*>(call.rows[0] + at);
    step = call.rowStep * int64_t(sizeof(float));
    step3 = 3 * step;
    odd = even + step;
    advance = call.lhsStep * int64_t(sizeof(float));
  }
  KERNEL_INLINE float operator[](int r) const {
    const char* from = r % 2 == 0 || r == 3 ? even : odd;
    const int64_t offset = r == 0 || r == 1 ? 0 : r == 2 ? 2 * step : r == 3 ? step3 : r == 4 || r == 5 ? 4 * step : 2 * step3;
    return *reinterpret_cast<const float*>(from + offset);
  }
  KERNEL_INLINE void next() {
    even += advance;
    odd += advance;
#if defined(__x86_64__)
    asm("" : "+r"(even), "+r"(odd));
#endif
  }
};

template <int R>
struct ListedRows {
  const float* rows[R];
  int64_t at, advance;

  KERNEL_INLINE ListedRows(const MicroCall& call, int64_t from) : at(from), advance(call.lhsStep) {
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) rows[r] = call.rows[r];
  }
  KERNEL_INLINE float operator[](int r) const { return rows[r][at]; }
  KERNEL_INLINE void next() { at += advance; }
};

template <bool First, typename A, typename B>
struct Either {
  typedef A type;
};
template <typename A, typename B>
struct Either<false, A, B> {
  typedef B type;
};

/** Vector v of the sums of all rows: what is added to it, and where it goes. Whole: all its lanes are valid, else call.tail of them. */
template <int R, int V, bool whole>
KERNEL_INLINE void storeColumn(const MicroCall& call, const Vec (&acc)[R][V], int v) {
  const auto read = [&](const float* from) __attribute__((always_inline)) { return whole ? load(from + v * kLanes) : loadPartial(from + v * kLanes, call.tail); };
  const auto write = [&](int r, Vec sum) __attribute__((always_inline)) {
    whole ? store(call.out[r] + v * kLanes, sum) : storePartial(call.out[r] + v * kLanes, sum, call.tail);
  };
  if (call.addend && !call.from) {
    const Vec scale = splat(call.scale);
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) write(r, read(call.addend[r]) + scale * acc[r][v]);
    return;
  }
  const Vec bias = call.bias ? read(call.bias) : Vec{};
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) {
    Vec sum = acc[r][v];
    if (call.from) sum += read(call.from[r]);
    sum += bias;
    if (call.relu) sum = relu(sum);
    if (call.addend) sum = read(call.addend[r]) + splat(call.scale) * sum;
    write(r, sum);
  }
}

template <int R, int V, Micro kind>
void microKernel(const MicroCall& call) {
  Vec acc[R][V];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) acc[r][v] = Vec{};

  const int64_t rhsStep = call.rhsStep;
  const float* fetch = call.fetch;
  float* pack = call.pack;
  for (int64_t t = 0; t < call.tapCount; t++) {
    typename Either<kind == Micro::Listed, ListedRows<R>, StridedRows>::type rows(call, call.taps[t].lhs);
    const float* b = call.rhs + call.taps[t].rhs;
    int64_t rest = call.run;
    do {
      const int64_t count = minOf(call.fetchEvery, rest);
      rest -= count;
#pragma GCC unroll 8
      for (int64_t i = 0; i < V * kLanes; i += kTileAlign) prefetchToSecond(fetch + i);
      fetch += call.fetchStep;
      for (int64_t k = count; k > 0; k--) {
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) prefetch(b + kPrefetchRows * rhsStep + v * kLanes);
        Vec bv[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) bv[v] = load(b + v * kLanes);
        b += rhsStep;
        if constexpr (kind == Micro::Packing) {
#pragma GCC unroll 8
          for (int v = 0; v < V; v++) store(pack + v * kLanes, bv[v]);
          pack += kTileCols;
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
          const Vec a = splat(rows[r]);
#pragma GCC unroll 8
          for (int v = 0; v < V; v++) acc[r][v] += a * bv[v];
        }
        rows.next();
      }
    } while (rest > 0);
  }

  const bool whole = call.tail == kLanes;
  if (whole && !call.from && !call.bias && !call.addend) {
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      float* out = call.out[r];
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) store(out + v * kLanes, acc[r][v]);
    }
    return;
  }
#pragma GCC unroll 8
  for (int v = 0; v < V - 1; v++) storeColumn<R, V, true>(call, acc, v);
  whole ? storeColumn<R, V, true>(call, acc, V - 1) : storeColumn<R, V, false>(call, acc, V - 1);
}

typedef void (*MicroKernel)(const MicroCall&);

template <Micro kind>
KERNEL_INLINE MicroKernel pickMicroKernel(int64_t rows, int64_t vectors) {
  // Entries past kTileRows are never asked for: the template argument is clamped so that they cost no code.
#define KERNEL_ROWS(R) {microKernel<minOf(R, kTileRows), 1, kind>, microKernel<minOf(R, kTileRows), 2, kind>}
  static const MicroKernel table[8][2] = {KERNEL_ROWS(1), KERNEL_ROWS(2), KERNEL_ROWS(3), KERNEL_ROWS(4),
                                          KERNEL_ROWS(5), KERNEL_ROWS(6), KERNEL_ROWS(7), KERNEL_ROWS(8)};
#undef KERNEL_ROWS
  return table[rows - 1][vectors - 1];
}
