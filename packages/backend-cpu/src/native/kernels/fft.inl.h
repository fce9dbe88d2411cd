// Steps of Fourier transforms. Elements are kFftLines lines side by side, or a single one.

template <int L>
struct FftLanes {
  typedef double Type __attribute__((vector_size(L * 8), aligned(8), may_alias));
};

/** y[q + s (r p + j)] = w^(p j) Σ_i x[q + s (p + m i)] e^(-2πi i j / r), for p < m = n1 / r and q < s = stride. */
template <int L, int R>
void fftRadix(int64_t n1, int64_t stride, int64_t n, const double* roots, const double* x, double* y) {
  typedef typename FftLanes<L>::Type V;
  const int64_t m = n1 / R;
  double circle[R][2];
  for (int k = 0; k < R; k++) circle[k][0] = roots[2 * (k * (n / R))], circle[k][1] = roots[2 * (k * (n / R)) + 1];
  for (int64_t p = 0; p < m; p++) {
    double twiddle[R][2];
    for (int j = 0; j < R; j++) {
      const int64_t k = p * j * stride;  // Below n.
      twiddle[j][0] = roots[2 * k], twiddle[j][1] = roots[2 * k + 1];
    }
    for (int64_t q = 0; q < stride; q++) {
      V re[R], im[R];
#pragma GCC unroll 4
      for (int i = 0; i < R; i++) {
        const double* from = x + (q + stride * (p + m * i)) * 2 * L;
        re[i] = *reinterpret_cast<const V*>(from), im[i] = *reinterpret_cast<const V*>(from + L);
      }
#pragma GCC unroll 4
      for (int j = 0; j < R; j++) {
        V a = re[0], b = im[0];
        if constexpr (R == 2) {
          a = j == 0 ? re[0] + re[1] : re[0] - re[1], b = j == 0 ? im[0] + im[1] : im[0] - im[1];
        } else if constexpr (R == 4) {
          // e^(-2πi/4) = -i.
          const V evenRe = j % 2 == 0 ? re[0] + re[2] : re[0] - re[2], evenIm = j % 2 == 0 ? im[0] + im[2] : im[0] - im[2];
          const V oddRe = j % 2 == 0 ? re[1] + re[3] : im[1] - im[3], oddIm = j % 2 == 0 ? im[1] + im[3] : re[3] - re[1];
          a = j < 2 ? evenRe + oddRe : evenRe - oddRe, b = j < 2 ? evenIm + oddIm : evenIm - oddIm;
        } else {
          for (int i = 1; i < R; i++) {
            const double c = circle[i * j % R][0], s = circle[i * j % R][1];
            a += re[i] * c - im[i] * s, b += re[i] * s + im[i] * c;
          }
        }
        double* to = y + (q + stride * (R * p + j)) * 2 * L;
        const double c = twiddle[j][0], s = twiddle[j][1];
        *reinterpret_cast<V*>(to) = j == 0 ? a : a * c - b * s;
        *reinterpret_cast<V*>(to + L) = j == 0 ? b : a * s + b * c;
      }
    }
  }
}

template <int L>
void fftStep(int radix, int64_t n1, int64_t stride, int64_t n, const double* roots, const double* x, double* y) {
  switch (radix) {
    case 2: return fftRadix<L, 2>(n1, stride, n, roots, x, y);
    case 3: return fftRadix<L, 3>(n1, stride, n, roots, x, y);
    case 4: return fftRadix<L, 4>(n1, stride, n, roots, x, y);
    case 5: return fftRadix<L, 5>(n1, stride, n, roots, x, y);
    case 7: return fftRadix<L, 7>(n1, stride, n, roots, x, y);
    case 11: return fftRadix<L, 11>(n1, stride, n, roots, x, y);
    default: return fftRadix<L, 13>(n1, stride, n, roots, x, y);
  }
}

template <int L>
void fftMultiply(double* x, const double* factors, int64_t count) {
  typedef typename FftLanes<L>::Type V;
  for (int64_t e = 0; e < count; e++, x += 2 * L) {
    const V re = *reinterpret_cast<V*>(x), im = *reinterpret_cast<V*>(x + L);
    const double c = factors[2 * e], s = factors[2 * e + 1];
    *reinterpret_cast<V*>(x) = re * c - im * s;
    *reinterpret_cast<V*>(x + L) = re * s + im * c;
  }
}

const FftSteps kFftSteps = {{fftStep<kFftLines>, fftStep<1>}, {fftMultiply<kFftLines>, fftMultiply<1>}};
