#include "runtime/choose_epilogue.h"

#include <algorithm>

namespace neurite {

namespace {

/** The one stride with which axes `from` to `to` - 1 can be counted through row-major, if there is one. */
bool collapse(const Space& space, const int64_t* strides, int from, int to, int64_t& stride) {
  stride = 0;
  bool found = false;
  int64_t expected = 0;
  for (int axis = to - 1; axis >= from; axis--) {
    if (space.dims[axis] == 1) continue;
    if (!found) {
      stride = strides[axis];
      found = true;
    } else if (strides[axis] != expected) {
      return false;
    }
    expected = strides[axis] * space.dims[axis];
  }
  return true;
}

class Chooser {
 public:
  Chooser(const Body& body, const Space& space, int batchAxes, ProductProgram& program)
      : body_(body), space_(space), batchAxes_(batchAxes), last_(space.rank - 1), program_(program) {}

  void choose(bool isFloat) {
    if (body_.stores.size() != 1) return;
    const View& out = body_.stores[0].view;
    int64_t row;
    if (!collapse(space_, out.strides, batchAxes_, last_, row)) return;
    const Instruction& value = at(body_.stores[0].value);
    const EpilogueKind kind = kindOf(value, isFloat);
    if (kind == EpilogueKind::AddScaled && out.strides[last_] != 1) return;
    if (kind == EpilogueKind::Callback) {
      const bool isFinished = isFloat && value.dtype == DType::Float32 && out.strides[last_] == 1 && findSteps(value);
      if (!isFinished) return program_.steps.clear();
    }
    program_.kind = kind;
    program_.out = out;
    Epilogue& epilogue = program_.epilogue;
    epilogue.kind = kind;
    std::copy_n(out.strides, batchAxes_, epilogue.outBatch);
    epilogue.outRow = row;
    epilogue.outCol = out.strides[last_];
  }

 private:
  const Body& body_;
  const Space& space_;
  int batchAxes_, last_;
  ProductProgram& program_;

  const Instruction& at(int32_t index) const { return body_.instructions[static_cast<size_t>(index)]; }
  const View& viewOf(const Instruction& load) const { return body_.operands[static_cast<size_t>(load.index)]; }
  static bool isZero(const Instruction& value) { return value.op == Op::Constant && value.constant == 0; }

  EpilogueKind kindOf(const Instruction& value, bool isFloat) {
    if (value.op == Op::Result) return EpilogueKind::Store;
    if (!isFloat) return EpilogueKind::Callback;
    if (value.op == Op::Max) {
      for (int zero = 0; zero < 2; zero++) {
        if (isZero(at(value.args[zero])) && isBiased(at(value.args[1 - zero]))) return EpilogueKind::BiasRelu;
      }
      return EpilogueKind::Callback;
    }
    if (isBiased(value)) return EpilogueKind::Bias;
    return isAdded(value) ? EpilogueKind::AddScaled : EpilogueKind::Callback;
  }

  /** sum + bias[n] */
  bool isBiased(const Instruction& value) {
    if (value.op != Op::Add) return false;
    const int load = at(value.args[0]).op == Op::Load ? 0 : 1;
    const Instruction& bias = at(value.args[load]);
    if (bias.op != Op::Load || at(value.args[1 - load]).op != Op::Result || variesBefore(viewOf(bias), last_)) return false;
    program_.bias = viewOf(bias);
    program_.epilogue.biasStride = program_.bias.strides[last_];
    return true;
  }

  /** addend + scale * sum, addend - scale * sum */
  bool isAdded(const Instruction& value) {
    if (value.op != Op::Add && value.op != Op::Sub) return false;
    const int load = value.op == Op::Sub || at(value.args[0]).op == Op::Load ? 0 : 1;
    const Instruction& addend = at(value.args[load]);
    if (addend.op != Op::Load || addend.dtype != DType::Float32) return false;
    const View& view = viewOf(addend);
    Epilogue& epilogue = program_.epilogue;
    if (view.strides[last_] != 1 || !collapse(space_, view.strides, batchAxes_, last_, epilogue.addendRow)) return false;
    if (!isScaled(at(value.args[1 - load]))) return false;
    program_.scale.isNegative = value.op == Op::Sub;
    program_.addend = view;
    epilogue.addendCol = 1;
    std::copy_n(view.strides, batchAxes_, epilogue.addendBatch);
    return true;
  }

  /** The sum itself, or times one number. */
  bool isScaled(const Instruction& value) {
    if (value.op == Op::Result) return true;
    if (value.op != Op::Mul) return false;
    const int sum = at(value.args[0]).op == Op::Result ? 0 : 1;
    if (at(value.args[sum]).op != Op::Result) return false;
    const Instruction& factor = at(value.args[1 - sum]);
    Scale& scale = program_.scale;
    if (factor.op == Op::Constant) {
      scale.constant = factor.constant;
    } else if (factor.op == Op::Scalar) {
      scale.scalar = factor.index;
    } else if (factor.op == Op::Load && factor.dtype == DType::Float32 && !variesBefore(viewOf(factor), space_.rank)) {
      scale.isLoaded = true;
      scale.view = viewOf(factor);
    } else {
      return false;
    }
    return true;
  }

  /** The steps that lead from the sums to `value`. */
  bool findSteps(const Instruction& value) {
    switch (value.op) {
      case Op::Result: return true;
      case Op::Add: return findStep(FinishOp::Add, value, operandOf(value));
      // What is subtracted from is the sum.
      case Op::Sub: return findStep(FinishOp::Subtract, value, 1);
      case Op::Mul: return findStep(FinishOp::Multiply, value, operandOf(value));
      case Op::Max: return findStep(FinishOp::Max, value, operandOf(value));
      case Op::Min: return findStep(FinishOp::Min, value, operandOf(value));
      case Op::MultiplyAdd: return findStep(FinishOp::Multiply, value, operandOf(value)) && addStep(FinishOp::Add, at(value.args[2]));
      case Op::Select: return isZero(at(value.args[2])) && findGate(at(value.args[0]), at(value.args[1]));
      default: return false;
    }
  }

  /** `value` where an operand is above 0. */
  bool findGate(const Instruction& condition, const Instruction& value) {
    if (condition.op != Op::Lt || !isZero(at(condition.args[0]))) return false;
    return findSteps(value) && addStep(FinishOp::Gate, at(condition.args[1]));
  }

  /** Which of the first two arguments is the operand: a load or a number. */
  int operandOf(const Instruction& value) const { return isFinishOperand(at(value.args[0])) ? 0 : 1; }

  bool findStep(FinishOp op, const Instruction& value, int operand) {
    return findSteps(at(value.args[1 - operand])) && addStep(op, at(value.args[operand]));
  }

  bool addStep(FinishOp op, const Instruction& operand) {
    FinishingStep step;
    step.op = op;
    if (program_.steps.size() == kMaxFinishSteps || !setOperand(operand, step)) return false;
    program_.steps.push_back(step);
    return true;
  }

  static bool isFinishOperand(const Instruction& value) { return value.op == Op::Load || value.op == Op::Constant; }

  bool setOperand(const Instruction& value, FinishingStep& step) {
    if (!isFinishOperand(value) || value.dtype != DType::Float32) return false;
    step.isLoaded = value.op == Op::Load;
    if (!step.isLoaded) {
      step.constant = static_cast<float>(value.constant);
      return true;
    }
    step.view = viewOf(value);
    step.colStep = space_.dims[last_] == 1 ? 0 : step.view.strides[last_];
    return (step.colStep == 0 || step.colStep == 1) && collapse(space_, step.view.strides, batchAxes_, last_, step.rowStep);
  }

  /** True where one of the first `axes` axes makes a difference to a view. */
  bool variesBefore(const View& view, int axes) const {
    for (int axis = 0; axis < axes; axis++) {
      if (view.strides[axis] != 0 && space_.dims[axis] != 1) return true;
    }
    return false;
  }
};

}  // namespace

void chooseEpilogue(const Body& body, const Space& space, int batchAxes, DType dtype, ProductProgram& program) {
  Chooser(body, space, batchAxes, program).choose(dtype == DType::Float32);
}

}  // namespace neurite
