// Element types: choosing a template's instance by dtype, and arithmetic that is defined for all values.

/** Calls visit(T{}) with the arithmetic type of `dtype` (bool as uint8_t). False where it has none here: float16, bfloat16, complex64. */
template <typename Visit>
KERNEL_INLINE bool visitNumber(DType dtype, const Visit& visit) {
  switch (dtype) {
    case DType::Bool:
    case DType::UInt8: visit(uint8_t{}); return true;
    case DType::Int8: visit(int8_t{}); return true;
    case DType::Int32: visit(int32_t{}); return true;
    case DType::UInt32: visit(uint32_t{}); return true;
    case DType::Int64: visit(int64_t{}); return true;
    case DType::Float32: visit(float{}); return true;
    case DType::Float64: visit(double{}); return true;
    default: return false;
  }
}

KERNEL_INLINE int64_t bytesOf(DType dtype) {
  switch (dtype) {
    case DType::Bool:
    case DType::Int8:
    case DType::UInt8: return 1;
    case DType::Float16:
    case DType::BFloat16: return 2;
    case DType::Int32:
    case DType::UInt32:
    case DType::Float32: return 4;
    default: return 8;
  }
}

// Integer overflow wraps around; in C++ only unsigned types do.
template <typename T>
KERNEL_INLINE T addWrap(T a, T b) {
  if constexpr (T(0.5) != T(0)) return a + b;
  else return T(uint64_t(a) + uint64_t(b));
}
template <typename T>
KERNEL_INLINE T mulWrap(T a, T b) {
  if constexpr (T(0.5) != T(0)) return a * b;
  else return T(uint64_t(a) * uint64_t(b));
}
/** The larger; NaN if either is. */
template <typename T>
KERNEL_INLINE T maxNaN(T a, T b) {
  return a > b || a != a ? a : b;
}
template <typename T>
KERNEL_INLINE T minNaN(T a, T b) {
  return a < b || a != a ? a : b;
}
/** True where b comes before a in a search for the first extreme: strictly beyond it, or the first NaN. */
template <bool Max, typename T>
KERNEL_INLINE bool beats(T b, T a) {
  if (a != a) return false;
  return (Max ? b > a : b < a) || b != b;
}
/** What every value reaches: the identity of max (or min). */
template <bool Max, typename T>
KERNEL_INLINE constexpr T extremeStart() {
  if constexpr (T(0.5) != T(0)) return Max ? -T(__builtin_inf()) : T(__builtin_inf());
  else if constexpr (T(-1) > T(0)) return Max ? T(0) : T(-1);
  else return Max ? T(uint64_t(1) << (sizeof(T) * 8 - 1)) : T((uint64_t(1) << (sizeof(T) * 8 - 1)) - 1);
}
