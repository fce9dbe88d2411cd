// 64-bit lanes: float64 and int64. Plain loops of one form, all arguments vectors: these dtypes are rarer, and need less code.
// What calls the C library, and complex64, is in rare.cpp.

template <class Out, class A, class F>
VM_INLINE void wide1(void* out, const void* a, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = f(x[i]);
}

template <class Out, class A, class F>
VM_INLINE void wide2(void* out, const void* a, const void* b, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const A* y = static_cast<const A*>(b);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = f(x[i], y[i]);
}

#define VM_WIDE1(NAME, OUT, TYPE, EXPRESSION)                                  \
  void NAME(void* out, const void* a, const void*, const void*, size_t n) {    \
    wide1<OUT, TYPE>(out, a, n, [](TYPE x) -> OUT { return EXPRESSION; });     \
  }
#define VM_WIDE2(NAME, OUT, TYPE, EXPRESSION)                                          \
  void NAME(void* out, const void* a, const void* b, const void*, size_t n) {          \
    wide2<OUT, TYPE>(out, a, b, n, [](TYPE x, TYPE y) -> OUT { return EXPRESSION; });  \
  }

VM_WIDE1(negDouble, double, double, -x)
VM_WIDE1(absDouble, double, double, __builtin_fabs(x))
VM_WIDE1(signDouble, double, double, x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x)
VM_WIDE1(sqrtDouble, double, double, __builtin_sqrt(x))
VM_WIDE1(rsqrtDouble, double, double, 1.0 / __builtin_sqrt(x))
VM_WIDE2(addDouble, double, double, x + y)
VM_WIDE2(subDouble, double, double, x - y)
VM_WIDE2(mulDouble, double, double, x * y)
VM_WIDE2(divDouble, double, double, x / y)
VM_WIDE2(maxDouble, double, double, x > y || x != x ? x : y)
VM_WIDE2(minDouble, double, double, x < y || x != x ? x : y)
VM_WIDE2(eqDouble, int32_t, double, -static_cast<int32_t>(x == y))
VM_WIDE2(ltDouble, int32_t, double, -static_cast<int32_t>(x < y))
VM_WIDE2(leDouble, int32_t, double, -static_cast<int32_t>(x <= y))

// Integer overflow wraps around, which only unsigned arithmetic may.
VM_WIDE1(negLong, uint64_t, uint64_t, 0u - x)
VM_WIDE1(absLong, uint64_t, int64_t, x < 0 ? 0u - static_cast<uint64_t>(x) : static_cast<uint64_t>(x))
VM_WIDE1(signLong, int64_t, int64_t, (x > 0) - (x < 0))
VM_WIDE1(notLong, uint64_t, uint64_t, ~x)
VM_WIDE2(addLong, uint64_t, uint64_t, x + y)
VM_WIDE2(subLong, uint64_t, uint64_t, x - y)
VM_WIDE2(mulLong, uint64_t, uint64_t, x * y)
VM_WIDE2(maxLong, int64_t, int64_t, x > y ? x : y)
VM_WIDE2(minLong, int64_t, int64_t, x < y ? x : y)
VM_WIDE2(andLong, uint64_t, uint64_t, x & y)
VM_WIDE2(orLong, uint64_t, uint64_t, x | y)
VM_WIDE2(xorLong, uint64_t, uint64_t, x ^ y)
VM_WIDE2(shlLong, uint64_t, uint64_t, y < 64u ? x << (y & 63u) : 0u)
VM_WIDE2(shrLong, int64_t, int64_t, x >> (static_cast<uint64_t>(y) < 64u ? y : 63))
VM_WIDE2(eqLong, int32_t, int64_t, -static_cast<int32_t>(x == y))
VM_WIDE2(ltLong, int32_t, int64_t, -static_cast<int32_t>(x < y))
VM_WIDE2(leLong, int32_t, int64_t, -static_cast<int32_t>(x <= y))

void multiplyAddDouble(void* out, const void* a, const void* b, const void* c, size_t n) {
  double* o = static_cast<double*>(out);
  const double* x = static_cast<const double*>(a);
  const double* y = static_cast<const double*>(b);
  const double* z = static_cast<const double*>(c);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = x[i] * y[i] + z[i];
}

void selectWide(void* out, const void* a, const void* b, const void* c, size_t n) {
  uint64_t* o = static_cast<uint64_t*>(out);
  const int32_t* mask = static_cast<const int32_t*>(a);
  const uint64_t* x = static_cast<const uint64_t*>(b);
  const uint64_t* y = static_cast<const uint64_t*>(c);
  VM_LANES
  for (size_t i = 0; i < n; i++) o[i] = mask[i] != 0 ? x[i] : y[i];
}

VM_WIDE1(castFloatToDouble, double, float, static_cast<double>(x))
VM_WIDE1(castDoubleToFloat, float, double, static_cast<float>(x))
VM_WIDE1(castDoubleToFloatOdd, float, double, doubleToFloatOdd(x))
VM_WIDE1(castIntToDouble, double, int32_t, static_cast<double>(x))
VM_WIDE1(castUintToDouble, double, uint32_t, static_cast<double>(x))
VM_WIDE1(castIntToFloatOdd, float, int32_t, doubleToFloatOdd(static_cast<double>(x)))
VM_WIDE1(castUintToFloatOdd, float, uint32_t, doubleToFloatOdd(static_cast<double>(x)))
VM_WIDE1(castMaskToDouble, double, int32_t, x != 0 ? 1.0 : 0.0)
VM_WIDE1(castDoubleToMask, int32_t, double, -static_cast<int32_t>(x != 0.0))
VM_WIDE1(castIntToLong, int64_t, int32_t, static_cast<int64_t>(x))
VM_WIDE1(castUintToLong, int64_t, uint32_t, static_cast<int64_t>(x))
VM_WIDE1(castMaskToLong, int64_t, int32_t, x != 0 ? 1 : 0)
VM_WIDE1(castLongToInt, uint32_t, uint64_t, static_cast<uint32_t>(x))
VM_WIDE1(castLongToMask, int32_t, int64_t, -static_cast<int32_t>(x != 0))
VM_WIDE1(castLongToDouble, double, int64_t, static_cast<double>(x))
VM_WIDE1(castLongToFloat, float, int64_t, static_cast<float>(x))
// Truncate toward zero and saturate; NaN gives 0.
VM_WIDE1(castDoubleToInt, int32_t, double, x >= 2147483647.0 ? INT32_MAX : x <= -2147483648.0 ? INT32_MIN : x == x ? static_cast<int32_t>(x) : 0)
VM_WIDE1(castDoubleToUint, uint32_t, double, x >= 4294967295.0 ? UINT32_MAX : x > 0.0 ? static_cast<uint32_t>(x) : 0u)
VM_WIDE1(castDoubleToLong, int64_t, double,
         x >= 9223372036854775808.0 ? INT64_MAX : x < -9223372036854775808.0 ? INT64_MIN : x == x ? static_cast<int64_t>(x) : 0)
VM_WIDE1(castFloatToLong, int64_t, float,
         x >= 9223372036854775808.0f ? INT64_MAX : x < -9223372036854775808.0f ? INT64_MIN : x == x ? static_cast<int64_t>(x) : 0)

/** Folds 64-bit lanes in eight chains. T is unsigned where it may overflow; `Member` is what the accumulator holds. */
template <class F, class T, class Member, Member Accumulator::*kMember>
void reduceWide(const void* x, size_t n, Accumulator* accumulator) {
  const T* p = static_cast<const T*>(x);
  constexpr size_t kWideChains = 8;
  const T start = static_cast<T>(accumulator->*kMember);
  // Sums and products count their start once; extremes may count it many times.
  const T neutral = __is_same(F, SumOf) ? T(0) : __is_same(F, ProdOf) ? T(1) : start;
  T chains[kWideChains];
  for (size_t c = 0; c < kWideChains; c++) chains[c] = neutral;
  size_t i = 0;
  for (; i + kWideChains <= n; i += kWideChains) {
    VM_LANES
    for (size_t c = 0; c < kWideChains; c++) chains[c] = F::apply(chains[c], p[i + c]);
  }
  for (size_t c = 0; i < n; i++, c++) chains[c] = F::apply(chains[c], p[i]);
  for (size_t half = kWideChains / 2; half > 0; half /= 2) {
    for (size_t c = 0; c < half; c++) chains[c] = F::apply(chains[c], chains[c + half]);
  }
  accumulator->*kMember = static_cast<Member>(F::apply(start, chains[0]));
}
