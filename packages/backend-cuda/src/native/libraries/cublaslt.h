/** NVIDIA's matrix products. Optional: without it the backend's own kernels do them. */
#ifndef NEURITE_LIBRARIES_CUBLASLT_H
#define NEURITE_LIBRARIES_CUBLASLT_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libraries/driver.h"
#include "libraries/library.h"

namespace neurite {

using LtStatus = int;
using LtHandle = struct cublasLtContext*;
using LtMatmulDesc = struct LtMatmulDescOpaque*;
using LtMatrixLayout = struct LtMatrixLayoutOpaque*;
using LtPreference = struct LtPreferenceOpaque*;

struct LtAlgo {
  uint64_t data[8];
};

/** cublasLtMatmulHeuristicResult_t. */
struct LtHeuristic {
  LtAlgo algo;
  size_t workspaceBytes;
  LtStatus state;
  float waves;
  int reserved[4];
};

/** cudaDataType, cublasComputeType_t and attributes. */
enum : int { kLtFloat32 = 0, kLtFloat64 = 1, kLtFloat16 = 2, kLtBfloat16 = 14 };
enum : int { kLtCompute32F = 68, kLtCompute64F = 70, kLtCompute32FastTf32 = 77 };
enum : int { kLtDescTransA = 3, kLtDescTransB = 4, kLtDescEpilogue = 7, kLtDescBiasPointer = 8, kLtDescBiasType = 26 };
enum : int { kLtLayoutBatchCount = 5, kLtLayoutBatchStride = 6 };
enum : int { kLtPreferenceWorkspace = 1, kLtPreferenceAlignA = 5, kLtPreferenceAlignB = 6, kLtPreferenceAlignC = 7, kLtPreferenceAlignD = 8 };
enum : int { kLtEpilogueBias = 4 };

/** X(member, symbol, parameters): every function returns a cublasStatus_t. */
#define NEURITE_CUBLASLT_FUNCTIONS(X)                                                                                              \
  X(create, cublasLtCreate, (LtHandle*))                                                                                           \
  X(destroy, cublasLtDestroy, (LtHandle))                                                                                          \
  X(descCreate, cublasLtMatmulDescCreate, (LtMatmulDesc*, int, int))                                                               \
  X(descDestroy, cublasLtMatmulDescDestroy, (LtMatmulDesc))                                                                        \
  X(descSet, cublasLtMatmulDescSetAttribute, (LtMatmulDesc, int, const void*, size_t))                                             \
  X(layoutCreate, cublasLtMatrixLayoutCreate, (LtMatrixLayout*, int, uint64_t, uint64_t, int64_t))                                 \
  X(layoutDestroy, cublasLtMatrixLayoutDestroy, (LtMatrixLayout))                                                                  \
  X(layoutSet, cublasLtMatrixLayoutSetAttribute, (LtMatrixLayout, int, const void*, size_t))                                       \
  X(preferenceCreate, cublasLtMatmulPreferenceCreate, (LtPreference*))                                                             \
  X(preferenceDestroy, cublasLtMatmulPreferenceDestroy, (LtPreference))                                                            \
  X(preferenceSet, cublasLtMatmulPreferenceSetAttribute, (LtPreference, int, const void*, size_t))                                 \
  X(heuristic, cublasLtMatmulAlgoGetHeuristic,                                                                                     \
    (LtHandle, LtMatmulDesc, LtMatrixLayout, LtMatrixLayout, LtMatrixLayout, LtMatrixLayout, LtPreference, int, LtHeuristic*, int*)) \
  X(matmul, cublasLtMatmul,                                                                                                        \
    (LtHandle, LtMatmulDesc, const void*, const void*, LtMatrixLayout, const void*, LtMatrixLayout, const void*, const void*,      \
     LtMatrixLayout, void*, LtMatrixLayout, const LtAlgo*, void*, size_t, CuStream))

struct CublasLt {
#define NEURITE_MEMBER(member, symbol, parameters) LtStatus(*member) parameters = nullptr;
  NEURITE_CUBLASLT_FUNCTIONS(NEURITE_MEMBER)
#undef NEURITE_MEMBER

  Library library;

  static std::shared_ptr<CublasLt> open(const std::vector<std::string>& paths, std::string& error);
};

}  // namespace neurite

#endif
