#include "runtime/decode_kernels.h"

#include <algorithm>

#include "runtime/decode_body.h"

namespace neurite {

namespace {

/** Windows, strides and paddings beyond this are nonsense, and small enough for 64-bit products. */
constexpr int64_t kMaxExtent = int64_t{1} << 31;

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

/** Windows that fit into `extent` elements. */
int64_t windowCount(int64_t extent, int64_t window, int64_t dilation, int64_t stride) {
  int64_t span = (window - 1) * dilation + 1;
  return window <= 0 || extent < span ? 0 : (extent - span) / stride + 1;
}

Dims toDims(const int64_t* values, int rank) { return Dims(values, values + rank); }

void decodeLoop(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto loop = std::make_unique<LoopKernel>();
  Dims dims = readShape(reader);
  loop->row = reader.ranged(0, 2, "the row flag") == 1;
  if (loop->row && dims.empty()) reader.fail("a row kernel without axes");
  BodyRules rules;
  rules.rowReduce = loop->row;
  RawBody body = readBody(reader, plan, dims, rules);
  if (reader.failed()) return;
  Dims group(dims.size(), 0);
  if (loop->row) group.back() = kFixedAxis;
  AxisMerger merger(dims, group);
  merger.add(body);
  merger.merge();
  loop->space = toSpace(reader, dims);
  loop->body = toBody(body);
  kernel.loop = std::move(loop);
}

void decodeReduce(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto reduce = std::make_unique<ReduceKernel>();
  Dims dims = readShape(reader);
  Dims reduced;
  Dims kept;
  for (size_t i = 0; i < dims.size(); i++) {
    reduced.push_back(reader.ranged(0, 2, "a reduced flag"));
    if (reduced[i] == 0) kept.push_back(dims[i]);
  }
  if (reader.failed()) return;
  BodyRules bodyRules;
  bodyRules.stores = false;
  RawBody body = readBody(reader, plan, dims, bodyRules);
  const int32_t count = reader.length("reductions", 3);
  BodyRules epilogueRules;
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    Reduction reduction;
    reduction.op = static_cast<ReduceOp>(reader.ranged(0, 4, "a reduction"));
    reduction.value = reader.ranged(0, static_cast<int32_t>(body.instructions.size()), "a reduced value");
    reduction.dtype = readDType(reader);
    if (reader.failed()) return;
    if (reduction.dtype != body.instructions[reduction.value].fixed.dtype) reader.fail("a reduction has another dtype than its value");
    if (reduction.dtype == DType::Bool && (reduction.op == ReduceOp::Sum || reduction.op == ReduceOp::Prod)) {
      reader.fail("a sum or product of bools");
    }
    reduce->reductions.push_back(reduction);
    epilogueRules.results.push_back(reduction.dtype);
  }
  RawBody epilogue = readBody(reader, plan, kept, epilogueRules);
  if (reader.failed()) return;
  // The epilogue joins the merging with stride 0 on the reduced axes, so that kept axes stay the same for both.
  auto spread = [&](Dims& strides) {
    Dims wide;
    size_t next = 0;
    for (size_t i = 0; i < dims.size(); i++) wide.push_back(reduced[i] == 1 ? 0 : strides[next++]);
    strides = std::move(wide);
  };
  auto forEachStrides = [&](auto&& visit) {
    for (RawView& operand : epilogue.operands) visit(operand.strides);
    for (RawInstruction& instruction : epilogue.instructions) {
      if (instruction.fixed.op == Op::Index) visit(instruction.strides);
    }
    for (RawStore& store : epilogue.stores) visit(store.view.strides);
  };
  forEachStrides(spread);
  AxisMerger merger(dims, reduced);
  merger.add(body);
  merger.add(epilogue);
  merger.merge();
  forEachStrides([&](Dims& strides) {
    Dims narrow;
    for (size_t i = 0; i < dims.size(); i++) {
      if (reduced[i] == 0) narrow.push_back(strides[i]);
    }
    strides = std::move(narrow);
  });
  kept.clear();
  for (size_t i = 0; i < dims.size(); i++) {
    if (reduced[i] == 0) kept.push_back(dims[i]);
  }
  reduce->space = toSpace(reader, dims);
  reduce->kept = toSpace(reader, kept);
  if (reader.failed()) return;
  std::fill(reduce->reduced, reduce->reduced + kMaxRank, false);
  for (size_t i = 0; i < dims.size(); i++) reduce->reduced[i] = reduced[i] == 1;
  reduce->body = toBody(body);
  reduce->epilogue = toBody(epilogue);
  kernel.reduce = std::move(reduce);
}

/** Dtypes of products and windows; the compiler computes others in these. */
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

void decodeDot(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto dot = std::make_unique<DotKernel>();
  dot->dtype = readDType(reader);
  if (!isProductType(dot->dtype)) reader.fail("[dot] has no kernel for this dtype");
  Dims batch = readShape(reader);
  dot->m = reader.size("m");
  dot->n = reader.size("n");
  dot->k = reader.size("k");
  auto matrix = [&](int64_t rows, int64_t columns) {
    Dims dims = batch;
    dims.insert(dims.end(), {rows, columns});
    if (volumeOf(dims) < 0) reader.fail("[dot] an operand is too large");
    return dims;
  };
  Dims sums = matrix(dot->m, dot->n);
  RawView lhs = readView(reader, plan, matrix(dot->m, dot->k), false);
  RawView rhs = readView(reader, plan, matrix(dot->k, dot->n), false);
  needDType(reader, plan, lhs, dot->dtype, "[dot] lhs");
  needDType(reader, plan, rhs, dot->dtype, "[dot] rhs");
  BodyRules rules;
  rules.results = {dot->dtype};
  RawBody epilogue = readBody(reader, plan, sums, rules);
  if (reader.failed()) return;
  Dims group(sums.size(), 0);
  group[group.size() - 2] = kFixedAxis;
  group[group.size() - 1] = kFixedAxis + 1;
  AxisMerger merger(sums, group);
  merger.add(lhs);
  merger.add(rhs);
  merger.add(epilogue);
  merger.merge();
  dot->space = toSpace(reader, sums);
  sums.resize(sums.size() - 2);
  dot->batch = toSpace(reader, sums);
  dot->batch.rank = static_cast<int>(sums.size());
  dot->lhs = toView(lhs);
  dot->rhs = toView(rhs);
  dot->epilogue = toBody(epilogue);
  kernel.dot = std::move(dot);
}

void decodeConv(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto conv = std::make_unique<ConvKernel>();
  conv->dtype = readDType(reader);
  if (!isProductType(conv->dtype)) reader.fail("[conv] has no kernel for this dtype");
  const int n = reader.ranged(1, kMaxSpatial + 1, "[conv] the number of spatial axes");
  conv->spatial = n;
  for (int64_t* size : {&conv->groups, &conv->batch, &conv->channels, &conv->features}) *size = reader.size("[conv] a size", kMaxExtent);
  readExtents(reader, n, conv->input, "[conv] input", 0);
  readExtents(reader, n, conv->window, "[conv] window", 0);
  readExtents(reader, n, conv->output, "[conv] output", 0);
  readExtents(reader, n, conv->strides, "[conv] strides", 1);
  readPadding(reader, n, conv->low, conv->high);
  readExtents(reader, n, conv->lhsDilation, "[conv] lhsDilation", 1);
  readExtents(reader, n, conv->rhsDilation, "[conv] rhsDilation", 1);
  if (reader.failed()) return;
  for (int i = 0; i < n; i++) {
    int64_t dilated = conv->input[i] == 0 ? 0 : (conv->input[i] - 1) * conv->lhsDilation[i] + 1;
    int64_t expected = windowCount(dilated + conv->low[i] + conv->high[i], conv->window[i], conv->rhsDilation[i], conv->strides[i]);
    if (conv->output[i] != expected) return reader.fail("[conv] output is not the number of windows");
  }
  auto dims = [&](int64_t first, int64_t second, const int64_t* spatial, int64_t last, bool hasSecond) {
    Dims all = {first};
    if (hasSecond) all.push_back(second);
    all.insert(all.end(), spatial, spatial + n);
    all.push_back(last);
    return all;
  };
  Dims inputs = dims(conv->groups, conv->batch, conv->input, conv->channels, true);
  Dims sums = dims(conv->groups, conv->batch, conv->output, conv->features, true);
  Dims filter = {conv->groups};
  filter.insert(filter.end(), conv->window, conv->window + n);
  filter.insert(filter.end(), {conv->channels, conv->features});
  if (volumeOf(inputs) < 0 || volumeOf(filter) < 0 || volumeOf(sums) < 0) return reader.fail("[conv] an operand is too large");
  RawView lhs = readView(reader, plan, inputs, false);
  RawView rhs = readView(reader, plan, filter, false);
  needDType(reader, plan, lhs, conv->dtype, "[conv] lhs");
  needDType(reader, plan, rhs, conv->dtype, "[conv] rhs");
  BodyRules rules;
  rules.results = {conv->dtype};
  RawBody epilogue = readBody(reader, plan, sums, rules);
  if (reader.failed()) return;
  conv->lhs = toView(lhs);
  conv->rhs = toView(rhs);
  conv->space = toSpace(reader, sums);
  conv->epilogue = toBody(epilogue);
  kernel.conv = std::move(conv);
}

void decodeWindow(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto window = std::make_unique<WindowKernel>();
  WindowArgs& args = window->args;
  args = WindowArgs{};
  args.op = static_cast<WindowOp>(reader.ranged(0, 3, "[reduce_window] op"));
  args.dtype = readDType(reader);
  if (!isProductType(args.dtype)) reader.fail("[reduce_window] has no kernel for this dtype");
  args.rank = reader.ranged(0, kMaxRank + 1, "[reduce_window] rank");
  int64_t high[kMaxRank] = {};
  readExtents(reader, args.rank, args.input, "[reduce_window] input", 0);
  readExtents(reader, args.rank, args.output, "[reduce_window] output", 0);
  readExtents(reader, args.rank, args.window, "[reduce_window] window", 1);
  readExtents(reader, args.rank, args.strides, "[reduce_window] strides", 1);
  readPadding(reader, args.rank, args.low, high);
  readExtents(reader, args.rank, args.dilation, "[reduce_window] dilation", 1);
  if (reader.failed()) return;
  if (kernel.kind != KernelKind::ReduceWindow && args.op == WindowOp::Sum) return reader.fail("[window_gather] op must be max or min");
  for (int i = 0; i < args.rank; i++) {
    int64_t expected = windowCount(args.input[i] + args.low[i] + high[i], args.window[i], args.dilation[i], args.strides[i]);
    if (args.output[i] != expected) return reader.fail("[reduce_window] output is not the number of windows");
  }
  const bool gather = kernel.kind == KernelKind::WindowGather;
  const bool scatter = kernel.kind == KernelKind::WindowScatter;
  Dims input = toDims(args.input, args.rank);
  Dims output = toDims(args.output, args.rank);
  if (volumeOf(input) < 0 || volumeOf(output) < 0) return reader.fail("[reduce_window] an operand is too large");
  RawView x = readView(reader, plan, input, false);
  RawView y = gather || scatter ? readView(reader, plan, scatter ? output : input, false) : x;
  RawView out = readView(reader, plan, scatter ? input : output, true);
  if (reader.failed()) return;
  needDType(reader, plan, x, args.dtype, "[reduce_window] x");
  needDType(reader, plan, y, args.dtype, "[reduce_window] y");
  needDType(reader, plan, out, args.dtype, "[reduce_window] out");
  window->x = toView(x);
  window->y = toView(y);
  window->out = toView(out);
  std::copy_n(window->x.strides, kMaxRank, args.xStrides);
  std::copy_n(window->y.strides, kMaxRank, args.yStrides);
  std::copy_n(window->out.strides, kMaxRank, args.outStrides);
  kernel.window = std::move(window);
}

void decodeArgReduce(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto argReduce = std::make_unique<ArgReduceKernel>();
  ArgReduceArgs& args = argReduce->args;
  args = ArgReduceArgs{};
  args.isMax = reader.ranged(0, 2, "[argreduce] op") == 1;
  args.dtype = readDType(reader);
  if (!isOrdered(args.dtype)) reader.fail("[argreduce] has no kernel for this dtype");
  args.axis = reader.word();
  Dims dims = readShape(reader);
  if (dims.size() > static_cast<size_t>(kMaxRank)) return reader.fail("[argreduce] more than " + std::to_string(kMaxRank) + " axes");
  args.rank = static_cast<int>(dims.size());
  if (args.axis < 0 || args.axis >= args.rank) return reader.fail("[argreduce] axis is out of range");
  if (dims[args.axis] == 0) return reader.fail("[argreduce] the axis is empty");
  if (dims[args.axis] > INT32_MAX) return reader.fail("[argreduce] the axis is too long for int32 indices");
  Dims kept = dims;
  kept.erase(kept.begin() + args.axis);
  RawView x = readView(reader, plan, dims, false);
  RawView out = readView(reader, plan, kept, true);
  if (reader.failed()) return;
  needDType(reader, plan, x, args.dtype, "[argreduce] x");
  needDType(reader, plan, out, DType::Int32, "[argreduce] out");
  out.strides.insert(out.strides.begin() + args.axis, 0);
  argReduce->x = toView(x);
  argReduce->out = toView(out);
  std::copy(dims.begin(), dims.end(), args.shape);
  std::copy_n(argReduce->x.strides, kMaxRank, args.xStrides);
  std::copy_n(argReduce->out.strides, kMaxRank, args.outStrides);
  kernel.argReduce = std::move(argReduce);
}

/** outer, size, inner, count and the site, common to gather and scatter. */
template <class Args>
bool readIndexed(Reader& reader, const Plan& plan, Args& args) {
  args.dtype = readDType(reader);
  for (int64_t* size : {&args.outer, &args.size, &args.inner, &args.count}) *size = reader.size("[gather] a size");
  // Status values are sites counted from 1: 0 means that all is well.
  args.statusValue = reader.ranged(0, plan.sites, "[gather] its site") + 1;
  if (args.size > INT32_MAX) reader.fail("[gather] the axis is too long for int32 indices");
  if (volumeOf({args.outer, args.size, args.inner}) < 0 || volumeOf({args.outer, args.count, args.inner}) < 0) {
    reader.fail("[gather] an operand is too large");
  }
  return !reader.failed();
}

void decodeGather(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto gather = std::make_unique<GatherKernel>();
  GatherArgs& args = gather->args;
  args = GatherArgs{};
  if (!readIndexed(reader, plan, args)) return;
  RawView x = readView(reader, plan, {args.outer, args.size, args.inner}, false);
  RawView indices = readView(reader, plan, {args.count}, false);
  RawView out = readView(reader, plan, {args.outer, args.count, args.inner}, true);
  if (reader.failed()) return;
  needDType(reader, plan, x, args.dtype, "[gather] x");
  needDType(reader, plan, indices, DType::Int32, "[gather] indices");
  needDType(reader, plan, out, args.dtype, "[gather] out");
  args.xOuter = x.strides[0];
  args.xSize = x.strides[1];
  args.xInner = x.strides[2];
  args.indicesStride = indices.strides[0];
  args.outOuter = out.strides[0];
  args.outCount = out.strides[1];
  args.outInner = out.strides[2];
  gather->x = toView(x);
  gather->indices = toView(indices);
  gather->out = toView(out);
  kernel.gather = std::move(gather);
}

void decodeScatter(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto scatter = std::make_unique<ScatterKernel>();
  ScatterArgs& args = scatter->args;
  args = ScatterArgs{};
  args.op = static_cast<ScatterOp>(reader.ranged(0, 5, "[scatter] op"));
  if (!readIndexed(reader, plan, args)) return;
  const bool complex = args.dtype == DType::Complex64 && (args.op == ScatterOp::Add || args.op == ScatterOp::Mul);
  if (args.op != ScatterOp::Set && !complex && !isOrdered(args.dtype)) return reader.fail("[scatter] has no kernel for this dtype");
  RawView indices = readView(reader, plan, {args.count}, false);
  RawView updates = readView(reader, plan, {args.outer, args.count, args.inner}, false);
  RawView out = readView(reader, plan, {args.outer, args.size, args.inner}, true);
  if (reader.failed()) return;
  needDType(reader, plan, indices, DType::Int32, "[scatter] indices");
  needDType(reader, plan, updates, args.dtype, "[scatter] updates");
  needDType(reader, plan, out, args.dtype, "[scatter] out");
  args.outOuter = out.strides[0];
  args.outSize = out.strides[1];
  args.outInner = out.strides[2];
  args.indicesStride = indices.strides[0];
  args.updatesOuter = updates.strides[0];
  args.updatesCount = updates.strides[1];
  args.updatesInner = updates.strides[2];
  scatter->indices = toView(indices);
  scatter->updates = toView(updates);
  scatter->out = toView(out);
  kernel.scatter = std::move(scatter);
}

/** Each element of a result must be its own: sizes are then bounded by buffers, and tasks write apart from each other. */
void needDistinct(Reader& reader, const Dims& dims, const RawView& view, const char* op) {
  if (volumeOf(dims) == 0) return;
  for (size_t i = 0; i < dims.size(); i++) {
    if (dims[i] > 1 && view.strides[i] == 0) reader.fail(std::string(op) + " elements of the result share a place");
  }
}

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

}  // namespace

Kernel decodeKernel(Reader& reader, const Plan& plan, KernelKind kind) {
  Kernel kernel;
  kernel.kind = kind;
  switch (kind) {
    case KernelKind::Loop:
      decodeLoop(reader, plan, kernel);
      break;
    case KernelKind::Reduce:
      decodeReduce(reader, plan, kernel);
      break;
    case KernelKind::Dot:
      decodeDot(reader, plan, kernel);
      break;
    case KernelKind::Conv:
      decodeConv(reader, plan, kernel);
      break;
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter:
      decodeWindow(reader, plan, kernel);
      break;
    case KernelKind::ArgReduce:
      decodeArgReduce(reader, plan, kernel);
      break;
    case KernelKind::Gather:
      decodeGather(reader, plan, kernel);
      break;
    case KernelKind::Scatter:
      decodeScatter(reader, plan, kernel);
      break;
    case KernelKind::Cumulative:
      decodeCumulative(reader, plan, kernel);
      break;
    case KernelKind::ArgSort:
      decodeArgSort(reader, plan, kernel);
      break;
    case KernelKind::Fft:
      decodeFft(reader, plan, kernel);
      break;
    case KernelKind::Linalg:
      decodeLinalg(reader, plan, kernel);
      break;
    case KernelKind::Cond:
    case KernelKind::While:
    case KernelKind::Scan:
      break;
  }
  return kernel;
}

}  // namespace neurite
