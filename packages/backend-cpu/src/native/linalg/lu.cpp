// LU factorization with partial pivoting, as LAPACK's getrf: a panel of columns, then its effect on the rest as a matrix product.

#include <algorithm>
#include <cmath>

#include "linalg/matrices.h"

namespace neurite {

namespace {
constexpr int64_t kBlock = 32;
}

void lu(Work& work, double* a, int64_t m, int64_t n, int32_t* pivots, int32_t* permutation) {
  const int64_t count = std::min(m, n);
  for (int64_t i = 0; i < m; i++) permutation[i] = static_cast<int32_t>(i);
  for (int64_t j0 = 0; j0 < count; j0 += kBlock) {
    const int64_t j1 = std::min(j0 + kBlock, count);
    for (int64_t j = j0; j < j1; j++) {
      int64_t pivot = j;
      for (int64_t i = j + 1; i < m; i++) {
        if (std::fabs(a[i * n + j]) > std::fabs(a[pivot * n + j])) pivot = i;
      }
      pivots[j] = static_cast<int32_t>(pivot);
      if (pivot != j) {
        std::swap_ranges(a + j * n, a + (j + 1) * n, a + pivot * n);
        std::swap(permutation[j], permutation[pivot]);
      }
      // A column of zeros has no pivot: U is singular there, and L's column stays zero.
      const double top = a[j * n + j];
      if (top == 0) continue;
      for (int64_t i = j + 1; i < m; i++) {
        const double factor = a[i * n + j] / top;
        a[i * n + j] = factor;
        work.blas.axpy(-factor, a + j * n + j + 1, a + i * n + j + 1, j1 - j - 1);
      }
    }
    if (j1 == n) continue;
    triangularSolve(work, {a + j0 * n + j0, n, 1}, j1 - j0, true, true, a + j0 * n + j1, n - j1, n);
    work.gemm(m - j1, n - j1, j1 - j0, -1, {a + j1 * n + j0, n, 1}, {a + j0 * n + j1, n, 1}, a + j1 * n + j1, n);
  }
}

}  // namespace neurite
