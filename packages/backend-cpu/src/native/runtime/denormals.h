/** Denormal numbers: an x86 processor takes about a hundred times as long for them. */
#ifndef NEURITE_RUNTIME_DENORMALS_H
#define NEURITE_RUNTIME_DENORMALS_H

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace neurite {

enum class Denormals {
  /** As IEEE 754 says. */
  Keep,
  /** Results that would be denormal are 0. */
  Flush,
  /** Flush in programs that change state: numbers that wane from step to step would stay denormal for good. */
  Auto,
};

/** While it lives, results of this thread that were denormal numbers are 0, if `flush`. Denormal operands are what they are. */
class FlushDenormals {
 public:
  explicit FlushDenormals(bool flush) : flush_(flush) {
    if (!flush_) return;
    saved_ = read();
    write(saved_ | kFlush);
  }
  ~FlushDenormals() {
    if (flush_) write(saved_);
  }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  bool flush_;
  unsigned saved_ = 0;

#if defined(__SSE__)
  static constexpr unsigned kFlush = 0x8000;
  static unsigned read() { return _mm_getcsr(); }
  static void write(unsigned state) { _mm_setcsr(state); }
#else
  // Others are as fast with denormal numbers.
  static constexpr unsigned kFlush = 0;
  static unsigned read() { return 0; }
  static void write(unsigned) {}
#endif
};

}  // namespace neurite

#endif
