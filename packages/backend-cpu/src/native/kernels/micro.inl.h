// The micro-kernel of every float32 matrix product and convolution: tiles of R rows by V vectors of columns, each of which stays in
// registers while k runs, one after the other: down the rows, or across the columns. A call a tile would cost 30 to 80 cycles, in which the
// arithmetic of one ends before that of the next begins. Rows of the left operand are read in place, so a convolution needs no im2col: its K axis is a list
// of taps, each a run of k at an offset.

/** One run of k: element offsets added to every row of the left operand, and to the right operand's panel. */
struct Tap {
  int64_t lhs;
  int64_t rhs;
};

/** A row: element offsets in the left operand and in the output; and, in the first row of a strip, how many rows that has. */
struct TileRow {
  int64_t lhs, out, strip;
};

struct MicroCall {
  int64_t tiles;
  /** Row r of tile t is at lhs + t * lhsTile + r * rowStep. */
  const float* lhs;
  int64_t rowStep, lhsTile;
  /** Micro::Sliced and Micro::Listed: the rows of all tiles. */
  const TileRow* list;
  /** From one k to the next within a run. */
  int64_t lhsStep;
  /** Of listed rows; a product has one run from `lhs` and `rhs` on. */
  const Tap* taps;
  int64_t tapCount;
  /** k per tap. */
  int64_t run;
  /** Tile t's is at rhs + t * rhsTile. */
  const float* rhs;
  int64_t rhsStep, rhsTile;
  /** Row r of tile t is stored at out + t * outTile + r * outStep, or where the list says. */
  float* out;
  int64_t outStep, outTile;
  /** Valid columns of the last vector, 1..kLanes. */
  int64_t tail;
  /** Added to the sums, with rows as `out`; null for none. */
  const float* from;
  int64_t fromStep, fromTile;
  /** Micro::Packing: gets the right operand's rows, kTileCols apart. */
  float* pack;
  /** Micro::Strided: with each k a line comes into the second-level cache: from here, and then `fetchStep` bytes further each time. */
  const void* fetch;
  int64_t fetchStep;
  /** Added to the sums at the end, with `relu` after it; null for none. Tile t's is at bias + t * biasTile, readable for all valid columns. */
  const float* bias;
  int64_t biasTile;
  bool relu;
  /** At the very end this is added to `scale` times the sums, a row each addendStep; null for none, and where rows are listed. */
  const float* addend;
  int64_t addendStep, addendTile;
  float scale;
};

/** Rows of a strip at most; and of one that has room for more sums than a pointer for each row leaves. */
#if KERNEL_VECTOR_BYTES == 64
constexpr int kTileRows = 8, kTallRows = 12;
#elif KERNEL_VECTOR_BYTES == 32
constexpr int kTileRows = 6, kTallRows = 6;
#elif defined(__aarch64__)
constexpr int kTileRows = 8, kTallRows = 8;
#else
constexpr int kTileRows = 4, kTallRows = 4;
#endif
/** Rows of the right operand fetched ahead: unpacked ones are a long stride apart, which hardware prefetchers do not follow. */
constexpr int kPrefetchRows = 8;
constexpr int kTileVectors = 2;
constexpr int kTileCols = kTileVectors * kLanes;

/** What varies between micro-kernels, beside their size. */
enum class Micro {
  /** Tiles, and their rows, are a step apart. The right operand is packed. */
  Strided,
  /** The right operand is read where it lies. */
  InPlace,
  /** It is, by one tile, and its rows are stored at MicroCall::pack as they are read. */
  Packing,
  /** The first row of each tile is listed, the others lie MicroCall::rowStep apart. */
  Sliced,
  /** Each row is listed. */
  Listed,
};

/** Addresses of rows a step apart as sums of two pointers and multiples of the step: a pointer for each would be more than there are registers. */
template <int R>
struct StridedRows {
  const char *even, *odd;
  int64_t step, step3, step5, advance;

  KERNEL_INLINE explicit StridedRows(const MicroCall& call) {
    step = call.rowStep * int64_t(sizeof(float));
    step3 = 3 * step;
    step5 = 5 * step;
    advance = call.lhsStep * int64_t(sizeof(float));
  }
  KERNEL_INLINE void startTap(const float* first, const TileRow*, int64_t offset) {
    even = reinterpret_cast<const char*>(first + offset);
    odd = even + step;
  }
  KERNEL_INLINE float operator[](int r) const {
    const int pair = r / 2;
    const int64_t offset = pair == 3 ? 2 * step3 : pair == 5 ? 2 * step5 : 2 * pair * step;
    return *reinterpret_cast<const float*>((r % 2 == 0 ? even : odd) + offset);
  }
  KERNEL_INLINE void next() {
    even += advance;
    odd += advance;
#if defined(__x86_64__)
    // Multiples of the steps belong to the addresses; computed ahead they take registers that the loop around this one needs.
    asm("" : "+r"(even), "+r"(odd), "+r"(step));
    if constexpr (R > 6) asm("" : "+r"(step3));
    if constexpr (R > 10) asm("" : "+r"(step5));
#endif
  }
};

template <int R>
struct ListedRows {
  const float* rows[R];
  int64_t at, advance;

  KERNEL_INLINE explicit ListedRows(const MicroCall& call) : advance(call.lhsStep) {}
  KERNEL_INLINE void startTap(const float* first, const TileRow* list, int64_t offset) {
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) rows[r] = first + list[r].lhs;
    at = offset;
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

/** A tile's rows, one after the other, of an array that has rows as the output. */
template <bool listed, typename T>
struct OutputRows {
  T* at;
  int64_t step;
  const TileRow* list;

  KERNEL_INLINE OutputRows(T* array, int64_t offset, int64_t step, const TileRow* list)
      : at(listed || !array ? array : array + offset), step(step), list(list) {}
  KERNEL_INLINE T* next() {
    if constexpr (listed) return at + list++->out;
    T* row = at;
    at += step;
    return row;
  }
};

/** The sums of a tile: what is added to them, and where they go. Whole: all lanes of the last vector are valid, else call.tail of them. */
template <int R, int V, bool listed, bool whole>
KERNEL_INLINE void addAndStore(const MicroCall& call, const Vec (&acc)[R][V], int64_t tile, const TileRow* list) {
  const auto read = [&](const float* at, int v) __attribute__((always_inline)) {
    return whole || v < V - 1 ? load(at + v * kLanes) : loadPartial(at + v * kLanes, call.tail);
  };
  OutputRows<listed, float> out(call.out, tile * call.outTile, call.outStep, list);
  OutputRows<listed, const float> from(call.from, tile * call.fromTile, call.fromStep, list);
  OutputRows<false, const float> addend(call.addend, tile * call.addendTile, call.addendStep, list);
  const bool relus = call.relu;
  const Vec scale = splat(call.scale);
  Vec bias[V] = {};
  if (call.bias)
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) bias[v] = read(call.bias + tile * call.biasTile, v);
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) {
    float* to = out.next();
    const float* first = call.from ? from.next() : nullptr;
    const float* then = call.addend ? addend.next() : nullptr;
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) {
      Vec sum = acc[r][v];
      if (first) sum += read(first, v);
      sum += bias[v];
      if (relus) sum = relu(sum);
      if (then) sum = read(then, v) + scale * sum;
      whole || v < V - 1 ? store(to + v * kLanes, sum) : storePartial(to + v * kLanes, sum, call.tail);
    }
  }
}

template <int R, int V, bool listed>
KERNEL_INLINE void storeTile(const MicroCall& call, const Vec (&acc)[R][V], int64_t tile, const TileRow* list) {
  const bool whole = call.tail == kLanes;
  if (!whole) return addAndStore<R, V, listed, false>(call, acc, tile, list);
  if (call.from || call.bias || call.addend) return addAndStore<R, V, listed, true>(call, acc, tile, list);
  OutputRows<listed, float> out(call.out, tile * call.outTile, call.outStep, list);
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) {
    float* to = out.next();
#pragma GCC unroll 8
    for (int v = 0; v < V; v++) store(to + v * kLanes, acc[r][v]);
  }
}

template <int R, int V, Micro kind>
void microKernel(const MicroCall& given) {
  constexpr bool listed = kind == Micro::Sliced || kind == Micro::Listed;
  constexpr bool inPlace = kind == Micro::InPlace || kind == Micro::Packing;
  // For all that the compiler knows, a store may change what was given, so that it were read again for each tile.
  const MicroCall call = given;
  typename Either<kind == Micro::Listed, ListedRows<R>, StridedRows<R>>::type rows(call);
  int64_t rhsBytes = call.rhsStep * int64_t(sizeof(float));
  const float *lhs = call.lhs, *rhs = call.rhs;
  const char* fetch = static_cast<const char*>(call.fetch);
  const TileRow* list = call.list;
  for (int64_t tile = 0; tile < call.tiles; tile++) {
    Vec acc[R][V];
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) acc[r][v] = Vec{};

    for (int64_t t = 0; t < (listed ? call.tapCount : 1); t++) {
      const float* b = rhs;
      if constexpr (listed) {
        rows.startTap(kind == Micro::Sliced ? lhs + list->lhs : lhs, list, call.taps[t].lhs);
        b += call.taps[t].rhs;
      } else {
        rows.startTap(lhs, nullptr, 0);
      }
      float* pack = call.pack;
      for (int64_t k = call.run; k > 0; k--) {
        if constexpr (kind == Micro::Strided) {
          prefetchToSecond(fetch);
          fetch += call.fetchStep;
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) prefetch(reinterpret_cast<const char*>(b + v * kLanes) + kPrefetchRows * rhsBytes);
        // A row that is read in place begins anywhere in a line, and ends in one more.
        if constexpr (inPlace) prefetch(reinterpret_cast<const char*>(b + V * kLanes - 1) + kPrefetchRows * rhsBytes);
        Vec bv[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) bv[v] = load(b + v * kLanes);
        b = reinterpret_cast<const float*>(reinterpret_cast<const char*>(b) + rhsBytes);
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
#if defined(__x86_64__)
        asm("" : "+r"(rhsBytes));
#endif
      }
    }
    storeTile<R, V, listed>(call, acc, tile, list);
    if constexpr (listed) {
      list += R;
    } else {
      lhs += call.lhsTile;
      rhs += call.rhsTile;
    }
  }
}

typedef void (*MicroKernel)(const MicroCall&);

template <Micro kind>
KERNEL_INLINE MicroKernel pickMicroKernel(int64_t rows, int64_t vectors) {
  // Entries that are never asked for repeat others, so that they cost no code.
  constexpr int most = kind == Micro::Sliced || kind == Micro::Listed ? kTileRows : kTallRows;
#define KERNEL_ROWS(R) {microKernel<minOf(R, most), 1, kind>, microKernel<minOf(R, most), 2, kind>}
  static const MicroKernel table[12][2] = {KERNEL_ROWS(1), KERNEL_ROWS(2), KERNEL_ROWS(3), KERNEL_ROWS(4),  KERNEL_ROWS(5),  KERNEL_ROWS(6),
                                           KERNEL_ROWS(7), KERNEL_ROWS(8), KERNEL_ROWS(9), KERNEL_ROWS(10), KERNEL_ROWS(11), KERNEL_ROWS(12)};
#undef KERNEL_ROWS
  return table[rows - 1][vectors - 1];
}
