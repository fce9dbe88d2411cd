/**
 * Discrete Fourier transforms of any length along one axis, in float64: results are rounded once. Lengths with small prime factors go through
 * Stockham's self-sorting steps, the others through Bluestein's convolution at a power of two. Lines are transformed side by side, a vector
 * lane each.
 */
#ifndef NEURITE_FFT_FFT_H
#define NEURITE_FFT_FFT_H

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/kernels.h"

namespace neurite {

/** Lines that are transformed side by side. */
constexpr int64_t kFftLines = 8;

/** The work of one instruction set. Element e of `lines` complex lines: the real parts at x[e * 2 * lines], then the imaginary ones. */
struct FftSteps {
  /**
   * One Stockham step: n1 is what is left to transform, `stride` what is done, `roots` e^(-2πi k / n) for k < n. Radices 2 to 13.
   * Index [0]: kFftLines lines, [1]: one.
   */
  void (*step[2])(int radix, int64_t n1, int64_t stride, int64_t n, const double* roots, const double* x, double* y);
  /** x[e] *= factors[e] for `count` elements. */
  void (*multiply[2])(double* x, const double* factors, int64_t count);
};

/** What depends on the length alone. Complex numbers are interleaved. */
struct FftPlan {
  int64_t size;
  std::vector<int> radices;
  std::unique_ptr<double[]> roots;
  /** Of Bluestein's algorithm; null where the factors are small. */
  std::unique_ptr<FftPlan> inner;
  std::unique_ptr<double[]> chirp, filter;
};

/** Null when there is no memory for its tables. */
std::unique_ptr<FftPlan> makeFftPlan(int64_t size, const FftSteps& steps);

struct FftArgs {
  bool inverse;
  int64_t outer, size, inner;
  const float* x;
  int64_t xStrides[3];
  float* out;
  int64_t outStrides[3];
};

void fft(const Context& context, const FftSteps& steps, const FftPlan& plan, const FftArgs& args);

}  // namespace neurite

#endif
