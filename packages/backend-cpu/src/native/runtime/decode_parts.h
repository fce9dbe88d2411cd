/** What decoders of single kernels share. */
#ifndef NEURITE_RUNTIME_DECODE_PARTS_H
#define NEURITE_RUNTIME_DECODE_PARTS_H

#include "runtime/decode_body.h"

namespace neurite {

/** Windows, strides and paddings beyond this are nonsense, and small enough for 64-bit products. */
constexpr int64_t kMaxExtent = int64_t{1} << 31;

DType readDType(Reader& reader);
/** Complains where `view` has another dtype than its kernel. */
void needDType(Reader& reader, const Plan& plan, const RawView& view, DType dtype, const char* what);
/** `rank` sizes of at least `low`. */
void readExtents(Reader& reader, int rank, int64_t* out, const char* what, int64_t low);
/** Low and high, axis by axis. */
void readPadding(Reader& reader, int rank, int64_t* low, int64_t* high);
Dims toDims(const int64_t* values, int rank);
/** Dtypes of products and windows; the compiler computes others in these. */
bool isProductType(DType dtype);
/** Dtypes that kernels compare as they are. */
bool isOrdered(DType dtype);
/** Each element of a result must be its own: sizes are then bounded by buffers, and tasks write apart from each other. */
void needDistinct(Reader& reader, const Dims& dims, const RawView& view, const char* op);

/** By kind of kernel: its payload into `kernel`. */
void decodeLoop(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeReduce(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeDot(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeConv(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeWindow(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeArgReduce(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeGather(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeScatter(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeCumulative(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeArgSort(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeFft(Reader& reader, const Plan& plan, Kernel& kernel);
void decodeLinalg(Reader& reader, const Plan& plan, Kernel& kernel);

}  // namespace neurite

#endif
