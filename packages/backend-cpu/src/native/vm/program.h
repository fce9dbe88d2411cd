/**
 * A body made runnable: steps over slots, with functions of one instruction set.
 *
 * A block is a run of elements small enough for the first-level cache. Each value of the body has a *slot*, a pointer: to a
 * register (a piece of scratch memory as long as a block), to a *cell* (values that are the same for a row or for everything), or straight
 * into a tensor (loads of contiguous elements, and results that are stored contiguously).
 *
 * Values are of one of three classes, and steps of a class run only as often as it changes:
 * - uniform: once for a call; one element;
 * - row: once for a row (single-row blocks) or one element for each row of the block (several rows in a block);
 * - vector: every element.
 */
#ifndef NEURITE_VM_PROGRAM_H
#define NEURITE_VM_PROGRAM_H

#include <vector>

#include "vm/body.h"
#include "vm/table.h"

namespace neurite {

enum class ValueClass : uint8_t { Uniform, Row, Vector };

enum class StepKind : uint8_t {
  /** fn(out, arguments) over the elements of its class. */
  Compute,
  /** chain(out, arguments by letter). */
  Chain,
  /** As Compute and Chain, one row of the block after the other, for some argument is one number for a row. */
  ComputeEachRow,
  ChainEachRow,
  Load,
  Index,
  Random,
  /** Sets the status when some element of its argument is false. */
  Check,
  /** Sets the status when some of the integers that are its argument is 0. */
  CheckDivisor,
  Result,
  /** Row value from the elements of each row; given two vectors, from their products. */
  RowReduce,
  /** Vector from a row or uniform value. */
  Spread,
};

/** Columns of rows over which the numbers of a row are spread: of longer ones, they are taken row by row. */
constexpr int64_t kShortRow = 32;

/** Whether each lane of the result is of the same lanes of the arguments alone. */
constexpr bool isElementwise(StepKind kind) { return kind <= StepKind::ChainEachRow; }

struct Step {
  StepKind kind;
  ValueClass valueClass;
  VectorFn fn = nullptr;
  ChainFn chain = nullptr;
  /** Slots; -1: none. */
  int32_t out = -1;
  int32_t args[kMaxArguments] = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
  /** Of what the plan asks for; Count where the step is none of its operations, or part of one. */
  Op op = Op::Count;
  /** Operand of Load, operand that is the key of Random or Chain, result number, or the status that a check sets. */
  int32_t index = -1;
  DType dtype = DType::Float32;
  /** Of the arguments, of a selection those after the condition. */
  VmType argumentType = kFloat;
  /** Of a lane of `out` (of the argument, where there is none). */
  int32_t bytes = 4;
  /** Some argument has narrower lanes: the result may not take its place. */
  bool widens = false;
  ReduceOp reduce = ReduceOp::Sum;
  /** Of Spread's argument, and of those of ComputeEachRow and ChainEachRow. */
  ValueClass argumentClasses[kMaxArguments] = {};
  /** Load: the slot may point into the tensor. */
  bool direct = false;
  /** Index: base and strides. */
  int64_t base = 0;
  int64_t strides[kMaxRank] = {};
};

struct ProgramOperand {
  int32_t buffer;
  DType dtype;
  int32_t bytes;  // of an element
  int64_t offset;
  int64_t strides[kMaxRank];
  /** Row-major without gaps over the whole space. */
  bool contiguous;
};

struct ProgramStore {
  int32_t slot;
  ValueClass valueClass;
  DType dtype;
  /** Of a lane. */
  int32_t bytes;
  /** The step that computes the value may write to the tensor itself. */
  bool direct;
  ProgramOperand target;
};

/** A vector that whoever runs the program reads after each block. */
struct WantedValue {
  int32_t slot;
  /** Only its sums are wanted: it may be left as its two factors, `slot` and `factor`. */
  bool summed = false;
  int32_t factor = -1;
};

struct Scalar {
  int32_t slot;
  int32_t index;
  DType dtype;
};

struct Constant {
  int32_t slot;
  uint64_t lane;
};

struct VmProgram {
  const VmTable* table = nullptr;
  Space space;
  /** A row kernel: a whole row is in a block. */
  bool row = false;
  /** Several rows in a block; else a block is a piece of one row. */
  bool multi = false;
  /** Over whole rows, rows may be run through as if they were one: every view is contiguous. */
  bool flat = false;
  /**
   * Columns of a block of several rows. Fewer than all where an operand is transposed, its neighbours in memory being in neighbouring
   * rows: such a block uses up every cache line that it touches.
   */
  int64_t panel = INT64_MAX;
  /**
   * Several rows in a block, whole rows: blocks are whole periods, `periodRows` rows of the axes inside `periodAxis`, and do not go past the
   * end of this axis. Values that do not change along it are *steady*: the same in each period, for all blocks up to its end. -1: no such axis.
   */
  int periodAxis = -1;
  int64_t periodRows = 1;
  /** Bytes of the widest lane. */
  int32_t laneBytes = 4;
  /** Elements of a block at most; in a single-row row kernel the row. */
  int64_t blockLength = 0;
  std::vector<ProgramOperand> operands;
  std::vector<Constant> constants;
  std::vector<Scalar> scalars;
  /** Once a call, once a row (single-row blocks of kernels that are no row kernels), once along `periodAxis`, once a block. */
  std::vector<Step> uniformSteps, rowSteps, steadySteps, steps;
  std::vector<ProgramStore> stores;
  /** Slot of each instruction. */
  std::vector<int32_t> slots;
  std::vector<WantedValue> wanted;
  /** Byte offset of each slot in the scratch memory. */
  std::vector<int64_t> slotOffsets;
  int64_t scratchBytes = 0;
  /** Rough nanoseconds an element on one core. */
  double costPerElement = 0;

  int64_t rows() const { return inner() == 0 ? 0 : space.volume() / inner(); }
  int64_t inner() const { return space.dims[space.rank - 1]; }
};

}  // namespace neurite

#endif
