#include "vm/compile.h"

#include <algorithm>

#include "vm/execute.h"
#include "vm/placement.h"

namespace neurite {

namespace {

constexpr int64_t kLongestRow = int64_t{1} << 28;

/** Nanoseconds a vector element of one operation, roughly: what splitting work among threads goes by. */
double costOf(Op op) {
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

bool isByte(DType dtype) { return dtype == DType::Int8 || dtype == DType::UInt8; }

bool isIntegerType(VmType type) { return type == kInt || type == kUint; }

/** A cast after which a lane holds the same bits, before wrapping to 8 bits or rounding to 16. */
bool keepsBits(Op op, VmType from, VmType to) {
  if (op == Op::Bitcast) return from != kMask || to == kMask;
  return op == Op::Cast && (from == to || (isIntegerType(from) && isIntegerType(to)));
}

/** True where the result of an operation on 16-bit floats, computed in float32, is one already. */
bool staysHalf(Op op) {
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

class Compiler {
 public:
  Compiler(const Plan& plan, const Body& body, const Space& space, const CompileOptions& options, const VmTable* table,
           VmProgram& program, std::string& error)
      : plan_(plan), body_(body), options_(options), table_(table), program_(program), error_(error) {
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
    program_.multi = inner < (program_.row ? 128 : options_.longRow) && program_.rows() > 1;
    for (const View& view : body_.operands) program_.operands.push_back(toOperand(view));
    if (isTransposed()) {
      program_.multi = true;
      program_.panel = kPanel;
    }
    for (size_t i = 0; i < body_.instructions.size(); i++) {
      if (!addInstruction(static_cast<int32_t>(i))) return false;
    }
    for (int32_t wanted : options_.wanted) program_.wanted.push_back(spread(program_.slots[wanted], ValueClass::Vector));
    addStores();
    placeValues(plan_, options_, slotClass_, program_);
    return true;
  }

 private:
  const Plan& plan_;
  const Body& body_;
  const CompileOptions& options_;
  const VmTable* table_;
  VmProgram& program_;
  std::string& error_;
  /** By slot. */
  std::vector<ValueClass> slotClass_;
  /** Bytes of its lanes, by slot. */
  std::vector<int32_t> slotBytes_;
  /** The slot is a pointer set by a load or result and needs a register only when that is not direct. */
  std::vector<int32_t> spreadOf_;

  int rank() const { return program_.space.rank; }
  int last() const { return rank() - 1; }

  bool isTransposed() const {
    if (program_.row || options_.tiles || !options_.panels || rank() < 2) return false;
    if (program_.inner() < kPanelRows || program_.space.dims[last() - 1] < kPanelRows) return false;
    return std::any_of(program_.operands.begin(), program_.operands.end(), [&](const ProgramOperand& operand) {
      return operand.strides[last() - 1] == 1 && operand.strides[last()] > 1;
    });
  }

  ProgramOperand toOperand(const View& view) const {
    ProgramOperand operand;
    operand.buffer = view.buffer;
    operand.dtype = plan_.buffers[view.buffer].dtype;
    operand.bytes = elementBytes(operand.dtype);
    operand.offset = view.offset;
    operand.contiguous = true;
    int64_t expected = 1;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      const int64_t dim = program_.space.dims[axis];
      operand.strides[axis] = dim == 1 ? 0 : view.strides[axis];
      if (dim != 1 && view.strides[axis] != expected) operand.contiguous = false;
      expected *= dim;
    }
    return operand;
  }

  ValueClass classOfStrides(const int64_t* strides) const {
    bool still = std::all_of(strides, strides + rank(), [](int64_t stride) { return stride == 0; });
    if (still) return ValueClass::Uniform;
    bool rows = strides[last()] == 0;
    // Blocks of several rows spread such loads as they load; row kernels have values for each row anyway.
    if (rows && (!program_.multi || program_.row)) return ValueClass::Row;
    return ValueClass::Vector;
  }

  int32_t newSlot(ValueClass valueClass, int32_t bytes) {
    slotClass_.push_back(valueClass);
    slotBytes_.push_back(bytes);
    program_.laneBytes = std::max(program_.laneBytes, bytes);
    spreadOf_.push_back(-1);
    return static_cast<int32_t>(slotClass_.size()) - 1;
  }

  /** A single element as far as vector functions are concerned. */
  bool isScalar(ValueClass valueClass) const {
    return valueClass == ValueClass::Uniform || (valueClass == ValueClass::Row && !program_.multi);
  }

  std::vector<Step>& listOf(ValueClass valueClass) {
    if (valueClass == ValueClass::Uniform) return program_.uniformSteps;
    if (valueClass == ValueClass::Row && !program_.row) return program_.rowSteps;
    return program_.steps;
  }

  Step& addStep(StepKind kind, ValueClass valueClass) {
    Step step;
    step.kind = kind;
    step.valueClass = valueClass;
    std::vector<Step>& list = listOf(valueClass);
    list.push_back(step);
    return list.back();
  }

  /** `slot` as a value of class `wanted`: spread over the row where it is of a lower one. */
  int32_t spread(int32_t slot, ValueClass wanted) {
    if (slotClass_[slot] == wanted) return slot;
    if (wanted == ValueClass::Vector && spreadOf_[slot] >= 0) return spreadOf_[slot];
    const ValueClass from = slotClass_[slot];
    int32_t out = newSlot(wanted, slotBytes_[slot]);
    // Uniform values are spread once a call, into a register that nothing else takes.
    ValueClass when = from == ValueClass::Uniform ? ValueClass::Uniform : wanted;
    Step& step = addStep(StepKind::Spread, when);
    step.valueClass = wanted;
    step.out = out;
    step.a = slot;
    step.bytes = slotBytes_[slot];
    step.argumentClass = from;
    if (wanted == ValueClass::Vector) spreadOf_[slot] = out;
    return out;
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
        step.out = slot;
        step.a = counter;
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
        step.a = argument;
        step.reduce = static_cast<ReduceOp>(instruction.index);
        step.dtype = instruction.dtype;
        program_.costPerElement += 0.08;
        break;
      }
      case Op::Check: {
        slot = program_.slots[instruction.args[0]];
        int32_t condition = program_.slots[instruction.args[1]];
        Step& step = addStep(StepKind::Check, slotClass_[condition]);
        step.a = condition;
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
    bool sameInEveryRow = program_.multi && !program_.row && valueClass == ValueClass::Vector &&
                          std::all_of(operand.strides, operand.strides + last(), [](int64_t stride) { return stride == 0; });
    int32_t slot = newSlot(valueClass, laneBytes(instruction.dtype));
    // Loaded once a call for a whole block.
    Step& step = addStep(StepKind::Load, sameInEveryRow ? ValueClass::Uniform : valueClass);
    step.valueClass = valueClass;
    step.out = slot;
    step.index = instruction.index;
    step.dtype = instruction.dtype;
    step.bytes = slotBytes_[slot];
    step.direct = operand.bytes >= 4 && !sameInEveryRow;
    if (valueClass == ValueClass::Vector) program_.costPerElement += 0.08;
    return slot;
  }

  int32_t addIndex(const Instruction& instruction) {
    ValueClass valueClass = classOfStrides(instruction.strides);
    int32_t slot = newSlot(valueClass, 4);
    Step& step = addStep(StepKind::Index, valueClass);
    step.out = slot;
    step.base = instruction.base;
    std::copy_n(instruction.strides, kMaxRank, step.strides);
    addCost(instruction.op, valueClass);
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
    const int32_t slot = newSlot(slotClass_[value], 4);
    Step& step = addStep(StepKind::Compute, slotClass_[value]);
    step.fn = fn;
    step.out = slot;
    step.a = value;
    addCost(op, slotClass_[value]);
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
      check.a = args[1];
      check.bytes = slotBytes_[args[1]];
      // A site of the program, or at least the operation.
      check.index = instruction.index >= 0 ? instruction.index + 1 : instruction.op == Op::Div ? kDividedByZero : kRemainderByZero;
    }
    // Arguments of a lower class: one element for all lanes where there is a function for it, else spread.
    const bool wide = std::any_of(args, args + count, [&](int32_t arg) { return slotBytes_[arg] == 8; }) || laneBytes(type) == 8;
    auto scalar = [&](int i) { return !wide && slotClass_[args[i]] < valueClass && isScalar(slotClass_[args[i]]); };
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
    slot = newSlot(valueClass, laneBytes(type));
    Step& step = addStep(StepKind::Compute, valueClass);
    for (int i = 0; i < count; i++) step.widens = step.widens || slotBytes_[args[i]] < slotBytes_[slot];
    step.bytes = slotBytes_[slot];
    step.fn = fn;
    step.out = slot;
    step.a = args[0];
    step.b = args[1];
    step.c = args[2];
    addCost(instruction.op, valueClass);
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
  return Compiler(plan, body, space, options, table, program, error).run();
}

}  // namespace neurite
