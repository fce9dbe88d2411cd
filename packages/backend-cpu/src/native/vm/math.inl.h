// Elementary functions without branches. Polynomials are near-minimax fits (Chebyshev, relative error in the comments);
// each function is within 2 units in the last place over all of float32, which accuracy.test.ts measures.

constexpr float kInfinity = __builtin_inff();
constexpr float kNan = __builtin_nanf("");
constexpr double kLog2e = 1.4426950408889634;

/** |x| with the sign of s. */
VM_INLINE float withSign(float x, float s) {
  return bitsAs<float>((bitsAs<uint32_t>(x) & 0x7fffffffu) | (bitsAs<uint32_t>(s) & 0x80000000u));
}

VM_INLINE float absolute(float x) { return bitsAs<float>(bitsAs<uint32_t>(x) & 0x7fffffffu); }

VM_INLINE float roundEven(float x) {
#if defined(__SSE4_1__) || defined(__aarch64__)
  return __builtin_rintf(x);
#else
  float magnitude = absolute(x);
  float rounded = (magnitude + 8388608.0f) - 8388608.0f;
  return magnitude < 8388608.0f ? withSign(rounded, x) : x;
#endif
}

VM_INLINE float floorOf(float x) {
#if defined(__SSE4_1__) || defined(__aarch64__)
  return __builtin_floorf(x);
#else
  float rounded = roundEven(x);
  float lower = rounded - (rounded > x ? 1.0f : 0.0f);
  return absolute(x) < 8388608.0f ? withSign(lower, x) : x;
#endif
}

VM_INLINE float ceilOf(float x) { return -floorOf(-x); }

/** 2^n for -126 <= n <= 127. */
VM_INLINE float powerOfTwo(int32_t n) { return bitsAs<float>((n + 127) << 23); }

/** x * 2^n in two exact steps and one rounding, for |n| <= 254. */
VM_INLINE float scale(float x, int32_t n) {
  int32_t half = n >> 1;
  return x * powerOfTwo(half) * powerOfTwo(n - half);
}

struct Reduced {
  float r;
  int32_t n;
};

/** x = n log 2 + r, |r| <= log(2) / 2. */
VM_INLINE Reduced reduceExp(float x) {
  // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits.
  float shifted = x * 1.44269504f + 12582912.0f;
  float n = shifted - 12582912.0f;
  int32_t integer = bitsAs<int32_t>(shifted) - 0x4b400000;
  // log 2 in two parts: n * the first is exact also without a fused multiply.
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  return {r, integer};
}

/** e^r - 1 for |r| <= log(2) / 2; relative error 2e-8. */
VM_INLINE float expm1Core(float r) {
  float g = 0.0013926203361634338f;
  g = g * r + 0.0083631948824190408f;
  g = g * r + 0.041666554498413699f;
  g = g * r + 0.16666576894606601f;
  g = g * r + 0.5f;
  return r + r * r * g;
}

VM_INLINE float expOf(float x) {
  float bounded = x > 90.0f ? 90.0f : x;
  bounded = bounded < -105.0f ? -105.0f : bounded;
  Reduced reduced = reduceExp(bounded);
  return scale(1.0f + expm1Core(reduced.r), reduced.n);
}

VM_INLINE float expm1Of(float x) {
  float bounded = x > 89.0f ? 89.0f : x;
  bounded = bounded < -20.0f ? -20.0f : bounded;
  Reduced reduced = reduceExp(bounded);
  // 2^(n-1) stays finite where 2^n is not.
  float half = powerOfTwo(reduced.n - 1);
  float result = 2.0f * (half * expm1Core(reduced.r) + (half - 0.5f));
  result = absolute(x) < 1e-4f ? x + 0.5f * x * x : result;
  return x == x ? withSign(result, x) : x;  // -0 stays -0
}

VM_INLINE float tanhOf(float x) {
  float magnitude = absolute(x);
  float square = x * x;
  float p = -0.0060967141659081976f;
  p = p * square + 0.020997178999074751f;
  p = p * square + -0.053850909578513581f;
  p = p * square + 0.13332769736976328f;
  p = p * square + -0.33333328944134255f;
  float near = withSign(x + x * square * p, x);
  float bounded = magnitude > 10.0f ? 10.0f : magnitude;
  Reduced reduced = reduceExp(2.0f * bounded);
  float power = (1.0f + expm1Core(reduced.r)) * powerOfTwo(reduced.n);
  float far = withSign(1.0f - 2.0f / (power + 1.0f), x);
  return magnitude < 0.625f ? near : magnitude <= kInfinity ? far : x;
}

VM_INLINE float logOf(float x) {
  bool subnormal = x < 1.17549435e-38f;
  uint32_t bits = bitsAs<uint32_t>(subnormal ? x * 8388608.0f : x);
  // The mantissa in [sqrt(1/2), sqrt(2)): 0x3f3504f3 is sqrt(1/2).
  uint32_t shifted = bits - 0x3f3504f3u;
  int32_t exponent = static_cast<int32_t>(shifted) >> 23;
  float m = bitsAs<float>((shifted & 0x007fffffu) + 0x3f3504f3u);
  float e = static_cast<float>(exponent - (subnormal ? 23 : 0));
  float f = m - 1.0f;
  float p = 0.069716114714511778f;
  p = p * f + -0.11479733846637636f;
  p = p * f + 0.11685419923486739f;
  p = p * f + -0.12425687331451106f;
  p = p * f + 0.1424905764569748f;
  p = p * f + -0.16667802319501254f;
  p = p * f + 0.20000715748892102f;
  p = p * f + -0.24999996957950882f;
  p = p * f + 0.33333331180030048f;
  float square = f * f;
  float tail = f * square * p + e * -2.12194440e-4f;
  tail = tail - 0.5f * square;
  float result = f + tail + e * 0.693359375f;
  result = x == kInfinity ? x : result;
  result = x == 0.0f ? -kInfinity : result;
  return x >= 0.0f ? result : kNan;
}

/** log x for normal x > 0; relative error 1e-13. */
VM_INLINE double logDouble(double x) {
  uint64_t shifted = bitsAs<uint64_t>(x) - 0x3fe6a09e667f3bcdu;
  int32_t exponent = static_cast<int32_t>(shifted >> 32) >> 20;
  double m = bitsAs<double>((shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
  double s = (m - 1.0) / (m + 1.0);
  double z = s * s;
  double p = 0.083174086467184877;
  p = p * z + 0.09069664542405062;
  p = p * z + 0.11111441079634286;
  p = p * z + 0.14285711977376141;
  p = p * z + 0.20000000005893743;
  p = p * z + 0.33333333333330899;
  return 2.0 * (s + s * z * p) + exponent * 0.6931471805599453;
}

/** e^x for |x| < 700; relative error 1e-14. */
VM_INLINE double expDouble(double x) {
  double shifted = x * kLog2e + 6755399441055744.0;
  double n = shifted - 6755399441055744.0;
  double r = x - n * 0.6931471805599453;
  double g = 2.7613836801372293e-07;
  g = g * r + 2.7625151517948479e-06;
  g = g * r + 2.4801536334724616e-05;
  g = g * r + 0.0001984120866775592;
  g = g * r + 0.0013888888905908563;
  g = g * r + 0.0083333333537618316;
  g = g * r + 0.041666666666651323;
  g = g * r + 0.16666666666648249;
  g = g * r + 0.5;
  double scaleBy = bitsAs<double>((bitsAs<uint64_t>(shifted) + 1023u) << 52);
  return (1.0 + (r + r * r * g)) * scaleBy;
}

VM_INLINE float log1pOf(float x) {
  double u = 1.0 + static_cast<double>(x);
  double lost = static_cast<double>(x) - (u - 1.0);
  bool inside = x > -1.0f && x < kInfinity;
  double safe = inside ? u : 1.0;
  float result = static_cast<float>(logDouble(safe) + lost / safe);
  // Where x^2/2 is below the last place, log1p(x) is x; this also keeps -0.
  result = absolute(x) < 1e-8f ? x : result;
  float outside = x == -1.0f ? -kInfinity : x == kInfinity ? x : kNan;
  return inside ? result : outside;
}

VM_INLINE double sinCore(double r) {
  double z = r * r;
  double p = -2.4805145406747432e-08;
  p = p * z + 2.7555986255200862e-06;
  p = p * z + -0.00019841266899437399;
  p = p * z + 0.0083333333310611601;
  p = p * z + -0.16666666666663858;
  return r + r * z * p;
}

VM_INLINE double cosCore(double r) {
  double z = r * r;
  double p = 2.0700249467562772e-09;
  p = p * z + -2.7556365902259021e-07;
  p = p * z + 2.4801585198441217e-05;
  p = p * z + -0.0013888888887264426;
  p = p * z + 0.041666666666664659;
  return 1.0 - 0.5 * z + z * z * p;
}

/** Largest |x| whose multiple of pi/2 is found well enough in double arithmetic. */
constexpr float kTrigLimit = 1e6f;

/** sin(x + quarter * pi/2) for |x| <= kTrigLimit. */
VM_INLINE float sinShifted(float x, uint32_t quarter) {
  double bounded = absolute(x) <= kTrigLimit ? static_cast<double>(x) : 0.0;
  double shifted = bounded * 0.6366197723675814 + 6755399441055744.0;
  double n = shifted - 6755399441055744.0;
  // pi/2 in two parts, the first with enough trailing zeros for n * it to be exact.
  double r = bounded - n * 1.5707963267341256;
  r = r - n * 6.077100506506192e-11;
  uint32_t q = static_cast<uint32_t>(bitsAs<uint64_t>(shifted)) + quarter;
  double value = (q & 1u) ? cosCore(r) : sinCore(r);
  float result = static_cast<float>((q & 2u) ? -value : value);
  return x == 0.0f && quarter == 0 ? x : result;
}

VM_INLINE float erfOf(float x) {
  float t = absolute(x);
  float z = x * x;
  float q = 7.8758750626854883e-05f;
  q = q * z + -0.00080168642871658695f;
  q = q * z + 0.005189087423433974f;
  q = q * z + -0.026854212010626412f;
  q = q * z + 0.11283594715160218f;
  q = q * z + -0.37612626666720331f;
  q = q * z + 0.12837916584835095f;
  float near = x + x * q;
  // log erfc on [1, 4]; beyond, erf rounds to 1.
  float bounded = t > 4.0f ? 4.0f : t;
  float l = -7.582681969725274e-08f;
  l = l * bounded + 3.3216845907317219e-06f;
  l = l * bounded + -6.2298353251614507e-05f;
  l = l * bounded + 0.00068583668301150381f;
  l = l * bounded + -0.0050649469202164848f;
  l = l * bounded + 0.027099523293990374f;
  l = l * bounded + -0.11105501737188004f;
  l = l * bounded + -0.63095302981657221f;
  l = l * bounded + -1.1306751441818166f;
  l = l * bounded + 0.0004163292177097496f;
  float far = withSign(1.0f - expOf(l), x);
  far = t <= kInfinity ? far : x;
  return t < 1.0f ? near : far;
}

VM_INLINE double atanCore(double t) {
  double z = t * t;
  double p = 0.00059304375563652819;
  p = p * z + -0.0042216579909296478;
  p = p * z + 0.01407292334469724;
  p = p * z + -0.02991311194551696;
  p = p * z + 0.047294798621813337;
  p = p * z + -0.062463151941283169;
  p = p * z + 0.075866528336466699;
  p = p * z + -0.090735531189764087;
  p = p * z + 0.11109392308322223;
  p = p * z + -0.14285624891483526;
  p = p * z + 0.19999998154086215;
  p = p * z + -0.33333333326944142;
  return t + t * z * p;
}

VM_INLINE float atan2Of(float y, float x) {
  float ay = absolute(y), ax = absolute(x);
  bool steep = ay > ax;
  double large = steep ? ay : ax;
  double small = steep ? ax : ay;
  // Both zero or both infinite: the quotient is 0 or 1, not NaN.
  double quotient = small / (large == 0.0 ? 1.0 : large);
  quotient = small == static_cast<double>(kInfinity) ? 1.0 : quotient;
  double angle = atanCore(quotient);
  angle = steep ? 1.5707963267948966 - angle : angle;
  angle = bitsAs<int32_t>(x) < 0 ? 3.141592653589793 - angle : angle;
  float result = withSign(static_cast<float>(angle), y);
  return x != x || y != y ? kNan : result;
}

VM_INLINE float powOf(float x, float y) {
  double ax = static_cast<double>(absolute(x));
  bool finite = ax > 0.0 && ax < static_cast<double>(kInfinity);
  double exponent = logDouble(finite ? ax : 1.0) * static_cast<double>(y);
  // Beyond these the result is 0 or infinite.
  double bounded = exponent > 200.0 ? 200.0 : exponent;
  bounded = bounded < -200.0 ? -200.0 : bounded;
  float magnitude = static_cast<float>(expDouble(bounded));
  float edge = (x == 0.0f) == (y < 0.0f) ? kInfinity : 0.0f;
  magnitude = finite ? magnitude : edge;
  float ay = absolute(y);
  bool integer = floorOf(y) == y;
  float halved = y * 0.5f;
  bool odd = integer && ay < 16777216.0f && floorOf(halved) != halved;
  float result = x < 0.0f && !integer && ay < kInfinity && absolute(x) < kInfinity ? kNan : magnitude;
  result = odd ? withSign(result, x) : result;
  // |x| = 1 and an infinite y give 1.
  result = ax == 1.0 && ay == kInfinity ? 1.0f : result;
  result = x != x || y != y ? kNan : result;
  return x == 1.0f || y == 0.0f ? 1.0f : result;
}
