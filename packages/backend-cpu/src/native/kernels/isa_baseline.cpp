// The instructions every CPU of the architecture has: SSE2 or NEON.
#define KERNEL_ISA "baseline"
#define KERNEL_VECTOR_BYTES 16
#define KERNEL_TABLE baselineKernels
#include "table.inl.h"
