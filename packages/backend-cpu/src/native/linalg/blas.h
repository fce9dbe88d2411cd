/** What factorizations spend their time in, for float64: one set for each instruction set (kernels/blas.inl.h). */
#ifndef NEURITE_LINALG_BLAS_H
#define NEURITE_LINALG_BLAS_H

#include <cstdint>

namespace neurite {

/** An operand of a product: element (i, j) at data[i * row + j * column]. */
struct MatrixView {
  const double* data;
  int64_t row, column;
};

struct Blas {
  /** c[i * ldc + j] += sign * Σ_k a(i, k) b(k, j), on the calling thread; `scratch` holds `gemmScratch` doubles. */
  void (*gemm)(int64_t m, int64_t n, int64_t k, double sign, MatrixView a, MatrixView b, double* c, int64_t ldc, double* scratch);
  int64_t gemmScratch;
  double (*dot)(const double* x, const double* y, int64_t n);
  /** y += factor * x */
  void (*axpy)(double factor, const double* x, double* y, int64_t n);
  /** (x, y) = (cosine * x - sine * y, sine * x + cosine * y) */
  void (*rotate)(double* x, double* y, double cosine, double sine, int64_t n);
};

}  // namespace neurite

#endif
