// Real Schur form: a = z t zᵀ with t upper triangular but for 2 x 2 blocks on its diagonal, by reduction to Hessenberg form and Francis'
// implicitly shifted QR steps (Golub and Van Loan, "Matrix Computations", §7.4 and §7.5).

#include <algorithm>
#include <cmath>

#include "linalg/matrices.h"

namespace neurite {

namespace {

constexpr double kEpsilon = 0x1p-52;
constexpr int kMostSteps = 60;

/** Applies the reflection I - scale v vᵀ to `count` rows of t from `row` on (columns from `from` on), and to those columns of t and z. */
void reflect(double* t, double* z, int64_t n, int64_t row, const double* vector, int64_t count, int64_t from, double* v, double* products) {
  double largest = 0, squares = 0;
  for (int64_t i = 0; i < count; i++) largest = std::fmax(largest, std::fabs(vector[i]));
  bool others = false;
  for (int64_t i = 1; i < count; i++) others = others || vector[i] != 0;
  if (largest == 0 || !others) return;
  for (int64_t i = 0; i < count; i++) {
    v[i] = vector[i] / largest;
    squares += v[i] * v[i];
  }
  v[0] += std::copysign(std::sqrt(squares), v[0]);
  double scale = 0;
  for (int64_t i = 0; i < count; i++) scale += v[i] * v[i];
  scale = 2 / scale;
  std::fill(products + from, products + n, 0.0);
  for (int64_t i = 0; i < count; i++) {
    for (int64_t c = from; c < n; c++) products[c] += v[i] * t[(row + i) * n + c];
  }
  for (int64_t i = 0; i < count; i++) {
    const double factor = scale * v[i];
    for (int64_t c = from; c < n; c++) t[(row + i) * n + c] -= factor * products[c];
  }
  for (double* matrix : {t, z}) {
    for (int64_t r = 0; r < n; r++) {
      double* at = matrix + r * n + row;
      double product = 0;
      for (int64_t i = 0; i < count; i++) product += at[i] * v[i];
      product *= scale;
      for (int64_t i = 0; i < count; i++) at[i] -= product * v[i];
    }
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
    if (std::fabs(t[i * n + i - 1]) <= kEpsilon * (size == 0 ? norm : size)) {
      t[i * n + i - 1] = 0;
      return i;
    }
  }
  return 0;
}

/** One double-shift QR step on rows `start` to `end`; exceptional shifts break a cycle. */
void francisStep(double* t, double* z, int64_t n, int64_t start, int64_t end, bool exceptional, double* products) {
  const auto at = [&](int64_t i, int64_t j) { return t[i * n + j]; };
  double sum = at(end - 1, end - 1) + at(end, end);
  double determinant = at(end - 1, end - 1) * at(end, end) - at(end - 1, end) * at(end, end - 1);
  if (exceptional) {
    const double size = std::fabs(at(end, end - 1)) + std::fabs(at(end - 1, end - 2));
    sum = 1.5 * size;
    determinant = size * size;
  }
  // First column of (t - shift)(t - other shift), which is real although the shifts may not be.
  double bulge[3] = {at(start, start) * at(start, start) + at(start, start + 1) * at(start + 1, start) - sum * at(start, start) + determinant,
                     at(start + 1, start) * (at(start, start) + at(start + 1, start + 1) - sum), at(start + 1, start) * at(start + 2, start + 1)};
  double v[3];
  for (int64_t k = start; k < end; k++) {
    const int64_t count = std::min<int64_t>(3, end - k + 1);
    if (k > start) {
      for (int64_t i = 0; i < count; i++) bulge[i] = at(k + i, k - 1);
    }
    reflect(t, z, n, k, bulge, count, std::max<int64_t>(0, k - 1), v, products);
    if (k > start) {
      for (int64_t i = 1; i < count; i++) t[(k + i) * n + k - 1] = 0;
    }
  }
}

/** Makes the 2 x 2 block at `row` triangular if its eigenvalues are real. */
void splitBlock(double* t, double* z, int64_t n, int64_t row) {
  const double a = t[row * n + row], b = t[row * n + row + 1], c = t[(row + 1) * n + row], d = t[(row + 1) * n + row + 1];
  const double half = (a - d) / 2, discriminant = half * half + b * c;
  if (discriminant < 0) return;
  // (eigenvalue - d, c) is an eigenvector; of the two, the one computed without cancellation.
  const double root = std::sqrt(discriminant), first = half < 0 ? half - root : half + root;
  const double length = std::hypot(first, c);
  if (length == 0) return;
  const double cosine = first / length, sine = c / length;
  for (int64_t k = 0; k < n; k++) {
    const double x = t[row * n + k], y = t[(row + 1) * n + k];
    t[row * n + k] = cosine * x + sine * y;
    t[(row + 1) * n + k] = cosine * y - sine * x;
  }
  for (double* matrix : {t, z}) {
    for (int64_t k = 0; k < n; k++) {
      double* at = matrix + k * n + row;
      const double x = at[0], y = at[1];
      at[0] = cosine * x + sine * y;
      at[1] = cosine * y - sine * x;
    }
  }
  t[(row + 1) * n + row] = 0;
}

}  // namespace

bool realSchur(double* t, double* z, int64_t n, double* scratch) {
  double *column = scratch, *v = scratch + n, *products = scratch + 2 * n;
  std::fill_n(z, n * n, 0.0);
  for (int64_t i = 0; i < n; i++) z[i * n + i] = 1;
  if (!std::all_of(t, t + n * n, [](double x) { return std::isfinite(x); })) return false;
  for (int64_t k = 0; k + 2 < n; k++) {
    for (int64_t i = k + 1; i < n; i++) column[i - k - 1] = t[i * n + k];
    reflect(t, z, n, k + 1, column, n - k - 1, k, v, products);
    for (int64_t i = k + 2; i < n; i++) t[i * n + k] = 0;
  }
  const double norm = largestOf(t, n * n);
  int steps = 0;
  for (int64_t end = n - 1; end > 0;) {
    const int64_t start = activeBlock(t, n, end, norm);
    if (start >= end - 1) {
      if (start == end - 1) splitBlock(t, z, n, start);
      end = start - 1;
      steps = 0;
      continue;
    }
    if (++steps > kMostSteps) return false;
    francisStep(t, z, n, start, end, steps % 10 == 0, products);
  }
  return true;
}

}  // namespace neurite
