// Products, convolutions and windows.

#include <algorithm>

#include "runtime/decode_parts.h"

namespace neurite {

namespace {

/** Features of a group up to which those of several groups share a vector; more of them fill the columns of a product. */
constexpr int64_t kMostJoinedFeatures = 8;

/** Windows that fit into `extent` elements. */
int64_t windowCount(int64_t extent, int64_t window, int64_t dilation, int64_t stride) {
  int64_t span = (window - 1) * dilation + 1;
  return window <= 0 || extent < span ? 0 : (extent - span) / stride + 1;
}

/** Chooses where the groups of a convolution are in its sums, and reorders what follows them. */
ConvGroups placeGroups(const ConvKernel& conv, Dims& sums, RawBody& epilogue) {
  if (conv.dtype != DType::Float32 || conv.groups < 4) return ConvGroups::First;
  // Many groups side by side, of few features each.
  const int64_t step = conv.lhs.strides[0];
  if (step == 1 && conv.features <= 4) {
    swapEnds(sums, epilogue);
    return ConvGroups::Last;
  }
  // Vectors of outputs read neighbouring elements of lhs, those of a few groups.
  const bool near = step > 1 && step <= 2 * conv.features && conv.features <= kMostJoinedFeatures;
  return near && joinEnds(sums, epilogue) ? ConvGroups::Joined : ConvGroups::First;
}

}  // namespace

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
  conv->groupsAt = placeGroups(*conv, sums, epilogue);
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

}  // namespace neurite
