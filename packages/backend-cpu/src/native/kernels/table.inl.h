// Everything of one instruction set. A file isa_*.cpp defines KERNEL_ISA (a name), KERNEL_VECTOR_BYTES and KERNEL_TABLE
// (the function to define) and includes this.
//
// All code sits in an unnamed namespace: were an inline function visible to the linker, it would keep one copy for all
// instruction sets, perhaps the AVX-512 one, and the baseline would run it. For the same reason no standard library
// template is used.

#include <cstddef>
#include <cstdint>
#include <ctime>

#include "../fft/fft.h"
#include "../linalg/blas.h"
#include "kernels.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__GNUC__) && !defined(__clang__)
// Vectors wider than the baseline's are passed between inlined functions only.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace neurite {
namespace {
#include "simd.inl.h"
#include "tasks.inl.h"
#include "elements.inl.h"
#include "micro.inl.h"
#include "pack.inl.h"
#include "epilogue.inl.h"
#include "finish.inl.h"
#include "block.inl.h"
#include "partial_sums.inl.h"
#include "gemm_tiles.inl.h"
#include "gemm_dot.inl.h"
#include "gemm_rows.inl.h"
#include "gemm_blocks.inl.h"
#include "gemm_split.inl.h"
#include "gemm.inl.h"
#include "conv_plan.inl.h"
#include "conv_box.inl.h"
#include "conv_taps.inl.h"
#include "conv_dot.inl.h"
#include "conv_grouped_sums.inl.h"
#include "conv_grouped_blocks.inl.h"
#include "conv_grouped.inl.h"
#include "conv_joined_sums.inl.h"
#include "conv_joined.inl.h"
#include "winograd.inl.h"
#include "conv_winograd.inl.h"
#include "conv_winograd_filter.inl.h"
#include "conv_product.inl.h"
#include "conv.inl.h"
#include "plain_products.inl.h"
#include "blas.inl.h"
#include "cumulative.inl.h"
#include "gather_scatter.inl.h"
#include "argreduce.inl.h"
#include "window_lanes.inl.h"
#include "window.inl.h"
#include "fft.inl.h"
#include "peak.inl.h"

const KernelTable kTable = {
    KERNEL_ISA,
    gemm,
    packedFloats,
    conv,
    packedFilterFloats,
    gemmFloat64,
    plainGemm<int32_t>,
    plainGemm<int64_t>,
    plainConv<double>,
    plainConv<int32_t>,
    plainConv<int64_t>,
    windowKernel<WindowMode::Reduce>,
    windowKernel<WindowMode::Gather>,
    windowKernel<WindowMode::Scatter>,
    argReduce,
    gather,
    scatter,
    cumulative,
    &kFftSteps,
    &kBlas,
    finish,
    peakFlops,
};
}  // namespace

const KernelTable* KERNEL_TABLE() { return &kTable; }
}  // namespace neurite
