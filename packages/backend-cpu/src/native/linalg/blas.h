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
  /**
   * Rotates neighbouring rows, `ld` apart, in pairs, each with what the last pair left: rows i and i + 1 for i from 0 to count - 1, or the
   * other way where `up`. (x, y) = (cosines[i] * x + sines[i] * y, cosines[i] * y - sines[i] * x)
   */
  void (*rotateRows)(double* rows, int64_t ld, int64_t columns, const double* cosines, const double* sines, int64_t count, bool up);
  /** y [n] += Σ_i x[i] * row i of a [m, n], rows `lda` apart. */
  void (*addRows)(const double* a, int64_t lda, int64_t m, int64_t n, const double* x, double* y);
};

}  // namespace neurite

#endif
