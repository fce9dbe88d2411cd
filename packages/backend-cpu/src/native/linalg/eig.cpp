// Eigenvalues and eigenvectors of general real matrices, from their real Schur form, by back substitution.

#include <algorithm>
#include <cmath>
#include <complex>

#include "linalg/matrices.h"

namespace neurite {

namespace {

typedef std::complex<double> Complex;

/** Quotient without overflow midway (Smith's method). */
Complex quotient(Complex a, Complex b) {
  const double c = b.real(), d = b.imag();
  if (std::fabs(c) >= std::fabs(d)) {
    const double ratio = d / c, scale = c + d * ratio;
    return {(a.real() + a.imag() * ratio) / scale, (a.imag() - a.real() * ratio) / scale};
  }
  const double ratio = c / d, scale = c * ratio + d;
  return {(a.real() * ratio + a.imag()) / scale, (a.imag() * ratio - a.real()) / scale};
}

Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/** True where a 2 x 2 block begins at row i. */
bool isPair(const double* t, int64_t n, int64_t i) { return i + 1 < n && t[(i + 1) * n + i] != 0; }

void findEigenvalues(const double* t, int64_t n, Complex* values) {
  for (int64_t i = 0; i < n;) {
    if (!isPair(t, n, i)) {
      values[i] = t[i * n + i];
      i++;
      continue;
    }
    const double a = t[i * n + i], b = t[i * n + i + 1], c = t[(i + 1) * n + i], d = t[(i + 1) * n + i + 1];
    const double half = (a - d) / 2, imaginary = std::sqrt(std::fmax(0.0, -(half * half + b * c)));
    values[i] = {(a + d) / 2, imaginary};
    values[i + 1] = {(a + d) / 2, -imaginary};
    i += 2;
  }
}

double sizeOf(Complex a) { return std::fabs(a.real()) + std::fabs(a.imag()); }

/** x with m x = right, by elimination from the largest element; a pivot below `tiny` is replaced by it. */
void solvePair(const Complex (&m)[2][2], const Complex (&right)[2], double tiny, Complex* x) {
  int row = 0, column = 0;
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) {
      if (sizeOf(m[i][j]) > sizeOf(m[row][column])) row = i, column = j;
    }
  }
  const auto atLeast = [tiny](Complex a) { return sizeOf(a) < tiny ? Complex(tiny, 0) : a; };
  const Complex pivot = atLeast(m[row][column]), beside = m[row][1 - column], ratio = quotient(m[1 - row][column], pivot);
  const Complex rest = atLeast(m[1 - row][1 - column] - product(ratio, beside));
  x[1 - column] = quotient(right[1 - row] - product(ratio, right[row]), rest);
  x[column] = quotient(right[row] - product(beside, x[1 - column]), pivot);
}

/** -Σ t[i, j] y[j] for j from `from` to `last`. */
Complex rightSide(const double* t, int64_t n, int64_t i, int64_t from, int64_t last, const Complex* y) {
  double re = 0, im = 0;
  for (int64_t j = from; j <= last; j++) {
    re -= t[i * n + j] * y[j].real();
    im -= t[i * n + j] * y[j].imag();
  }
  return {re, im};
}

/** y with (t - value) y = 0 for the eigenvalue of the block that begins at `block`; divisors below `tiny` are replaced by it. */
void backSubstitute(const double* t, int64_t n, int64_t block, Complex value, double tiny, Complex* y) {
  std::fill_n(y, n, Complex(0, 0));
  int64_t last = block;
  if (isPair(t, n, block)) {
    // The block's own eigenvector.
    y[block] = t[block * n + block + 1];
    y[block + 1] = {value.real() - t[block * n + block], value.imag()};
    last++;
  } else {
    y[block] = 1;
  }
  for (int64_t i = block - 1; i >= 0; i--) {
    const Complex p = rightSide(t, n, i, i + 1, last, y);
    if (i == 0 || t[i * n + i - 1] == 0) {
      const Complex divisor(t[i * n + i] - value.real(), -value.imag());
      y[i] = quotient(p, sizeOf(divisor) < tiny ? Complex(tiny, 0) : divisor);
    } else {
      const int64_t k = i - 1;
      const Complex block[2][2] = {{{t[k * n + k] - value.real(), -value.imag()}, t[k * n + i]},
                                   {t[i * n + k], {t[i * n + i] - value.real(), -value.imag()}}};
      solvePair(block, {rightSide(t, n, k, i + 1, last, y), p}, tiny, y + k);
      i--;
    }
    // Growing vectors stay in range.
    double largest = 0;
    for (int64_t j = i; j <= last; j++) largest = std::fmax(largest, std::fmax(std::fabs(y[j].real()), std::fabs(y[j].imag())));
    if (largest > 1e100) {
      for (int64_t j = 0; j <= last; j++) y[j] /= largest;
    }
  }
}

/**
 * Column `column` of `vectors` becomes z y, of unit length, its largest component real; real vectors keep their sign. `v`: 2 n doubles, the
 * real parts of the product and the imaginary ones.
 */
void storeVector(const Blas& blas, const double* zt, int64_t n, int64_t column, const Complex* y, double* v, Complex* vectors) {
  double largest = 0;
  for (int64_t j = 0; j < n; j++) largest = std::fmax(largest, std::fmax(std::fabs(y[j].real()), std::fabs(y[j].imag())));
  double *re = v, *im = v + n;
  std::fill_n(v, 2 * n, 0.0);
  for (int64_t j = 0; j < n; j++) {
    if (y[j].real() != 0) blas.axpy(y[j].real() / largest, zt + j * n, re, n);
    if (y[j].imag() != 0) blas.axpy(y[j].imag() / largest, zt + j * n, im, n);
  }
  int64_t lead = 0;
  bool real = true;
  for (int64_t r = 0; r < n; r++) {
    real = real && im[r] == 0;
    if (std::hypot(re[r], im[r]) > std::hypot(re[lead], im[lead])) lead = r;
  }
  const double modulus = std::hypot(re[lead], im[lead]), length = std::sqrt(blas.dot(re, re, n) + blas.dot(im, im, n));
  const Complex turn = real ? Complex(1, 0) : Complex(re[lead] / modulus, -im[lead] / modulus);
  for (int64_t r = 0; r < n; r++) {
    const Complex turned = product({re[r], im[r]}, turn);
    vectors[r * n + column] = {turned.real() / length, !real && r == lead ? 0 : turned.imag() / length};
  }
}

}  // namespace

void eig(Work& work, double* a, int64_t n, double* values, double* vectors) {
  double* zt = work.take(n * n);
  double* scratch = work.take(3 * n);
  Complex* y = reinterpret_cast<Complex*>(work.take(2 * n));
  double* v = work.take(2 * n);
  if (!realSchur(work.blas, a, zt, n, scratch)) {
    std::fill_n(values, 2 * n, NAN);
    std::fill_n(vectors, 2 * n * n, NAN);
    return;
  }
  Complex* w = reinterpret_cast<Complex*>(values);
  Complex* columns = reinterpret_cast<Complex*>(vectors);
  findEigenvalues(a, n, w);
  double scale = 0;
  for (int64_t i = 0; i < n * n; i++) scale = std::fmax(scale, std::fabs(a[i]));
  const double tiny = std::fmax(scale * 0x1p-52, 1e-290);
  for (int64_t i = 0; i < n; i++) {
    if (i > 0 && isPair(a, n, i - 1)) {
      // The other of a pair has the conjugate vector.
      for (int64_t r = 0; r < n; r++) columns[r * n + i] = std::conj(columns[r * n + i - 1]);
      continue;
    }
    backSubstitute(a, n, i, w[i], tiny, y);
    storeVector(work.blas, zt, n, i, y, v, columns);
  }
}

}  // namespace neurite
