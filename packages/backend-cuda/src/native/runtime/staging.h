/** Pinned host memory through which data goes to the device: a ring of chunks, each of which is used again once its copies have ended. */
#ifndef NEURITE_RUNTIME_STAGING_H
#define NEURITE_RUNTIME_STAGING_H

#include <cstddef>
#include <deque>

#include "libraries/driver.h"

namespace neurite {

class Staging {
 public:
  Staging(const Driver& driver, CuStream stream) : driver_(driver), stream_(stream) {}
  ~Staging();

  /** Queues a copy of `bytes` at `data`, which may change as soon as this returns. */
  CuResult write(CuPointer target, const char* data, size_t bytes);

 private:
  struct Chunk {
    char* memory = nullptr;
    CuEvent event = nullptr;
  };

  /** Makes `current_` a chunk with room. */
  CuResult advance();
  CuResult makeChunk();

  const Driver& driver_;
  const CuStream stream_;
  /** In the order in which their copies were queued. */
  std::deque<Chunk> busy_;
  Chunk current_;
  size_t used_ = 0;
  size_t chunks_ = 0;
};

}  // namespace neurite

#endif
