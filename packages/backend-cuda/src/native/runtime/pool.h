/**
 * Device memory. All work of a device runs in one stream, in order, so a block that was released may be handed out again at once: what uses it
 * next runs after what used it last. Blocks come in size classes, at most an eighth larger than what was asked for.
 */
#ifndef NEURITE_RUNTIME_POOL_H
#define NEURITE_RUNTIME_POOL_H

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "libraries/driver.h"

namespace neurite {

struct Block {
  CuPointer pointer = 0;
  /** Of its class: what it takes. */
  size_t bytes = 0;
  int64_t references = 0;
};

class Pool {
 public:
  /** `limit` bytes at most are in use; 0 is no limit. */
  Pool(const Driver& driver, size_t limit) : driver_(driver), limit_(limit) {}
  ~Pool();

  /** A block with one reference; null when there is no memory. The stream must be idle for `purge` to help. */
  Block* allocate(size_t bytes);
  void retain(Block* block) { block->references++; }
  void release(Block* block);
  /** Gives unused memory back to the driver. Nothing may be running. True if there was any. */
  bool purge();

  size_t liveBytes() const { return live_; }
  size_t peakBytes() const { return peak_; }
  size_t unusedBytes() const { return unused_; }

 private:
  static size_t classOf(size_t bytes);
  CuPointer carve(size_t bytes);

  const Driver& driver_;
  const size_t limit_;
  size_t live_ = 0, peak_ = 0, unused_ = 0;
  std::unordered_set<Block*> blocks_;
  std::unordered_map<size_t, std::vector<CuPointer>> free_;
  /** Small blocks are carved out of these, and stay. */
  std::vector<CuPointer> slabs_;
  CuPointer slabNext_ = 0;
  size_t slabLeft_ = 0;
};

}  // namespace neurite

#endif
