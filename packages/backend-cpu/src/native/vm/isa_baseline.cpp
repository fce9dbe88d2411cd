// The oldest CPU of the architecture: SSE2 on x86-64, NEON on ARM.
#define VM_ISA "baseline"
#define VM_VECTOR_BYTES 16
#define VM_TABLE baselineVm
#include "vm/table.inl.h"
