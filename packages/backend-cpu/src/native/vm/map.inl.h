// Loops over lanes. The bodies are scalar code without branches, which the compiler turns into vectors of this instruction set.
// The rest after the last 16 lanes goes through a small buffer, so that it takes the same vector code.

#if defined(__clang__)
#define VM_LANES _Pragma("clang loop vectorize(assume_safety)")
#else
#define VM_LANES _Pragma("GCC ivdep")
#endif
#define VM_INLINE inline __attribute__((always_inline))

constexpr size_t kStep = 16;

template <class To, class From>
VM_INLINE To bitsAs(From value) {
  return __builtin_bit_cast(To, value);
}

/**
 * Whole vectors, and what is left of them: the last lanes, some of them a second time, or where there are fewer than a vector, all of them. These are
 * read before anything is written, for a result may take the place of an argument.
 */
template <size_t kLanes>
struct Lanes {
  size_t n, whole;

  VM_INLINE explicit Lanes(size_t n) : n(n), whole(n & ~(kLanes - 1)) {}
  VM_INLINE bool hasRest() const { return whole != n; }
  /** `to` is all zeros. */
  template <class T>
  VM_INLINE void readRest(T* to, const T* from) const {
    if (n >= kLanes) __builtin_memcpy(to, from + n - kLanes, kLanes * sizeof(T));
    else __builtin_memcpy(to, from, n * sizeof(T));
  }
  template <class T>
  VM_INLINE void writeRest(T* to, const T* from) const {
    if (n >= kLanes) __builtin_memcpy(to + n - kLanes, from, kLanes * sizeof(T));
    else __builtin_memcpy(to, from, n * sizeof(T));
  }
};

template <class Out, class A, class F>
VM_INLINE void map1(void* out, const void* a, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const Lanes<kStep> lanes(n);
  Out rest[kStep];
  if (lanes.hasRest()) {
    A bx[kStep] = {};
    lanes.readRest(bx, x);
    VM_LANES
    for (size_t i = 0; i < kStep; i++) rest[i] = f(bx[i]);
  }
  VM_LANES
  for (size_t i = 0; i < lanes.whole; i++) o[i] = f(x[i]);
  if (lanes.hasRest()) lanes.writeRest(o, rest);
}

/** `kVariant`: which argument is a single element. */
template <int kVariant, class Out, class A, class F>
VM_INLINE void map2(void* out, const void* a, const void* b, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const A* y = static_cast<const A*>(b);
  const A x0 = kVariant == kScalarA ? *x : A();
  const A y0 = kVariant == kScalarB ? *y : A();
  const Lanes<kStep> lanes(n);
  Out rest[kStep];
  if (lanes.hasRest()) {
    A bx[kStep] = {}, by[kStep] = {};
    if (kVariant != kScalarA) lanes.readRest(bx, x);
    if (kVariant != kScalarB) lanes.readRest(by, y);
    VM_LANES
    for (size_t i = 0; i < kStep; i++) rest[i] = f(kVariant == kScalarA ? x0 : bx[i], kVariant == kScalarB ? y0 : by[i]);
  }
  VM_LANES
  for (size_t i = 0; i < lanes.whole; i++) o[i] = f(kVariant == kScalarA ? x0 : x[i], kVariant == kScalarB ? y0 : y[i]);
  if (lanes.hasRest()) lanes.writeRest(o, rest);
}

/** Bit 0 of `kScalars`: b is a single element; bit 1: c is. */
template <int kScalars, class Out, class A, class B, class F>
VM_INLINE void map3(void* out, const void* a, const void* b, const void* c, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const B* y = static_cast<const B*>(b);
  const B* z = static_cast<const B*>(c);
  const B y0 = (kScalars & 1) ? *y : B();
  const B z0 = (kScalars & 2) ? *z : B();
  const Lanes<kStep> lanes(n);
  Out rest[kStep];
  if (lanes.hasRest()) {
    A bx[kStep] = {};
    B by[kStep] = {}, bz[kStep] = {};
    lanes.readRest(bx, x);
    if (!(kScalars & 1)) lanes.readRest(by, y);
    if (!(kScalars & 2)) lanes.readRest(bz, z);
    VM_LANES
    for (size_t i = 0; i < kStep; i++) rest[i] = f(bx[i], (kScalars & 1) ? y0 : by[i], (kScalars & 2) ? z0 : bz[i]);
  }
  VM_LANES
  for (size_t i = 0; i < lanes.whole; i++) o[i] = f(x[i], (kScalars & 1) ? y0 : y[i], (kScalars & 2) ? z0 : z[i]);
  if (lanes.hasRest()) lanes.writeRest(o, rest);
}
