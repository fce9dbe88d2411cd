/**
 * The vector operations that programs are made of, one table for each instruction set.
 *
 * Registers hold 32-bit lanes (float32, int32, uint32, and bool as a mask, 0 or -1) or 64-bit ones (float64, int64, complex64). Every
 * function takes a count and touches exactly that many elements, so that an argument or the result may be memory of a tensor in place of a
 * register. The result may be the same address as an argument whose lanes are not narrower.
 */
#ifndef NEURITE_VM_TABLE_H
#define NEURITE_VM_TABLE_H

#include <cstddef>
#include <cstdint>

#include "vm/body.h"
#include "vm/chains.h"
#include "vm/opcodes.h"

namespace neurite {

/**
 * What registers hold, as an index of tables. 8-bit integers are held as 32-bit ones and wrapped after each operation, 16-bit floats as
 * float32 and rounded after each operation that is not exact.
 */
enum VmType : int { kFloat = 0, kInt = 1, kUint = 2, kMask = 3, kDouble = 4, kLong = 5, kComplex = 6, kVmTypes = 7 };

inline VmType vmType(DType dtype) {
  switch (dtype) {
    case DType::Float32:
    case DType::Float16:
    case DType::BFloat16:
      return kFloat;
    case DType::Float64:
      return kDouble;
    case DType::Int64:
      return kLong;
    case DType::Complex64:
      return kComplex;
    case DType::Int8:
    case DType::Int32:
      return kInt;
    case DType::UInt8:
    case DType::UInt32:
      return kUint;
    default:
      return kMask;
  }
}

/** Bytes of a lane. */
inline int laneBytes(VmType type) { return type >= kDouble ? 8 : 4; }
inline int laneBytes(DType dtype) { return laneBytes(vmType(dtype)); }

inline bool isHalf(DType dtype) { return dtype == DType::Float16 || dtype == DType::BFloat16; }

using VectorFn = void (*)(void* out, const void* a, const void* b, const void* c, size_t n);

/** Which argument of a binary operation is one element for all lanes. Operations on 64-bit lanes take vectors only. */
enum Variant : int { kVectors = 0, kScalarB = 1, kScalarA = 2, kVariants = 3 };

/** What a reduction has so far: `real` for floating dtypes, `integer` for the others. */
union Accumulator {
  double real;
  int64_t integer;
};

/** Elements of a row below which rows are reduced element by element, several at once: a vector for each would cost more than it brings. */
constexpr int kFewElements = 12;

struct VmTable {
  const char* name;
  /** Functions of fewer arguments ignore the rest. Null: not defined for this dtype. */
  VectorFn unary[static_cast<int>(Op::Count)][kVmTypes];
  /** By dtype of the arguments. */
  VectorFn binary[static_cast<int>(Op::Count)][kVmTypes][kVariants];
  /** a (mask) ? b : c; bit 0 of the index: b is scalar, bit 1: c is. */
  VectorFn select[4];
  /** The same over 64-bit values, all vectors. */
  VectorFn selectWide;
  /** a * b + c by dtype; bit 0: b is scalar, bit 1: c is. */
  VectorFn multiplyAdd[kVmTypes][4];
  /** From, to. Null where the bits stay the same. */
  VectorFn cast[kVmTypes][kVmTypes];
  /** To float32, rounded to odd: a step on the way to 16 bits. Null where the ordinary cast is exact enough. */
  VectorFn castOdd[kVmTypes];
  /** float32 lanes rounded to float16 (index 0) or bfloat16 (1); and those of float16 bits taken for bfloat16 (0), or the other way (1). */
  VectorFn roundHalf[2], bitcastHalf[2];
  /** int32 lanes wrapped, or clamped, to int8 (index 0) or uint8 (1). */
  VectorFn wrapByte[2], clampByte[2];
  ChainFn chains[static_cast<int>(Chain::Count)];
  /** Threefry bits of the counters `a` under the two words of key `b`. */
  VectorFn random;

  void (*splat)(void* out, uint32_t value, size_t n);
  /** Rows of `columns` lanes, each with the value of its row. */
  void (*splatRows)(void* out, const void* values, size_t rows, size_t columns);
  void (*splatWide)(void* out, uint64_t value, size_t n);
  /** out[i] = base + i * step */
  void (*iota)(int32_t* out, int32_t base, int32_t step, size_t n);
  /** 32-bit elements `stride` apart. */
  void (*gather)(void* out, const void* in, int64_t stride, size_t n);
  /** Elements (r, c) of `rows` rows of `columns`, which are neighbours along r in memory and `stride` apart along c. */
  void (*gatherTransposed)(void* out, const void* in, int64_t stride, size_t rows, size_t columns);
  void (*scatter)(void* out, int64_t stride, const void* in, size_t n);
  /** The same for 64-bit elements. */
  void (*gatherWide)(void* out, const void* in, int64_t stride, size_t n);
  void (*scatterWide)(void* out, int64_t stride, const void* in, size_t n);
  /** Bytes of memory to lanes and back: bools as masks, int8 and uint8 by value. */
  void (*loadBool)(void* out, const uint8_t* in, int64_t stride, size_t n);
  void (*loadInt8)(void* out, const uint8_t* in, int64_t stride, size_t n);
  void (*loadUint8)(void* out, const uint8_t* in, int64_t stride, size_t n);
  void (*storeBool)(uint8_t* out, int64_t stride, const void* in, size_t n);
  void (*storeByte)(uint8_t* out, int64_t stride, const void* in, size_t n);
  /** 16-bit floats to float32 lanes and back, rounded: float16 (index 0) or bfloat16 (1). */
  void (*loadHalf[2])(void* out, const uint8_t* in, int64_t stride, size_t n);
  void (*storeHalf[2])(uint8_t* out, int64_t stride, const void* in, size_t n);
  bool (*allTrue)(const void* mask, size_t n);

  /** Folds n elements into the accumulator. */
  void (*reduce[4][kVmTypes])(const void* x, size_t n, Accumulator* accumulator);
  /** The same for the products of n pairs of float32. */
  void (*reduceProducts)(const void* a, const void* b, size_t n, Accumulator* accumulator);
  /** One accumulator for each of `rows` rows of `n` elements, of few vectors. Null where it is not faster than row by row. */
  void (*reduceRows[4][kVmTypes])(const void* x, size_t rows, size_t n, Accumulator* accumulators);
  void (*reduceRowsProducts)(const void* a, const void* b, size_t rows, size_t n, Accumulator* accumulators);
  /** Combines the lane of each of `n` columns with its `rows` elements. */
  void (*reduceColumns[4][kVmTypes])(void* lanes, const void* x, size_t rows, size_t n);
  void (*reduceColumnsProducts)(void* lanes, const void* a, const void* b, size_t rows, size_t n);
  /** accumulators[i].real += lanes[i]; lanes[i] = 0 */
  void (*flush)(Accumulator* accumulators, void* lanes, size_t n);
};

/** Null where this build has no such table. The caller checks that the CPU can run it. */
const VmTable* baselineVm();
const VmTable* avx2Vm();
const VmTable* avx512Vm();

/** What a reduction of nothing gives. */
Accumulator identityOf(ReduceOp op, DType dtype);
Accumulator combine(ReduceOp op, DType dtype, Accumulator a, Accumulator b);
/** As a register lane holds it. */
uint64_t laneOf(DType dtype, Accumulator value);
/** The same for `count` of them, one after the other. */
void lanesOf(DType dtype, const Accumulator* values, int64_t count, void* lanes);
Accumulator accumulatorOf(DType dtype, uint64_t lane);
/** A number as a lane holds it: rounded, wrapped or saturated as a cast would. */
uint64_t laneOfConstant(DType dtype, double value);

}  // namespace neurite

#endif
