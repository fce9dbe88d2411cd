#ifndef NEURITE_RUNTIME_DECODE_KERNELS_H
#define NEURITE_RUNTIME_DECODE_KERNELS_H

#include "runtime/plan.h"
#include "runtime/reader.h"

namespace neurite {

/** Reads the payload of one kernel; `reader.failed()` tells whether it made sense. */
Kernel decodeKernel(Reader& reader, const Plan& plan, KernelKind kind);

}  // namespace neurite

#endif
