// Stands before rendered CUDA source when it is compiled as C++ for the host: the very kernels then run on the processor. Threads of a block
// run one after another; at a barrier they take turns (kernels.cpp). Blocks run one by one, so shared memory is static.
#pragma once
#define NEURITE_HOST 1
#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(n)
#define __align__(n) alignas(n)

struct nr_dim3 {
  unsigned int x, y, z;
};
extern "C" {
nr_dim3 nr_threadIdx, nr_blockIdx, nr_blockDim, nr_gridDim;
void (*nr_barrier)();
void* memcpy(void*, const void*, __SIZE_TYPE__);
#define NR_UNARY(name) float name##f(float); double name(double);
NR_UNARY(fabs) NR_UNARY(floor) NR_UNARY(ceil) NR_UNARY(rint) NR_UNARY(exp) NR_UNARY(expm1) NR_UNARY(log) NR_UNARY(log1p) NR_UNARY(sin)
NR_UNARY(cos) NR_UNARY(tanh) NR_UNARY(sqrt) NR_UNARY(erf)
#undef NR_UNARY
float fmodf(float, float); double fmod(double, double);
float powf(float, float); double pow(double, double);
float atan2f(float, float); double atan2(double, double);
float fmaf(float, float, float); double fma(double, double, double);
}
#define threadIdx nr_threadIdx
#define blockIdx nr_blockIdx
#define blockDim nr_blockDim
#define gridDim nr_gridDim
#define __syncthreads() nr_barrier()
static inline unsigned int atomicMin(unsigned int* p, unsigned int v) {
  const unsigned int old = *p;
  if (v < old) *p = v;
  return old;
}

// Calls a kernel with an array of pointers to its arguments, as the driver does.
template <class... P>
struct nr_types {};
template <class F>
inline void nr_apply(F f, void**, nr_types<>) { f(); }
template <class F, class First, class... Rest>
inline void nr_apply(F f, void** values, nr_types<First, Rest...>) {
  First first;
  memcpy((void*)&first, *values, sizeof(First));
  nr_apply([&](Rest... rest) { f(first, rest...); }, values + 1, nr_types<Rest...>());
}
template <class T> struct nr_plain { typedef T type; };
template <class T> struct nr_plain<const T> { typedef T type; };
template <class... P>
inline void nr_call(void (*kernel)(P...), void** values) { nr_apply(kernel, values, nr_types<typename nr_plain<P>::type...>()); }
