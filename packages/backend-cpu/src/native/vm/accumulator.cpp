#include <cmath>
#include <cstring>

#include "vm/table.h"

namespace neurite {

namespace {
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
    default:
      return {0, -1};
  }
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
  const bool isFloat = dtype == DType::Float32;
  switch (op) {
    case ReduceOp::Sum:
      if (isFloat) a.real = 0;
      break;
    case ReduceOp::Prod:
      if (isFloat) a.real = 1;
      else a.integer = 1;
      break;
    case ReduceOp::Max:
      if (isFloat) a.real = -INFINITY;
      else a.integer = limitsOf(dtype).least;
      break;
    case ReduceOp::Min:
      if (isFloat) a.real = INFINITY;
      else a.integer = limitsOf(dtype).largest;
      break;
  }
  return a;
}

Accumulator combine(ReduceOp op, DType dtype, Accumulator a, Accumulator b) {
  Accumulator result = a;
  if (dtype == DType::Float32) {
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
  const bool less = dtype == DType::UInt32 ? static_cast<uint32_t>(a.integer) < static_cast<uint32_t>(b.integer)
                                           : static_cast<int32_t>(a.integer) < static_cast<int32_t>(b.integer);
  switch (op) {
    case ReduceOp::Sum:
      result.integer = static_cast<uint32_t>(a.integer) + static_cast<uint32_t>(b.integer);
      break;
    case ReduceOp::Prod:
      result.integer = static_cast<uint32_t>(a.integer) * static_cast<uint32_t>(b.integer);
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

uint32_t laneOf(DType dtype, Accumulator value) {
  if (dtype != DType::Float32) return wrapped(dtype, static_cast<uint32_t>(value.integer));
  float narrow = static_cast<float>(value.real);
  uint32_t lane;
  std::memcpy(&lane, &narrow, sizeof lane);
  return lane;
}

Accumulator accumulatorOf(DType dtype, uint32_t lane) {
  Accumulator value;
  if (dtype == DType::Float32) {
    float narrow;
    std::memcpy(&narrow, &lane, sizeof narrow);
    value.real = narrow;
  } else {
    value.integer = dtype == DType::UInt32 ? static_cast<int64_t>(lane) : static_cast<int32_t>(lane);
  }
  return value;
}

uint32_t laneOfConstant(DType dtype, double value) {
  switch (dtype) {
    case DType::Float32: {
      Accumulator a;
      a.real = value;
      return laneOf(dtype, a);
    }
    case DType::Bool:
      return value != 0 ? UINT32_MAX : 0;
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
