#include <cmath>
#include <cstring>

#include "vm/table.h"

namespace neurite {

namespace {

#define VM_INLINE inline
template <class To, class From>
VM_INLINE To bitsAs(From value) {
  return __builtin_bit_cast(To, value);
}
#include "half.inl.h"

/** The least and the largest number of an integer dtype; of masks, false and true. */
struct Limits {
  int64_t least, largest;
};

Limits limitsOf(DType dtype) {
  switch (dtype) {
    case DType::Int8:
      return {INT8_MIN, INT8_MAX};
    case DType::UInt8:
      return {0, UINT8_MAX};
    case DType::Int32:
      return {INT32_MIN, INT32_MAX};
    case DType::UInt32:
      return {0, UINT32_MAX};
    case DType::Int64:
      return {INT64_MIN, INT64_MAX};
    default:
      return {0, -1};
  }
}

bool isReal(DType dtype) {
  const VmType type = vmType(dtype);
  return type == kFloat || type == kDouble;
}

uint32_t wrapped(DType dtype, uint32_t lane) {
  if (dtype == DType::Int8) return static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(lane)));
  if (dtype == DType::UInt8) return lane & 255;
  return lane;
}
}  // namespace

Accumulator identityOf(ReduceOp op, DType dtype) {
  Accumulator a;
  a.integer = 0;
  const bool real = isReal(dtype);
  switch (op) {
    case ReduceOp::Sum:
      if (real) a.real = 0;
      break;
    case ReduceOp::Prod:
      if (real) a.real = 1;
      else a.integer = 1;
      break;
    case ReduceOp::Max:
      if (real) a.real = -INFINITY;
      else a.integer = limitsOf(dtype).least;
      break;
    case ReduceOp::Min:
      if (real) a.real = INFINITY;
      else a.integer = limitsOf(dtype).largest;
      break;
  }
  return a;
}

Accumulator combine(ReduceOp op, DType dtype, Accumulator a, Accumulator b) {
  Accumulator result = a;
  if (isReal(dtype)) {
    switch (op) {
      case ReduceOp::Sum:
        result.real = a.real + b.real;
        break;
      case ReduceOp::Prod:
        result.real = a.real * b.real;
        break;
      case ReduceOp::Max:
        result.real = b.real > a.real || b.real != b.real ? b.real : a.real;
        break;
      case ReduceOp::Min:
        result.real = b.real < a.real || b.real != b.real ? b.real : a.real;
        break;
    }
    return result;
  }
  if (dtype == DType::Bool) {
    result.integer = op == ReduceOp::Max ? a.integer | b.integer : a.integer & b.integer;
    return result;
  }
  const bool less = dtype == DType::Int64    ? a.integer < b.integer
                    : dtype == DType::UInt32 ? static_cast<uint32_t>(a.integer) < static_cast<uint32_t>(b.integer)
                                             : static_cast<int32_t>(a.integer) < static_cast<int32_t>(b.integer);
  const uint64_t x = static_cast<uint64_t>(a.integer), y = static_cast<uint64_t>(b.integer);
  switch (op) {
    case ReduceOp::Sum:
      result.integer = static_cast<int64_t>(x + y);
      break;
    case ReduceOp::Prod:
      result.integer = static_cast<int64_t>(x * y);
      break;
    case ReduceOp::Max:
      result = less ? b : a;
      break;
    case ReduceOp::Min:
      result = less ? a : b;
      break;
  }
  return result;
}

uint64_t laneOf(DType dtype, Accumulator value) {
  switch (dtype) {
    case DType::Float32:
      return bitsAs<uint32_t>(static_cast<float>(value.real));
    case DType::Float16:
      return bitsAs<uint32_t>(float16ToFloat(floatToFloat16(doubleToFloatOdd(value.real))));
    case DType::BFloat16:
      return bitsAs<uint32_t>(bfloat16ToFloat(floatToBfloat16(doubleToFloatOdd(value.real))));
    case DType::Float64:
      return bitsAs<uint64_t>(value.real);
    case DType::Int64:
      return static_cast<uint64_t>(value.integer);
    default:
      return wrapped(dtype, static_cast<uint32_t>(value.integer));
  }
}

void lanesOf(DType dtype, const Accumulator* values, int64_t count, void* lanes) {
  if (dtype == DType::Float32) {
    float* to = static_cast<float*>(lanes);
    for (int64_t i = 0; i < count; i++) to[i] = static_cast<float>(values[i].real);
    return;
  }
  const int64_t bytes = laneBytes(dtype);
  for (int64_t i = 0; i < count; i++) {
    const uint64_t lane = laneOf(dtype, values[i]);
    std::memcpy(static_cast<char*>(lanes) + i * bytes, &lane, static_cast<size_t>(bytes));
  }
}

Accumulator accumulatorOf(DType dtype, uint64_t lane) {
  Accumulator value;
  switch (vmType(dtype)) {
    case kFloat:
      value.real = bitsAs<float>(static_cast<uint32_t>(lane));
      break;
    case kDouble:
      value.real = bitsAs<double>(lane);
      break;
    case kLong:
      value.integer = static_cast<int64_t>(lane);
      break;
    default:
      value.integer = dtype == DType::UInt32 ? static_cast<int64_t>(static_cast<uint32_t>(lane)) : static_cast<int32_t>(lane);
  }
  return value;
}

uint64_t laneOfConstant(DType dtype, double value) {
  switch (dtype) {
    case DType::Float32:
    case DType::Float16:
    case DType::BFloat16:
    case DType::Float64: {
      Accumulator a;
      a.real = value;
      return laneOf(dtype, a);
    }
    case DType::Complex64:
      return bitsAs<uint32_t>(static_cast<float>(value));
    case DType::Bool:
      return value != 0 ? UINT32_MAX : 0;
    case DType::Int64:
      if (value != value) return 0;
      if (value >= 9223372036854775808.0) return static_cast<uint64_t>(INT64_MAX);
      return static_cast<uint64_t>(value < -9223372036854775808.0 ? INT64_MIN : static_cast<int64_t>(value));
    default: {
      // Whole numbers of either signedness, modulo 2^32; what is none saturates as a cast does.
      if (value != value) return 0;
      if (value >= 4294967296.0) return dtype == DType::Int32 ? INT32_MAX : UINT32_MAX;
      if (value < -2147483648.0) return dtype == DType::Int32 ? static_cast<uint32_t>(INT32_MIN) : 0;
      return wrapped(dtype, static_cast<uint32_t>(static_cast<int64_t>(value)));
    }
  }
}

}  // namespace neurite
