// Compiled with -mavx2 -mfma on x86-64; elsewhere there is no such table.
#if defined(__AVX2__) && defined(__FMA__)
#define VM_ISA "avx2"
#define VM_VECTOR_BYTES 32
#define VM_TABLE avx2Vm
#include "vm/table.inl.h"
#else
#include "vm/table.h"
const neurite::VmTable* neurite::avx2Vm() { return nullptr; }
#endif
