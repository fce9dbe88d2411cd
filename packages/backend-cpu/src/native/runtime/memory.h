/**
 * Memory of tensors: blocks with a reference count, in size classes, kept for reuse. Nothing here aborts when memory runs out.
 */
#ifndef NEURITE_RUNTIME_MEMORY_H
#define NEURITE_RUNTIME_MEMORY_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace neurite {

class Pool;

/** A piece of memory with one or more owners. Its data follow it, aligned to 64 bytes, or are somebody else's. */
struct alignas(64) Block {
  Pool* pool;
  /** Next in the list of free blocks. */
  Block* next;
  /** Usable bytes. */
  size_t bytes;
  int32_t sizeClass;
  std::atomic<int32_t> owners;
  /** Of adopted memory: where it is, and what its owner wants to hear of when nobody here needs it any more. */
  char* adopted;
  void* token;
  /** Grows with each write to what a program may keep something of. Of the engine's thread of runs. */
  uint64_t version = 0;

  char* data() { return adopted != nullptr ? adopted : reinterpret_cast<char*>(this + 1); }
};

static_assert(sizeof(Block) == 64);

/** Blocks of one backend. Threads may use it at once. It lives until its last block is released. */
class Pool {
 public:
  /** `limit`: bytes in live blocks at most; 0: no limit. */
  static Pool* create(size_t limit);
  /** The backend is gone: frees what is unused, and the rest as it is released. */
  void close();

  /** Null when the limit or the machine's memory is reached. Contents are undefined. */
  Block* allocate(size_t bytes);
  /** A block over memory that stays where it is until `token` is among what takeReturned gives. Null: out of memory. */
  Block* adopt(void* data, size_t bytes, void* token);
  /** Tokens of adopted memory that is not needed any more. To be asked for now and then by the owner's thread. */
  std::vector<void*> takeReturned();
  static void retain(Block* block) { block->owners.fetch_add(1, std::memory_order_relaxed); }
  static void release(Block* block);

  /** Bytes in live blocks; may be read from any thread. */
  size_t liveBytes() const { return live_.load(std::memory_order_relaxed); }
  size_t peakBytes() const { return peak_.load(std::memory_order_relaxed); }
  size_t limit() const { return limit_; }

 private:
  static constexpr int kClasses = 192;

  explicit Pool(size_t limit) : limit_(limit) {}
  void recycle(Block* block);
  void trim(size_t keep);

  std::mutex mutex_;
  Block* free_[kClasses] = {};
  size_t limit_;
  size_t cached_ = 0;
  size_t blocks_ = 0;
  bool closed_ = false;
  std::vector<void*> returned_;
  size_t adopted_ = 0;
  std::atomic<bool> hasReturned_{false};
  std::atomic<size_t> live_{0};
  std::atomic<size_t> peak_{0};
};

}  // namespace neurite

#endif
