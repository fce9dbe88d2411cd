// Singular values: a QR factorization of what is taller than wide, then two diagonals, then those of one (linalg/bidiagonal.h).

#include <algorithm>
#include <cmath>
#include <numeric>

#include "linalg/bidiagonal.h"

namespace neurite {

namespace {

void transpose(const double* a, int64_t m, int64_t n, double* out) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) out[j * m + i] = a[i * n + j];
  }
}

/** a [n, n] = utᵀ diag(values) vt: the vectors are rows. False where there is no convergence. */
bool squareSvd(Work& work, double* a, int64_t n, double* values, double* ut, double* vt) {
  double* off = work.take(n);
  double* tauq = work.take(n);
  double* taup = work.take(n);
  double* q = work.take(n * n);
  bidiagonalize(work, a, n, values, off, tauq, taup);
  qrForm(work, {a, n, 1}, n, n, tauq, q, n);
  transpose(q, n, n, ut);
  // All reflectors of the rows leave the first column alone.
  qrForm(work, {a + 1, 1, n}, n - 1, n - 1, taup, q, n - 1);
  std::fill_n(vt, n * n, 0.0);
  vt[0] = 1;
  for (int64_t i = 1; i < n; i++) {
    for (int64_t j = 1; j < n; j++) vt[j * n + i] = q[(i - 1) * (n - 1) + j - 1];
  }
  if (!diagonalize(work, values, off, ut, vt, n)) return false;
  for (int64_t i = 0; i < n; i++) {
    if (!std::signbit(values[i])) continue;
    values[i] = -values[i];
    for (int64_t j = 0; j < n; j++) vt[i * n + j] = -vt[i * n + j];
  }
  return true;
}

/** a [m, n] with m >= n. */
void tallSvd(Work& work, double* a, int64_t m, int64_t n, bool full, double* u, double* s, double* vt) {
  const int64_t columns = full ? m : n;
  double scale = 0;
  bool finite = true;
  for (int64_t i = 0; i < m * n; i++) {
    scale = std::fmax(scale, std::fabs(a[i]));
    finite = finite && std::isfinite(a[i]);
  }
  double* q = work.take(m > n ? m * columns : 0);
  double* r = m > n ? work.take(n * n) : a;
  double* values = work.take(n);
  double* left = work.take(n * n);
  double* right = work.take(n * n);
  if (finite && scale > 0) {
    for (int64_t i = 0; i < m * n; i++) a[i] /= scale;
  }
  if (finite && m > n) {
    double* tau = work.take(n);
    qrFactor(work, a, m, n, tau);
    qrForm(work, {a, n, 1}, m, n, tau, q, columns);
    for (int64_t i = 0; i < n; i++) {
      for (int64_t j = 0; j < n; j++) r[i * n + j] = j >= i ? a[i * n + j] : 0;
    }
  }
  if (!finite || (n > 0 && !squareSvd(work, r, n, values, left, right))) {
    std::fill_n(u, m * columns, NAN);
    std::fill_n(s, n, NAN);
    std::fill_n(vt, n * n, NAN);
    return;
  }
  // Descending; equal ones in the order they are found in.
  int64_t* order = reinterpret_cast<int64_t*>(work.take(n));
  std::iota(order, order + n, 0);
  std::sort(order, order + n, [values](int64_t i, int64_t j) { return values[i] != values[j] ? values[i] > values[j] : i < j; });
  double* ordered = m > n ? r : u;
  for (int64_t to = 0; to < n; to++) {
    const int64_t from = order[to];
    s[to] = values[from] * scale;
    std::copy_n(right + from * n, n, vt + to * n);
    for (int64_t j = 0; j < n; j++) ordered[j * n + to] = left[from * n + j];
  }
  if (m == n) return;
  for (int64_t i = 0; i < m; i++) {
    std::fill_n(u + i * columns, n, 0.0);
    std::copy(q + i * columns + n, q + (i + 1) * columns, u + i * columns + n);
  }
  work.gemm(m, n, n, 1, {q, columns, 1}, {ordered, n, 1}, u, columns);
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
