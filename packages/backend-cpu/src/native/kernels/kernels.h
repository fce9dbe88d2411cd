/**
 * The compute-heavy kernels of the CPU backend: matrix products, convolutions, windows, gather and scatter.
 *
 * One implementation is compiled once per instruction set (isa_*.cpp) and reached through a table of function pointers.
 * No Node headers, no exceptions, no allocation: threads and scratch memory come from the caller through `Context`.
 *
 * Conventions
 * - Strides and offsets are in elements, may be 0 or negative; data pointers point at the element with index 0 on every axis.
 * - Sizes may be 0 (nothing is done; a product over an empty K stores zeros).
 * - Results depend on the arguments, the table and `Parallel::threads` only, never on timing: each output element is
 *   summed in one fixed order.
 * - Ranks are at most kMaxRank.
 */
#ifndef NEURITE_KERNELS_H
#define NEURITE_KERNELS_H

#include <cstddef>
#include <cstdint>

namespace neurite {

struct Blas;
struct FftSteps;

constexpr int kMaxRank = 8;
constexpr int kMaxSpatial = 3;

enum class DType : int32_t {
  Bool = 0,
  Int8 = 1,
  UInt8 = 2,
  Int32 = 3,
  UInt32 = 4,
  Int64 = 5,
  Float16 = 6,
  BFloat16 = 7,
  Float32 = 8,
  Float64 = 9,
  Complex64 = 10,
};

/** The runtime's thread pool. */
struct Parallel {
  void* ctx;
  /** Workers that `run` may use; worker ids are 0..threads-1. */
  int threads;
  /** Calls fn(arg, task, worker) for every task in 0..tasks-1, in any order, and returns when all are done. Never nested. */
  void (*run)(void* ctx, int tasks, void (*fn)(void* arg, int task, int worker), void* arg);
};

/** Scratch memory, kept and grown by the runtime. */
struct Scratch {
  void* ctx;
  /**
   * A kernel says first what it will ask for: `each` bytes a worker, `shared` for all together. False: it returns at once, having touched
   * none of its operands. So the runtime finds out what a kernel needs before it is run, and has it ready.
   */
  bool (*reserve)(void* ctx, size_t each, size_t shared);
  /**
   * At least `bytes` bytes aligned to 64, contents undefined, valid until the kernel returns. `worker` is a worker's id (asked for by the
   * thread that works under that id, once a task), or -1 for one block shared by all (asked for once, outside `run`). Not more than was
   * reserved; never null.
   */
  void* (*get)(void* ctx, int worker, size_t bytes);
};

struct Context {
  Parallel parallel;
  Scratch scratch;
  /** Bytes of a first-level data cache; 0: unknown. */
  int64_t firstLevelBytes;
};

enum class EpilogueKind : int32_t {
  /** out = sum */
  Store = 0,
  /** out = addend + scale * sum */
  AddScaled = 1,
  /** out = sum + bias[n] */
  Bias = 2,
  /** out = max(sum + bias[n], 0); NaN stays NaN */
  BiasRelu = 3,
  /** `callback` gets finished tiles and stores what it likes. */
  Callback = 4,
};

/**
 * What becomes of sums [batch, m, n]. `batch` counts row-major through the batch axes (a convolution's first axis);
 * for a convolution m counts row-major through [batch, ...output].
 */
struct Epilogue {
  EpilogueKind kind;
  /** All kinds but Callback: out at batch·strides + m * outRow + n * outCol. Other layouts take the callback. */
  void* out;
  int64_t outBatch[kMaxRank];
  int64_t outRow;
  int64_t outCol;
  /** AddScaled only. May be `out` itself. Integer kernels round the scale to an integer. */
  const void* addend;
  int64_t addendBatch[kMaxRank];
  int64_t addendRow;
  int64_t addendCol;
  float scale;
  const void* bias;
  int64_t biasStride;
  /**
   * Callback only. `tile` (float, or int32 in the int32 kernels) holds rows x cols finished sums, hot in the cache: sum (m0 + i, n0 + j)
   * of batch `batch` at tile[i * ldTile + j]. Rows are 64-byte aligned where ldTile * 4 is a multiple of 64. May overwrite the tile.
   */
  void (*callback)(void* ctx, void* tile, int64_t ldTile, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int worker);
  void* ctx;
  /** Callback only: it takes few columns at a time as readily as long rows. */
  bool takesPanels;
};

/** A right operand in the order that kernels read it, for several products with the same one. */
struct PackedOperand {
  /** As much as `packedFloats` or `packedFilterFloats` says, aligned to 64 bytes; null: there is no place for it yet. */
  float* memory;
  /** False before the first product, which fills it. */
  bool ready;
};

/** sum[b, m, n] = Σ_k lhs[b, m, k] · rhs[b, k, n]. */
struct GemmArgs {
  int batchRank;
  int64_t batch[kMaxRank];
  int64_t m, n, k;
  const void* lhs;
  int64_t lhsBatch[kMaxRank];
  int64_t lhsRow, lhsCol;
  const void* rhs;
  int64_t rhsBatch[kMaxRank];
  int64_t rhsRow, rhsCol;
  /** Float32 only; null where the right operand is another each time. */
  PackedOperand* packed;
  Epilogue epilogue;
};

/** The `conv` primitive: lhs [G, N, ...input, C], rhs [G, ...window, C, O], sums [G, N, ...output, O]. */
/** Where the groups of a convolution are in its sums, and in all that follows them. Others than First: of float32. */
enum class ConvGroups : int32_t {
  /** [G, N, ...output, O]. */
  First,
  /** [O, N, ...output, G]: depthwise convolutions, whose groups lie side by side in lhs (lhsGroup 1). */
  Last,
  /** [1, N, ...output, G O]: groups of few features each, which lie side by side. */
  Joined,
};

struct ConvArgs {
  ConvGroups groupsAt;
  /** Spatial axes, 1 to 3. */
  int spatial;
  int64_t groups, batch, channels, features;
  int64_t input[kMaxSpatial], window[kMaxSpatial], output[kMaxSpatial];
  int64_t strides[kMaxSpatial], low[kMaxSpatial], lhsDilation[kMaxSpatial], rhsDilation[kMaxSpatial];
  const void* lhs;
  int64_t lhsGroup, lhsBatch, lhsSpatial[kMaxSpatial], lhsChannel;
  const void* rhs;
  int64_t rhsGroup, rhsWindow[kMaxSpatial], rhsChannel, rhsFeature;
  /** As in GemmArgs. */
  PackedOperand* packed;
  Epilogue epilogue;
};

enum class WindowOp : int32_t { Sum = 0, Max = 1, Min = 2 };

/** WindowKernel of the plan, by axis of x. `y` and `out` as there. */
struct WindowArgs {
  DType dtype;
  WindowOp op;
  int rank;
  int64_t input[kMaxRank], output[kMaxRank], window[kMaxRank], strides[kMaxRank], low[kMaxRank], dilation[kMaxRank];
  const void* x;
  int64_t xStrides[kMaxRank];
  const void* y;
  int64_t yStrides[kMaxRank];
  void* out;
  int64_t outStrides[kMaxRank];
};

/** int32 index of the first extreme along `axis`; NaN wins. `outStrides` has 0 (ignored) at `axis`. */
struct ArgReduceArgs {
  DType dtype;
  bool isMax;
  int rank, axis;
  int64_t shape[kMaxRank];
  const void* x;
  int64_t xStrides[kMaxRank];
  int32_t* out;
  int64_t outStrides[kMaxRank];
};

/** out[a, i, b] = x[a, indices[i], b]; an index outside 0..size-1 stores `statusValue` to *status and gives 0. */
struct GatherArgs {
  DType dtype;
  int64_t outer, size, inner, count;
  const void* x;
  int64_t xOuter, xSize, xInner;
  const int32_t* indices;
  int64_t indicesStride;
  void* out;
  int64_t outOuter, outCount, outInner;
  int32_t* status;
  int32_t statusValue;
};

enum class ScatterOp : int32_t { Set = 0, Add = 1, Mul = 2, Max = 3, Min = 4 };

/** out[a, indices[i], b] ← combine(out, updates[a, i, b]) for i in order; an index outside sets the status, and nothing is done. */
struct ScatterArgs {
  DType dtype;
  ScatterOp op;
  int64_t outer, size, inner, count;
  void* out;
  int64_t outOuter, outSize, outInner;
  const int32_t* indices;
  int64_t indicesStride;
  const void* updates;
  int64_t updatesOuter, updatesCount, updatesInner;
  int32_t* status;
  int32_t statusValue;
};

enum class CumulativeOp : int32_t { Sum = 0, Prod = 1, Max = 2, Min = 3 };

/** Running reduction along the middle of [outer, size, inner]. */
struct CumulativeArgs {
  DType dtype;
  CumulativeOp op;
  bool reverse;
  int64_t outer, size, inner;
  const void* x;
  int64_t xStrides[3];
  void* out;
  int64_t outStrides[3];
};

/** Max and Min give NaN where either is. Gate: the sum where the operand is above 0, else 0. */
enum class FinishOp : int32_t { Add, Subtract, Multiply, Max, Min, Gate };

/** An operation on float32 sums, and with what: an element of `operand` for each row and column. */
struct FinishStep {
  FinishOp op;
  const float* operand;
  /** From row to row, and from column to column: 0 or 1. */
  int64_t rowStep, colStep;
};

constexpr int kMaxFinishSteps = 8;

/** out[i, j] = tile[i, j] after all steps. */
struct FinishArgs {
  int64_t rows, cols;
  const float* tile;
  int64_t tileRow;
  float* out;
  int64_t outRow;
  int steps;
  FinishStep step[kMaxFinishSteps];
};

struct KernelTable {
  const char* name;
  /** float32. */
  void (*gemm)(const Context&, const GemmArgs&);
  /** Floats of the packed right operand of such a product; 0 where it is read as it lies. */
  int64_t (*packedFloats)(const GemmArgs&, int threads);
  void (*conv)(const Context&, const ConvArgs&);
  /** The same of its filter. */
  int64_t (*packedFilterFloats)(const ConvArgs&, int threads);
  void (*gemmFloat64)(const Context&, const GemmArgs&);
  /** Integers wrap around (int32 is also right for uint32). Not tuned. */
  void (*gemmInt32)(const Context&, const GemmArgs&);
  void (*gemmInt64)(const Context&, const GemmArgs&);
  void (*convFloat64)(const Context&, const ConvArgs&);
  void (*convInt32)(const Context&, const ConvArgs&);
  void (*convInt64)(const Context&, const ConvArgs&);
  /** float32, float64, int32, uint32 and int64. window_scatter zeroes `out` itself. False: not supported, nothing done. */
  bool (*reduceWindow)(const Context&, const WindowArgs&);
  bool (*windowGather)(const Context&, const WindowArgs&);
  bool (*windowScatter)(const Context&, const WindowArgs&);
  /** All real numbers but the 16-bit floats; an empty axis stores nothing. */
  bool (*argReduce)(const Context&, const ArgReduceArgs&);
  /** Every dtype. */
  bool (*gather)(const Context&, const GatherArgs&);
  /** `set` for every dtype; the rest for all but 16-bit floats (complex64 has add and mul; on bool, add is or and mul is and). */
  bool (*scatter)(const Context&, const ScatterArgs&);
  /** float32, float64, int32, uint32, int64; complex64 has sum and prod. */
  bool (*cumulative)(const Context&, const CumulativeArgs&);
  /** Transforms of 16 or fewer lines side by side; see fft/fft.h. */
  const FftSteps* fft;
  /** What factorizations are made of. */
  const Blas* blas;
  /** Finishes the sums of a product's tile, for those who take them by a callback. */
  void (*finish)(const FinishArgs&);
  /** Adds of independent FMAs: floating-point operations per second of one core, for benchmarks. Runs about `iterations` * 16 vector FMAs. */
  double (*peakFlops)(int64_t iterations);
};

/** Null where this build has no such table (another architecture). The caller checks that the CPU can run it. */
const KernelTable* baselineKernels();
const KernelTable* avx2Kernels();
const KernelTable* avx512Kernels();

}  // namespace neurite

#endif
