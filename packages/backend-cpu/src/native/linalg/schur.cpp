// Real Schur form: a = z t zᵀ with t upper triangular but for 2 x 2 blocks on its diagonal, by reduction to Hessenberg form and Francis'
// implicitly shifted QR steps (Golub and Van Loan, "Matrix Computations", §7.4 and §7.5).

#include <algorithm>
#include <cmath>

#include "linalg/matrices.h"

namespace neurite {

namespace {

constexpr double kEpsilon = 0x1p-52;

/** What the steps work on: t, the transpose of z (its columns then lie along memory), and scratch rows. */
struct Schur {
  const Blas& blas;
  double *t, *zt;
  int64_t n;
  double *v, *products;
};

/** rows -= scale v (vᵀ rows), for `count` rows from `first` on, columns `from` to n. */
void reflectRows(const Schur& s, double* first, int64_t count, int64_t from, double scale) {
  const int64_t width = s.n - from;
  std::fill_n(s.products, width, 0.0);
  for (int64_t i = 0; i < count; i++) s.blas.axpy(s.v[i], first + i * s.n + from, s.products, width);
  for (int64_t i = 0; i < count; i++) s.blas.axpy(-scale * s.v[i], s.products, first + i * s.n + from, width);
}

/**
 * Applies, from both sides, the reflection that takes `vector` (whose first element is that of row `row`) to a multiple of the first unit
 * vector. Columns before `from` are zero in these rows, and so are these columns below row `last`.
 */
void reflect(const Schur& s, int64_t row, const double* vector, int64_t count, int64_t from, int64_t last) {
  double largest = 0, squares = 0;
  for (int64_t i = 0; i < count; i++) largest = std::fmax(largest, std::fabs(vector[i]));
  bool others = false;
  for (int64_t i = 1; i < count; i++) others = others || vector[i] != 0;
  if (largest == 0 || !others) return;
  for (int64_t i = 0; i < count; i++) {
    s.v[i] = vector[i] / largest;
    squares += s.v[i] * s.v[i];
  }
  s.v[0] += std::copysign(std::sqrt(squares), s.v[0]);
  double scale = 0;
  for (int64_t i = 0; i < count; i++) scale += s.v[i] * s.v[i];
  scale = 2 / scale;
  reflectRows(s, s.t + row * s.n, count, from, scale);
  reflectRows(s, s.zt + row * s.n, count, 0, scale);
  if (count == 3) {
    const double v0 = s.v[0], v1 = s.v[1], v2 = s.v[2];
    for (int64_t r = 0; r <= last; r++) {
      double* at = s.t + r * s.n + row;
      const double product = scale * (at[0] * v0 + at[1] * v1 + at[2] * v2);
      at[0] -= product * v0;
      at[1] -= product * v1;
      at[2] -= product * v2;
    }
    return;
  }
  for (int64_t r = 0; r <= last; r++) {
    double* at = s.t + r * s.n + row;
    s.blas.axpy(-scale * s.blas.dot(at, s.v, count), s.v, at, count);
  }
}

double largestOf(const double* t, int64_t count) {
  double largest = 0;
  for (int64_t i = 0; i < count; i++) largest = std::fmax(largest, std::fabs(t[i]));
  return largest;
}

/** First row of the unreduced block that ends at `end`; a negligible element below the diagonal becomes 0. */
int64_t activeBlock(double* t, int64_t n, int64_t end, double norm) {
  for (int64_t i = end; i > 0; i--) {
    const double size = std::fabs(t[(i - 1) * n + i - 1]) + std::fabs(t[i * n + i]);
    // Rounding errors of rounding errors are not chased down to where numbers have no precision.
    if (std::fabs(t[i * n + i - 1]) <= kEpsilon * (size == 0 ? norm : std::fmax(size, kEpsilon * norm))) {
      t[i * n + i - 1] = 0;
      return i;
    }
  }
  return 0;
}

/** Two shifts: both real, or a conjugate pair. */
struct Shifts {
  double first, second, imaginary;
};

/** The eigenvalues of (a b; c d), by differences from their mean. */
Shifts shiftsOf(double a, double b, double c, double d) {
  const double scale = std::fabs(a) + std::fabs(b) + std::fabs(c) + std::fabs(d);
  if (scale == 0) return {0, 0, 0};
  const double p = a / scale, q = d / scale, mean = (p + q) / 2;
  const double determinant = (p - mean) * (q - mean) - (b / scale) * (c / scale);
  const double root = std::sqrt(std::fabs(determinant));
  if (determinant >= 0) return {mean * scale, mean * scale, root * scale};
  return {(mean + root) * scale, (mean - root) * scale, 0};
}

/** One double-shift QR step on rows `start` to `end`; exceptional shifts break a cycle. */
void francisStep(const Schur& s, int64_t start, int64_t end, bool exceptional) {
  const auto at = [&](int64_t i, int64_t j) { return s.t[i * s.n + j]; };
  Shifts shifts = shiftsOf(at(end - 1, end - 1), at(end - 1, end), at(end, end - 1), at(end, end));
  if (exceptional) {
    const double size = std::fabs(at(end, end - 1)) + std::fabs(at(end - 1, end - 2)), diagonal = 0.75 * size + at(end, end);
    shifts = shiftsOf(diagonal, -0.4375 * size, size, diagonal);
  }
  // First column of (t - shift)(t - other shift), which is real although the shifts may not be, up to a factor. Only differences are multiplied: on
  // a diagonal of equal values they are what there is to find out.
  const double first = at(start, start) - shifts.first, second = at(start, start) - shifts.second, below = at(start + 1, start);
  const double scale = std::fabs(second) + std::fabs(shifts.imaginary) + std::fabs(below);
  const double ratio = below / scale;
  double bulge[3] = {ratio * at(start, start + 1) + first * (second / scale) + shifts.imaginary * (shifts.imaginary / scale),
                     ratio * (first + (at(start + 1, start + 1) - shifts.second)), ratio * at(start + 2, start + 1)};
  for (int64_t k = start; k < end; k++) {
    const int64_t count = std::min<int64_t>(3, end - k + 1);
    if (k > start) {
      for (int64_t i = 0; i < count; i++) bulge[i] = at(k + i, k - 1);
    }
    // The bulge reaches one row further down than the reflection.
    reflect(s, k, bulge, count, std::max<int64_t>(0, k - 1), std::min(k + 3, end));
    if (k > start) {
      for (int64_t i = 1; i < count; i++) s.t[(k + i) * s.n + k - 1] = 0;
    }
  }
}

/** Makes the 2 x 2 block at `row` triangular if its eigenvalues are real. */
void splitBlock(const Schur& s, int64_t row) {
  const int64_t n = s.n;
  double* block = s.t + row * n + row;
  const double a = block[0], b = block[1], c = block[n], d = block[n + 1];
  const double half = (a - d) / 2, discriminant = half * half + b * c;
  if (discriminant < 0) return;
  // (eigenvalue - d, c) is an eigenvector; of the two, the one computed without cancellation.
  const double root = std::sqrt(discriminant), first = half < 0 ? half - root : half + root;
  const double length = std::hypot(first, c);
  if (length == 0) return;
  const double cosine = first / length, sine = c / length;
  s.blas.rotate(s.t + row * n, s.t + (row + 1) * n, cosine, -sine, n);
  s.blas.rotate(s.zt + row * n, s.zt + (row + 1) * n, cosine, -sine, n);
  for (int64_t k = 0; k < n; k++) {
    double* at = s.t + k * n + row;
    const double x = at[0], y = at[1];
    at[0] = cosine * x + sine * y;
    at[1] = cosine * y - sine * x;
  }
  block[n] = 0;
}

}  // namespace

bool realSchur(const Blas& blas, double* t, double* zt, int64_t n, double* scratch) {
  double* column = scratch;
  const Schur s = {blas, t, zt, n, scratch + n, scratch + 2 * n};
  std::fill_n(zt, n * n, 0.0);
  for (int64_t i = 0; i < n; i++) zt[i * n + i] = 1;
  if (!std::all_of(t, t + n * n, [](double x) { return std::isfinite(x); })) return false;
  for (int64_t k = 0; k + 2 < n; k++) {
    for (int64_t i = k + 1; i < n; i++) column[i - k - 1] = t[i * n + k];
    reflect(s, k + 1, column, n - k - 1, k, n - 1);
    for (int64_t i = k + 2; i < n; i++) t[i * n + k] = 0;
  }
  const double norm = largestOf(t, n * n);
  int64_t steps = 0;
  for (int64_t end = n - 1; end > 0;) {
    const int64_t start = activeBlock(t, n, end, norm);
    if (start >= end - 1) {
      if (start == end - 1) splitBlock(s, start);
      end = start - 1;
      steps = 0;
      continue;
    }
    if (++steps > 30 * std::max<int64_t>(n, 10)) return false;
    francisStep(s, start, end, steps % 10 == 0);
  }
  return true;
}

}  // namespace neurite
