#include "libraries/cublaslt.h"

namespace neurite {

std::shared_ptr<CublasLt> CublasLt::open(const std::vector<std::string>& paths, std::string& error) {
  auto blas = std::make_shared<CublasLt>();
  if (!blas->library.open(paths, error)) {
    error = "no cuBLASLt: " + error;
    return nullptr;
  }
#define NEURITE_LOAD(member, name, parameters)                                                \
  blas->member = reinterpret_cast<LtStatus(*) parameters>(blas->library.symbol(#name));       \
  if (blas->member == nullptr) {                                                              \
    error = blas->library.path() + " lacks " #name;                                           \
    return nullptr;                                                                           \
  }
  NEURITE_CUBLASLT_FUNCTIONS(NEURITE_LOAD)
#undef NEURITE_LOAD
  return blas;
}

}  // namespace neurite
