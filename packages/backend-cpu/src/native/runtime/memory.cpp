#include "runtime/memory.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace neurite {

namespace {

constexpr size_t kSmallest = 64;
/** Unused memory kept for reuse: this much, or a quarter of what is in use. A garbage collection frees about as much at once. */
constexpr size_t kCachedAtLeast = size_t{256} << 20;
/** Blocks from this size on come from the system and go back to it; malloc would keep them, and in pieces. */
constexpr size_t kMapped = size_t{1} << 20;

/** Four classes to each power of two: at most a quarter of a block is wasted. */
int classOf(size_t bytes) {
  const size_t size = std::max(bytes, kSmallest) - 1;
  const int power = std::bit_width(size) - 1;
  return (power - 5) * 4 + static_cast<int>(size >> (power - 2) & 3);
}

size_t bytesOf(int sizeClass) {
  const int power = sizeClass / 4 + 5;
  return (size_t{5} + sizeClass % 4) << (power - 2);
}

size_t footprint(size_t size) { return (sizeof(Block) + size + 4095) / 4096 * 4096; }

void* obtain(size_t size) {
  if (size < kMapped) return std::aligned_alloc(64, (sizeof(Block) + size + 63) / 64 * 64);
  void* memory = mmap(nullptr, footprint(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
#if defined(MADV_HUGEPAGE)
  madvise(memory, footprint(size), MADV_HUGEPAGE);
#endif
  return memory;
}

void giveBack(Block* block) {
  const size_t size = block->bytes;
  if (size < kMapped) {
    std::free(block);
  } else {
    munmap(block, footprint(size));
  }
}

}  // namespace

Pool* Pool::create(size_t limit) { return new (std::nothrow) Pool(limit); }

Block* Pool::allocate(size_t bytes) {
  if (bytes > size_t{1} << 47) return nullptr;
  const int sizeClass = classOf(bytes);
  const size_t size = bytesOf(sizeClass);
  std::lock_guard<std::mutex> lock(mutex_);
  if (limit_ != 0 && liveBytes() + size > limit_) return nullptr;
  Block* block = free_[sizeClass];
  if (block != nullptr) {
    free_[sizeClass] = block->next;
    cached_ -= size;
  } else {
    if (limit_ != 0 && liveBytes() + cached_ + size > limit_) trim(limit_ - liveBytes() - size);
    void* memory = obtain(size);
    if (memory == nullptr) {
      trim(0);
      memory = obtain(size);
    }
    if (memory == nullptr) return nullptr;
    block = new (memory) Block;
    block->pool = this;
    block->bytes = size;
    block->sizeClass = sizeClass;
    block->adopted = nullptr;
    block->token = nullptr;
    blocks_++;
  }
  block->next = nullptr;
  block->owners.store(1, std::memory_order_relaxed);
  const size_t live = live_.fetch_add(size, std::memory_order_relaxed) + size;
  if (live > peakBytes()) peak_.store(live, std::memory_order_relaxed);
  return block;
}

void Pool::release(Block* block) {
  if (block->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) block->pool->recycle(block);
}

Block* Pool::adopt(void* data, size_t bytes, void* token) {
  void* memory = std::aligned_alloc(64, sizeof(Block));
  if (memory == nullptr) return nullptr;
  Block* block = new (memory) Block;
  block->pool = this;
  block->next = nullptr;
  block->bytes = bytes;
  block->sizeClass = 0;
  block->owners.store(1, std::memory_order_relaxed);
  block->adopted = static_cast<char*>(data);
  block->token = token;
  std::lock_guard<std::mutex> lock(mutex_);
  // Room for its token, so that giving it back cannot fail inside a garbage collection.
  returned_.reserve(returned_.size() + ++adopted_);
  blocks_++;
  return block;
}

std::vector<void*> Pool::takeReturned() {
  std::vector<void*> tokens;
  if (!hasReturned_.load(std::memory_order_acquire)) return tokens;
  std::lock_guard<std::mutex> lock(mutex_);
  tokens = returned_;
  returned_.clear();
  hasReturned_.store(false, std::memory_order_release);
  return tokens;
}

void Pool::recycle(Block* block) {
  bool last = false;
  if (block->adopted != nullptr) {
    std::lock_guard<std::mutex> lock(mutex_);
    returned_.push_back(block->token);
    hasReturned_.store(true, std::memory_order_release);
    adopted_--;
    blocks_--;
    last = closed_ && blocks_ == 0;
    std::free(block);
  } else {
    std::lock_guard<std::mutex> lock(mutex_);
    live_.fetch_sub(block->bytes, std::memory_order_relaxed);
    block->next = free_[block->sizeClass];
    free_[block->sizeClass] = block;
    cached_ += block->bytes;
    const size_t keep = closed_ ? 0 : std::max(kCachedAtLeast, liveBytes() / 4);
    if (cached_ > keep) trim(keep);
    last = closed_ && blocks_ == 0;
  }
  if (last) delete this;
}

void Pool::close() {
  bool last = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    trim(0);
    last = blocks_ == 0;
  }
  if (last) delete this;
}

/** Returns unused blocks, the largest first, until at most `keep` bytes are cached. */
void Pool::trim(size_t keep) {
  for (int i = kClasses - 1; i >= 0 && cached_ > keep; i--) {
    while (free_[i] != nullptr && cached_ > keep) {
      Block* block = free_[i];
      free_[i] = block->next;
      cached_ -= block->bytes;
      blocks_--;
      giveBack(block);
    }
  }
}

}  // namespace neurite
