#include "vm/rare.h"

#include <cmath>

namespace neurite {

namespace {

#define VM_LANES
#define VM_INLINE inline __attribute__((always_inline))
template <class To, class From>
VM_INLINE To bitsAs(From value) {
  return __builtin_bit_cast(To, value);
}
#include "half.inl.h"

template <class Out, class A, Out (*kFunction)(A)>
void each1(void* out, const void* a, const void*, const void*, size_t n) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  for (size_t i = 0; i < n; i++) o[i] = kFunction(x[i]);
}

template <class Out, class A, Out (*kFunction)(A, A)>
void each2(void* out, const void* a, const void* b, const void*, size_t n) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const A* y = static_cast<const A*>(b);
  for (size_t i = 0; i < n; i++) o[i] = kFunction(x[i], y[i]);
}

// float64

double floorOf(double x) { return std::floor(x); }
double ceilOf(double x) { return std::ceil(x); }
double roundOf(double x) { return std::nearbyint(x); }
double expOf(double x) { return std::exp(x); }
double expm1Of(double x) { return std::expm1(x); }
double logOf(double x) { return std::log(x); }
double log1pOf(double x) { return std::log1p(x); }
double sinOf(double x) { return std::sin(x); }
double cosOf(double x) { return std::cos(x); }
double tanhOf(double x) { return std::tanh(x); }
double erfOf(double x) { return std::erf(x); }
double powOf(double x, double y) { return std::pow(x, y); }
double atan2Of(double y, double x) { return std::atan2(y, x); }
double remOf(double x, double y) { return std::fmod(x, y); }

// int64. Division by 0 gives 0 here; the run's status says so. The least number divided by -1 wraps around.

int64_t divLong(int64_t x, int64_t y) {
  if (y == 0) return 0;
  return y == -1 ? static_cast<int64_t>(0u - static_cast<uint64_t>(x)) : x / y;
}

int64_t remLong(int64_t x, int64_t y) { return y == 0 || y == -1 ? 0 : x % y; }

int64_t powLong(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
  uint64_t result = 1, square = static_cast<uint64_t>(base);
  for (uint64_t rest = static_cast<uint64_t>(exponent); rest != 0; rest >>= 1, square *= square) {
    if (rest & 1u) result *= square;
  }
  return static_cast<int64_t>(result);
}

float longToFloatOdd(int64_t x) {
  double nearest = static_cast<double>(x);
  // 2^63 does not come back as an integer; it is above every int64.
  const bool above = nearest >= 9223372036854775808.0 || static_cast<int64_t>(nearest) > x;
  const bool exact = !(nearest >= 9223372036854775808.0) && static_cast<int64_t>(nearest) == x;
  const uint64_t bits = bitsAs<uint64_t>(nearest);
  if (!exact && (bits & 1u) == 0) nearest = bitsAs<double>(above == (x > 0) ? bits - 1 : bits + 1);
  return doubleToFloatOdd(nearest);
}

// complex64, computed in double precision and rounded once.

struct Complex {
  float re, im;
};

Complex rounded(double re, double im) { return {static_cast<float>(re), static_cast<float>(im)}; }

struct Parts {
  double re, im;
};

Parts widen(Complex x) { return {x.re, x.im}; }
Complex narrow(Parts x) { return rounded(x.re, x.im); }

Parts times(Parts x, Parts y) { return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }

/** By Smith's method, which does not overflow midway. */
Parts over(Parts x, Parts y) {
  if (y.re == 0 && y.im == 0) return {x.re / 0.0, x.im / 0.0};
  if (std::fabs(y.re) >= std::fabs(y.im)) {
    const double ratio = y.im / y.re, scale = y.re + y.im * ratio;
    return {(x.re + x.im * ratio) / scale, (x.im - x.re * ratio) / scale};
  }
  const double ratio = y.re / y.im, scale = y.re * ratio + y.im;
  return {(x.re * ratio + x.im) / scale, (x.im * ratio - x.re) / scale};
}

Parts expParts(Parts x) {
  const double scale = std::exp(x.re);
  // A real operand gives a real result, also where e^x overflows.
  if (x.im == 0) return {scale, x.im};
  return {scale * std::cos(x.im), scale * std::sin(x.im)};
}

Parts logParts(Parts x) { return {std::log(std::hypot(x.re, x.im)), std::atan2(x.im, x.re)}; }

/** Principal branch: the real part is not negative. */
Parts sqrtParts(Parts x) {
  if (x.re == 0 && x.im == 0) return {0, x.im};
  const double half = std::sqrt((std::fabs(x.re) + std::hypot(x.re, x.im)) / 2);
  if (x.re >= 0) return {half, x.im / (2 * half)};
  return {std::fabs(x.im) / (2 * half), std::copysign(half, x.im)};
}

Complex negComplex(Complex x) { return {-x.re, -x.im}; }
float absComplex(Complex x) { return static_cast<float>(std::hypot(static_cast<double>(x.re), static_cast<double>(x.im))); }
float realComplex(Complex x) { return x.re; }
float imagComplex(Complex x) { return x.im; }
Complex expComplex(Complex x) { return narrow(expParts(widen(x))); }
Complex expm1Complex(Complex x) {
  const double half = std::sin(0.5 * x.im);
  return rounded(std::expm1(static_cast<double>(x.re)) * std::cos(static_cast<double>(x.im)) - 2 * half * half,
                 std::exp(static_cast<double>(x.re)) * std::sin(static_cast<double>(x.im)));
}
Complex logComplex(Complex x) { return narrow(logParts(widen(x))); }
Complex log1pComplex(Complex x) {
  const double a = x.re, b = x.im;
  const bool small = std::fabs(a) < 0.5 && std::fabs(b) < 0.5;
  // |1 + z|^2 - 1 = a (2 + a) + b^2.
  const double re = small ? 0.5 * std::log1p(a * (2 + a) + b * b) : std::log(std::hypot(1 + a, b));
  return rounded(re, std::atan2(b, 1 + a));
}
Complex sinComplex(Complex x) {
  const double a = x.re, b = x.im;
  return rounded(std::sin(a) * std::cosh(b), std::cos(a) * std::sinh(b));
}
Complex cosComplex(Complex x) {
  const double a = x.re, b = x.im;
  return rounded(std::cos(a) * std::cosh(b), -std::sin(a) * std::sinh(b));
}
/** (sinh 2a + i sin 2b) / (cosh 2a + cos 2b). */
Complex tanhComplex(Complex x) {
  const double a = x.re, b = x.im;
  // The denominator overflows where the result is 1 or -1 already.
  if (std::fabs(a) > 20) return rounded(std::copysign(1.0, a), 4 * std::sin(b) * std::cos(b) * std::exp(-2 * std::fabs(a)));
  const double scale = std::cosh(2 * a) + std::cos(2 * b);
  return rounded(std::sinh(2 * a) / scale, std::sin(2 * b) / scale);
}
Complex sqrtComplex(Complex x) { return narrow(sqrtParts(widen(x))); }
Complex rsqrtComplex(Complex x) { return narrow(over({1, 0}, sqrtParts(widen(x)))); }

Complex addComplex(Complex x, Complex y) { return {x.re + y.re, x.im + y.im}; }
Complex subComplex(Complex x, Complex y) { return {x.re - y.re, x.im - y.im}; }
Complex mulComplex(Complex x, Complex y) { return narrow(times(widen(x), widen(y))); }
Complex divComplex(Complex x, Complex y) { return narrow(over(widen(x), widen(y))); }
int32_t eqComplex(Complex x, Complex y) { return -static_cast<int32_t>(x.re == y.re && x.im == y.im); }
Complex joinComplex(float re, float im) { return {re, im}; }

/** Principal branch; anything to the power 0 is 1. Small whole exponents by multiplication: exact where the logarithm is not. */
Complex powComplex(Complex x, Complex y) {
  if (y.re == 0 && y.im == 0) return {1, 0};
  if (x.re == 0 && x.im == 0) {
    const float value = y.re > 0 ? 0.0f : NAN;
    return {value, value};
  }
  if (y.im == 0 && y.re == std::nearbyint(y.re) && std::fabs(y.re) <= 16) {
    Parts power = {1, 0};
    for (int i = 0; i < static_cast<int>(std::fabs(y.re)); i++) power = times(power, widen(x));
    return narrow(y.re < 0 ? over({1, 0}, power) : power);
  }
  return narrow(expParts(times(logParts(widen(x)), widen(y))));
}

Complex floatToComplex(float x) { return {x, 0}; }
Complex doubleToComplex(double x) { return {static_cast<float>(x), 0}; }
Complex intToComplex(int32_t x) { return {static_cast<float>(x), 0}; }
Complex uintToComplex(uint32_t x) { return {static_cast<float>(x), 0}; }
Complex longToComplex(int64_t x) { return {static_cast<float>(x), 0}; }
Complex maskToComplex(int32_t x) { return {x != 0 ? 1.0f : 0.0f, 0}; }
int32_t complexToMask(Complex x) { return -static_cast<int32_t>(x.re != 0 || x.im != 0); }
double complexToDouble(Complex x) { return x.re; }
int32_t complexToInt(Complex x) {
  return x.re >= 2147483648.0f ? INT32_MAX : x.re <= -2147483648.0f ? INT32_MIN : x.re == x.re ? static_cast<int32_t>(x.re) : 0;
}
uint32_t complexToUint(Complex x) { return x.re >= 4294967296.0f ? UINT32_MAX : x.re > 0 ? static_cast<uint32_t>(x.re) : 0; }
int64_t complexToLong(Complex x) {
  return x.re >= 9223372036854775808.0f ? INT64_MAX : x.re <= -9223372036854775808.0f ? INT64_MIN : x.re == x.re ? static_cast<int64_t>(x.re) : 0;
}

}  // namespace

void addRareOperations(VmTable& table) {
#define SET1(OP, TYPE, OUT, ARGUMENT, FUNCTION) table.unary[static_cast<int>(Op::OP)][TYPE] = each1<OUT, ARGUMENT, FUNCTION>
#define SET2(OP, TYPE, OUT, ARGUMENT, FUNCTION) table.binary[static_cast<int>(Op::OP)][TYPE][kVectors] = each2<OUT, ARGUMENT, FUNCTION>
#define SET_CAST(FROM, TO, OUT, ARGUMENT, FUNCTION) table.cast[FROM][TO] = each1<OUT, ARGUMENT, FUNCTION>
  SET1(Floor, kDouble, double, double, floorOf);
  SET1(Ceil, kDouble, double, double, ceilOf);
  SET1(Round, kDouble, double, double, roundOf);
  SET1(Exp, kDouble, double, double, expOf);
  SET1(Expm1, kDouble, double, double, expm1Of);
  SET1(Log, kDouble, double, double, logOf);
  SET1(Log1p, kDouble, double, double, log1pOf);
  SET1(Sin, kDouble, double, double, sinOf);
  SET1(Cos, kDouble, double, double, cosOf);
  SET1(Tanh, kDouble, double, double, tanhOf);
  SET1(Erf, kDouble, double, double, erfOf);
  SET2(Pow, kDouble, double, double, powOf);
  SET2(Atan2, kDouble, double, double, atan2Of);
  SET2(Rem, kDouble, double, double, remOf);
  SET2(Div, kLong, int64_t, int64_t, divLong);
  SET2(Rem, kLong, int64_t, int64_t, remLong);
  SET2(Pow, kLong, int64_t, int64_t, powLong);
  SET1(Neg, kComplex, Complex, Complex, negComplex);
  SET1(Abs, kComplex, float, Complex, absComplex);
  SET1(Real, kComplex, float, Complex, realComplex);
  SET1(Imag, kComplex, float, Complex, imagComplex);
  SET1(Exp, kComplex, Complex, Complex, expComplex);
  SET1(Expm1, kComplex, Complex, Complex, expm1Complex);
  SET1(Log, kComplex, Complex, Complex, logComplex);
  SET1(Log1p, kComplex, Complex, Complex, log1pComplex);
  SET1(Sin, kComplex, Complex, Complex, sinComplex);
  SET1(Cos, kComplex, Complex, Complex, cosComplex);
  SET1(Tanh, kComplex, Complex, Complex, tanhComplex);
  SET1(Sqrt, kComplex, Complex, Complex, sqrtComplex);
  SET1(Rsqrt, kComplex, Complex, Complex, rsqrtComplex);
  SET2(Add, kComplex, Complex, Complex, addComplex);
  SET2(Sub, kComplex, Complex, Complex, subComplex);
  SET2(Mul, kComplex, Complex, Complex, mulComplex);
  SET2(Div, kComplex, Complex, Complex, divComplex);
  SET2(Pow, kComplex, Complex, Complex, powComplex);
  SET2(Eq, kComplex, int32_t, Complex, eqComplex);
  SET2(Complex, kFloat, Complex, float, joinComplex);
  SET_CAST(kFloat, kComplex, Complex, float, floatToComplex);
  SET_CAST(kDouble, kComplex, Complex, double, doubleToComplex);
  SET_CAST(kInt, kComplex, Complex, int32_t, intToComplex);
  SET_CAST(kUint, kComplex, Complex, uint32_t, uintToComplex);
  SET_CAST(kLong, kComplex, Complex, int64_t, longToComplex);
  SET_CAST(kMask, kComplex, Complex, int32_t, maskToComplex);
  SET_CAST(kComplex, kMask, int32_t, Complex, complexToMask);
  SET_CAST(kComplex, kFloat, float, Complex, realComplex);
  SET_CAST(kComplex, kDouble, double, Complex, complexToDouble);
  SET_CAST(kComplex, kInt, int32_t, Complex, complexToInt);
  SET_CAST(kComplex, kUint, uint32_t, Complex, complexToUint);
  SET_CAST(kComplex, kLong, int64_t, Complex, complexToLong);
  table.castOdd[kLong] = each1<float, int64_t, longToFloatOdd>;
}

}  // namespace neurite
