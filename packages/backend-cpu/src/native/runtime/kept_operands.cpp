#include "runtime/kept_operands.h"

namespace neurite {

KeptOperands::~KeptOperands() {
  for (const Entry& entry : entries_) {
    if (entry.block == nullptr) continue;
    memory_->used -= entry.block->bytes;
    Pool::release(entry.block);
  }
}

void KeptOperands::prepare(const Executable& executable, const std::vector<Block*>& states, Pool& pool, KeptMemory& memory) {
  memory_ = &memory;
  entries_.resize(executable.kept.size());
  operands_.resize(executable.kept.size(), {nullptr, false});
  for (size_t i = 0; i < entries_.size(); i++) {
    const KeptOperand& wanted = executable.kept[i];
    const uint64_t version = states[static_cast<size_t>(wanted.state)]->version;
    Entry& entry = entries_[i];
    const bool same = entry.version == version;
    entry.version = version;
    if (!same) operands_[i].ready = false;
    if (!same || entry.block != nullptr || memory.used + wanted.bytes > memory.limit) continue;
    entry.block = pool.allocate(wanted.bytes);
    if (entry.block == nullptr) continue;
    memory.used += entry.block->bytes;
    operands_[i] = {reinterpret_cast<float*>(entry.block->data()), false};
  }
}

}  // namespace neurite
