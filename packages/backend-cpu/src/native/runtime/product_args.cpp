#include <algorithm>

#include "runtime/executable.h"

namespace neurite {

GemmArgs gemmArgs(const DotKernel& dot) {
  const int batch = dot.batch.rank;
  GemmArgs args{};
  args.batchRank = batch;
  std::copy_n(dot.batch.dims, batch, args.batch);
  args.m = dot.m;
  args.n = dot.n;
  args.k = dot.k;
  std::copy_n(dot.lhs.strides, batch, args.lhsBatch);
  args.lhsRow = dot.lhs.strides[batch];
  args.lhsCol = dot.lhs.strides[batch + 1];
  std::copy_n(dot.rhs.strides, batch, args.rhsBatch);
  args.rhsRow = dot.rhs.strides[batch];
  args.rhsCol = dot.rhs.strides[batch + 1];
  return args;
}

ConvArgs convArgs(const ConvKernel& conv) {
  const int n = conv.spatial;
  ConvArgs args{};
  args.groupsAt = conv.groupsAt;
  args.spatial = n;
  args.groups = conv.groups;
  args.batch = conv.batch;
  args.channels = conv.channels;
  args.features = conv.features;
  std::copy_n(conv.input, n, args.input);
  std::copy_n(conv.window, n, args.window);
  std::copy_n(conv.output, n, args.output);
  std::copy_n(conv.strides, n, args.strides);
  std::copy_n(conv.low, n, args.low);
  std::copy_n(conv.lhsDilation, n, args.lhsDilation);
  std::copy_n(conv.rhsDilation, n, args.rhsDilation);
  args.lhsGroup = conv.lhs.strides[0];
  args.lhsBatch = conv.lhs.strides[1];
  std::copy_n(conv.lhs.strides + 2, n, args.lhsSpatial);
  args.lhsChannel = conv.lhs.strides[n + 2];
  args.rhsGroup = conv.rhs.strides[0];
  std::copy_n(conv.rhs.strides + 1, n, args.rhsWindow);
  args.rhsChannel = conv.rhs.strides[n + 1];
  args.rhsFeature = conv.rhs.strides[n + 2];
  return args;
}

}  // namespace neurite
