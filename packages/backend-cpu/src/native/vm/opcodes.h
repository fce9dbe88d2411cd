/** Instructions of vector programs, in the order of `operations` in src/encode/codes.ts. */
#ifndef NEURITE_VM_OPCODES_H
#define NEURITE_VM_OPCODES_H

#include <cstdint>

// X(enumerator, name)
#define NEURITE_OPCODES(X)    \
  X(Load, "load")             \
  X(Constant, "constant")     \
  X(Scalar, "scalar")         \
  X(Index, "index")           \
  X(Random, "random")         \
  X(Result, "result")         \
  X(RowReduce, "row_reduce")  \
  X(Check, "check")           \
  X(Neg, "neg")               \
  X(Abs, "abs")               \
  X(Sign, "sign")             \
  X(Floor, "floor")           \
  X(Ceil, "ceil")             \
  X(Round, "round")           \
  X(Exp, "exp")               \
  X(Expm1, "expm1")           \
  X(Log, "log")               \
  X(Log1p, "log1p")           \
  X(Sin, "sin")               \
  X(Cos, "cos")               \
  X(Tanh, "tanh")             \
  X(Sqrt, "sqrt")             \
  X(Rsqrt, "rsqrt")           \
  X(Erf, "erf")               \
  X(Not, "not")               \
  X(Real, "real")             \
  X(Imag, "imag")             \
  X(Add, "add")               \
  X(Sub, "sub")               \
  X(Mul, "mul")               \
  X(Div, "div")               \
  X(Rem, "rem")               \
  X(Pow, "pow")               \
  X(Max, "max")               \
  X(Min, "min")               \
  X(Atan2, "atan2")           \
  X(Eq, "eq")                 \
  X(Lt, "lt")                 \
  X(Le, "le")                 \
  X(And, "and")               \
  X(Or, "or")                 \
  X(Xor, "xor")               \
  X(Shl, "shl")               \
  X(Shr, "shr")               \
  X(Complex, "complex")       \
  X(Select, "select")         \
  X(Cast, "cast")             \
  X(Bitcast, "bitcast")       \
  X(MultiplyAdd, "multiply_add")

namespace neurite {

enum class Op : int32_t {
#define X(enumerator, name) enumerator,
  NEURITE_OPCODES(X)
#undef X
      Count
};

constexpr const char* kOpNames[] = {
#define X(enumerator, name) name,
    NEURITE_OPCODES(X)
#undef X
};

}  // namespace neurite

#endif
