/** What a program keeps packed of its weights between runs. */
#ifndef NEURITE_RUNTIME_KEPT_OPERANDS_H
#define NEURITE_RUNTIME_KEPT_OPERANDS_H

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/executable.h"
#include "runtime/memory.h"

namespace neurite {

/** Memory of an engine that packed weights may take, and do take. */
struct KeptMemory {
  size_t limit = 0;
  std::atomic<size_t> used{0};
};

class KeptOperands {
 public:
  KeptOperands() = default;
  ~KeptOperands();
  KeptOperands(const KeptOperands&) = delete;
  KeptOperands& operator=(const KeptOperands&) = delete;

  /**
   * Before a run: forgets what was packed of weights that were written to since, and finds room for those that were not since the run
   * before this one. Weights that change between any two runs are never kept.
   */
  void prepare(const Executable& executable, const std::vector<Block*>& states, Pool& pool, KeptMemory& memory);
  /** By number in Executable::kept. */
  PackedOperand* operands() { return operands_.data(); }

 private:
  struct Entry {
    Block* block = nullptr;
    /** Of the state, as the last run found it; that of no state before the first. */
    uint64_t version = UINT64_MAX;
  };
  std::vector<Entry> entries_;
  std::vector<PackedOperand> operands_;
  KeptMemory* memory_ = nullptr;
};

}  // namespace neurite

#endif
