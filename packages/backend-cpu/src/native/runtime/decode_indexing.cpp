// Index reductions, gathers and scatters.

#include <algorithm>

#include "runtime/decode_parts.h"

namespace neurite {

namespace {

/** outer, size, inner, count and the site, common to gather and scatter. */
template <class Args>
bool readIndexed(Reader& reader, const Plan& plan, const std::string& op, Args& args) {
  args.dtype = readDType(reader);
  const std::string size = op + " a size", site = op + " its site";
  for (int64_t* each : {&args.outer, &args.size, &args.inner, &args.count}) *each = reader.size(size.c_str());
  // Status values are sites counted from 1: 0 means that all is well.
  args.statusValue = reader.ranged(0, plan.sites, site.c_str()) + 1;
  if (args.size > INT32_MAX) reader.fail(op + " the axis is too long for int32 indices");
  if (volumeOf({args.outer, args.size, args.inner}) < 0 || volumeOf({args.outer, args.count, args.inner}) < 0) {
    reader.fail(op + " an operand is too large");
  }
  return !reader.failed();
}

}  // namespace

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

void decodeGather(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto gather = std::make_unique<GatherKernel>();
  GatherArgs& args = gather->args;
  args = GatherArgs{};
  if (!readIndexed(reader, plan, "[gather]", args)) return;
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
  if (!readIndexed(reader, plan, "[scatter]", args)) return;
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

}  // namespace neurite
