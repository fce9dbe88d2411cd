// What works along one axis, and on matrices.

#include <algorithm>

#include "runtime/decode_parts.h"

namespace neurite {

namespace {

/** outer, size and inner; then the views of x and out over them. */
template <class Decoded>
void readLines(Reader& reader, const Plan& plan, Decoded& kernel, DType xDType, DType outDType, const char* op) {
  auto& args = kernel.args;
  for (int64_t* size : {&args.outer, &args.size, &args.inner}) *size = reader.size("a size");
  const Dims dims = {args.outer, args.size, args.inner};
  if (volumeOf(dims) < 0) return reader.fail("an operand is too large");
  RawView x = readView(reader, plan, dims, false);
  RawView out = readView(reader, plan, dims, true);
  if (reader.failed()) return;
  needDType(reader, plan, x, xDType, op);
  needDType(reader, plan, out, outDType, op);
  needDistinct(reader, dims, out, op);
  kernel.x = toView(x);
  kernel.out = toView(out);
  std::copy_n(kernel.x.strides, 3, args.xStrides);
  std::copy_n(kernel.out.strides, 3, args.outStrides);
}

}  // namespace

void decodeCumulative(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto cumulative = std::make_unique<CumulativeKernel>();
  cumulative->args = CumulativeArgs{};
  cumulative->args.op = static_cast<CumulativeOp>(reader.ranged(0, 4, "[cumulative] op"));
  const DType dtype = cumulative->args.dtype = readDType(reader);
  const bool extreme = cumulative->args.op == CumulativeOp::Max || cumulative->args.op == CumulativeOp::Min;
  if (!isProductType(dtype) && (dtype != DType::Complex64 || extreme)) return reader.fail("[cumulative] has no kernel for this dtype");
  cumulative->args.reverse = reader.ranged(0, 2, "[cumulative] reverse") == 1;
  readLines(reader, plan, *cumulative, dtype, dtype, "[cumulative]");
  kernel.cumulative = std::move(cumulative);
}

void decodeArgSort(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto argSort = std::make_unique<ArgSortKernel>();
  argSort->args = ArgSortArgs{};
  argSort->args.dtype = readDType(reader);
  if (!isOrdered(argSort->args.dtype)) return reader.fail("[argsort] has no kernel for this dtype");
  argSort->args.descending = reader.ranged(0, 2, "[argsort] descending") == 1;
  readLines(reader, plan, *argSort, argSort->args.dtype, DType::Int32, "[argsort]");
  if (argSort->args.size > INT32_MAX) reader.fail("[argsort] the axis is too long for int32 indices");
  kernel.argSort = std::move(argSort);
}

void decodeFft(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto fft = std::make_unique<FftKernel>();
  fft->args = FftArgs{};
  fft->args.inverse = reader.ranged(0, 2, "[fft] inverse") == 1;
  readLines(reader, plan, *fft, DType::Complex64, DType::Complex64, "[fft]");
  if (fft->args.size > kMaxExtent) reader.fail("[fft] the axis is too long");
  kernel.fft = std::move(fft);
}

void decodeLinalg(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto linalg = std::make_unique<LinalgKernel>();
  LinalgArgs& args = linalg->args;
  args = LinalgArgs{};
  args.op = static_cast<LinalgOp>(reader.ranged(0, 7, "[linalg] op"));
  args.dtype = readDType(reader);
  if (args.dtype != DType::Float32 && args.dtype != DType::Float64) return reader.fail("[linalg] has no kernel for this dtype");
  for (bool* flag : {&args.lower, &args.transpose, &args.unitDiagonal, &args.full}) *flag = reader.ranged(0, 2, "[linalg] a flag") == 1;
  for (int64_t* size : {&args.batch, &args.m, &args.n, &args.columns}) *size = reader.size("[linalg] a size", kMaxExtent);
  if (reader.failed()) return;
  const bool square = args.op != LinalgOp::Lu && args.op != LinalgOp::Qr && args.op != LinalgOp::Svd;
  if (square && args.m != args.n) return reader.fail("[linalg] the matrix is not square");
  if (args.m > INT32_MAX) return reader.fail("[linalg] the matrix is too large");
  const auto read = [&](const OutputShape& shape, bool written, View& view, int64_t* strides) {
    Dims dims = {args.batch, shape.rows};
    if (!shape.vector) dims.push_back(shape.columns);
    if (volumeOf(dims) < 0) return reader.fail("[linalg] an operand is too large");
    RawView raw = readView(reader, plan, dims, written);
    if (reader.failed()) return;
    needDType(reader, plan, raw, shape.dtype, "[linalg]");
    if (written) needDistinct(reader, dims, raw, "[linalg]");
    view = toView(raw);
    std::copy_n(view.strides, 3, strides);
  };
  for (int i = 0; i < inputsOf(args.op); i++) {
    const OutputShape shape = i == 0 ? OutputShape{args.m, args.n, args.dtype} : OutputShape{args.n, args.columns, args.dtype};
    read(shape, false, linalg->inputs[i], args.inputs[i].strides);
  }
  for (int i = 0; i < outputsOf(args.op); i++) {
    read(outputShape(args, i), true, linalg->outputs[i], args.outputs[i].strides);
  }
  kernel.linalg = std::move(linalg);
}

}  // namespace neurite
