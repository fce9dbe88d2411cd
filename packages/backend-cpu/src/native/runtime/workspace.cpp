#include <algorithm>
#include <cstdlib>

#include "runtime/executable.h"

namespace neurite {

Workspace::~Workspace() {
  for (std::vector<Piece>* pieces : {&kernel_, &epilogue_}) {
    for (Piece& piece : *pieces) std::free(piece.data);
  }
  std::free(packing_.data);
}

void Workspace::setThreads(int threads) {
  kernel_.resize(static_cast<size_t>(threads) + 1);
  epilogue_.resize(static_cast<size_t>(threads) + 1);
}

bool Workspace::enlarge(Piece& piece, size_t bytes) {
  if (bytes <= piece.bytes) return true;
  // Beyond what any machine holds: rounding up must not overflow.
  if (bytes > size_t{1} << 56) return false;
  const size_t size = (std::max(bytes, piece.bytes + piece.bytes / 2) + 4095) / 4096 * 4096;
  std::free(piece.data);
  piece.data = std::aligned_alloc(64, size);
  piece.bytes = piece.data == nullptr ? 0 : size;
  return piece.data != nullptr;
}

bool Workspace::reserve(const Executable& executable) {
  bool enough = enlarge(kernel_[0], executable.sharedScratch) && enlarge(packing_, executable.packedBytes);
  for (size_t i = 1; i < kernel_.size(); i++) {
    enough = enough && enlarge(kernel_[i], executable.workerScratch) && enlarge(epilogue_[i], executable.epilogueScratch);
  }
  if (!enough) return false;
  packed_.clear();
  for (size_t at : executable.packedAt) packed_.push_back({reinterpret_cast<float*>(static_cast<char*>(packing_.data) + at), false});
  return true;
}

bool Workspace::holds(size_t each, size_t shared) const {
  if (kernel_[0].bytes < shared) return false;
  return std::all_of(kernel_.begin() + 1, kernel_.end(), [&](const Piece& piece) { return piece.bytes >= each; });
}

}  // namespace neurite
