/** A decoded plan: what `decode` makes of the words that src/encode writes, checked so that running it stays inside its buffers. */
#ifndef NEURITE_RUNTIME_PLAN_H
#define NEURITE_RUNTIME_PLAN_H

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fft/fft.h"
#include "kernels/kernels.h"
#include "linalg/linalg.h"
#include "order/argsort.h"
#include "vm/body.h"

namespace neurite {

enum class LocationKind : int32_t { Input = 0, State = 1, Output = 2, Arena = 3, Slice = 4 };

struct BufferInfo {
  DType dtype;
  int64_t size;
  LocationKind kind;
  /** Number of the input, state or output; byte offset in the arena; of a slice the number of the buffer it is part of. */
  int64_t place;
  /** Of a slice, in elements: where it begins, and how far it moves from one position of its loop to the next. */
  int64_t offset = 0, step = 0;
  /** False for inputs and parts of them. */
  bool writable = true;
  /** The buffer that it is part of in the end; its own number where it is no slice. */
  int32_t root = 0;

  int64_t bytes() const { return size * elementBytes(dtype); }
};

enum class KernelKind : int32_t {
  Loop = 0,
  Reduce = 1,
  Dot = 2,
  Conv = 3,
  ReduceWindow = 4,
  WindowGather = 5,
  WindowScatter = 6,
  ArgReduce = 7,
  Gather = 8,
  Scatter = 9,
  Cumulative = 10,
  ArgSort = 11,
  Fft = 12,
  Linalg = 13,
  Cond = 14,
  While = 15,
  Scan = 16,
};

struct LoopKernel {
  Space space;
  bool row;
  Body body;
};

struct Reduction {
  ReduceOp op;
  int32_t value;
  DType dtype;
};

struct ReduceKernel {
  Space space;
  bool reduced[kMaxRank];
  Body body;
  std::vector<Reduction> reductions;
  /** Over the kept axes in order. */
  Space kept;
  Body epilogue;
};

struct DotKernel {
  DType dtype;
  Space batch;
  int64_t m, n, k;
  View lhs, rhs;
  /** [...batch, m, n] */
  Space space;
  Body epilogue;
};

struct ConvKernel {
  DType dtype;
  int spatial;
  int64_t groups, batch, channels, features;
  int64_t input[kMaxSpatial], window[kMaxSpatial], output[kMaxSpatial], strides[kMaxSpatial];
  int64_t low[kMaxSpatial], high[kMaxSpatial], lhsDilation[kMaxSpatial], rhsDilation[kMaxSpatial];
  View lhs, rhs;
  /** As in ConvArgs. */
  ConvGroups groupsAt;
  /** [groups, batch, ...output, features], or as groupsAt says. */
  Space space;
  Body epilogue;
};

struct WindowKernel {
  WindowArgs args;
  View x, y, out;
};

struct ArgReduceKernel {
  ArgReduceArgs args;
  View x, out;
};

struct GatherKernel {
  GatherArgs args;
  View x, indices, out;
};

struct ScatterKernel {
  ScatterArgs args;
  View indices, updates, out;
};

struct CumulativeKernel {
  CumulativeArgs args;
  View x, out;
};

struct ArgSortKernel {
  ArgSortArgs args;
  View x, out;
};

struct FftKernel {
  FftArgs args;
  View x, out;
};

struct LinalgKernel {
  LinalgArgs args;
  View inputs[2], outputs[3];
};

struct ControlKernel;

struct Kernel {
  KernelKind kind;
  /** Its place among all kernels of the plan, those of branches and loops after the one they are part of. */
  int32_t number = 0;
  std::unique_ptr<LoopKernel> loop;
  std::unique_ptr<ReduceKernel> reduce;
  std::unique_ptr<DotKernel> dot;
  std::unique_ptr<ConvKernel> conv;
  std::unique_ptr<WindowKernel> window;
  std::unique_ptr<ArgReduceKernel> argReduce;
  std::unique_ptr<GatherKernel> gather;
  std::unique_ptr<ScatterKernel> scatter;
  std::unique_ptr<CumulativeKernel> cumulative;
  std::unique_ptr<ArgSortKernel> argSort;
  std::unique_ptr<FftKernel> fft;
  std::unique_ptr<LinalgKernel> linalg;
  std::unique_ptr<ControlKernel> control;
};

/** A branch or a loop over kernels that share the plan's buffers. */
struct ControlKernel {
  /** cond: then, otherwise; while: test, body; scan: body. */
  std::vector<Kernel> blocks[2];
  /** Of cond and while: one bool. */
  View predicate;
  /** Steps of a scan; most steps of a while, -1: no limit. */
  int64_t length = -1;
  bool reverse = false;
  /** Buffers that move with the position. */
  std::vector<int32_t> slices;
  /** Pairs of buffers that exchange places after each step; in the end the values are in the first. */
  std::vector<std::pair<int32_t, int32_t>> swaps;
};

struct Plan {
  int64_t arenaBytes = 0;
  int32_t inputs = 0, states = 0, scalars = 0, sites = 0;
  double flops = 0, bytesMoved = 0;
  std::vector<int64_t> outputBytes;
  /** Bytes that each input and state storage must have. */
  std::vector<int64_t> inputBytes, stateBytes;
  std::vector<BufferInfo> buffers;
  std::vector<Kernel> kernels;
  /** Those of branches and loops included. */
  int32_t kernelCount = 0;
};

/** Null and a message in `error` when the words are no plan that can be run safely. */
std::unique_ptr<Plan> decodePlan(const int32_t* words, size_t count, std::string& error);

}  // namespace neurite

#endif
