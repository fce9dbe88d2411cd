/** Steps and the slots of their values: what a program is put together from. */
#ifndef NEURITE_VM_STEP_BUILDER_H
#define NEURITE_VM_STEP_BUILDER_H

#include <algorithm>
#include <vector>

#include "runtime/plan.h"
#include "vm/program.h"

namespace neurite {

class StepBuilder {
 protected:
  StepBuilder(const Plan& plan, VmProgram& program) : plan_(plan), program_(program) {}

  const Plan& plan_;
  VmProgram& program_;
  /** By slot. */
  std::vector<ValueClass> slotClass_;
  /** Bytes of its lanes, by slot. */
  std::vector<int32_t> slotBytes_;
  /** Does not change along the period axis, by slot. */
  std::vector<bool> steady_;
  /** The slot is a pointer set by a load or result and needs a register only when that is not direct. */
  std::vector<int32_t> spreadOf_;

  int rank() const { return program_.space.rank; }
  int last() const { return rank() - 1; }

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

  int32_t newSlot(ValueClass valueClass, int32_t bytes, bool steady = false) {
    slotClass_.push_back(valueClass);
    slotBytes_.push_back(bytes);
    steady_.push_back(steady || valueClass == ValueClass::Uniform);
    program_.laneBytes = std::max(program_.laneBytes, bytes);
    spreadOf_.push_back(-1);
    return static_cast<int32_t>(slotClass_.size()) - 1;
  }

  /** A single element as far as vector functions are concerned. */
  bool isScalar(ValueClass valueClass) const {
    return valueClass == ValueClass::Uniform || (valueClass == ValueClass::Row && !program_.multi);
  }

  /** Of loads and indices. */
  bool isSteady(const int64_t* strides) const { return program_.periodAxis >= 0 && strides[program_.periodAxis] == 0; }

  bool areSteady(const int32_t* args, int count) const {
    return program_.periodAxis >= 0 && std::all_of(args, args + count, [&](int32_t arg) { return steady_[arg]; });
  }

  std::vector<Step>& listOf(ValueClass valueClass, bool steady) {
    if (valueClass == ValueClass::Uniform) return program_.uniformSteps;
    if (steady) return program_.steadySteps;
    if (valueClass == ValueClass::Row && !program_.row) return program_.rowSteps;
    return program_.steps;
  }

  Step& addStep(StepKind kind, ValueClass valueClass, bool steady = false) {
    Step step;
    step.kind = kind;
    step.valueClass = valueClass;
    std::vector<Step>& list = listOf(valueClass, steady);
    list.push_back(step);
    return list.back();
  }

  /** `slot` as a value of class `wanted`: spread over the row where it is of a lower one. */
  int32_t spread(int32_t slot, ValueClass wanted) {
    if (slotClass_[slot] == wanted) return slot;
    if (wanted == ValueClass::Vector && spreadOf_[slot] >= 0) return spreadOf_[slot];
    const ValueClass from = slotClass_[slot];
    int32_t out = newSlot(wanted, slotBytes_[slot], steady_[slot]);
    // Uniform values are spread once a call, into a register that nothing else takes.
    ValueClass when = from == ValueClass::Uniform ? ValueClass::Uniform : wanted;
    Step& step = addStep(StepKind::Spread, when, areSteady(&slot, 1));
    step.valueClass = wanted;
    step.out = out;
    step.args[0] = slot;
    step.bytes = slotBytes_[slot];
    step.argumentClasses[0] = from;
    if (wanted == ValueClass::Vector) spreadOf_[slot] = out;
    return out;
  }
};

}  // namespace neurite

#endif
