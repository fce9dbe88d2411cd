#include "runtime/staging.h"

#include <algorithm>
#include <cstring>

namespace neurite {

namespace {

constexpr size_t kChunk = size_t{2} << 20;
/** With so many chunks in flight the host waits for the device. */
constexpr size_t kMostChunks = 32;
constexpr size_t kAlignment = 64;

}  // namespace

Staging::~Staging() {
  if (current_.memory != nullptr) busy_.push_back(current_);
  for (Chunk& chunk : busy_) {
    driver_.memFreeHost(chunk.memory);
    driver_.eventDestroy(chunk.event);
  }
}

CuResult Staging::makeChunk() {
  Chunk chunk;
  void* memory = nullptr;
  CuResult result = driver_.memAllocHost(&memory, kChunk);
  if (result != kCuSuccess) return result;
  result = driver_.eventCreate(&chunk.event, kCuEventBlockingWithoutTiming);
  if (result != kCuSuccess) {
    driver_.memFreeHost(memory);
    return result;
  }
  chunk.memory = static_cast<char*>(memory);
  current_ = chunk;
  used_ = 0;
  chunks_++;
  return kCuSuccess;
}

CuResult Staging::advance() {
  if (current_.memory != nullptr) {
    const CuResult result = driver_.eventRecord(current_.event, stream_);
    if (result != kCuSuccess) return result;
    busy_.push_back(current_);
    current_ = Chunk{};
  }
  if (!busy_.empty()) {
    const CuResult oldest = driver_.eventQuery(busy_.front().event);
    if (oldest != kCuSuccess && oldest != kCuNotReady) return oldest;
    if (oldest == kCuSuccess || chunks_ >= kMostChunks) {
      const CuResult waited = oldest == kCuSuccess ? oldest : driver_.eventSynchronize(busy_.front().event);
      if (waited != kCuSuccess) return waited;
      current_ = busy_.front();
      busy_.pop_front();
      used_ = 0;
      return kCuSuccess;
    }
  }
  return makeChunk();
}

CuResult Staging::write(CuPointer target, const char* data, size_t bytes) {
  while (bytes > 0) {
    if (current_.memory == nullptr || used_ >= kChunk) {
      const CuResult result = advance();
      if (result != kCuSuccess) return result;
    }
    const size_t part = std::min(bytes, kChunk - used_);
    char* place = current_.memory + used_;
    std::memcpy(place, data, part);
    const CuResult result = driver_.memcpyHtoDAsync(target, place, part, stream_);
    if (result != kCuSuccess) return result;
    used_ += (part + kAlignment - 1) / kAlignment * kAlignment;
    target += part;
    data += part;
    bytes -= part;
  }
  return kCuSuccess;
}

}  // namespace neurite
