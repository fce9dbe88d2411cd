// The vector type of this instruction set and the few operations that plain operators do not give.
// Included inside the namespace of the instruction set (see table.inl.h); KERNEL_VECTOR_BYTES is 16, 32 or 64.

#define KERNEL_INLINE inline __attribute__((always_inline))
/** For what many instances of a template share: one copy. */
#define KERNEL_SHARED __attribute__((noinline))

constexpr int64_t kVectorBytes = KERNEL_VECTOR_BYTES;
/** float32 lanes of a vector. */
constexpr int kLanes = KERNEL_VECTOR_BYTES / 4;

/** Floats of a cache line: rows of tiles in scratch memory start on one. */
constexpr int64_t kTileAlign = 16;

typedef float Vec __attribute__((vector_size(KERNEL_VECTOR_BYTES)));
typedef int32_t VecInt __attribute__((vector_size(KERNEL_VECTOR_BYTES)));
/** For loads and stores at any float address. */
typedef float VecUnaligned __attribute__((vector_size(KERNEL_VECTOR_BYTES), aligned(4), may_alias));
typedef float Vec4 __attribute__((vector_size(16)));
typedef float Vec4Unaligned __attribute__((vector_size(16), aligned(4), may_alias));
typedef float Vec8 __attribute__((vector_size(32)));
typedef float Vec8Unaligned __attribute__((vector_size(32), aligned(4), may_alias));

// Not std::min and std::max: those are merged by the linker across translation units, and so across instruction sets.
template <typename T>
KERNEL_INLINE constexpr T minOf(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
KERNEL_INLINE constexpr T maxOf(T a, T b) {
  return a > b ? a : b;
}
KERNEL_INLINE int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
KERNEL_INLINE int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }

KERNEL_INLINE Vec load(const float* p) { return *reinterpret_cast<const VecUnaligned*>(p); }
KERNEL_INLINE void store(float* p, Vec v) { *reinterpret_cast<VecUnaligned*>(p) = v; }
/** x in every lane; `x - 0` is x for every x, and is compiled to a broadcast (`0 + x` is not: it turns -0 into 0). */
KERNEL_INLINE Vec splat(float x) { return x - Vec{}; }

/** Keeps a vector in a register: compilers read it from memory for each use, which costs twice where it lies in two lines of the cache. */
KERNEL_INLINE void keepLoaded(Vec& v) {
#if defined(__AVX512F__)
  asm("" : "+v"(v));
#elif defined(__x86_64__)
  asm("" : "+x"(v));
#else
  (void)v;
#endif
}

/** The first `count` (1..kLanes) lanes; the others are 0 and their memory is not touched. */
KERNEL_INLINE Vec loadPartial(const float* p, int64_t count) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (Vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1u), p);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  typedef int32_t Int8 __attribute__((vector_size(32)));
  const Int8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return (Vec)_mm256_maskload_ps(p, (__m256i)(lane < (int32_t)count));
#else
  float lanes[kLanes] = {};
  for (int64_t i = 0; i < count; i++) lanes[i] = p[i];
  Vec v;
  __builtin_memcpy(&v, lanes, sizeof v);
  return v;
#endif
}

/** Lane i is lane index[i] of `low`, or, from kLanes on, of `high`. */
KERNEL_INLINE Vec pick(Vec low, Vec high, VecInt index) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (Vec)_mm512_permutex2var_ps((__m512)low, (__m512i)index, (__m512)high);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  const __m256 a = _mm256_permutevar8x32_ps((__m256)low, (__m256i)index), b = _mm256_permutevar8x32_ps((__m256)high, (__m256i)index);
  return (Vec)_mm256_blendv_ps(b, a, (__m256)(index < kLanes));
#else
  float from[2 * kLanes];
  __builtin_memcpy(from, &low, sizeof low);
  __builtin_memcpy(from + kLanes, &high, sizeof high);
  Vec v;
  for (int i = 0; i < kLanes; i++) v[i] = from[index[i]];
  return v;
#endif
}

/** Lane i is lane index[i] of `v`. */
KERNEL_INLINE Vec pick(Vec v, VecInt index) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (Vec)_mm512_maskz_permutexvar_ps(0xffff, (__m512i)index, (__m512)v);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  return (Vec)_mm256_permutevar8x32_ps((__m256)v, (__m256i)index);
#else
  return pick(v, v, index);
#endif
}

/** Stores the first `count` (1..kLanes) lanes only. */
KERNEL_INLINE void storePartial(float* p, Vec v, int64_t count) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1u), (__m512)v);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  typedef int32_t Int8 __attribute__((vector_size(32)));
  const Int8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  _mm256_maskstore_ps(p, (__m256i)(lane < (int32_t)count), (__m256)v);
#else
  for (int64_t i = 0; i < count; i++) p[i] = v[i];
#endif
}

/** The larger, and the smaller, of two; the second where either is NaN or they are equal: one instruction each. */
KERNEL_INLINE Vec largerOrSecond(Vec first, Vec second) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (Vec)_mm512_maskz_max_ps(0xffff, (__m512)first, (__m512)second);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  return (Vec)_mm256_max_ps((__m256)first, (__m256)second);
#else
  return first > second ? first : second;
#endif
}
KERNEL_INLINE Vec smallerOrSecond(Vec first, Vec second) {
#if KERNEL_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (Vec)_mm512_maskz_min_ps(0xffff, (__m512)first, (__m512)second);
#elif KERNEL_VECTOR_BYTES == 32 && defined(__AVX2__)
  return (Vec)_mm256_min_ps((__m256)first, (__m256)second);
#else
  return first < second ? first : second;
#endif
}

/** max(v, 0) where NaN stays NaN. */
KERNEL_INLINE Vec relu(Vec v) { return v <= 0.0f ? Vec{} : v; }

KERNEL_INLINE void prefetch(const void* p) { __builtin_prefetch(p, 0, 3); }
KERNEL_INLINE void prefetchToSecond(const void* p) { __builtin_prefetch(p, 0, 2); }
KERNEL_INLINE void prefetchToWrite(const void* p) { __builtin_prefetch(p, 1, 3); }
