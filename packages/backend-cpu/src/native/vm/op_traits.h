/** What the compiler of bodies must know of operations. */
#ifndef NEURITE_VM_OP_TRAITS_H
#define NEURITE_VM_OP_TRAITS_H

#include "runtime/plan.h"
#include "vm/program.h"

namespace neurite {

/** Nanoseconds a vector element of one operation, roughly: what splitting work among threads goes by. */
inline double costOf(Op op) {
  switch (op) {
    case Op::Exp:
    case Op::Expm1:
    case Op::Log:
    case Op::Tanh:
    case Op::Erf:
      return 0.4;
    case Op::Log1p:
    case Op::Sin:
    case Op::Cos:
    case Op::Atan2:
    case Op::Pow:
    case Op::Rem:
    case Op::Random:
      return 1.0;
    case Op::Div:
    case Op::Sqrt:
    case Op::Rsqrt:
      return 0.15;
    default:
      return 0.06;
  }
}

inline bool isByte(DType dtype) { return dtype == DType::Int8 || dtype == DType::UInt8; }

inline bool isIntegerType(VmType type) { return type == kInt || type == kUint; }

/** A cast after which a lane holds the same bits, before wrapping to 8 bits or rounding to 16. */
inline bool keepsBits(Op op, VmType from, VmType to) {
  if (op == Op::Bitcast) return from != kMask || to == kMask;
  return op == Op::Cast && (from == to || (isIntegerType(from) && isIntegerType(to)));
}

/** True where the result of an operation on 16-bit floats, computed in float32, is one already. */
inline bool staysHalf(Op op) {
  switch (op) {
    case Op::Neg:
    case Op::Abs:
    case Op::Sign:
    case Op::Floor:
    case Op::Ceil:
    case Op::Round:
    case Op::Max:
    case Op::Min:
    case Op::Rem:
    case Op::Select:
    case Op::Bitcast:
      return true;
    default:
      return false;
  }
}

}  // namespace neurite

#endif
