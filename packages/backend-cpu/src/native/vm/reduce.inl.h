// Reductions of lanes. Sums of float32 are kept in 32 or 64 lanes for at most 2048 elements and then go on in double, so that their
// error does not grow with the length.

constexpr size_t kLanesWide = VM_VECTOR_BYTES / 4;
typedef float WideFloat __attribute__((vector_size(VM_VECTOR_BYTES)));
typedef int32_t WideInt __attribute__((vector_size(VM_VECTOR_BYTES)));
typedef uint32_t WideUint __attribute__((vector_size(VM_VECTOR_BYTES)));

template <class T>
struct WideOf;
template <>
struct WideOf<float> {
  typedef WideFloat Type;
};
template <>
struct WideOf<int32_t> {
  typedef WideInt Type;
};
template <>
struct WideOf<uint32_t> {
  typedef WideUint Type;
};

template <class T>
VM_INLINE typename WideOf<T>::Type loadWide(const T* p) {
  typename WideOf<T>::Type v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

struct SumOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return a + b;
  }
};
struct ProdOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return a * b;
  }
};
/** NaN if either is: a comparison with NaN is false, and x != x finds the other. */
struct MaxOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return ((b > a) | (b != b)) ? b : a;
  }
};
struct MinOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return ((b < a) | (b != b)) ? b : a;
  }
};
// max and min of masks: any and all.
struct OrOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return a | b;
  }
};
struct AndOf {
  template <class V>
  static VM_INLINE V apply(V a, V b) {
    return a & b;
  }
};

/** The last `rest` of n elements, fewer than a vector, and `other` in the lanes that are left. */
template <class T>
VM_INLINE typename WideOf<T>::Type loadRest(const T* x, size_t n, size_t rest, T other) {
  typedef typename WideOf<T>::Type V;
  if (n < kLanesWide) {
    T lanes[kLanesWide];
    for (size_t i = 0; i < kLanesWide; i++) lanes[i] = other;
    __builtin_memcpy(lanes, x, n * sizeof(T));
    return loadWide(lanes);
  }
  constexpr int32_t kPlaces[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const WideInt counted = loadWide(kPlaces) >= static_cast<int32_t>(kLanesWide - rest);
  return counted ? loadWide(x + n - kLanesWide) : other - V{};
}

/** Folds whole vectors into one, in `kChains` chains to hide latency, and the rest into its first lanes. */
constexpr size_t kChains = 64 / kLanesWide < 8 ? 64 / kLanesWide : 8;

template <class F, class T>
VM_INLINE typename WideOf<T>::Type foldLanes(const T* x, size_t n, T start) {
  typedef typename WideOf<T>::Type V;
  V chains[kChains];
  for (size_t c = 0; c < kChains; c++) chains[c] = start - V{};
  size_t i = 0;
  for (; i + kChains * kLanesWide <= n; i += kChains * kLanesWide) {
    for (size_t c = 0; c < kChains; c++) chains[c] = F::apply(chains[c], loadWide(x + i + c * kLanesWide));
  }
  for (; i + kLanesWide <= n; i += kLanesWide) chains[0] = F::apply(chains[0], loadWide(x + i));
  if (i < n) chains[1] = F::apply(chains[1], loadRest(x, n, n - i, start));
  for (size_t c = kChains / 2; c > 0; c /= 2) {
    for (size_t j = 0; j < c; j++) chains[j] = F::apply(chains[j], chains[j + c]);
  }
  return chains[0];
}

/** What F makes of all lanes, halves first: few steps wait for each other. */
template <class F, class T>
VM_INLINE T foldHalves(T (&lanes)[kLanesWide]) {
#pragma GCC unroll 4
  for (size_t half = kLanesWide / 2; half > 0; half /= 2) {
    VM_LANES
    for (size_t i = 0; i < half; i++) lanes[i] = F::apply(lanes[i], lanes[i + half]);
  }
  return lanes[0];
}

VM_INLINE double sumOfLanes(WideFloat v) {
  double lanes[kLanesWide];
  VM_LANES
  for (size_t i = 0; i < kLanesWide; i++) lanes[i] = static_cast<double>(v[i]);
  return foldHalves<SumOf>(lanes);
}

/** Elements that are added in float32 before their sum goes on in double. */
constexpr size_t kChunk = 2048;

void reduceSumFloat(const void* x, size_t n, Accumulator* accumulator) {
  const float* p = static_cast<const float*>(x);
  double sum = accumulator->real;
  for (size_t i = 0; i < n; i += kChunk) {
    sum += sumOfLanes(foldLanes<SumOf, float>(p + i, n - i < kChunk ? n - i : kChunk, 0.0f));
  }
  accumulator->real = sum;
}

/** Sums of at most kChunk products, as reduceSumFloat adds up elements. */
VM_INLINE WideFloat foldProducts(const float* x, const float* y, size_t n) {
  WideFloat chains[kChains] = {};
  size_t i = 0;
  for (; i + kChains * kLanesWide <= n; i += kChains * kLanesWide) {
    for (size_t c = 0; c < kChains; c++) chains[c] += loadWide(x + i + c * kLanesWide) * loadWide(y + i + c * kLanesWide);
  }
  for (; i + kLanesWide <= n; i += kLanesWide) chains[0] += loadWide(x + i) * loadWide(y + i);
  if (i < n) chains[1] += loadRest(x, n, n - i, 0.0f) * loadRest(y, n, n - i, 0.0f);
  for (size_t c = kChains / 2; c > 0; c /= 2) {
    for (size_t j = 0; j < c; j++) chains[j] += chains[j + c];
  }
  return chains[0];
}

void reduceProducts(const void* x, const void* y, size_t n, Accumulator* accumulator) {
  const float *p = static_cast<const float*>(x), *q = static_cast<const float*>(y);
  double sum = accumulator->real;
  for (size_t i = 0; i < n; i += kChunk) sum += sumOfLanes(foldProducts(p + i, q + i, n - i < kChunk ? n - i : kChunk));
  accumulator->real = sum;
}

/** In double throughout: partial products may leave the range of float32 though the product does not. */
void reduceProdFloat(const void* x, size_t n, Accumulator* accumulator) {
  const float* p = static_cast<const float*>(x);
  double a = 1, b = 1;
  size_t i = 0;
  for (; i + 2 <= n; i += 2) a *= p[i], b *= p[i + 1];
  if (i < n) a *= p[i];
  accumulator->real *= a * b;
}

template <class F>
void reduceExtremeFloat(const void* x, size_t n, Accumulator* accumulator) {
  const float* p = static_cast<const float*>(x);
  const float start = static_cast<float>(accumulator->real);
  WideFloat v = foldLanes<F, float>(p, n, start);
  float lanes[kLanesWide];
  __builtin_memcpy(lanes, &v, sizeof v);
  accumulator->real = foldHalves<F>(lanes);
}

/** Integers wrap around at 32 bits. */
template <class F, class T>
void reduceInteger(const void* x, size_t n, Accumulator* accumulator) {
  const T* p = static_cast<const T*>(x);
  T result = static_cast<T>(accumulator->integer);
  // Sums and products start from the neutral element, so that the start counts once; extremes may count it many times.
  const T neutral = __is_same(F, SumOf) ? T(0) : __is_same(F, ProdOf) ? T(1) : result;
  typename WideOf<T>::Type v = foldLanes<F, T>(p, n, neutral);
  for (size_t i = 0; i < kLanesWide; i++) result = F::apply(result, static_cast<T>(v[i]));
  accumulator->integer = result;
}

template <class F, class T>
void accumulateLanes(void* lanes, const void* x, size_t n) {
  map2<kVectors, T, T>(lanes, lanes, x, n, [](T a, T b) -> T { return F::apply(a, b); });
}

void flushLanes(Accumulator* accumulators, void* lanes, size_t n) {
  float* x = static_cast<float*>(lanes);
  VM_LANES
  for (size_t i = 0; i < n; i++) accumulators[i].real += static_cast<double>(x[i]);
  VM_LANES
  for (size_t i = 0; i < n; i++) x[i] = 0.0f;
}
