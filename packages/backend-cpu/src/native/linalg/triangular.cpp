// Cholesky factors and triangular systems, block by block: what lies outside the diagonal blocks is matrix products.

#include <algorithm>
#include <cmath>

#include "linalg/matrices.h"

namespace neurite {

namespace {
constexpr int64_t kBlock = 48;
}

void cholesky(Work& work, double* a, int64_t n) {
  bool definite = true;
  for (int64_t j0 = 0; j0 < n && definite; j0 += kBlock) {
    const int64_t j1 = std::min(j0 + kBlock, n);
    // Rows j0 and on of these columns, less what the columns before explain.
    work.gemm(n - j0, j1 - j0, j0, -1, {a + j0 * n, n, 1}, {a + j0 * n, 1, n}, a + j0 * n + j0, n);
    for (int64_t j = j0; j < j1 && definite; j++) {
      const double rest = a[j * n + j] - work.blas.dot(a + j * n + j0, a + j * n + j0, j - j0);
      definite = rest > 0;
      const double pivot = std::sqrt(rest);
      a[j * n + j] = pivot;
      for (int64_t i = j + 1; i < n; i++) a[i * n + j] = (a[i * n + j] - work.blas.dot(a + i * n + j0, a + j * n + j0, j - j0)) / pivot;
    }
  }
  for (int64_t i = 0; i < n; i++) {
    if (!definite) std::fill_n(a + i * n, i + 1, NAN);
    std::fill(a + i * n + i + 1, a + (i + 1) * n, 0.0);
  }
}

void triangularSolve(Work& work, MatrixView a, int64_t n, bool lower, bool unitDiagonal, double* b, int64_t columns, int64_t ldb) {
  const int64_t blocks = (n + kBlock - 1) / kBlock;
  for (int64_t step = 0; step < blocks; step++) {
    const int64_t block = lower ? step : blocks - 1 - step;
    const int64_t i0 = block * kBlock, i1 = std::min(i0 + kBlock, n);
    // Unknowns that are known by now: those before the block, or after it.
    const int64_t from = lower ? 0 : i1, count = lower ? i0 : n - i1;
    work.gemm(i1 - i0, columns, count, -1, {a.data + i0 * a.row + from * a.column, a.row, a.column}, {b + from * ldb, ldb, 1}, b + i0 * ldb, ldb);
    for (int64_t k = 0; k < i1 - i0; k++) {
      const int64_t i = lower ? i0 + k : i1 - 1 - k;
      double* row = b + i * ldb;
      for (int64_t done = 0; done < k; done++) {
        const int64_t j = lower ? i0 + done : i1 - 1 - done;
        work.blas.axpy(-a.data[i * a.row + j * a.column], b + j * ldb, row, columns);
      }
      if (unitDiagonal) continue;
      const double pivot = a.data[i * (a.row + a.column)];
      for (int64_t c = 0; c < columns; c++) row[c] /= pivot;
    }
  }
}

}  // namespace neurite
