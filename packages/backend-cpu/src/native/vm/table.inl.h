// Everything of one instruction set. A file isa_*.cpp defines VM_ISA (a name), VM_VECTOR_BYTES and VM_TABLE (the function to
// define) and includes this. All code sits in an unnamed namespace, and no standard library template is used: the linker would merge
// copies of different instruction sets.

#include <cstddef>
#include <cstdint>

#include "vm/rare.h"
#include "vm/table.h"

#if defined(__F16C__)
#include <immintrin.h>
#endif

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace neurite {
namespace {
#include "map.inl.h"
#include "math.inl.h"
#include "elementwise.inl.h"
#include "random.inl.h"
#include "chains.inl.h"
#include "half.inl.h"
#include "memory.inl.h"
#include "reduce.inl.h"
#include "reduce_rows.inl.h"
#include "reduce_columns.inl.h"
#include "wide.inl.h"

void addWideOperations(VmTable& t) {
#define VM_SET_WIDE1(OP, DOUBLE, LONG)                               \
  t.unary[static_cast<int>(Op::OP)][kDouble] = DOUBLE;               \
  t.unary[static_cast<int>(Op::OP)][kLong] = LONG
#define VM_SET_WIDE2(OP, DOUBLE, LONG)                               \
  t.binary[static_cast<int>(Op::OP)][kDouble][kVectors] = DOUBLE;    \
  t.binary[static_cast<int>(Op::OP)][kLong][kVectors] = LONG
  VM_SET_WIDE1(Neg, negDouble, negLong);
  VM_SET_WIDE1(Abs, absDouble, absLong);
  VM_SET_WIDE1(Sign, signDouble, signLong);
  VM_SET_WIDE1(Sqrt, sqrtDouble, nullptr);
  VM_SET_WIDE1(Rsqrt, rsqrtDouble, nullptr);
  VM_SET_WIDE1(Not, nullptr, notLong);
  VM_SET_WIDE2(Add, addDouble, addLong);
  VM_SET_WIDE2(Sub, subDouble, subLong);
  VM_SET_WIDE2(Mul, mulDouble, mulLong);
  VM_SET_WIDE2(Div, divDouble, nullptr);
  VM_SET_WIDE2(Max, maxDouble, maxLong);
  VM_SET_WIDE2(Min, minDouble, minLong);
  VM_SET_WIDE2(Eq, eqDouble, eqLong);
  VM_SET_WIDE2(Lt, ltDouble, ltLong);
  VM_SET_WIDE2(Le, leDouble, leLong);
  VM_SET_WIDE2(And, nullptr, andLong);
  VM_SET_WIDE2(Or, nullptr, orLong);
  VM_SET_WIDE2(Xor, nullptr, xorLong);
  VM_SET_WIDE2(Shl, nullptr, shlLong);
  VM_SET_WIDE2(Shr, nullptr, shrLong);
  t.multiplyAdd[kDouble][0] = multiplyAddDouble;
  t.selectWide = selectWide;

  t.cast[kFloat][kDouble] = castFloatToDouble;
  t.cast[kFloat][kLong] = castFloatToLong;
  t.cast[kInt][kDouble] = castIntToDouble;
  t.cast[kInt][kLong] = castIntToLong;
  t.cast[kUint][kDouble] = castUintToDouble;
  t.cast[kUint][kLong] = castUintToLong;
  t.cast[kMask][kDouble] = castMaskToDouble;
  t.cast[kMask][kLong] = castMaskToLong;
  t.cast[kDouble][kFloat] = castDoubleToFloat;
  t.cast[kDouble][kInt] = castDoubleToInt;
  t.cast[kDouble][kUint] = castDoubleToUint;
  t.cast[kDouble][kMask] = castDoubleToMask;
  t.cast[kDouble][kLong] = castDoubleToLong;
  t.cast[kLong][kFloat] = castLongToFloat;
  t.cast[kLong][kInt] = castLongToInt;
  t.cast[kLong][kUint] = castLongToInt;
  t.cast[kLong][kMask] = castLongToMask;
  t.cast[kLong][kDouble] = castLongToDouble;
  t.castOdd[kDouble] = castDoubleToFloatOdd;
  t.castOdd[kInt] = castIntToFloatOdd;
  t.castOdd[kUint] = castUintToFloatOdd;

  t.roundHalf[0] = roundToHalf<false>;
  t.roundHalf[1] = roundToHalf<true>;
  t.bitcastHalf[0] = swapHalves<false>;
  t.bitcastHalf[1] = swapHalves<true>;
  t.loadHalf[0] = loadHalves<false>;
  t.loadHalf[1] = loadHalves<true>;
  t.storeHalf[0] = storeHalves<false>;
  t.storeHalf[1] = storeHalves<true>;
  t.splatWide = splatWideLanes;
  t.gatherWide = gatherWideLanes;
  t.scatterWide = scatterWideLanes;

#define VM_SET_WIDE_REDUCE(OP, TYPE, FUNCTION, ELEMENT, MEMBER_TYPE, MEMBER)                    \
  t.reduce[static_cast<int>(ReduceOp::OP)][TYPE] = reduceWide<FUNCTION, ELEMENT, MEMBER_TYPE, &Accumulator::MEMBER>; \
  t.reduceColumns[static_cast<int>(ReduceOp::OP)][TYPE] = reduceColumnsWide<FUNCTION, ELEMENT>
  VM_SET_WIDE_REDUCE(Sum, kDouble, SumOf, double, double, real);
  VM_SET_WIDE_REDUCE(Prod, kDouble, ProdOf, double, double, real);
  VM_SET_WIDE_REDUCE(Max, kDouble, MaxOf, double, double, real);
  VM_SET_WIDE_REDUCE(Min, kDouble, MinOf, double, double, real);
  VM_SET_WIDE_REDUCE(Sum, kLong, SumOf, uint64_t, int64_t, integer);
  VM_SET_WIDE_REDUCE(Prod, kLong, ProdOf, uint64_t, int64_t, integer);
  VM_SET_WIDE_REDUCE(Max, kLong, MaxOf, int64_t, int64_t, integer);
  VM_SET_WIDE_REDUCE(Min, kLong, MinOf, int64_t, int64_t, integer);
}

VmTable makeTable() {
  VmTable t = {};
  t.name = VM_ISA;

#define VM_SET_UNARY(OP, TYPE, FUNCTION) t.unary[static_cast<int>(Op::OP)][TYPE] = FUNCTION
  VM_SET_UNARY(Neg, kFloat, negFloat);
  VM_SET_UNARY(Neg, kInt, negInt);
  VM_SET_UNARY(Neg, kUint, negInt);
  VM_SET_UNARY(Abs, kFloat, absFloat);
  VM_SET_UNARY(Abs, kInt, absInt);
  VM_SET_UNARY(Abs, kUint, identity);
  VM_SET_UNARY(Sign, kFloat, signFloat);
  VM_SET_UNARY(Sign, kInt, signInt);
  VM_SET_UNARY(Sign, kUint, signUint);
  VM_SET_UNARY(Floor, kFloat, floorFloat);
  VM_SET_UNARY(Ceil, kFloat, ceilFloat);
  VM_SET_UNARY(Round, kFloat, roundFloat);
  VM_SET_UNARY(Exp, kFloat, expFloat);
  VM_SET_UNARY(Expm1, kFloat, expm1Float);
  VM_SET_UNARY(Log, kFloat, logFloat);
  VM_SET_UNARY(Log1p, kFloat, log1pFloat);
  VM_SET_UNARY(Sin, kFloat, trigFloat<0>);
  VM_SET_UNARY(Cos, kFloat, trigFloat<1>);
  VM_SET_UNARY(Tanh, kFloat, tanhFloat);
  VM_SET_UNARY(Sqrt, kFloat, sqrtFloat);
  VM_SET_UNARY(Rsqrt, kFloat, rsqrtFloat);
  VM_SET_UNARY(Erf, kFloat, erfFloat);
  VM_SET_UNARY(Not, kInt, notBits);
  VM_SET_UNARY(Not, kUint, notBits);
  VM_SET_UNARY(Not, kMask, notBits);

#define VM_SET_BINARY(OP, TYPE, FUNCTION)                                  \
  t.binary[static_cast<int>(Op::OP)][TYPE][kVectors] = FUNCTION<kVectors>; \
  t.binary[static_cast<int>(Op::OP)][TYPE][kScalarA] = FUNCTION<kScalarA>; \
  t.binary[static_cast<int>(Op::OP)][TYPE][kScalarB] = FUNCTION<kScalarB>
#define VM_SET_BINARIES(OP, FLOAT, INT, UINT) \
  VM_SET_BINARY(OP, kFloat, FLOAT);           \
  VM_SET_BINARY(OP, kInt, INT);               \
  VM_SET_BINARY(OP, kUint, UINT)
  VM_SET_BINARIES(Add, addFloat, addInt, addInt);
  VM_SET_BINARIES(Sub, subFloat, subInt, subInt);
  VM_SET_BINARIES(Mul, mulFloat, mulInt, mulInt);
  VM_SET_BINARIES(Div, divFloat, divInt, divUint);
  VM_SET_BINARIES(Rem, remFloat, remInt, remUint);
  VM_SET_BINARIES(Pow, powFloat, powInt, powUint);
  VM_SET_BINARIES(Max, maxFloat, maxInt, maxUint);
  VM_SET_BINARIES(Min, minFloat, minInt, minUint);
  VM_SET_BINARY(Max, kMask, orBits);
  VM_SET_BINARY(Min, kMask, andBits);
  VM_SET_BINARY(Atan2, kFloat, atan2Float);
  VM_SET_BINARIES(Eq, eqFloat, eqInt, eqInt);
  VM_SET_BINARIES(Lt, ltFloat, ltInt, ltUint);
  VM_SET_BINARIES(Le, leFloat, leInt, leUint);
  VM_SET_BINARY(Eq, kMask, eqMask);
  VM_SET_BINARY(Lt, kMask, ltMask);
  VM_SET_BINARY(Le, kMask, leMask);
  for (VmType type : {kInt, kUint, kMask}) {
    VM_SET_BINARY(And, type, andBits);
    VM_SET_BINARY(Or, type, orBits);
    VM_SET_BINARY(Xor, type, xorBits);
  }
  VM_SET_BINARY(Shl, kInt, shlBits);
  VM_SET_BINARY(Shl, kUint, shlBits);
  VM_SET_BINARY(Shr, kInt, shrInt);
  VM_SET_BINARY(Shr, kUint, shrUint);

#define VM_SET_SCALARS(TARGET, FUNCTION) \
  TARGET[0] = FUNCTION<0>;               \
  TARGET[1] = FUNCTION<1>;               \
  TARGET[2] = FUNCTION<2>;               \
  TARGET[3] = FUNCTION<3>
  VM_SET_SCALARS(t.select, selectLanes);
  VM_SET_SCALARS(t.multiplyAdd[kFloat], multiplyAddFloat);
  VM_SET_SCALARS(t.multiplyAdd[kInt], multiplyAddInt);
  VM_SET_SCALARS(t.multiplyAdd[kUint], multiplyAddInt);

  t.cast[kFloat][kInt] = castFloatToInt;
  t.cast[kFloat][kUint] = castFloatToUint;
  t.cast[kFloat][kMask] = castFloatToMask;
  t.cast[kInt][kFloat] = castIntToFloat;
  t.cast[kInt][kMask] = castIntToMask;
  t.cast[kUint][kFloat] = castUintToFloat;
  t.cast[kUint][kMask] = castIntToMask;
  t.cast[kMask][kFloat] = castMaskToFloat;
  t.cast[kMask][kInt] = castMaskToInt;
  t.cast[kMask][kUint] = castMaskToInt;
  t.wrapByte[0] = wrapInt8;
  t.wrapByte[1] = wrapUint8;
  t.clampByte[0] = clampInt8;
  t.clampByte[1] = clampUint8;
  t.random = randomBits;

  t.splat = splatLanes;
  t.splatRows = splatRows;
  t.iota = iotaLanes;
#define VM_SET_CHAIN(NAME, ...) t.chains[static_cast<int>(Chain::NAME)] = chain::NAME;
  NEURITE_CHAINS(VM_SET_CHAIN)
  t.gather = gatherLanes;
  t.gatherTransposed = gatherTransposed;
  t.scatter = scatterLanes;
  t.loadBool = loadBools;
  t.loadInt8 = loadInt8s;
  t.loadUint8 = loadUint8s;
  t.storeBool = storeBytes<1>;
  t.storeByte = storeBytes<255>;
  t.allTrue = allLanesTrue;

  constexpr int sum = static_cast<int>(ReduceOp::Sum), prod = static_cast<int>(ReduceOp::Prod);
  constexpr int max = static_cast<int>(ReduceOp::Max), min = static_cast<int>(ReduceOp::Min);
  t.reduce[sum][kFloat] = reduceSumFloat;
  t.reduceProducts = reduceProducts;
  t.reduce[prod][kFloat] = reduceProdFloat;
  t.reduce[max][kFloat] = reduceExtremeFloat<MaxOf>;
  t.reduce[min][kFloat] = reduceExtremeFloat<MinOf>;
  t.reduceRows[sum][kFloat] = reduceRowsFloat<SumOf>;
  t.reduceRows[max][kFloat] = reduceRowsFloat<MaxOf>;
  t.reduceRows[min][kFloat] = reduceRowsFloat<MinOf>;
  t.reduceRowsProducts = reduceRowsProducts;
  t.reduceColumnsProducts = reduceColumnsProducts;
  t.reduceColumns[sum][kFloat] = reduceColumns<SumOf, float>;
  t.reduceColumns[prod][kFloat] = reduceColumns<ProdOf, float>;
  t.reduceColumns[max][kFloat] = reduceColumns<MaxOf, float>;
  t.reduceColumns[min][kFloat] = reduceColumns<MinOf, float>;
#define VM_SET_REDUCE(OP, TYPE, FUNCTION, ELEMENT)                        \
  t.reduce[OP][TYPE] = reduceInteger<FUNCTION, ELEMENT>;                  \
  t.reduceRows[OP][TYPE] = reduceRowsInteger<FUNCTION, ELEMENT>;          \
  t.reduceColumns[OP][TYPE] = reduceColumns<FUNCTION, ELEMENT>
  VM_SET_REDUCE(sum, kInt, SumOf, uint32_t);
  VM_SET_REDUCE(prod, kInt, ProdOf, uint32_t);
  VM_SET_REDUCE(max, kInt, MaxOf, int32_t);
  VM_SET_REDUCE(min, kInt, MinOf, int32_t);
  VM_SET_REDUCE(sum, kUint, SumOf, uint32_t);
  VM_SET_REDUCE(prod, kUint, ProdOf, uint32_t);
  VM_SET_REDUCE(max, kUint, MaxOf, uint32_t);
  VM_SET_REDUCE(min, kUint, MinOf, uint32_t);
  VM_SET_REDUCE(max, kMask, OrOf, int32_t);
  VM_SET_REDUCE(min, kMask, AndOf, int32_t);
  t.flush = flushLanes;
  addWideOperations(t);
  addRareOperations(t);
  return t;
}
}  // namespace

const VmTable* VM_TABLE() {
  static const VmTable table = makeTable();
  return &table;
}
}  // namespace neurite
