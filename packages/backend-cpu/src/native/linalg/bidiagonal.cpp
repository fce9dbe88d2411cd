// Reduction to two diagonals by Householder reflections from both sides, a panel of rows and columns at a time: the rest of the matrix changes
// once a panel, by two products (Dongarra, Sorensen and Hammarling, "Block reduction of matrices to condensed forms for eigenvalue
// computations", 1989).

#include "linalg/bidiagonal.h"

#include <algorithm>

#include "linalg/reflectors.h"

namespace neurite {

namespace {

/** The matrix is a - Σ v yᵀ - Σ x wᵀ while a panel is open; v and w are the reflectors. All are [kReflectors, n], vectors as rows. */
struct Panel {
  double *v, *y, *x, *w;
};

/** to[from …] -= Σ factors[j][at] vectors[j][from …] */
void subtract(const Blas& blas, const double* vectors, const double* factors, int64_t at, int64_t count, int64_t from, double* to, int64_t n) {
  for (int64_t j = 0; j < count; j++) blas.axpy(-factors[j * n + at], vectors + j * n + from, to + from, n - from);
}

/** to[from …] -= Σ (others[j] · with, from `start` on) vectors[j][from …] */
void subtractProducts(const Blas& blas, const double* vectors, const double* others, const double* with, int64_t start, int64_t count, int64_t from, double* to, int64_t n) {
  for (int64_t j = 0; j < count; j++) {
    blas.axpy(-blas.dot(others + j * n + start, with + start, n - start), vectors + j * n + from, to + from, n - from);
  }
}

void scaleFrom(double* x, int64_t from, int64_t n, double factor) {
  for (int64_t i = from; i < n; i++) x[i] *= factor;
}

}  // namespace

void bidiagonalize(Work& work, double* a, int64_t n, double* diagonal, double* off, double* tauq, double* taup) {
  const Blas& blas = work.blas;
  const Panel panel = {work.take(kReflectors * n), work.take(kReflectors * n), work.take(kReflectors * n), work.take(kReflectors * n)};
  for (int64_t k0 = 0; k0 < n; k0 += kReflectors) {
    const int64_t k1 = std::min(k0 + kReflectors, n);
    for (int64_t k = k0; k < k1; k++) {
      const int64_t i = k - k0, next = k + 1;
      double *v = panel.v + i * n, *y = panel.y + i * n, *x = panel.x + i * n, *w = panel.w + i * n, *row = a + k * n;
      for (int64_t r = k; r < n; r++) v[r] = a[r * n + k];
      subtract(blas, panel.v, panel.y, k, i, k, v, n);
      subtract(blas, panel.x, panel.w, k, i, k, v, n);
      tauq[k] = makeReflector(v + k, v + next, n - next, 1);
      diagonal[k] = v[k];
      v[k] = 1;
      taup[k] = 0;
      if (next == n) break;
      std::fill(y + next, y + n, 0.0);
      blas.addRows(row + next, n, n - k, n - next, v + k, y + next);
      subtractProducts(blas, panel.y, panel.v, v, k, i, next, y, n);
      subtractProducts(blas, panel.w, panel.x, v, k, i, next, y, n);
      scaleFrom(y, next, n, tauq[k]);

      subtract(blas, panel.y, panel.v, k, i + 1, next, row, n);
      subtract(blas, panel.w, panel.x, k, i, next, row, n);
      taup[k] = makeReflector(row + next, row + next + 1, n - next - 1, 1);
      off[k] = row[next];
      std::copy(row + next, row + n, w + next);
      w[next] = 1;
      for (int64_t r = next; r < n; r++) x[r] = blas.dot(a + r * n + next, w + next, n - next);
      subtractProducts(blas, panel.v, panel.y, w, next, i + 1, next, x, n);
      subtractProducts(blas, panel.x, panel.w, w, next, i, next, x, n);
      scaleFrom(x, next, n, taup[k]);
    }
    const int64_t rest = n - k1, count = k1 - k0;
    work.gemm(rest, rest, count, -1, {panel.v + k1, 1, n}, {panel.y + k1, n, 1}, a + k1 * n + k1, n);
    work.gemm(rest, rest, count, -1, {panel.x + k1, 1, n}, {panel.w + k1, n, 1}, a + k1 * n + k1, n);
    for (int64_t k = k0; k < k1; k++) {
      for (int64_t r = k + 1; r < n; r++) a[r * n + k] = panel.v[(k - k0) * n + r];
    }
  }
}

}  // namespace neurite
