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

template <class Out, class A, class F>
VM_INLINE void map1(void* out, const void* a, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const size_t whole = n & ~(kStep - 1);
  VM_LANES
  for (size_t i = 0; i < whole; i++) o[i] = f(x[i]);
  if (const size_t rest = n - whole; rest != 0) {
    A bx[kStep] = {};
    Out bo[kStep];
    __builtin_memcpy(bx, x + whole, rest * sizeof(A));
    VM_LANES
    for (size_t i = 0; i < kStep; i++) bo[i] = f(bx[i]);
    __builtin_memcpy(o + whole, bo, rest * sizeof(Out));
  }
}

/** `kVariant`: which argument is a single element. */
template <int kVariant, class Out, class A, class F>
VM_INLINE void map2(void* out, const void* a, const void* b, size_t n, F f) {
  Out* o = static_cast<Out*>(out);
  const A* x = static_cast<const A*>(a);
  const A* y = static_cast<const A*>(b);
  const A x0 = kVariant == kScalarA ? *x : A();
  const A y0 = kVariant == kScalarB ? *y : A();
  const size_t whole = n & ~(kStep - 1);
  VM_LANES
  for (size_t i = 0; i < whole; i++) o[i] = f(kVariant == kScalarA ? x0 : x[i], kVariant == kScalarB ? y0 : y[i]);
  if (const size_t rest = n - whole; rest != 0) {
    A bx[kStep] = {}, by[kStep] = {};
    Out bo[kStep];
    if (kVariant != kScalarA) __builtin_memcpy(bx, x + whole, rest * sizeof(A));
    if (kVariant != kScalarB) __builtin_memcpy(by, y + whole, rest * sizeof(A));
    VM_LANES
    for (size_t i = 0; i < kStep; i++) bo[i] = f(kVariant == kScalarA ? x0 : bx[i], kVariant == kScalarB ? y0 : by[i]);
    __builtin_memcpy(o + whole, bo, rest * sizeof(Out));
  }
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
  const size_t whole = n & ~(kStep - 1);
  VM_LANES
  for (size_t i = 0; i < whole; i++) o[i] = f(x[i], (kScalars & 1) ? y0 : y[i], (kScalars & 2) ? z0 : z[i]);
  if (const size_t rest = n - whole; rest != 0) {
    A bx[kStep] = {};
    B by[kStep] = {}, bz[kStep] = {};
    Out bo[kStep];
    __builtin_memcpy(bx, x + whole, rest * sizeof(A));
    if (!(kScalars & 1)) __builtin_memcpy(by, y + whole, rest * sizeof(B));
    if (!(kScalars & 2)) __builtin_memcpy(bz, z + whole, rest * sizeof(B));
    VM_LANES
    for (size_t i = 0; i < kStep; i++) bo[i] = f(bx[i], (kScalars & 1) ? y0 : by[i], (kScalars & 2) ? z0 : bz[i]);
    __builtin_memcpy(o + whole, bo, rest * sizeof(Out));
  }
}
