/** Elements of tensors to lanes, and back. */
#ifndef NEURITE_VM_BLOCK_TRAFFIC_H
#define NEURITE_VM_BLOCK_TRAFFIC_H

#include <algorithm>
#include <cstring>

#include "vm/block_place.h"

namespace neurite {

/** What the block under way reads and writes. */
class BlockTraffic : protected BlockPlace {
 protected:
  /** `scratch` holds the slots, pointers to values, and then the registers that most of them point to. */
  BlockTraffic(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch)
      : BlockPlace(program, memory, window), table_(*program.table) {
    const size_t slots = program.slotOffsets.size();
    char* at = static_cast<char*>(scratch);
    slots_ = reinterpret_cast<void**>(at);
    registers_ = at + roundUp(slots * sizeof(void*));
    for (size_t i = 0; i < slots; i++) slots_[i] = registers_ + program.slotOffsets[i];
  }

  static size_t roundUp(size_t bytes) { return (bytes + 63) / 64 * 64; }

  const VmTable& table_;
  void** slots_;
  char* registers_;

  /** Points the slot of a stored value at the tensor where it can be written as it is computed. */
  void aimStore(const ProgramStore& store) {
    const ProgramOperand& target = store.target;
    slots_[store.slot] = isStraight(target) ? addressOf(target, rowOffset(target.strides) + column_ * target.strides[last_])
                                            : registers_ + program_.slotOffsets[store.slot];
  }

  void runStore(const ProgramStore& store) {
    const ProgramOperand& target = store.target;
    const char* value = static_cast<const char*>(slots_[store.slot]);
    const int64_t inner = target.strides[last_];
    if (store.valueClass != ValueClass::Vector || (inner == 0 && !isStraight(target))) {
      // One element for each row: of a vector, the first.
      const int64_t step = store.valueClass == ValueClass::Vector ? columns_ * store.bytes : store.bytes;
      forEachRow(target.strides, rows_, [&](int64_t r, int64_t offset) {
        char* to = addressOf(target, offset);
        if (target.bytes == 4) {
          std::memcpy(to, value + r * step, 4);
        } else {
          storeElements(target, to, 1, value + r * step, 1);
        }
      });
      return;
    }
    if (isStraight(target)) {
      char* to = addressOf(target, rowOffset(target.strides) + column_ * inner);
      if (to == value) return;
      const size_t length = static_cast<size_t>(rows_ * columns_);
      if (target.bytes >= 4) {
        std::memmove(to, value, length * static_cast<size_t>(target.bytes));
      } else {
        storeElements(target, to, 1, value, length);
      }
      return;
    }
    forEachRow(target.strides, rows_, [&](int64_t r, int64_t offset) {
      storeElements(target, addressOf(target, offset), inner, value + r * columns_ * store.bytes, static_cast<size_t>(columns_));
    });
  }

  void load(const Step& step) {
    const ProgramOperand& operand = program_.operands[step.index];
    void* own = registers_ + program_.slotOffsets[step.out];
    const int64_t inner = operand.strides[last_];
    auto fill = [&](char* to, int64_t offset, int64_t stride, int64_t count) {
      loadElements(operand, to, addressOf(operand, offset), stride, static_cast<size_t>(count));
    };
    if (step.valueClass == ValueClass::Vector && isStraight(operand)) {
      const int64_t offset = rowOffset(operand.strides) + column_ * inner;
      if (step.direct) {
        slots_[step.out] = addressOf(operand, offset);
      } else {
        fill(static_cast<char*>(own), offset, 1, rows_ * columns_);
      }
      return;
    }
    if (step.valueClass == ValueClass::Uniform || (step.valueClass == ValueClass::Row && !program_.multi)) {
      const int64_t offset = rowOffset(operand.strides);
      if (step.direct) {
        slots_[step.out] = addressOf(operand, offset);
      } else {
        fill(static_cast<char*>(own), offset, 0, 1);
      }
      return;
    }
    const int64_t count = step.valueClass == ValueClass::Row ? 1 : columns_;
    slots_[step.out] = own;
    // Only blocks of panels have long columns; their rows are neighbours unless they go past the end of an axis.
    if (operand.bytes == 4 && rows_ > 1 && inner > 1 && operand.strides[last_ - 1] == 1 && count > 1 &&
        coordinates_[last_ - 1] + rows_ <= program_.space.dims[last_ - 1]) {
      const int64_t offset = rowOffset(operand.strides) + column_ * inner;
      table_.gatherTransposed(own, addressOf(operand, offset), inner, static_cast<size_t>(rows_), static_cast<size_t>(count));
      return;
    }
    const bool periodic = program_.periodAxis >= 0 && operand.strides[program_.periodAxis] == 0 && rows_ > program_.periodRows;
    const int64_t rows = periodic ? program_.periodRows : rows_;
    forEachRow(operand.strides, rows, [&](int64_t r, int64_t offset) { fill(static_cast<char*>(own) + r * count * step.bytes, offset, inner, count); });
    if (periodic) repeat(static_cast<char*>(own), rows * count * step.bytes, rows_ * count * step.bytes);
  }

 private:
  /** Fills `bytes` with the first `period` of them, again and again. */
  static void repeat(char* to, int64_t period, int64_t bytes) {
    for (int64_t done = period; done < bytes; done *= 2) std::memcpy(to + done, to, static_cast<size_t>(std::min(done, bytes - done)));
  }

  /** `count` elements of a tensor, `stride` apart, to lanes. */
  void loadElements(const ProgramOperand& operand, void* to, const char* from, int64_t stride, size_t count) const {
    if (operand.bytes == 4) return table_.gather(to, from, stride, count);
    if (operand.bytes == 8) return table_.gatherWide(to, from, stride, count);
    const uint8_t* in = reinterpret_cast<const uint8_t*>(from);
    if (operand.bytes == 2) return table_.loadHalf[operand.dtype == DType::BFloat16 ? 1 : 0](to, in, stride, count);
    const auto fn = operand.dtype == DType::Bool ? table_.loadBool : operand.dtype == DType::Int8 ? table_.loadInt8 : table_.loadUint8;
    fn(to, in, stride, count);
  }

  void storeElements(const ProgramOperand& target, char* to, int64_t stride, const char* from, size_t count) const {
    if (target.bytes == 4) return table_.scatter(to, stride, from, count);
    if (target.bytes == 8) return table_.scatterWide(to, stride, from, count);
    uint8_t* out = reinterpret_cast<uint8_t*>(to);
    if (target.bytes == 2) return table_.storeHalf[target.dtype == DType::BFloat16 ? 1 : 0](out, stride, from, count);
    (target.dtype == DType::Bool ? table_.storeBool : table_.storeByte)(out, stride, from, count);
  }
};

}  // namespace neurite

#endif
