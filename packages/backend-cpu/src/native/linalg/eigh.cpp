// Symmetric eigenproblems: reduction to tridiagonal form by reflections, then implicitly shifted QL steps (Golub and Van Loan, "Matrix
// Computations", §8.3). Eigenvectors are kept as rows, so that rotations run along memory.

#include <algorithm>
#include <cmath>

#include "linalg/reflectors.h"

namespace neurite {

namespace {

constexpr int kMostSteps = 60;

/** diagonal [n] and off [n - 1] of qᵀ a q; the reflectors of q stay in the rows of `a`, right of the diagonal, their factors in tau. */
void tridiagonalize(Work& work, double* a, int64_t n, double* diagonal, double* off, double* tau) {
  double* w = work.take(n);
  for (int64_t k = 0; k + 1 < n; k++) {
    double* v = a + k * n + k + 1;
    const int64_t length = n - k - 1;
    diagonal[k] = a[k * n + k];
    tau[k] = makeReflector(v, v + 1, length - 1, 1);
    off[k] = v[0];
    if (tau[k] == 0) continue;
    v[0] = 1;
    // a loses v wᵀ + w vᵀ, where w = p - (pᵀv tau / 2) v and p = tau a v.
    for (int64_t i = 0; i < length; i++) w[i] = tau[k] * work.blas.dot(a + (k + 1 + i) * n + k + 1, v, length);
    work.blas.axpy(-0.5 * tau[k] * work.blas.dot(w, v, length), v, w, length);
    for (int64_t i = 0; i < length; i++) {
      double* row = a + (k + 1 + i) * n + k + 1;
      work.blas.axpy(-v[i], w, row, length);
      work.blas.axpy(-w[i], v, row, length);
    }
  }
  diagonal[n - 1] = a[n * n - 1];
}

/** Last row of the unreduced block that begins at `start`; elements beside the diagonal that are at most `least` count as 0. */
int64_t blockEnd(const double* off, int64_t n, int64_t start, double least) {
  int64_t end = start;
  for (; end + 1 < n; end++) {
    if (std::fabs(off[end]) <= least) break;
  }
  return end;
}

/** One QL step on rows `start` to `end`, with the shift of the block's upper corner. */
void qlStep(const Blas& blas, double* diagonal, double* off, int64_t start, int64_t end, double* vectors, int64_t n) {
  const double ratio = (diagonal[start + 1] - diagonal[start]) / (2 * off[start]);
  double bulge = diagonal[end] - diagonal[start] + off[start] / (ratio + std::copysign(std::hypot(ratio, 1.0), ratio));
  double cosine = 1, sine = 1, shift = 0;
  for (int64_t i = end - 1; i >= start; i--) {
    const double chased = sine * off[i], kept = cosine * off[i];
    const double length = std::hypot(chased, bulge);
    off[i + 1] = length;
    if (length == 0) {
      // The block falls apart here.
      diagonal[i + 1] -= shift;
      off[end] = 0;
      return;
    }
    sine = chased / length;
    cosine = bulge / length;
    const double lower = diagonal[i + 1] - shift;
    const double mixed = (diagonal[i] - lower) * sine + 2 * cosine * kept;
    shift = sine * mixed;
    diagonal[i + 1] = lower + shift;
    bulge = cosine * mixed - kept;
    blas.rotate(vectors + i * n, vectors + (i + 1) * n, cosine, sine, n);
  }
  diagonal[start] -= shift;
  off[start] = bulge;
  off[end] = 0;
}

}  // namespace

void eigh(Work& work, double* a, int64_t n, double* values, double* vectors) {
  if (n == 0) return;
  double* diagonal = work.take(n);
  double* off = work.take(n);
  double* tau = work.take(n);
  double* q = work.take(n * n);
  bool finite = true;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j <= i; j++) {
      a[j * n + i] = a[i * n + j];
      finite = finite && std::isfinite(a[i * n + j]);
    }
  }
  if (finite) {
    tridiagonalize(work, a, n, diagonal, off, tau);
    off[n - 1] = 0;
    // All reflectors leave the first row alone.
    qrForm(work, {a + 1, 1, n}, n - 1, n - 1, tau, q, n - 1);
    std::fill_n(vectors, n * n, 0.0);
    vectors[0] = 1;
    for (int64_t i = 1; i < n; i++) {
      for (int64_t j = 1; j < n; j++) vectors[j * n + i] = q[(i - 1) * (n - 1) + j - 1];
    }
    // What the reduction added as rounding errors: QL steps do not converge on what it leaves of a matrix of small rank.
    double least = 0;
    for (int64_t i = 0; i < n; i++) least = std::fmax(least, 0x1p-53 * (std::fabs(diagonal[i]) + std::fabs(off[i])));
    for (int64_t start = 0, steps = 0; start < n && finite;) {
      const int64_t end = blockEnd(off, n, start, least);
      if (end == start) {
        start++;
        steps = 0;
        continue;
      }
      if (++steps > kMostSteps) finite = false;
      else qlStep(work.blas, diagonal, off, start, end, vectors, n);
    }
  }
  if (!finite) {
    std::fill_n(values, n, NAN);
    std::fill_n(vectors, n * n, NAN);
    return;
  }
  // Ascending, by exchanging rows.
  for (int64_t i = 0; i < n; i++) {
    const int64_t least = std::min_element(diagonal + i, diagonal + n) - diagonal;
    if (least != i) {
      std::swap(diagonal[i], diagonal[least]);
      std::swap_ranges(vectors + i * n, vectors + (i + 1) * n, vectors + least * n);
    }
    values[i] = diagonal[i];
  }
}

}  // namespace neurite
