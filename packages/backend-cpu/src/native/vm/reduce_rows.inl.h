// Reductions of many rows of a few vectors each: the vectors of a row become one, and those of as many rows as it has lanes become one
// whose lanes are rows. Sums stay in float32: a lane adds up a sixteenth of a row (a quarter, without wider vectors), then lanes go in pairs.

/** a[i], b[i], a[i + 1], b[i + 1]…, half of the lanes of each from `kFrom` on. */
template <int kFrom, class V>
VM_INLINE V zipped(V a, V b) {
#define VM_PAIR(I) kFrom + I, kFrom + I + static_cast<int>(kLanesWide)
#if VM_VECTOR_BYTES == 64
  return __builtin_shufflevector(a, b, VM_PAIR(0), VM_PAIR(1), VM_PAIR(2), VM_PAIR(3), VM_PAIR(4), VM_PAIR(5), VM_PAIR(6), VM_PAIR(7));
#elif VM_VECTOR_BYTES == 32
  return __builtin_shufflevector(a, b, VM_PAIR(0), VM_PAIR(1), VM_PAIR(2), VM_PAIR(3));
#else
  return __builtin_shufflevector(a, b, VM_PAIR(0), VM_PAIR(1));
#endif
#undef VM_PAIR
}

/** Lane i is what F makes of all lanes of vector i; of the vectors, every `step`th from `v` on. */
template <class F, size_t kCount, class V>
VM_INLINE V foldEach(const V* v, size_t step) {
  if constexpr (kCount == 1) {
    (void)step;
    return *v;
  } else {
    const V even = foldEach<F, kCount / 2>(v, 2 * step), odd = foldEach<F, kCount / 2>(v + step, 2 * step);
    return F::apply(zipped<0>(even, odd), zipped<static_cast<int>(kLanesWide) / 2>(even, odd));
  }
}

template <class T>
struct Elements {
  const T* x;

  VM_INLINE T operator[](size_t at) const { return x[at]; }
  VM_INLINE auto whole(size_t at) const { return loadWide(x + at); }
  /** Reads no more than the first `n`. */
  VM_INLINE auto first(size_t at, size_t n) const {
    T lanes[kLanesWide] = {};
    __builtin_memcpy(lanes, x + at, n * sizeof(T));
    return loadWide(lanes);
  }
};

struct Products {
  Elements<float> a, b;

  VM_INLINE float operator[](size_t at) const { return a[at] * b[at]; }
  VM_INLINE WideFloat whole(size_t at) const { return a.whole(at) * b.whole(at); }
  VM_INLINE WideFloat first(size_t at, size_t n) const { return a.first(at, n) * b.first(at, n); }
};

/** What F makes no difference with. */
template <class F, class T>
constexpr T neutralOf() {
  if (__is_same(F, ProdOf)) return T(1);
  if (__is_same(F, AndOf)) return static_cast<T>(-1);
  if (__is_same(F, MaxOf) || __is_same(F, MinOf)) {
    const bool most = __is_same(F, MinOf);
    if (__is_same(T, float)) return static_cast<T>(most ? __builtin_inff() : -__builtin_inff());
    if (__is_same(T, int32_t)) return static_cast<T>(most ? INT32_MAX : INT32_MIN);
    return static_cast<T>(most ? UINT32_MAX : 0);
  }
  return T(0);
}

/** each(row, F of its n elements), for all rows: element by element, four rows at a time. */
template <class F, class T, class Values, class Each>
VM_INLINE void foldFours(Values values, size_t rows, size_t n, Each each) {
  typedef T Four __attribute__((vector_size(4 * sizeof(T))));
  for (size_t from = 0; from < rows; from += 4) {
    const size_t count = rows - from < 4 ? rows - from : 4;
    // In place of rows that are not there, the last one once more.
    size_t at[4];
    for (size_t r = 0; r < 4; r++) at[r] = (from + (r < count ? r : count - 1)) * n;
    Four v = {values[at[0]], values[at[1]], values[at[2]], values[at[3]]};
    for (size_t i = 1; i < n; i++) v = F::apply(v, Four{values[at[0] + i], values[at[1] + i], values[at[2] + i], values[at[3] + i]});
    for (size_t r = 0; r < count; r++) each(from + r, v[r]);
  }
}

/** each(row, F of its n elements, at least one), for all rows. */
template <class F, class T, class Values, class Each>
VM_INLINE void foldRows(Values values, size_t rows, size_t n, Each each) {
  if (n < kFewElements) return foldFours<F, T>(values, rows, n, each);
  typedef typename WideOf<T>::Type V;
  constexpr int32_t kPlaces[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const size_t rest = n % kLanesWide;
  const V other = neutralOf<F, T>() - V{};
  // A row shorter than a vector begins one that goes into its neighbours; else what is left is the end of one that goes back.
  const WideInt counted = n < kLanesWide ? loadWide(kPlaces) < static_cast<int32_t>(n) : loadWide(kPlaces) >= static_cast<int32_t>(kLanesWide - rest);
  V folded[kLanesWide] = {};
  for (size_t from = 0; from < rows; from += kLanesWide) {
    const size_t count = rows - from < kLanesWide ? rows - from : kLanesWide;
    for (size_t r = 0; r < count; r++) {
      const size_t at = (from + r) * n;
      if (n < kLanesWide) {
        folded[r] = counted ? (at + kLanesWide <= rows * n ? values.whole(at) : values.first(at, n)) : other;
        continue;
      }
      V v = values.whole(at);
      for (size_t i = kLanesWide; i + kLanesWide <= n; i += kLanesWide) v = F::apply(v, values.whole(at + i));
      if (rest > 0) v = F::apply(v, counted ? values.whole(at + n - kLanesWide) : other);
      folded[r] = v;
    }
    T lanes[kLanesWide];
    const V all = foldEach<F, kLanesWide>(folded, 1);
    __builtin_memcpy(lanes, &all, sizeof all);
    for (size_t r = 0; r < count; r++) each(from + r, lanes[r]);
  }
}

template <class F>
void reduceRowsFloat(const void* x, size_t rows, size_t n, Accumulator* accumulators) {
  foldRows<F, float>(Elements<float>{static_cast<const float*>(x)}, rows, n,
                     [&](size_t r, float value) { accumulators[r].real = F::apply(accumulators[r].real, static_cast<double>(value)); });
}

void reduceRowsProducts(const void* x, const void* y, size_t rows, size_t n, Accumulator* accumulators) {
  foldRows<SumOf, float>(Products{{static_cast<const float*>(x)}, {static_cast<const float*>(y)}}, rows, n,
                         [&](size_t r, float value) { accumulators[r].real += static_cast<double>(value); });
}

template <class F, class T>
void reduceRowsInteger(const void* x, size_t rows, size_t n, Accumulator* accumulators) {
  foldRows<F, T>(Elements<T>{static_cast<const T*>(x)}, rows, n,
                 [&](size_t r, T value) { accumulators[r].integer = F::apply(static_cast<T>(accumulators[r].integer), value); });
}
