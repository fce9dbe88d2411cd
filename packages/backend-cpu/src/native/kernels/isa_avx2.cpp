// Compiled with -mavx2 -mfma -mf16c on x86-64; elsewhere there is no such table.
#if defined(__AVX2__) && defined(__FMA__)
#define KERNEL_ISA "avx2"
#define KERNEL_VECTOR_BYTES 32
#define KERNEL_TABLE avx2Kernels
#include "table.inl.h"
#else
#include "kernels.h"
const neurite::KernelTable* neurite::avx2Kernels() { return nullptr; }
#endif
