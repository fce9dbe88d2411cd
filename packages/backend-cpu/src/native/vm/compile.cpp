#include "vm/compile.h"

#include <algorithm>

#include "vm/execute.h"
#include "vm/fuse_chains.h"
#include "vm/op_traits.h"
#include "vm/placement.h"
#include "vm/step_builder.h"

namespace neurite {

namespace {

constexpr int64_t kLongestRow = int64_t{1} << 28;
/** Row kernels: columns up to which several rows are always in a block, and those rows where there are more columns, at least. */
constexpr int64_t kShortRows = 128, kFewestRows = 2;
/** Elements of a period at most, and of all periods along an axis at least, for steady values to be worth their registers. */
constexpr int64_t kLongestPeriod = 512;
constexpr int64_t kShortestRun = 512;

class Compiler : StepBuilder {
 public:
  Compiler(const Plan& plan, const Body& body, const Space& space, const CompileOptions& options, const VmTable* table,
           VmProgram& program, std::string& error)
      : StepBuilder(plan, program), body_(body), options_(options), table_(table), error_(error) {
    program_.table = table;
    program_.space = space;
    program_.row = options.row;
  }

  bool run() {
    const int64_t inner = program_.inner();
    if (program_.row && inner > kLongestRow) {
      error_ = "a row of " + std::to_string(inner) + " elements is too long for one kernel";
      return false;
    }
    program_.multi = inner < options_.longRow && program_.rows() > 1;
    for (const View& view : body_.operands) program_.operands.push_back(toOperand(view));
    if (isTransposed()) {
      program_.multi = true;
      program_.panel = kPanel;
    }
    if (program_.multi && program_.panel != kPanel) choosePeriod();
    for (size_t i = 0; i < body_.instructions.size(); i++) {
      if (!addInstruction(static_cast<int32_t>(i))) return false;
    }
    for (const WantedValue& wanted : options_.wanted) {
      program_.wanted.push_back({spread(program_.slots[wanted.slot], ValueClass::Vector), wanted.summed});
    }
    addStores();
    fuseChains(slotClass_, program_);
    placeValues(plan_, options_, slotClass_, program_);
    return true;
  }

 private:
  const Body& body_;
  const CompileOptions& options_;
  const VmTable* table_;
  std::string& error_;

  bool isTransposed() const {
    if (program_.row || options_.tiles || !options_.panels || rank() < 2) return false;
    if (program_.inner() < kPanelRows || program_.space.dims[last() - 1] < kPanelRows) return false;
    return std::any_of(program_.operands.begin(), program_.operands.end(), [&](const ProgramOperand& operand) {
      return operand.strides[last() - 1] == 1 && operand.strides[last()] > 1;
    });
  }

  int64_t rowsInside(int axis) const {
    int64_t rows = 1;
    for (int inner = axis + 1; inner < last(); inner++) rows *= program_.space.dims[inner];
    return rows;
  }

  /** The axis along which the most operands stay the same: they are loaded once, and what is computed of them alone is computed once. */
  void choosePeriod() {
    int best = options_.periodAxis;
    int64_t most = 0;
    for (int axis = 0; axis < last() && options_.periodAxis < 0; axis++) {
      const int64_t dim = program_.space.dims[axis], period = rowsInside(axis) * program_.inner();
      if (dim == 1 || period > kLongestPeriod || dim * period < kShortestRun) continue;
      const int64_t steady = std::count_if(program_.operands.begin(), program_.operands.end(), [&](const ProgramOperand& operand) {
        return operand.strides[axis] == 0 && classOfStrides(operand.strides) != ValueClass::Uniform;
      });
      if (steady > most) {
        most = steady;
        best = axis;
      }
    }
    if (best < 0) return;
    program_.periodAxis = best;
    program_.periodRows = rowsInside(best);
  }

  bool refuse(const Instruction& instruction, VmType type) {
    static const char* names[] = {"floats", "signed integers", "unsigned integers", "bools", "float64", "int64", "complex numbers"};
    error_ = std::string("[") + kOpNames[static_cast<int>(instruction.op)] + "] is not defined for " + names[type];
    return false;
  }

  bool addInstruction(int32_t position) {
    const Instruction& instruction = body_.instructions[position];
    int32_t slot = -1;
    switch (instruction.op) {
      case Op::Load:
        slot = addLoad(instruction);
        break;
      case Op::Constant:
        slot = newSlot(ValueClass::Uniform, laneBytes(instruction.dtype));
        program_.constants.push_back({slot, instruction.dtype == DType::Int64 ? static_cast<uint64_t>(instruction.integer)
                                                                              : laneOfConstant(instruction.dtype, instruction.constant)});
        break;
      case Op::Scalar:
        slot = newSlot(ValueClass::Uniform, laneBytes(instruction.dtype));
        program_.scalars.push_back({slot, instruction.index, instruction.dtype});
        break;
      case Op::Index:
        slot = addIndex(instruction);
        break;
      case Op::Random: {
        int32_t counter = program_.slots[instruction.args[0]];
        slot = newSlot(slotClass_[counter], 4);
        Step& step = addStep(StepKind::Random, slotClass_[slot]);
        step.fn = table_->random;
        step.op = instruction.op;
        step.argumentType = vmType(body_.instructions[instruction.args[0]].dtype);
        step.out = slot;
        step.args[0] = counter;
        step.index = instruction.index;
        addCost(instruction.op, slotClass_[slot]);
        break;
      }
      case Op::Result: {
        slot = newSlot(ValueClass::Vector, laneBytes(instruction.dtype));
        Step& step = addStep(StepKind::Result, ValueClass::Vector);
        step.out = slot;
        step.bytes = slotBytes_[slot];
        step.index = instruction.index;
        break;
      }
      case Op::RowReduce: {
        VmType type = vmType(instruction.dtype);
        if (table_->reduce[instruction.index][type] == nullptr) return refuse(instruction, type);
        int32_t argument = spread(program_.slots[instruction.args[0]], ValueClass::Vector);
        slot = newSlot(ValueClass::Row, laneBytes(instruction.dtype));
        Step& step = addStep(StepKind::RowReduce, ValueClass::Row);
        step.out = slot;
        step.bytes = slotBytes_[slot];
        step.args[0] = argument;
        step.reduce = static_cast<ReduceOp>(instruction.index);
        step.dtype = instruction.dtype;
        program_.costPerElement += 0.08;
        break;
      }
      case Op::Check: {
        slot = program_.slots[instruction.args[0]];
        int32_t condition = program_.slots[instruction.args[1]];
        Step& step = addStep(StepKind::Check, slotClass_[condition]);
        step.args[0] = condition;
        step.index = instruction.index + 1;
        addCost(instruction.op, slotClass_[condition]);
        break;
      }
      default:
        if (!addCompute(instruction, slot)) return false;
        if (isByte(instruction.dtype)) slot = addWrap(instruction, slot);
        if (isHalf(instruction.dtype)) slot = addRound(instruction, slot);
    }
    program_.slots.push_back(slot);
    return true;
  }

  void addCost(Op op, ValueClass valueClass) {
    if (valueClass == ValueClass::Vector) program_.costPerElement += costOf(op);
  }

  int32_t addLoad(const Instruction& instruction) {
    const ProgramOperand& operand = program_.operands[instruction.index];
    ValueClass valueClass = classOfStrides(operand.strides);
    const bool steady = isSteady(operand.strides);
    int32_t slot = newSlot(valueClass, laneBytes(instruction.dtype), steady);
    Step& step = addStep(StepKind::Load, valueClass, steady);
    step.out = slot;
    step.index = instruction.index;
    step.dtype = instruction.dtype;
    step.bytes = slotBytes_[slot];
    step.direct = operand.bytes >= 4;
    if (valueClass == ValueClass::Vector && !steady) program_.costPerElement += 0.08;
    return slot;
  }

  int32_t addIndex(const Instruction& instruction) {
    ValueClass valueClass = classOfStrides(instruction.strides);
    const bool steady = isSteady(instruction.strides);
    int32_t slot = newSlot(valueClass, 4, steady);
    Step& step = addStep(StepKind::Index, valueClass, steady);
    step.out = slot;
    step.base = instruction.base;
    std::copy_n(instruction.strides, kMaxRank, step.strides);
    if (!steady) addCost(instruction.op, valueClass);
    return slot;
  }

  /** The 8-bit integer that 32-bit arithmetic stands for. */
  int32_t addWrap(const Instruction& instruction, int32_t value) {
    const DType from = body_.instructions[instruction.args[0]].dtype;
    const bool cast = instruction.op == Op::Cast;
    if (cast && from == instruction.dtype) return value;
    const int which = instruction.dtype == DType::UInt8 ? 1 : 0;
    // Floating numbers saturate, integers wrap around.
    const VmType fromType = vmType(from);
    const bool saturates = cast && (fromType == kFloat || fromType == kDouble || fromType == kComplex);
    return addUnary(instruction.op, saturates ? table_->clampByte[which] : table_->wrapByte[which], value);
  }

  /** The 16-bit float nearest to the float32 that was computed. */
  int32_t addRound(const Instruction& instruction, int32_t value) {
    if (staysHalf(instruction.op)) return value;
    const DType from = instruction.args[0] >= 0 ? body_.instructions[instruction.args[0]].dtype : instruction.dtype;
    if (instruction.op == Op::Cast && (from == instruction.dtype || from == DType::Bool)) return value;
    return addUnary(instruction.op, table_->roundHalf[instruction.dtype == DType::BFloat16 ? 1 : 0], value);
  }

  /** fn of a 32-bit value, of its class. */
  int32_t addUnary(Op op, VectorFn fn, int32_t value) {
    const bool steady = areSteady(&value, 1);
    const int32_t slot = newSlot(slotClass_[value], 4, steady);
    Step& step = addStep(StepKind::Compute, slotClass_[value], steady);
    step.fn = fn;
    step.out = slot;
    step.args[0] = value;
    if (!steady) addCost(op, slotClass_[value]);
    return slot;
  }

  bool addCompute(const Instruction& instruction, int32_t& slot) {
    const DType fromDType = body_.instructions[instruction.args[0]].dtype;
    const VmType from = vmType(fromDType);
    // Numbers become 8-bit integers by way of int32, which saturates on both sides.
    const bool toByte = instruction.op == Op::Cast && isByte(instruction.dtype) && !isIntegerType(from) && from != kMask;
    const VmType type = toByte ? kInt : vmType(instruction.dtype);
    int32_t args[3] = {-1, -1, -1};
    ValueClass valueClass = ValueClass::Uniform;
    int count = 0;
    for (; count < 3 && instruction.args[count] >= 0; count++) {
      args[count] = program_.slots[instruction.args[count]];
      valueClass = std::max(valueClass, slotClass_[args[count]]);
    }
    if (instruction.op == Op::Bitcast && isHalf(fromDType) && fromDType != instruction.dtype) {
      slot = addUnary(instruction.op, table_->bitcastHalf[fromDType == DType::BFloat16 ? 1 : 0], args[0]);
      return true;
    }
    if (keepsBits(instruction.op, from, type)) {
      slot = args[0];
      return true;
    }
    if ((instruction.op == Op::Div || instruction.op == Op::Rem) && (isIntegerType(type) || type == kLong)) {
      Step& check = addStep(StepKind::CheckDivisor, slotClass_[args[1]]);
      check.args[0] = args[1];
      check.bytes = slotBytes_[args[1]];
      // A site of the program, or at least the operation.
      check.index = instruction.index >= 0 ? instruction.index + 1 : instruction.op == Op::Div ? kDividedByZero : kRemainderByZero;
    }
    // Arguments of a lower class: one element for all lanes, or those of a row, where there is a function for it, else spread.
    const bool wide = std::any_of(args, args + count, [&](int32_t arg) { return slotBytes_[arg] == 8; }) || laneBytes(type) == 8;
    // Of short rows the calls would cost more than the copies.
    const bool longRows = program_.inner() >= kShortRow;
    auto ofRow = [&](int i) { return longRows && valueClass == ValueClass::Vector && slotClass_[args[i]] == ValueClass::Row; };
    auto scalar = [&](int i) { return !wide && slotClass_[args[i]] < valueClass && (isScalar(slotClass_[args[i]]) || ofRow(i)); };
    auto widen = [&](int i) { args[i] = spread(args[i], valueClass); };
    VectorFn fn = nullptr;
    const int op = static_cast<int>(instruction.op);
    if (instruction.op == Op::Select || instruction.op == Op::MultiplyAdd) {
      if (instruction.op == Op::MultiplyAdd && scalar(0)) std::swap(args[0], args[1]);
      widen(0);
      int bits = 0;
      for (int i : {1, 2}) {
        if (scalar(i)) bits |= i;
        else widen(i);
      }
      if (instruction.op == Op::MultiplyAdd) fn = table_->multiplyAdd[type][bits];
      else fn = wide ? table_->selectWide : table_->select[bits];
    } else if (instruction.op == Op::Cast || instruction.op == Op::Bitcast) {
      fn = table_->cast[from][type];
      if (isHalf(instruction.dtype) && table_->castOdd[from] != nullptr) fn = table_->castOdd[from];
    } else if (count == 2) {
      Variant variant = scalar(1) ? kScalarB : scalar(0) ? kScalarA : kVectors;
      if (variant != kScalarA) widen(0);
      if (variant != kScalarB) widen(1);
      fn = table_->binary[op][from][variant];
    } else {
      fn = table_->unary[op][from];
    }
    if (fn == nullptr) return refuse(instruction, from);
    const bool steady = areSteady(args, count);
    slot = newSlot(valueClass, laneBytes(type), steady);
    bool eachRow = false;
    for (int i = 0; i < count; i++) eachRow = eachRow || (program_.multi && ofRow(i));
    Step& step = addStep(eachRow ? StepKind::ComputeEachRow : StepKind::Compute, valueClass, steady);
    for (int i = 0; i < count; i++) step.argumentClasses[i] = slotClass_[args[i]];
    for (int i = 0; i < count; i++) step.widens = step.widens || slotBytes_[args[i]] < slotBytes_[slot];
    step.bytes = slotBytes_[slot];
    step.fn = fn;
    step.out = slot;
    std::copy_n(args, 3, step.args);
    step.op = instruction.op;
    step.dtype = instruction.dtype;
    step.argumentType = instruction.op == Op::Select ? type : from;
    if (!steady) addCost(instruction.op, valueClass);
    return true;
  }

  void addStores() {
    for (const Store& store : body_.stores) {
      ProgramStore out;
      out.target = toOperand(store.view);
      out.dtype = body_.instructions[store.value].dtype;
      int32_t slot = program_.slots[store.value];
      // A value that is the same for the row, stored once a row, needs no vector.
      const bool oneForRow = out.target.strides[last()] == 0;
      const bool asRow = oneForRow && (program_.row || !program_.multi);
      if (asRow && slotClass_[slot] == ValueClass::Uniform && program_.multi) slot = spread(slot, ValueClass::Row);
      if (!asRow) slot = spread(slot, ValueClass::Vector);
      out.slot = slot;
      out.bytes = slotBytes_[slot];
      out.valueClass = slotClass_[slot];
      out.direct = false;
      program_.stores.push_back(out);
      if (out.valueClass == ValueClass::Vector) program_.costPerElement += 0.06;
    }
  }
};

}  // namespace

bool compileBody(const Plan& plan, const Body& body, const Space& space, const CompileOptions& options, const VmTable* table,
                 VmProgram& program, std::string& error) {
  if (!options.row) return Compiler(plan, body, space, options, table, program, error).run();
  // Several rows share what is done once for each, as long as there is room for them.
  CompileOptions rows = options;
  rows.longRow = kLongestRowBlock / kFewestRows;
  if (!Compiler(plan, body, space, rows, table, program, error).run()) return false;
  const int64_t inner = program.inner();
  if (!program.multi || inner < kShortRows || program.blockLength >= kFewestRows * inner) return true;
  program = {};
  rows.longRow = kShortRows;
  return Compiler(plan, body, space, rows, table, program, error).run();
}

}  // namespace neurite
