// cuBLASLt: column-major products by three loops.

#include <cstdlib>
#include <cstring>

#include "fake.h"

struct Desc {
  int transA = 0, transB = 0;
  bool bias = false;
  const void* biasPointer = nullptr;
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t leading;
  int32_t batch = 1;
  int64_t stride = 0;
};
struct Heuristic {
  uint64_t algo[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

API cublasLtCreate(void** h) { ENTER("cublasLtCreate") *h = malloc(1); return 0; }
API cublasLtDestroy(void* h) { free(h); return 0; }
API cublasLtMatmulDescCreate(Desc** d, int, int) { *d = new Desc(); return 0; }
API cublasLtMatmulDescDestroy(Desc* d) { delete d; return 0; }
API cublasLtMatmulDescSetAttribute(Desc* d, int attribute, const void* value, size_t bytes) {
  if (attribute == 3) memcpy(&d->transA, value, bytes);
  if (attribute == 4) memcpy(&d->transB, value, bytes);
  if (attribute == 7) d->bias = true;
  if (attribute == 8) memcpy(&d->biasPointer, value, bytes);
  return 0;
}
API cublasLtMatrixLayoutCreate(Layout** l, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  if (leading < static_cast<int64_t>(rows)) return 7;
  *l = new Layout{type, rows, columns, leading};
  return 0;
}
API cublasLtMatrixLayoutDestroy(Layout* l) { delete l; return 0; }
API cublasLtMatrixLayoutSetAttribute(Layout* l, int attribute, const void* value, size_t bytes) {
  if (attribute == 5) memcpy(&l->batch, value, bytes);
  if (attribute == 6) memcpy(&l->stride, value, bytes);
  return 0;
}
API cublasLtMatmulPreferenceCreate(void** p) { *p = malloc(1); return 0; }
API cublasLtMatmulPreferenceDestroy(void* p) { free(p); return 0; }
API cublasLtMatmulPreferenceSetAttribute(void*, int, const void*, size_t) { return 0; }
API cublasLtMatmulAlgoGetHeuristic(void*, Desc*, Layout*, Layout*, Layout*, Layout*, void*, int, Heuristic* result, int* found) {
  ENTER("cublasLtMatmulAlgoGetHeuristic")
  *result = Heuristic{};
  result->workspace = 1024;
  *found = 1;
  return 0;
}

template <class T>
static void multiply(const Desc& d, const T* a, const Layout& la, const T* b, const Layout& lb, T* c, const Layout& lc) {
  const uint64_t inner = d.transA ? la.rows : la.columns;
  for (int64_t batch = 0; batch < lc.batch; batch++) {
    for (uint64_t j = 0; j < lc.columns; j++) {
      for (uint64_t i = 0; i < lc.rows; i++) {
        double sum = d.bias ? static_cast<const T*>(d.biasPointer)[i] : T(0);
        for (uint64_t k = 0; k < inner; k++) {
          const T x = a[batch * la.stride + (d.transA ? i * la.leading + k : k * la.leading + i)];
          const T y = b[batch * lb.stride + (d.transB ? k * lb.leading + j : j * lb.leading + k)];
          sum += static_cast<double>(x) * y;
        }
        c[batch * lc.stride + j * lc.leading + i] = static_cast<T>(sum);
      }
    }
  }
}

API cublasLtMatmul(void*, Desc* d, const void*, const void* a, Layout* la, const void* b, Layout* lb, const void*, const void*, Layout*, void* c,
                   Layout* lc, const void*, void* workspace, size_t, Stream* stream) {
  ENTER("cublasLtMatmul")
  if (workspace == nullptr) return 7;
  const Desc desc = *d;
  const Layout A = *la, B = *lb, C = *lc;
  enqueue(stream, [=] {
    if (C.type == 1) multiply(desc, static_cast<const double*>(a), A, static_cast<const double*>(b), B, static_cast<double*>(c), C);
    else multiply(desc, static_cast<const float*>(a), A, static_cast<const float*>(b), B, static_cast<float*>(c), C);
  });
  return 0;
}
