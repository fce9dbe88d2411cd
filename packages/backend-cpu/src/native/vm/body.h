/**
 * Vector programs as the plan gives them: views and instructions, checked by the decoder. `compile.h` makes them runnable.
 */
#ifndef NEURITE_VM_BODY_H
#define NEURITE_VM_BODY_H

#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "vm/opcodes.h"

namespace neurite {

enum class ReduceOp : int32_t { Sum = 0, Prod = 1, Max = 2, Min = 3 };

/** Axes of an iteration space, outermost first. At least one: a scalar has the single axis of size 1. */
struct Space {
  int rank = 0;
  int64_t dims[kMaxRank] = {};

  int64_t volume() const {
    int64_t product = 1;
    for (int i = 0; i < rank; i++) product *= dims[i];
    return product;
  }
};

/** Element at `offset + Σ index[i] * strides[i]` of a buffer, in elements. */
struct View {
  int32_t buffer = 0;
  int64_t offset = 0;
  int64_t strides[kMaxRank] = {};
};

struct Instruction {
  Op op;
  DType dtype;
  /** Earlier instructions; -1 where it has fewer. */
  int32_t args[3] = {-1, -1, -1};
  /** Operand (load, random), scalar, result, reduction (row_reduce) or site (check). */
  int32_t index = -1;
  double constant = 0;
  /** Of int64 constants, in place of `constant`. */
  int64_t integer = 0;
  /** Of `index`: base and strides of the iteration space. */
  int64_t base = 0;
  int64_t strides[kMaxRank] = {};
};

struct Store {
  int32_t value = 0;
  View view;
};

struct Body {
  std::vector<View> operands;
  std::vector<Instruction> instructions;
  std::vector<Store> stores;
};

inline int elementBytes(DType dtype) {
  switch (dtype) {
    case DType::Bool:
    case DType::Int8:
    case DType::UInt8:
      return 1;
    case DType::Float16:
    case DType::BFloat16:
      return 2;
    case DType::Int64:
    case DType::Float64:
    case DType::Complex64:
      return 8;
    default:
      return 4;
  }
}

}  // namespace neurite

#endif
