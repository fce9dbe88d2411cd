// Singular values: a QR factorization, then one-sided Jacobi rotations of R's rows (Drmač and Veselić, "New fast and accurate Jacobi SVD
// algorithm", 2008, without its pivoting). Rows lie along memory.

#include <algorithm>
#include <cmath>

#include "linalg/matrices.h"

namespace neurite {

namespace {

constexpr double kEpsilon = 0x1p-52;
constexpr int kMostSweeps = 60;

/** Makes each pair of rows orthogonal once, the same rotations applied to the basis; true if some were not. `squares`: of the rows. */
bool rotateRows(const Blas& blas, double* rows, double* basis, double* squares, int64_t n) {
  bool rotated = false;
  for (int64_t i = 0; i < n; i++) squares[i] = blas.dot(rows + i * n, rows + i * n, n);
  for (int64_t p = 0; p < n; p++) {
    for (int64_t q = p + 1; q < n; q++) {
      const double product = blas.dot(rows + p * n, rows + q * n, n);
      if (!(std::fabs(product) > kEpsilon * std::sqrt(squares[p]) * std::sqrt(squares[q]))) continue;
      rotated = true;
      const double zeta = (squares[q] - squares[p]) / (2 * product);
      const double tangent = std::copysign(1.0, zeta) / (std::fabs(zeta) + std::hypot(1.0, zeta));
      const double cosine = 1 / std::hypot(1.0, tangent);
      blas.rotate(rows + p * n, rows + q * n, cosine, cosine * tangent, n);
      blas.rotate(basis + p * n, basis + q * n, cosine, cosine * tangent, n);
      // Differences of close numbers are worthless: those are summed anew.
      const double less = squares[p] - tangent * product, more = squares[q] + tangent * product;
      squares[p] = less > 1e-3 * squares[p] ? less : blas.dot(rows + p * n, rows + p * n, n);
      squares[q] = more > 1e-3 * squares[q] ? more : blas.dot(rows + q * n, rows + q * n, n);
    }
  }
  return rotated;
}

/** Fills rows `from` to `to` of [to, n] with unit vectors orthogonal to those before. */
void completeBasis(const Blas& blas, double* rows, int64_t from, int64_t to, int64_t n) {
  int64_t candidate = 0;
  for (int64_t row = from; row < to; row++) {
    double* vector = rows + row * n;
    for (; candidate < n; candidate++) {
      std::fill_n(vector, n, 0.0);
      vector[candidate] = 1;
      // Twice is enough: the second pass removes what rounding left.
      for (int pass = 0; pass < 2; pass++) {
        for (int64_t other = 0; other < row; other++) blas.axpy(-blas.dot(vector, rows + other * n, n), rows + other * n, vector, n);
      }
      const double square = blas.dot(vector, vector, n);
      if (square * 2 * static_cast<double>(n) < 1) continue;
      const double length = std::sqrt(square);
      for (int64_t k = 0; k < n; k++) vector[k] /= length;
      candidate++;
      break;
    }
  }
}

void transpose(const double* a, int64_t m, int64_t n, double* out) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) out[j * m + i] = a[i * n + j];
  }
}

/** a [m, n] with m >= n, divided by `scale` as it is read. */
void tallSvd(Work& work, double* a, int64_t m, int64_t n, bool full, double* u, double* s, double* vt) {
  const int64_t columns = full ? m : n;
  double* tau = work.take(n);
  double* rows = work.take(n * n);
  double* basis = work.take(n * n);
  double* ordered = work.take(n * n);
  double* squares = work.take(n);
  double* q = work.take(m * columns);
  double scale = 0;
  bool finite = true;
  for (int64_t i = 0; i < m * n; i++) {
    scale = std::fmax(scale, std::fabs(a[i]));
    finite = finite && std::isfinite(a[i]);
  }
  if (!finite) {
    std::fill_n(u, m * columns, NAN);
    std::fill_n(s, n, NAN);
    std::fill_n(vt, n * n, NAN);
    return;
  }
  if (scale > 0) {
    for (int64_t i = 0; i < m * n; i++) a[i] /= scale;
  }
  qrFactor(work, a, m, n, tau);
  qrForm(work, {a, n, 1}, m, n, tau, q, columns);
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      rows[i * n + j] = j >= i ? a[i * n + j] : 0;
      basis[i * n + j] = i == j ? 1 : 0;
    }
  }
  for (int sweep = 0; sweep < kMostSweeps && rotateRows(work.blas, rows, basis, squares, n); sweep++) {
  }
  // R = basisᵀ rows, where the rows are the singular values times the right vectors.
  for (int64_t i = 0; i < n; i++) squares[i] = std::sqrt(work.blas.dot(rows + i * n, rows + i * n, n));
  double largest = 0;
  int64_t found = 0;
  for (int64_t to = 0; to < n; to++) {
    const int64_t from = std::max_element(squares, squares + n) - squares;
    const double value = squares[from];
    squares[from] = -1;
    if (to == 0) largest = value;
    s[to] = value * scale;
    std::copy_n(basis + from * n, n, ordered + to * n);
    // A row of mere rounding errors has no direction of its own.
    if (value <= largest * kEpsilon * static_cast<double>(std::max(m, n))) continue;
    for (int64_t j = 0; j < n; j++) vt[to * n + j] = rows[from * n + j] / value;
    found = to + 1;
  }
  completeBasis(work.blas, vt, found, n, n);
  for (int64_t i = 0; i < m; i++) {
    std::fill_n(u + i * columns, n, 0.0);
    std::copy(q + i * columns + n, q + (i + 1) * columns, u + i * columns + n);
  }
  work.gemm(m, n, n, 1, {q, columns, 1}, {ordered, 1, n}, u, columns);
}

}  // namespace

void svd(Work& work, double* a, int64_t m, int64_t n, bool full, double* u, double* s, double* vt) {
  if (m >= n) return tallSvd(work, a, m, n, full, u, s, vt);
  const int64_t columns = full ? n : m;
  double* turned = work.take(m * n);
  double* right = work.take(n * columns);
  double* left = work.take(m * m);
  transpose(a, m, n, turned);
  tallSvd(work, turned, n, m, full, right, s, left);
  transpose(right, n, columns, vt);
  transpose(left, m, m, u);
}

}  // namespace neurite
