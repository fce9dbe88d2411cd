/** Which part of its space a program is at, and where that is in tensors. */
#ifndef NEURITE_VM_BLOCK_PLACE_H
#define NEURITE_VM_BLOCK_PLACE_H

#include <algorithm>

#include "vm/execute.h"

namespace neurite {

/** The block under way: some columns of some rows. */
class BlockPlace {
 protected:
  BlockPlace(const VmProgram& program, const RunMemory& memory, const Window& window)
      : program_(program),
        memory_(memory),
        window_(window),
        last_(program.space.rank - 1),
        wholeRows_(window.columns == program.inner()) {}

  const VmProgram& program_;
  const RunMemory& memory_;
  const Window& window_;
  int last_;
  bool wholeRows_;
  /** Of the block: its first row's coordinates, its place and size. */
  int64_t coordinates_[kMaxRank] = {};
  int64_t row_ = 0, rows_ = 1, column_ = 0, columns_ = 0;

  void setCoordinates(int64_t row) {
    row_ = row;
    for (int axis = last_ - 1; axis >= 0; axis--) {
      const int64_t dim = program_.space.dims[axis];
      coordinates_[axis] = axis == 0 ? row : row % dim;
      row /= dim;
    }
  }

  void nextRow() {
    row_++;
    for (int axis = last_ - 1; axis >= 0; axis--) {
      if (++coordinates_[axis] < program_.space.dims[axis] || axis == 0) return;
      coordinates_[axis] = 0;
    }
  }

  int64_t rowOffset(const int64_t* strides) const {
    int64_t offset = 0;
    for (int axis = 0; axis < last_; axis++) offset += coordinates_[axis] * strides[axis];
    return offset;
  }

  char* addressOf(const ProgramOperand& operand, int64_t offset) const {
    return memory_.buffers[operand.buffer] + (operand.offset + offset) * operand.bytes;
  }

  /** f(row of the block, offset of its first column) for the first `rows` rows. */
  template <class F>
  void forEachRow(const int64_t* strides, int64_t rows, F f) const {
    const int64_t first = rowOffset(strides) + column_ * strides[last_];
    if (last_ == 1) {
      for (int64_t r = 0; r < rows; r++) f(r, first + r * strides[0]);
      return;
    }
    int64_t at[kMaxRank];
    std::copy_n(coordinates_, kMaxRank, at);
    int64_t offset = first;
    for (int64_t r = 0; r < rows; r++) {
      f(r, offset);
      for (int axis = last_ - 1; axis >= 0; axis--) {
        offset += strides[axis];
        if (++at[axis] < program_.space.dims[axis] || axis == 0) break;
        offset -= at[axis] * strides[axis];
        at[axis] = 0;
      }
    }
  }

  size_t lengthOf(ValueClass valueClass) const {
    if (valueClass == ValueClass::Vector) return static_cast<size_t>(rows_ * columns_);
    return valueClass == ValueClass::Row ? static_cast<size_t>(rows_) : 1;
  }

  /** One run of elements without gaps. */
  bool isStraight(const ProgramOperand& operand) const {
    if (program_.multi) return operand.contiguous && wholeRows_;
    return operand.strides[last_] == 1;
  }
};

}  // namespace neurite

#endif
