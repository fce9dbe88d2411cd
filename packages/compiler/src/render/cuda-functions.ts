/** Functions that rendered kernels call. They need no header, and what differs between a GPU and a host is behind NEURITE_HOST. */
export const cudaPrelude = `
#define NR_NO_SITE 0x7fffffffu
template <class T> __device__ inline T nr_nan();
template <> __device__ inline float nr_nan<float>() { unsigned int b = 0x7fc00000u; float f; memcpy(&f, &b, 4); return f; }
template <> __device__ inline double nr_nan<double>() { unsigned long long b = 0x7ff8000000000000ull; double f; memcpy(&f, &b, 8); return f; }
template <class T> __device__ inline T nr_infinity();
template <> __device__ inline float nr_infinity<float>() { unsigned int b = 0x7f800000u; float f; memcpy(&f, &b, 4); return f; }
template <> __device__ inline double nr_infinity<double>() { unsigned long long b = 0x7ff0000000000000ull; double f; memcpy(&f, &b, 8); return f; }
struct __align__(8) nr_complex { float x, y; };
__device__ inline nr_complex nr_pair(float x, float y) { nr_complex z; z.x = x; z.y = y; return z; }
__device__ inline nr_complex operator+(nr_complex a, nr_complex b) { return nr_pair(a.x + b.x, a.y + b.y); }
__device__ inline nr_complex operator*(nr_complex a, nr_complex b) { return nr_pair(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
template <class To, class From> __device__ inline To nr_bits(From x) { To y; memcpy(&y, &x, sizeof(y)); return y; }

__device__ inline float nr_from_half(unsigned short h) {
  const unsigned int sign = (h & 0x8000u) << 16, rest = h & 0x7fffu;
  if (rest >= 0x7c00u) return nr_bits<float>(sign | 0x7f800000u | ((rest & 0x3ffu) << 13));
  if (rest >= 0x400u) return nr_bits<float>(sign | ((rest << 13) + 0x38000000u));
  const float small = (float)rest * 5.9604644775390625e-8f;
  return sign ? -small : small;
}
__device__ inline unsigned short nr_to_half(float x) {
  const unsigned int bits = nr_bits<unsigned int>(x), sign = (bits >> 16) & 0x8000u, rest = bits & 0x7fffffffu;
  if (rest > 0x7f800000u) return (unsigned short)(sign | 0x7e00u);
  if (rest >= 0x477ff000u) return (unsigned short)(sign | 0x7c00u);
  if (rest < 0x38800000u) return (unsigned short)(sign | (unsigned int)rintf(nr_bits<float>(rest) * 16777216.0f));
  const unsigned int even = (rest >> 13) & 1u;
  return (unsigned short)(sign | ((rest - 0x38000000u + 0xfffu + even) >> 13));
}
__device__ inline float nr_from_bfloat(unsigned short h) { return nr_bits<float>((unsigned int)h << 16); }
__device__ inline unsigned short nr_to_bfloat(float x) {
  const unsigned int bits = nr_bits<unsigned int>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (unsigned short)((bits >> 16) | 0x40u);
  return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

/** A site complains: the lowest of the first run that does is kept. status: site, running, failed. */
__device__ inline void nr_fail(unsigned int* status, unsigned int site) {
  if (status[2] != 0 && status[2] != status[1]) return;
  atomicMin(&status[0], site);
  status[2] = status[1];
}

template <class T> __device__ inline T nr_max(T a, T b) { return a != a ? a : b != b ? b : a > b ? a : a == b ? (a == 0 && b == 0 ? (T)(a + b) : a) : b; }
template <> __device__ inline bool nr_max<bool>(bool a, bool b) { return a || b; }
template <class T> __device__ inline T nr_min(T a, T b) { return a != a ? a : b != b ? b : a < b ? a : b < a ? b : a; }
template <> __device__ inline bool nr_min<bool>(bool a, bool b) { return a && b; }
template <class T> __device__ inline T nr_sign(T x) { return x > 0 ? (T)1 : x < 0 ? (T)-1 : x; }
template <class T> __device__ inline T nr_div(T a, T b) { return b == 0 ? (T)0 : b == (T)-1 ? (T)(0 - a) : (T)(a / b); }
template <class T> __device__ inline T nr_rem(T a, T b) { return b == 0 || b == (T)-1 ? (T)0 : (T)(a % b); }
template <> __device__ inline unsigned int nr_div<unsigned int>(unsigned int a, unsigned int b) { return b == 0 ? 0u : a / b; }
template <> __device__ inline unsigned int nr_rem<unsigned int>(unsigned int a, unsigned int b) { return b == 0 ? 0u : a % b; }
template <> __device__ inline unsigned char nr_div<unsigned char>(unsigned char a, unsigned char b) { return b == 0 ? 0 : a / b; }
template <> __device__ inline unsigned char nr_rem<unsigned char>(unsigned char a, unsigned char b) { return b == 0 ? 0 : a % b; }
template <class T> __device__ inline T nr_pow(T base, T exponent) {
  if (exponent < 0) return (T)(base == 1 ? 1 : base == (T)-1 ? (exponent & 1 ? -1 : 1) : 0);
  T result = 1;
  for (; exponent > 0; exponent = (T)(exponent >> 1)) {
    if (exponent & 1) result = (T)(result * base);
    base = (T)(base * base);
  }
  return result;
}
template <class T> __device__ inline T nr_shl(T a, T b) { return b < 0 || b >= (T)(8 * sizeof(T)) ? (T)0 : (T)((unsigned long long)a << b); }
template <class T> __device__ inline T nr_shr(T a, T b) { return b < 0 || b >= (T)(8 * sizeof(T)) ? (a < 0 ? (T)-1 : (T)0) : (T)(a >> b); }
/** Floats to integers truncate and saturate; NaN gives 0. */
template <class T, class F> __device__ inline T nr_truncate(F x, T low, T high) {
  if (x != x) return 0;
  if (x <= (F)low) return low;
  if (x >= (F)high) return high;
  return (T)x;
}

__device__ inline unsigned int nr_rotate(unsigned int x, int by) { return (x << by) | (x >> (32 - by)); }
/** Threefry-2x32, 20 rounds; the xor of its two words. */
__device__ inline unsigned int nr_threefry(unsigned int key0, unsigned int key1, unsigned int counter) {
  const unsigned int keys[3] = {key0, key1, key0 ^ key1 ^ 0x1bd11bdau};
  const int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  unsigned int x0 = keys[0], x1 = counter + keys[1];
  for (int round = 0; round < 5; round++) {
    for (int i = 0; i < 4; i++) {
      x0 += x1;
      x1 = nr_rotate(x1, rotations[round % 2][i]) ^ x0;
    }
    x0 += keys[(round + 1) % 3];
    x1 += keys[(round + 2) % 3] + (unsigned int)round + 1u;
  }
  return x0 ^ x1;
}
`;
