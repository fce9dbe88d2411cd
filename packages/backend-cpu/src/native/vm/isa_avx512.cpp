// Compiled with -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma on x86-64; elsewhere there is no such table.
#if defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__) && defined(__AVX512BW__) && defined(__FMA__)
#define VM_ISA "avx512"
#define VM_VECTOR_BYTES 64
#define VM_TABLE avx512Vm
#include "vm/table.inl.h"
#else
#include "vm/table.h"
const neurite::VmTable* neurite::avx512Vm() { return nullptr; }
#endif
