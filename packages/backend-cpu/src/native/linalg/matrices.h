/** The factorizations of one matrix, on float64 in scratch memory. Row-major, without gaps unless a leading dimension is given. */
#ifndef NEURITE_LINALG_MATRICES_H
#define NEURITE_LINALG_MATRICES_H

#include <cstdint>

#include "linalg/blas.h"

namespace neurite {

/** Hands out pieces of scratch memory. */
class Work {
 public:
  Work(const Blas& blas, double* memory) : blas(blas), next_(memory) { gemmScratch = take(blas.gemmScratch); }
  double* take(int64_t count) {
    double* piece = next_;
    next_ += (count + 7) / 8 * 8;
    return piece;
  }
  void gemm(int64_t m, int64_t n, int64_t k, double sign, MatrixView a, MatrixView b, double* c, int64_t ldc) const {
    if (m > 0 && n > 0 && k > 0) blas.gemm(m, n, k, sign, a, b, c, ldc, gemmScratch);
  }

  const Blas& blas;

 private:
  double* gemmScratch;
  double* next_;
};

/** a [n, n], of which the lower triangle is read, becomes its lower factor with zeros above; NaN where it is not definite. */
void cholesky(Work& work, double* a, int64_t n);
/** b [n, columns] (leading dimension ldb) becomes the solution of a x = b, where `a` is triangular as it is seen through its strides. */
void triangularSolve(Work& work, MatrixView a, int64_t n, bool lower, bool unitDiagonal, double* b, int64_t columns, int64_t ldb);
/** Packs L and U into `a`; row i was swapped with pivots[i], and permutation is the product of the swaps. */
void lu(Work& work, double* a, int64_t m, int64_t n, int32_t* pivots, int32_t* permutation);
/**
 * Householder reflections with LAPACK's signs. `a` [m, n] keeps R and, below its diagonal, the reflectors, whose factors go to `tau`
 * [min(m, n)].
 */
void qrFactor(Work& work, double* a, int64_t m, int64_t n, double* tau);
/** The first `columns` columns of the product of `count` reflectors, which lie below the diagonal of `a`: q [m, columns]. */
void qrForm(Work& work, MatrixView a, int64_t m, int64_t count, const double* tau, double* q, int64_t columns);
/** Ascending values [n] and vectors [n, n] as rows; `a` is destroyed, its lower triangle read. */
void eigh(Work& work, double* a, int64_t n, double* values, double* vectors);
/** a [m, n] is destroyed. u [m, k or m], s [k] descending, vt [k or n, n]. */
void svd(Work& work, double* a, int64_t m, int64_t n, bool full, double* u, double* s, double* vt);
/**
 * t [n, n] becomes its real Schur form and zt [n, n] the transpose of its basis: a = z t zᵀ. False: no convergence, or what is not finite.
 * `scratch`: 3 n doubles.
 */
bool realSchur(const Blas& blas, double* t, double* zt, int64_t n, double* scratch);
/** Eigenvalues [n] and unit eigenvectors [n, n] as columns, both complex and interleaved; `a` is destroyed. */
void eig(Work& work, double* a, int64_t n, double* values, double* vectors);

}  // namespace neurite

#endif
