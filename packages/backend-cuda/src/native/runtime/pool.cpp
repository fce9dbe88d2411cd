#include "runtime/pool.h"

#include <algorithm>

namespace neurite {

namespace {

constexpr size_t kAlignment = 256;
constexpr size_t kSlab = size_t{4} << 20;
constexpr size_t kSmall = size_t{256} << 10;

}  // namespace

Pool::~Pool() {
  purge();
  for (Block* block : blocks_) {
    if (block->bytes > kSmall) driver_.memFree(block->pointer);
    delete block;
  }
  for (CuPointer slab : slabs_) driver_.memFree(slab);
}

size_t Pool::classOf(size_t bytes) {
  size_t step = kAlignment;
  while (step * 16 < bytes) step *= 2;
  return std::max((bytes + step - 1) / step * step, kAlignment);
}

CuPointer Pool::carve(size_t bytes) {
  if (slabLeft_ < bytes) {
    CuPointer slab = 0;
    if (driver_.memAlloc(&slab, kSlab) != kCuSuccess) return 0;
    slabs_.push_back(slab);
    slabNext_ = slab;
    slabLeft_ = kSlab;
  }
  const CuPointer pointer = slabNext_;
  slabNext_ += bytes;
  slabLeft_ -= bytes;
  return pointer;
}

Block* Pool::allocate(size_t bytes) {
  const size_t size = classOf(bytes);
  if (limit_ > 0 && live_ + size > limit_) return nullptr;
  CuPointer pointer = 0;
  std::vector<CuPointer>& unused = free_[size];
  if (!unused.empty()) {
    pointer = unused.back();
    unused.pop_back();
    unused_ -= size;
  } else if (size <= kSmall) {
    pointer = carve(size);
  } else if (driver_.memAlloc(&pointer, size) != kCuSuccess) {
    pointer = 0;
  }
  if (pointer == 0) return nullptr;
  live_ += size;
  peak_ = std::max(peak_, live_);
  Block* block = new Block{pointer, size, 1};
  blocks_.insert(block);
  return block;
}

void Pool::release(Block* block) {
  if (--block->references > 0) return;
  free_[block->bytes].push_back(block->pointer);
  live_ -= block->bytes;
  unused_ += block->bytes;
  blocks_.erase(block);
  delete block;
}

bool Pool::purge() {
  bool any = false;
  for (auto& [size, pointers] : free_) {
    if (size <= kSmall) continue;
    for (CuPointer pointer : pointers) {
      driver_.memFree(pointer);
      unused_ -= size;
      any = true;
    }
    pointers.clear();
  }
  return any;
}

}  // namespace neurite
