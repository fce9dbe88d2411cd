#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "runtime/executable.h"

namespace neurite {

Workspace::~Workspace() {
  for (std::vector<Piece>* pieces : {&kernel_, &epilogue_}) {
    for (Piece& piece : *pieces) std::free(piece.data);
  }
}

void Workspace::setThreads(int threads) {
  kernel_.resize(static_cast<size_t>(threads) + 1);
  epilogue_.resize(static_cast<size_t>(threads) + 1);
}

bool Workspace::enlarge(Piece& piece, size_t bytes) {
  if (bytes <= piece.bytes) return true;
  const size_t size = (std::max(bytes, piece.bytes + piece.bytes / 2) + 4095) / 4096 * 4096;
  std::free(piece.data);
  piece.data = std::aligned_alloc(64, size);
  piece.bytes = piece.data == nullptr ? 0 : size;
  return piece.data != nullptr;
}

bool Workspace::reserve(const Executable& executable) {
  bool enough = enlarge(kernel_[0], executable.sharedScratch);
  for (size_t i = 1; i < kernel_.size(); i++) {
    enough = enough && enlarge(kernel_[i], executable.workerScratch) && enlarge(epilogue_[i], executable.epilogueScratch);
  }
  return enough;
}

void* Workspace::grow(Piece& piece, size_t bytes) {
  if (!enlarge(piece, bytes)) {
    // Packed operands of a product: some megabytes, and no way to go on without them.
    std::fprintf(stderr, "neurite: out of memory for the scratch space of a kernel (%zu bytes)\n", bytes);
    std::abort();
  }
  return piece.data;
}

}  // namespace neurite
