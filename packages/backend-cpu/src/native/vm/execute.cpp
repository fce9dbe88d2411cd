#include "vm/execute.h"

#include <algorithm>
#include <cstring>

#include "vm/block_traffic.h"
#include "vm/reduce_each.h"

namespace neurite {

namespace {

/** Sets the status unless an earlier complaint is there. */
void complain(int32_t* status, int32_t site) {
  int32_t none = 0;
  __atomic_compare_exchange_n(status, &none, site, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

class Executor : BlockTraffic {
 public:
  Executor(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch,
           void (*after)(void*, const VmBlock&), void* context)
      : BlockTraffic(program, memory, window, scratch), after_(after), context_(context) {}

  /** Of its scratch memory. */
  static size_t bytes(const VmProgram& program) {
    return roundUp(program.slotOffsets.size() * sizeof(void*)) + static_cast<size_t>(program.scratchBytes);
  }

  void run() {
    if (window_.rows == 0 || window_.columns == 0) return;
    for (const Constant& constant : program_.constants) setCell(constant.slot, constant.lane);
    for (const Scalar& scalar : program_.scalars) {
      setCell(scalar.slot, laneOfConstant(scalar.dtype, memory_.scalars[scalar.index]));
    }
    if (program_.flat && wholeRows_ && window_.rows > 1) return runFlat();
    setCoordinates(window_.row);
    if (program_.multi) {
      rowsInBlock_ = std::clamp<int64_t>(program_.blockLength / std::min(window_.columns, program_.panel), 1, window_.rows);
      rowsInBlock_ = std::max(rowsInBlock_ / program_.periodRows, int64_t{1}) * program_.periodRows;
      if (window_.columns > program_.panel) wholeRows_ = false;
      const int64_t lastColumn = window_.column + window_.columns;
      for (column_ = window_.column; column_ < lastColumn; column_ += columns_) {
        columns_ = std::min(program_.panel, lastColumn - column_);
        runShortRows();
      }
    } else {
      runLongRows();
    }
  }

 private:
  void (*after_)(void*, const VmBlock&);
  void* context_;
  bool flat_ = false;
  int64_t rowsInBlock_ = 1;
  /** Rows for which the steady values are there, and the place outside the period axis that they are of. */
  int64_t steadyRows_ = 0, steadyPlace_ = -1;

  /** Cells have room for the widest lane; the low bytes come first on all machines we build for. */
  void setCell(int32_t slot, uint64_t lane) { std::memcpy(slots_[slot], &lane, sizeof lane); }

  void runLongRows() {
    columns_ = 0;
    runSteps(program_.uniformSteps);
    const int64_t end = window_.row + window_.rows;
    while (true) {
      column_ = window_.column;
      columns_ = 1;
      runSteps(program_.rowSteps);
      const int64_t lastColumn = window_.column + window_.columns;
      for (; column_ < lastColumn; column_ += columns_) {
        columns_ = std::min(program_.blockLength, lastColumn - column_);
        runBlock();
      }
      if (row_ + 1 >= end) break;
      nextRow();
    }
  }

  /** Rows as one: with all coordinates 0, columns count through all of them. */
  void runFlat() {
    flat_ = true;
    runSteps(program_.uniformSteps);
    const int64_t first = window_.row * window_.columns;
    const int64_t last = first + window_.rows * window_.columns;
    for (column_ = first; column_ < last; column_ += columns_) {
      columns_ = std::min(program_.blockLength, last - column_);
      runBlock();
    }
  }

  void runShortRows() {
    rows_ = rowsInBlock_;
    steadyPlace_ = -1;
    setCoordinates(window_.row);
    runSteps(program_.uniformSteps);
    const int64_t end = window_.row + window_.rows;
    for (int64_t row = window_.row; row < end; row += rows_) {
      rows_ = std::min(rowsInBlock_, end - row);
      if (program_.periodAxis >= 0) endInPeriod(row);
      setCoordinates(row);
      if (program_.periodAxis >= 0) runSteady(row);
      runBlock();
    }
  }

  /** Whole periods from `row` on, or what is left of one that the window begins in. */
  void endInPeriod(int64_t row) {
    const int64_t along = program_.periodRows * program_.space.dims[program_.periodAxis];
    const int64_t into = row % program_.periodRows;
    rows_ = std::min(rows_, into > 0 ? program_.periodRows - into : along - row % along);
  }

  /** Works out the values that all blocks up to the end of the period axis share, unless they are there. */
  void runSteady(int64_t row) {
    const int64_t place = row / (program_.periodRows * program_.space.dims[program_.periodAxis]);
    const bool begun = row % program_.periodRows > 0;
    if (place == steadyPlace_ && rows_ <= steadyRows_ && !begun) return;
    runSteps(program_.steadySteps);
    steadyPlace_ = begun ? -1 : place;
    steadyRows_ = rows_;
  }

  void runBlock() {
    for (const ProgramStore& store : program_.stores) {
      if (store.direct) aimStore(store);
    }
    runSteps(program_.steps);
    for (const ProgramStore& store : program_.stores) runStore(store);
    if (after_ != nullptr) {
      const VmBlock block = {row_, rows_, column_, columns_, slots_};
      after_(context_, block);
    }
  }

  void runSteps(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      if (step.kind == StepKind::Compute) {
        const void* b = step.args[1] < 0 ? nullptr : slots_[step.args[1]];
        const void* c = step.args[2] < 0 ? nullptr : slots_[step.args[2]];
        step.fn(slots_[step.out], slots_[step.args[0]], b, c, lengthOf(step.valueClass));
      } else {
        runStep(step);
      }
    }
  }

  void runStep(const Step& step) {
    switch (step.kind) {
      case StepKind::Load:
        return load(step);
      case StepKind::Index:
        return index(step);
      case StepKind::Random: {
        const ProgramOperand& key = program_.operands[step.index];
        step.fn(slots_[step.out], slots_[step.args[0]], addressOf(key, 0), nullptr, lengthOf(step.valueClass));
        return;
      }
      case StepKind::Chain:
        return chain(step, 0, lengthOf(step.valueClass));
      case StepKind::ChainEachRow:
        for (int64_t r = 0; r < rows_; r++) chain(step, r, static_cast<size_t>(columns_));
        return;
      case StepKind::ComputeEachRow:
        for (int64_t r = 0; r < rows_; r++) {
          step.fn(rowOf(step.out, ValueClass::Vector, r), argumentOf(step, 0, r), argumentOf(step, 1, r), argumentOf(step, 2, r), static_cast<size_t>(columns_));
        }
        return;
      case StepKind::Check:
        if (!table_.allTrue(slots_[step.args[0]], lengthOf(step.valueClass))) complain(memory_.status, step.index);
        return;
      case StepKind::CheckDivisor:
        if (step.bytes == 8 ? hasZero<int64_t>(step) : hasZero<int32_t>(step)) complain(memory_.status, step.index);
        return;
      case StepKind::Result:
        return result(step);
      case StepKind::RowReduce:
        return reduceRows(step);
      case StepKind::Spread:
        return spread(step);
      case StepKind::Compute:
        return;
    }
  }

  /** Where the lanes of row `r` of the block begin, 32 bits each. */
  char* rowOf(int32_t slot, ValueClass valueClass, int64_t r) const {
    const int64_t lanes = valueClass == ValueClass::Vector ? columns_ : valueClass == ValueClass::Row ? 1 : 0;
    return static_cast<char*>(slots_[slot]) + r * lanes * 4;
  }

  const void* argumentOf(const Step& step, int i, int64_t r) const {
    return step.args[i] < 0 ? nullptr : rowOf(step.args[i], step.argumentClasses[i], r);
  }

  /** `count` lanes from the beginning of row `r` on. */
  void chain(const Step& step, int64_t r, size_t count) {
    void* out = rowOf(step.out, ValueClass::Vector, r);
    // What stands for letters that the chain has not is never read.
    const void* args[kMaxArguments];
    for (int i = 0; i < kMaxArguments; i++) args[i] = step.args[i] < 0 ? out : argumentOf(step, i, r);
    static const uint32_t noKey[2] = {};
    const void* key = step.index < 0 ? static_cast<const void*>(noKey) : addressOf(program_.operands[step.index], 0);
    step.chain(out, args, static_cast<const uint32_t*>(key), count);
  }

  template <class T>
  bool hasZero(const Step& step) const {
    const T* divisors = static_cast<const T*>(slots_[step.args[0]]);
    const T* end = divisors + lengthOf(step.valueClass);
    return std::find(divisors, end, T(0)) != end;
  }

  void index(const Step& step) {
    char* own = static_cast<char*>(slots_[step.out]);
    const int64_t count = step.valueClass == ValueClass::Vector ? columns_ : 1;
    forEachRow(step.strides, rows_, [&](int64_t r, int64_t offset) {
      table_.iota(reinterpret_cast<int32_t*>(own + r * count * 4), static_cast<int32_t>(step.base + offset),
                  static_cast<int32_t>(step.strides[last_]), static_cast<size_t>(count));
    });
  }

  void result(const Step& step) {
    if (flat_) return resultOfRows(step);
    const char* from = static_cast<const char*>(window_.results[step.index]) +
                       ((row_ - window_.row) * window_.resultStride + column_ - window_.column) * step.bytes;
    if (rows_ == 1 || window_.resultStride == columns_) {
      slots_[step.out] = const_cast<char*>(from);
      return;
    }
    char* own = registers_ + program_.slotOffsets[step.out];
    slots_[step.out] = own;
    for (int64_t r = 0; r < rows_; r++) {
      std::memcpy(own + r * columns_ * step.bytes, from + r * window_.resultStride * step.bytes, static_cast<size_t>(columns_ * step.bytes));
    }
  }

  /** A block that goes through several rows of the tile. */
  void resultOfRows(const Step& step) {
    char* own = registers_ + program_.slotOffsets[step.out];
    slots_[step.out] = own;
    const char* tile = static_cast<const char*>(window_.results[step.index]);
    int64_t row = column_ / window_.columns - window_.row;
    int64_t from = column_ % window_.columns;
    for (int64_t done = 0; done < columns_; row++, from = 0) {
      const int64_t count = std::min(window_.columns - from, columns_ - done);
      std::memcpy(own + done * step.bytes, tile + (row * window_.resultStride + from) * step.bytes, static_cast<size_t>(count * step.bytes));
      done += count;
    }
  }

  void reduceRows(const Step& step) {
    const Accumulator identity = identityOf(step.reduce, step.dtype);
    constexpr int64_t kRows = 64;
    Accumulator accumulators[kRows];
    const char* x = static_cast<const char*>(slots_[step.args[0]]);
    const char* factors = step.args[1] < 0 ? nullptr : static_cast<const char*>(slots_[step.args[1]]);
    char* out = static_cast<char*>(slots_[step.out]);
    for (int64_t start = 0; start < rows_; start += kRows) {
      const int64_t count = std::min(kRows, rows_ - start), at = start * columns_ * step.bytes;
      std::fill_n(accumulators, count, identity);
      reduceEach(table_, step.reduce, vmType(step.dtype), x + at, factors == nullptr ? nullptr : factors + at, count, columns_, accumulators);
      lanesOf(step.dtype, accumulators, count, out + start * step.bytes);
    }
  }

  void spread(const Step& step) {
    const char* from = static_cast<const char*>(slots_[step.args[0]]);
    char* out = static_cast<char*>(slots_[step.out]);
    if (step.argumentClasses[0] == ValueClass::Uniform) {
      // Once a call, for the longest block.
      return splat(step, out, from, step.valueClass == ValueClass::Row ? rowsInBlock_ : longestBlock());
    }
    if (step.bytes == 4) return table_.splatRows(out, from, static_cast<size_t>(rows_), static_cast<size_t>(columns_));
    for (int64_t r = 0; r < rows_; r++) splat(step, out + r * columns_ * step.bytes, from + r * step.bytes, columns_);
  }

  void splat(const Step& step, char* out, const char* from, int64_t count) const {
    uint64_t lane = 0;
    std::memcpy(&lane, from, static_cast<size_t>(step.bytes));
    if (step.bytes == 8) {
      table_.splatWide(out, lane, static_cast<size_t>(count));
    } else {
      table_.splat(out, static_cast<uint32_t>(lane), static_cast<size_t>(count));
    }
  }

  int64_t longestBlock() const {
    if (program_.multi) return rowsInBlock_ * columns_;
    return std::min(program_.blockLength, flat_ ? window_.rows * window_.columns : window_.columns);
  }
};

}  // namespace

size_t executeBytes(const VmProgram& program) { return Executor::bytes(program); }

void execute(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch) {
  Executor(program, memory, window, scratch, nullptr, nullptr).run();
}

void executeBlocks(const VmProgram& program, const RunMemory& memory, const Window& window, void* scratch,
                   void (*after)(void*, const VmBlock&), void* context) {
  Executor(program, memory, window, scratch, after, context).run();
}

}  // namespace neurite
