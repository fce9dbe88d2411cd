#include "runtime/matmul.h"

namespace neurite {

namespace {

int typeOf(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return kLtFloat64;
    case DType::float16:
      return kLtFloat16;
    case DType::bfloat16:
      return kLtBfloat16;
    default:
      return kLtFloat32;
  }
}

const void* address(CuPointer pointer) { return reinterpret_cast<const void*>(pointer); }

}  // namespace

std::unique_ptr<Matmul> Matmul::make(Device& device, const ProductStep& step, std::string& error) {
  if (device.blas() == nullptr) {
    error = "cuBLASLt is not there";
    return nullptr;
  }
  std::unique_ptr<Matmul> matmul(new Matmul(device));
  if (matmul->describe(step) && matmul->choose(step)) return matmul;
  error = "cuBLASLt has no algorithm for a product of " + std::to_string(step.m) + " x " + std::to_string(step.k) + " and " +
          std::to_string(step.k) + " x " + std::to_string(step.n);
  return nullptr;
}

Matmul::~Matmul() {
  const CublasLt& blas = *device_.blas();
  for (LtMatrixLayout layout : {a_, b_, c_}) {
    if (layout != nullptr) blas.layoutDestroy(layout);
  }
  if (description_ != nullptr) blas.descDestroy(description_);
}

/** Row-major result = left · right is column-major resultᵀ = rightᵀ · leftᵀ, and a row-major matrix is its transpose column-major. */
bool Matmul::describe(const ProductStep& step) {
  const CublasLt& blas = *device_.blas();
  double_ = step.operandType == DType::float64;
  hasBias_ = step.hasBias;
  const int compute = double_ ? kLtCompute64F : device_.options().tf32 && step.operandType == DType::float32 ? kLtCompute32FastTf32 : kLtCompute32F;
  if (blas.descCreate(&description_, compute, double_ ? kLtFloat64 : kLtFloat32) != 0) return false;
  const int32_t transA = step.rightTransposed, transB = step.leftTransposed;
  if (blas.descSet(description_, kLtDescTransA, &transA, sizeof(transA)) != 0) return false;
  if (blas.descSet(description_, kLtDescTransB, &transB, sizeof(transB)) != 0) return false;
  if (hasBias_) {
    const uint32_t epilogue = kLtEpilogueBias;
    const int32_t type = typeOf(step.resultType);
    if (blas.descSet(description_, kLtDescEpilogue, &epilogue, sizeof(epilogue)) != 0) return false;
    if (blas.descSet(description_, kLtDescBiasType, &type, sizeof(type)) != 0) return false;
  }
  const auto layout = [&](LtMatrixLayout* result, DType dtype, int64_t rows, int64_t columns, int64_t leading, int64_t stride) {
    if (blas.layoutCreate(result, typeOf(dtype), static_cast<uint64_t>(rows), static_cast<uint64_t>(columns), leading) != 0) return false;
    const int32_t batch = static_cast<int32_t>(step.batch);
    return blas.layoutSet(*result, kLtLayoutBatchCount, &batch, sizeof(batch)) == 0 &&
           blas.layoutSet(*result, kLtLayoutBatchStride, &stride, sizeof(stride)) == 0;
  };
  const bool right = step.rightTransposed, left = step.leftTransposed;
  return layout(&a_, step.operandType, right ? step.k : step.n, right ? step.n : step.k, step.rightLeading, step.rightStride) &&
         layout(&b_, step.operandType, left ? step.m : step.k, left ? step.k : step.m, step.leftLeading, step.leftStride) &&
         layout(&c_, step.resultType, step.n, step.m, step.resultLeading, step.resultStride);
}

bool Matmul::choose(const ProductStep& step) {
  const CublasLt& blas = *device_.blas();
  LtPreference preference = nullptr;
  if (blas.preferenceCreate(&preference) != 0) return false;
  const Block* workspace = device_.workspace();
  const uint64_t bytes = workspace == nullptr ? 0 : device_.options().workspaceBytes;
  const uint32_t alignA = static_cast<uint32_t>(step.rightAlignment), alignB = static_cast<uint32_t>(step.leftAlignment);
  const uint32_t alignC = static_cast<uint32_t>(step.resultAlignment);
  bool ok = blas.preferenceSet(preference, kLtPreferenceWorkspace, &bytes, sizeof(bytes)) == 0 &&
            blas.preferenceSet(preference, kLtPreferenceAlignA, &alignA, sizeof(alignA)) == 0 &&
            blas.preferenceSet(preference, kLtPreferenceAlignB, &alignB, sizeof(alignB)) == 0 &&
            blas.preferenceSet(preference, kLtPreferenceAlignC, &alignC, sizeof(alignC)) == 0 &&
            blas.preferenceSet(preference, kLtPreferenceAlignD, &alignC, sizeof(alignC)) == 0;
  LtHeuristic best{};
  int found = 0;
  ok = ok && blas.heuristic(device_.blasHandle(), description_, a_, b_, c_, c_, preference, 1, &best, &found) == 0 && found > 0 &&
       best.state == 0;
  blas.preferenceDestroy(preference);
  algorithm_ = best.algo;
  workspaceBytes_ = best.workspaceBytes;
  return ok;
}

LtStatus Matmul::run(CuPointer left, CuPointer right, CuPointer result, CuPointer bias, CuStream stream) {
  const CublasLt& blas = *device_.blas();
  if (hasBias_) {
    const void* pointer = address(bias);
    const LtStatus status = blas.descSet(description_, kLtDescBiasPointer, &pointer, sizeof(pointer));
    if (status != 0) return status;
  }
  const float one = 1, zero = 0;
  const double one64 = 1, zero64 = 0;
  const void* alpha = double_ ? static_cast<const void*>(&one64) : &one;
  const void* beta = double_ ? static_cast<const void*>(&zero64) : &zero;
  const Block* workspace = workspaceBytes_ == 0 ? nullptr : device_.workspace();
  void* target = reinterpret_cast<void*>(result);
  return blas.matmul(device_.blasHandle(), description_, alpha, address(right), a_, address(left), b_, beta, target, c_, target, c_, &algorithm_,
                     workspace == nullptr ? nullptr : reinterpret_cast<void*>(workspace->pointer), workspaceBytes_, stream);
}

}  // namespace neurite
