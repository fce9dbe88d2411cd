// The arithmetic ceiling that benchmarks compare with.

/** Seconds of this thread's CPU time: other programs must not make the ceiling look lower. */
inline double secondsNow() {
  timespec t;
#ifdef CLOCK_THREAD_CPUTIME_ID
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
#else
  clock_gettime(CLOCK_MONOTONIC, &t);
#endif
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

/** Floating-point operations per second of sixteen independent chains of vector multiply-adds. */
inline double peakFlops(int64_t iterations) {
  constexpr int kChains = kVectorBytes == 64 ? 16 : 12;
  Vec acc[kChains];
  for (int i = 0; i < kChains; i++) acc[i] = splat(float(i));
  const Vec x = splat(0.999f), y = splat(1e-6f);
  const double start = secondsNow();
  for (int64_t k = 0; k < iterations; k++) {
#pragma GCC unroll 16
    for (int i = 0; i < kChains; i++) acc[i] = acc[i] * x + y;
  }
  const double seconds = secondsNow() - start;
  Vec sum = Vec{};
  for (int i = 0; i < kChains; i++) sum += acc[i];
  volatile float sink = sum[0];
  (void)sink;
  return double(iterations) * kChains * kLanes * 2 / seconds;
}
