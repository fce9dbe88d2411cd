#ifndef NEURITE_RUNTIME_DECODE_KERNELS_H
#define NEURITE_RUNTIME_DECODE_KERNELS_H

#include "runtime/plan.h"
#include "runtime/reader.h"

namespace neurite {

/** Reads the payload of one kernel that is no branch or loop; `reader.failed()` tells whether it made sense. */
Kernel decodeKernel(Reader& reader, const Plan& plan, KernelKind kind);

/** Reads the payload of a branch or loop that is inside of `nesting` others. */
Kernel decodeControl(Reader& reader, Plan& plan, KernelKind kind, int nesting);

/** Reads the number of kernels and each of them. */
std::vector<Kernel> decodeKernels(Reader& reader, Plan& plan, int nesting);

/** True if a slice at `position` of its loop lies in the buffer it is part of. */
bool isInside(const BufferInfo& slice, const BufferInfo& of, int64_t position);

}  // namespace neurite

#endif
