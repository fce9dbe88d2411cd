// The chains of chains.h as functions of this instruction set.

namespace chain {

VM_INLINE float sqrt(float x) { return __builtin_sqrtf(x); }
VM_INLINE float exp(float x) { return expOf(x); }
VM_INLINE float expm1(float x) { return expm1Of(x); }
VM_INLINE float min(float x, float y) { return x < y || x != x ? x : y; }
VM_INLINE float select(bool condition, float x, float y) { return condition ? x : y; }
VM_INLINE uint32_t shr(uint32_t x, uint32_t y) { return y < 32u ? x >> (y & 31u) : 0u; }
template <class T>
VM_INLINE bool lt(T x, T y) {
  return x < y;
}
VM_INLINE bool le(float x, float y) { return x <= y; }

/** What `random` gives in a chain: bits that are drawn already. */
struct Drawn {
  uint32_t bits;

  VM_INLINE uint32_t operator()(uint32_t) const { return bits; }
};

constexpr bool draws(const char* expression) {
  constexpr char kName[] = "random";
  size_t found = 0;
  for (; *expression != 0 && kName[found] != 0; expression++) found = *expression == kName[found] ? found + 1 : *expression == kName[0];
  return kName[found] == 0;
}

/**
 * F takes the arguments in the order of kChainLetters, and then what `random` is. The rest after whole vectors goes through small buffers, as
 * in map1.
 */
template <bool kDraws, class F>
VM_INLINE void map(void* out, const void* const* args, const uint32_t* key, size_t n, F f) {
  float* o = static_cast<float*>(out);
  const float *a = static_cast<const float*>(args[0]), *b = static_cast<const float*>(args[1]);
  const float *c = static_cast<const float*>(args[2]), *d = static_cast<const float*>(args[3]);
  const float s = *static_cast<const float*>(args[4]), t = *static_cast<const float*>(args[5]);
  const uint32_t* i = static_cast<const uint32_t*>(args[6]);
  const uint32_t j = *static_cast<const uint32_t*>(args[7]), k = *static_cast<const uint32_t*>(args[8]);
  const Threefry random(key);
  constexpr size_t kAtOnce = kDraws ? kDraw : kStep;
  const Lanes<kAtOnce> lanes(n);
  float rest[kAtOnce];
  if (lanes.hasRest()) {
    float ba[kAtOnce] = {}, bb[kAtOnce] = {}, bc[kAtOnce] = {}, bd[kAtOnce] = {};
    uint32_t bi[kAtOnce] = {}, bits[kAtOnce] = {};
    lanes.readRest(ba, a);
    lanes.readRest(bb, b);
    lanes.readRest(bc, c);
    lanes.readRest(bd, d);
    lanes.readRest(bi, i);
    if constexpr (kDraws) random.draw(bits, bi);
    VM_LANES
    for (size_t at = 0; at < kAtOnce; at++) rest[at] = f(ba[at], bb[at], bc[at], bd[at], s, t, bi[at], j, k, Drawn{bits[at]});
  }
  if constexpr (kDraws) {
    for (size_t from = 0; from < lanes.whole; from += kAtOnce) {
      uint32_t bits[kAtOnce];
      random.draw(bits, i + from);
      VM_LANES
      for (size_t at = 0; at < kAtOnce; at++) {
        o[from + at] = f(a[from + at], b[from + at], c[from + at], d[from + at], s, t, i[from + at], j, k, Drawn{bits[at]});
      }
    }
  } else {
    VM_LANES
    for (size_t at = 0; at < lanes.whole; at++) o[at] = f(a[at], b[at], c[at], d[at], s, t, i[at], j, k, Drawn{});
  }
  if (lanes.hasRest()) lanes.writeRest(o, rest);
}

#define VM_CHAIN(NAME, ...)                                                                                        \
  void NAME(void* out, const void* const* args, const uint32_t* key, size_t n) {                                   \
    map<draws(#__VA_ARGS__)>(out, args, key, n, [](float a, float b, float c, float d, float s, float t, uint32_t i, uint32_t j, uint32_t k, Drawn random) { \
      (void)a, (void)b, (void)c, (void)d, (void)s, (void)t, (void)i, (void)j, (void)k, (void)random;               \
      return __VA_ARGS__;                                                                                          \
    });                                                                                                            \
  }
NEURITE_CHAINS(VM_CHAIN)
#undef VM_CHAIN

}  // namespace chain
