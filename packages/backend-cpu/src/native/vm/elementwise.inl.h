// Elementwise functions by dtype. Semantics: core's params.ts.

#define VM_UNARY(NAME, TYPE, EXPRESSION)                                      \
  void NAME(void* out, const void* a, const void*, const void*, size_t n) {   \
    map1<TYPE, TYPE>(out, a, n, [](TYPE x) -> TYPE { return EXPRESSION; });   \
  }

VM_UNARY(negFloat, float, -x)
VM_UNARY(negInt, uint32_t, 0u - x)
VM_UNARY(absFloat, float, absolute(x))
VM_UNARY(absInt, int32_t, static_cast<int32_t>(x < 0 ? 0u - static_cast<uint32_t>(x) : static_cast<uint32_t>(x)))
VM_UNARY(identity, uint32_t, x)
VM_UNARY(signFloat, float, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x)
VM_UNARY(signInt, int32_t, (x > 0) - (x < 0))
VM_UNARY(signUint, uint32_t, x != 0 ? 1u : 0u)
VM_UNARY(floorFloat, float, floorOf(x))
VM_UNARY(ceilFloat, float, ceilOf(x))
VM_UNARY(roundFloat, float, roundEven(x))
VM_UNARY(expFloat, float, expOf(x))
VM_UNARY(expm1Float, float, expm1Of(x))
VM_UNARY(logFloat, float, logOf(x))
VM_UNARY(log1pFloat, float, log1pOf(x))
VM_UNARY(tanhFloat, float, tanhOf(x))
VM_UNARY(sqrtFloat, float, __builtin_sqrtf(x))
VM_UNARY(rsqrtFloat, float, 1.0f / __builtin_sqrtf(x))
VM_UNARY(erfFloat, float, erfOf(x))
VM_UNARY(notBits, uint32_t, ~x)

/** sin and cos; the few arguments too large for the fast reduction are done again by the C library. */
template <int kQuarter>
void trigFloat(void* out, const void* a, const void*, const void*, size_t n) {
  constexpr size_t kBlock = 256;
  float saved[kBlock];
  float* o = static_cast<float*>(out);
  const float* x = static_cast<const float*>(a);
  for (size_t start = 0; start < n; start += kBlock) {
    const size_t count = n - start < kBlock ? n - start : kBlock;
    __builtin_memcpy(saved, x + start, count * sizeof(float));
    int32_t large = 0;
    for (size_t i = 0; i < count; i++) large |= absolute(saved[i]) <= kTrigLimit ? 0 : 1;
    map1<float, float>(o + start, saved, count, [](float v) { return sinShifted(v, kQuarter); });
    if (large == 0) continue;
    for (size_t i = 0; i < count; i++) {
      if (absolute(saved[i]) <= kTrigLimit) continue;
      const double v = saved[i];
      o[start + i] = static_cast<float>(kQuarter == 1 ? __builtin_cos(v) : __builtin_sin(v));
    }
  }
}

#define VM_BINARY(NAME, OUT, TYPE, EXPRESSION)                                                    \
  template <int kVariant>                                                                         \
  void NAME(void* out, const void* a, const void* b, const void*, size_t n) {                     \
    map2<kVariant, OUT, TYPE>(out, a, b, n, [](TYPE x, TYPE y) -> OUT { return EXPRESSION; });    \
  }

VM_BINARY(addFloat, float, float, x + y)
VM_BINARY(addInt, uint32_t, uint32_t, x + y)
VM_BINARY(subFloat, float, float, x - y)
VM_BINARY(subInt, uint32_t, uint32_t, x - y)
VM_BINARY(mulFloat, float, float, x * y)
VM_BINARY(mulInt, uint32_t, uint32_t, x * y)
VM_BINARY(divFloat, float, float, x / y)
VM_BINARY(powFloat, float, float, powOf(x, y))
VM_BINARY(atan2Float, float, float, atan2Of(x, y))
// NaN if either is.
VM_BINARY(maxFloat, float, float, x > y || x != x ? x : y)
VM_BINARY(minFloat, float, float, x < y || x != x ? x : y)
VM_BINARY(maxInt, int32_t, int32_t, x > y ? x : y)
VM_BINARY(minInt, int32_t, int32_t, x < y ? x : y)
VM_BINARY(maxUint, uint32_t, uint32_t, x > y ? x : y)
VM_BINARY(minUint, uint32_t, uint32_t, x < y ? x : y)
VM_BINARY(andBits, uint32_t, uint32_t, x & y)
VM_BINARY(orBits, uint32_t, uint32_t, x | y)
VM_BINARY(xorBits, uint32_t, uint32_t, x ^ y)
VM_BINARY(shlBits, uint32_t, uint32_t, y < 32u ? x << (y & 31u) : 0u)
VM_BINARY(shrUint, uint32_t, uint32_t, y < 32u ? x >> (y & 31u) : 0u)
VM_BINARY(shrInt, int32_t, int32_t, x >> (static_cast<uint32_t>(y) < 32u ? y : 31))
VM_BINARY(eqFloat, int32_t, float, -static_cast<int32_t>(x == y))
VM_BINARY(eqInt, int32_t, int32_t, -static_cast<int32_t>(x == y))
VM_BINARY(ltFloat, int32_t, float, -static_cast<int32_t>(x < y))
VM_BINARY(ltInt, int32_t, int32_t, -static_cast<int32_t>(x < y))
VM_BINARY(ltUint, int32_t, uint32_t, -static_cast<int32_t>(x < y))
VM_BINARY(leFloat, int32_t, float, -static_cast<int32_t>(x <= y))
VM_BINARY(leInt, int32_t, int32_t, -static_cast<int32_t>(x <= y))
VM_BINARY(leUint, int32_t, uint32_t, -static_cast<int32_t>(x <= y))
// Masks: true is -1.
VM_BINARY(ltMask, int32_t, uint32_t, static_cast<int32_t>(~x & y))
VM_BINARY(leMask, int32_t, uint32_t, static_cast<int32_t>(~x | y))
VM_BINARY(eqMask, int32_t, uint32_t, static_cast<int32_t>(~(x ^ y)))

/** What vectors cannot do, one element after another. */
template <int kVariant, class T, class F>
VM_INLINE void serial2(void* out, const void* a, const void* b, size_t n, F f) {
  T* o = static_cast<T*>(out);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const T x0 = *x, y0 = *y;
  for (size_t i = 0; i < n; i++) o[i] = f(kVariant == kScalarA ? x0 : x[i], kVariant == kScalarB ? y0 : y[i]);
}

#define VM_SERIAL(NAME, TYPE, EXPRESSION)                                                       \
  template <int kVariant>                                                                       \
  void NAME(void* out, const void* a, const void* b, const void*, size_t n) {                   \
    serial2<kVariant, TYPE>(out, a, b, n, [](TYPE x, TYPE y) -> TYPE { return EXPRESSION; });   \
  }

VM_INLINE uint32_t integerPower(uint32_t base, uint32_t exponent) {
  uint32_t result = 1;
  for (; exponent != 0; exponent >>= 1, base *= base) {
    if (exponent & 1u) result *= base;
  }
  return result;
}

// Dividing the least int32 by -1 wraps around.
VM_SERIAL(divInt, int32_t, y == 0 ? 0 : y == -1 ? static_cast<int32_t>(0u - static_cast<uint32_t>(x)) : x / y)
VM_SERIAL(divUint, uint32_t, y == 0 ? 0u : x / y)
VM_SERIAL(remInt, int32_t, y == 0 || y == -1 ? 0 : x % y)
VM_SERIAL(remUint, uint32_t, y == 0 ? 0u : x % y)
VM_SERIAL(remFloat, float, __builtin_fmodf(x, y))
VM_SERIAL(powInt, int32_t, y < 0 ? (x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0) : static_cast<int32_t>(integerPower(x, y)))
VM_SERIAL(powUint, uint32_t, integerPower(x, y))

template <int kScalars>
void selectLanes(void* out, const void* a, const void* b, const void* c, size_t n) {
  map3<kScalars, uint32_t, uint32_t, uint32_t>(out, a, b, c, n, [](uint32_t m, uint32_t x, uint32_t y) { return (m & x) | (~m & y); });
}

template <int kScalars>
void multiplyAddFloat(void* out, const void* a, const void* b, const void* c, size_t n) {
  map3<kScalars, float, float, float>(out, a, b, c, n, [](float x, float y, float z) { return x * y + z; });
}

template <int kScalars>
void multiplyAddInt(void* out, const void* a, const void* b, const void* c, size_t n) {
  map3<kScalars, uint32_t, uint32_t, uint32_t>(out, a, b, c, n, [](uint32_t x, uint32_t y, uint32_t z) { return x * y + z; });
}

#define VM_CAST(NAME, TO, FROM, EXPRESSION)                                   \
  void NAME(void* out, const void* a, const void*, const void*, size_t n) {   \
    map1<TO, FROM>(out, a, n, [](FROM x) -> TO { return EXPRESSION; });       \
  }

/** Truncates toward zero and saturates; NaN gives 0. */
VM_INLINE int32_t floatToInt(float x) {
  float bounded = x < -2147483648.0f ? -2147483648.0f : x;
  bounded = bounded > 2147483520.0f ? 2147483520.0f : bounded;
  int32_t result = static_cast<int32_t>(x == x ? bounded : 0.0f);
  return x >= 2147483648.0f ? INT32_MAX : result;
}

VM_INLINE uint32_t floatToUint(float x) {
  // The upper half of the range is moved down, converted as signed, and moved back.
  bool large = x >= 2147483648.0f;
  float low = large ? x - 2147483648.0f : x;
  low = low > 0.0f ? low : 0.0f;
  low = low > 2147483520.0f ? 2147483520.0f : low;
  uint32_t result = static_cast<uint32_t>(static_cast<int32_t>(low)) + (large ? 0x80000000u : 0u);
  return x >= 4294967296.0f ? 0xffffffffu : result;
}

/** Correctly rounded without unsigned conversions, which older instruction sets lack. */
VM_INLINE float uintToFloat(uint32_t x) {
  double high = static_cast<double>(static_cast<int32_t>(x >> 16)) * 65536.0;
  return static_cast<float>(high + static_cast<double>(static_cast<int32_t>(x & 0xffffu)));
}

VM_CAST(castFloatToInt, int32_t, float, floatToInt(x))
VM_CAST(castFloatToUint, uint32_t, float, floatToUint(x))
VM_CAST(castFloatToMask, int32_t, float, -static_cast<int32_t>(x != 0.0f))
VM_CAST(castIntToFloat, float, int32_t, static_cast<float>(x))
VM_CAST(castIntToMask, int32_t, int32_t, -static_cast<int32_t>(x != 0))
VM_CAST(castUintToFloat, float, uint32_t, uintToFloat(x))
VM_CAST(castMaskToFloat, float, uint32_t, bitsAs<float>(x & 0x3f800000u))
VM_CAST(castMaskToInt, int32_t, int32_t, x & 1)

VM_CAST(wrapInt8, int32_t, int32_t, static_cast<int32_t>(static_cast<uint32_t>(x) << 24) >> 24)
VM_CAST(wrapUint8, int32_t, int32_t, x & 255)
VM_CAST(clampInt8, int32_t, int32_t, x < -128 ? -128 : x > 127 ? 127 : x)
VM_CAST(clampUint8, int32_t, int32_t, x < 0 ? 0 : x > 255 ? 255 : x)
