// Reductions of columns: several rows are combined with lanes that stay in vector registers meanwhile.

/** `kCount` vectors of lanes combined with what lies `n` elements apart below them, `rows` times: out, which may be the lanes. */
template <size_t kCount, class F, class T, class Values>
VM_INLINE void foldBand(T* out, const T* lanes, Values values, size_t rows, size_t n, size_t column) {
  typename WideOf<T>::Type v[kCount];
#pragma GCC unroll 4
  for (size_t i = 0; i < kCount; i++) v[i] = loadWide(lanes + i * kLanesWide);
  for (size_t r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (size_t i = 0; i < kCount; i++) v[i] = F::apply(v[i], values.whole(r * n + column + i * kLanesWide));
  }
#pragma GCC unroll 4
  for (size_t i = 0; i < kCount; i++) __builtin_memcpy(out + i * kLanesWide, &v[i], sizeof v[i]);
}

/** lanes[c] = F of itself and of the `rows` elements of column c, for n columns. */
template <class F, class T, class Values>
VM_INLINE void foldColumns(T* lanes, Values values, size_t rows, size_t n) {
  if (n < kLanesWide) {
    for (size_t r = 0; r < rows; r++) {
      VM_LANES
      for (size_t c = 0; c < n; c++) lanes[c] = F::apply(lanes[c], values[r * n + c]);
    }
    return;
  }
  // What is left after whole vectors is the last lanes, taken from what they were.
  T rest[kLanesWide] = {};
  const size_t last = n - kLanesWide;
  if (n % kLanesWide > 0) foldBand<1, F>(rest, lanes + last, values, rows, n, last);
  constexpr size_t kAtOnce = 4;
  size_t c = 0;
  for (; c + kAtOnce * kLanesWide <= n; c += kAtOnce * kLanesWide) foldBand<kAtOnce, F>(lanes + c, lanes + c, values, rows, n, c);
  for (; c + kLanesWide <= n; c += kLanesWide) foldBand<1, F>(lanes + c, lanes + c, values, rows, n, c);
  if (n % kLanesWide > 0) __builtin_memcpy(lanes + last, rest, sizeof rest);
}

template <class F, class T>
void reduceColumns(void* lanes, const void* x, size_t rows, size_t n) {
  foldColumns<F, T>(static_cast<T*>(lanes), Elements<T>{static_cast<const T*>(x)}, rows, n);
}

void reduceColumnsProducts(void* lanes, const void* x, const void* y, size_t rows, size_t n) {
  foldColumns<SumOf, float>(static_cast<float*>(lanes), Products{{static_cast<const float*>(x)}, {static_cast<const float*>(y)}}, rows, n);
}

/** Of 64-bit elements, row by row. */
template <class F, class T>
void reduceColumnsWide(void* lanes, const void* x, size_t rows, size_t n) {
  for (size_t r = 0; r < rows; r++) accumulateLanes<F, T>(lanes, static_cast<const T*>(x) + r * n, n);
}
