/** A matrix product of cuBLASLt: descriptors made once, pointers given at each call. */
#ifndef NEURITE_RUNTIME_MATMUL_H
#define NEURITE_RUNTIME_MATMUL_H

#include <memory>
#include <string>

#include "runtime/device.h"
#include "runtime/launches.h"

namespace neurite {

class Matmul {
 public:
  /** Null with a reason: the library has no algorithm for it. */
  static std::unique_ptr<Matmul> make(Device& device, const ProductStep& step, std::string& error);
  ~Matmul();

  /** Queues result = left · right (+ bias) in `stream`. */
  LtStatus run(CuPointer left, CuPointer right, CuPointer result, CuPointer bias, CuStream stream);

 private:
  explicit Matmul(Device& device) : device_(device) {}
  bool describe(const ProductStep& step);
  bool choose(const ProductStep& step);

  Device& device_;
  bool double_ = false, hasBias_ = false;
  LtMatmulDesc description_ = nullptr;
  /** As the library sees them: columns first, so the right operand is its A. */
  LtMatrixLayout a_ = nullptr, b_ = nullptr, c_ = nullptr;
  LtAlgo algorithm_{};
  size_t workspaceBytes_ = 0;
};

}  // namespace neurite

#endif
