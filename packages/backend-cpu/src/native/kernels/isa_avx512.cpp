// Compiled with -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma on x86-64; elsewhere there is no such table.
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__FMA__)
#define KERNEL_ISA "avx512"
#define KERNEL_VECTOR_BYTES 64
#define KERNEL_TABLE avx512Kernels
#include "table.inl.h"
#else
#include "kernels.h"
const neurite::KernelTable* neurite::avx512Kernels() { return nullptr; }
#endif
