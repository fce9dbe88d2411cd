#include "runtime/decode_parts.h"

namespace neurite {

DType readDType(Reader& reader) { return static_cast<DType>(reader.ranged(0, 11, "a dtype")); }

void needDType(Reader& reader, const Plan& plan, const RawView& view, DType dtype, const char* what) {
  if (!reader.failed() && plan.buffers[view.buffer].dtype != dtype) reader.fail(std::string(what) + " has another dtype than the kernel");
}

void readExtents(Reader& reader, int rank, int64_t* out, const char* what, int64_t low) {
  for (int i = 0; i < rank; i++) {
    out[i] = reader.size(what, kMaxExtent);
    if (out[i] < low) reader.fail(std::string(what) + " is out of range: " + std::to_string(out[i]));
  }
}

void readPadding(Reader& reader, int rank, int64_t* low, int64_t* high) {
  for (int i = 0; i < rank; i++) {
    low[i] = reader.step("padding");
    high[i] = reader.step("padding");
    if (std::abs(low[i]) > kMaxExtent || std::abs(high[i]) > kMaxExtent) reader.fail("padding is out of range");
  }
}

Dims toDims(const int64_t* values, int rank) { return Dims(values, values + rank); }

bool isProductType(DType dtype) {
  switch (dtype) {
    case DType::Float32:
    case DType::Float64:
    case DType::Int32:
    case DType::UInt32:
    case DType::Int64:
      return true;
    default:
      return false;
  }
}

bool isOrdered(DType dtype) { return dtype != DType::Float16 && dtype != DType::BFloat16 && dtype != DType::Complex64; }

void needDistinct(Reader& reader, const Dims& dims, const RawView& view, const char* op) {
  if (volumeOf(dims) == 0) return;
  for (size_t i = 0; i < dims.size(); i++) {
    if (dims[i] > 1 && view.strides[i] == 0) reader.fail(std::string(op) + " elements of the result share a place");
  }
}

}  // namespace neurite
