// QR factorization by Householder reflections. Reflectors of a block of columns are applied to the rest together, as I - V T Vᵀ
// (Schreiber and Van Loan, "A storage-efficient WY representation for products of Householder transformations", 1989).

#include <algorithm>
#include <cmath>

#include "linalg/reflectors.h"

namespace neurite {

double makeReflector(double* alpha, double* rest, int64_t count, int64_t step) {
  double scale = 0;
  for (int64_t i = 0; i < count; i++) scale = std::fmax(scale, std::fabs(rest[i * step]));
  bool finite = true;
  for (int64_t i = 0; i < count; i++) finite = finite && rest[i * step] == rest[i * step];
  if (scale == 0 && finite) return 0;
  // By a power of two, which is exact: numbers may be so small that they have lost precision.
  scale = std::ldexp(1.0, std::ilogb(std::fmax(scale, std::fabs(*alpha))));
  const double first = *alpha / scale;
  double squares = first * first;
  for (int64_t i = 0; i < count; i++) squares += (rest[i * step] / scale) * (rest[i * step] / scale);
  const double beta = std::signbit(*alpha) ? std::sqrt(squares) : -std::sqrt(squares);
  const double tau = (beta - first) / beta;
  for (int64_t i = 0; i < count; i++) rest[i * step] = rest[i * step] / scale / (first - beta);
  *alpha = beta * scale;
  return tau;
}

void makeBlockFactor(const Work& work, const double* v, int64_t rows, int64_t count, const double* tau, double* t) {
  for (int64_t i = 0; i < count; i++) {
    // t[0..i, i] = -tau t[0..i, 0..i] (Vᵀ v), with the columns of V as rows of v.
    for (int64_t j = 0; j < i; j++) t[j * kReflectors + i] = -tau[i] * work.blas.dot(v + j * rows, v + i * rows, rows);
    for (int64_t j = 0; j < i; j++) {
      double sum = 0;
      for (int64_t k = j; k < i; k++) sum += t[j * kReflectors + k] * t[k * kReflectors + i];
      t[j * kReflectors + i] = sum;
    }
    t[i * kReflectors + i] = tau[i];
  }
}

void applyBlock(Work& work, const BlockReflector& h, bool transposed, double* c, int64_t ldc, int64_t columns) {
  double* w = h.scratch;
  double* tw = w + kReflectors * columns;
  std::fill_n(w, h.count * columns, 0.0);
  std::fill_n(tw, h.count * columns, 0.0);
  work.gemm(h.count, columns, h.rows, 1, {h.v, h.rows, 1}, {c, ldc, 1}, w, columns);
  for (int64_t i = 0; i < h.count; i++) {
    for (int64_t j = 0; j < h.count; j++) {
      const double factor = transposed ? (j <= i ? h.t[j * kReflectors + i] : 0) : (j >= i ? h.t[i * kReflectors + j] : 0);
      if (factor != 0) work.blas.axpy(factor, w + j * columns, tw + i * columns, columns);
    }
  }
  work.gemm(h.rows, columns, h.count, -1, {h.v, 1, h.rows}, {tw, columns, 1}, c, ldc);
}

namespace {

/** What blocks of `count` reflectors of up to `m` elements need, applied to `columns` columns. */
struct BlockMemory {
  BlockMemory(Work& work, int64_t m, int64_t count, int64_t columns)
      : v(work.take(std::min(kReflectors, count) * m)), t(work.take(kReflectors * kReflectors)), w(work.take(2 * kReflectors * std::max<int64_t>(columns, 1))) {}
  double *v, *t, *w;
};

/** Reflectors j0 to j1, of which reflector j is 1 and what lies below the diagonal in column j of `a`. */
BlockReflector blockOf(Work& work, MatrixView a, int64_t m, int64_t j0, int64_t j1, const double* tau, const BlockMemory& memory) {
  const int64_t rows = m - j0;
  for (int64_t j = j0; j < j1; j++) {
    double* to = memory.v + (j - j0) * rows;
    std::fill_n(to, j - j0, 0.0);
    to[j - j0] = 1;
    for (int64_t i = j + 1; i < m; i++) to[i - j0] = a.data[i * a.row + j * a.column];
  }
  makeBlockFactor(work, memory.v, rows, j1 - j0, tau + j0, memory.t);
  return {memory.v, memory.t, rows, j1 - j0, memory.w};
}

}  // namespace

void qrFactor(Work& work, double* a, int64_t m, int64_t n, double* tau) {
  const int64_t count = std::min(m, n);
  const BlockMemory memory(work, m, count, n);
  double* w = memory.w;
  for (int64_t j0 = 0; j0 < count; j0 += kReflectors) {
    const int64_t j1 = std::min(j0 + kReflectors, count);
    for (int64_t j = j0; j < j1; j++) {
      tau[j] = makeReflector(a + j * n + j, a + (j + 1) * n + j, m - j - 1, n);
      if (tau[j] == 0) continue;
      // The rest of the panel: w = tau (row j + Σ v_i row i), then each row loses v_i w.
      const int64_t width = j1 - j - 1;
      std::copy_n(a + j * n + j + 1, width, w);
      for (int64_t i = j + 1; i < m; i++) work.blas.axpy(a[i * n + j], a + i * n + j + 1, w, width);
      for (int64_t c = 0; c < width; c++) w[c] *= tau[j];
      for (int64_t c = 0; c < width; c++) a[j * n + j + 1 + c] -= w[c];
      for (int64_t i = j + 1; i < m; i++) work.blas.axpy(-a[i * n + j], w, a + i * n + j + 1, width);
    }
    if (j1 < n) applyBlock(work, blockOf(work, {a, n, 1}, m, j0, j1, tau, memory), true, a + j0 * n + j1, n, n - j1);
  }
}

void qrForm(Work& work, MatrixView a, int64_t m, int64_t count, const double* tau, double* q, int64_t columns) {
  const BlockMemory memory(work, m, count, columns);
  std::fill_n(q, m * columns, 0.0);
  for (int64_t i = 0; i < std::min(m, columns); i++) q[i * columns + i] = 1;
  for (int64_t j0 = (count + kReflectors - 1) / kReflectors * kReflectors - kReflectors; j0 >= 0; j0 -= kReflectors) {
    const int64_t j1 = std::min(j0 + kReflectors, count);
    // Columns before j0 are those of the identity here: their rows from j0 on are zero.
    if (j0 < columns) applyBlock(work, blockOf(work, a, m, j0, j1, tau, memory), false, q + j0 * columns + j0, columns, columns - j0);
  }
}

}  // namespace neurite
