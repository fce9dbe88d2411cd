// Matrix products and convolutions, with what follows their sums.

#include "runtime/run.h"

namespace neurite {

namespace {

struct EpilogueCall {
  const Run& run;
  const ProductProgram& program;
  /** Of the sums, and how many of its axes are a batch. */
  const Space& space;
  int batchAxes;
  /** Rows of one batch element. */
  int64_t rowsEach;
};

void runEpilogue(void* argument, void* tile, int64_t ldTile, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int worker) {
  const EpilogueCall& call = *static_cast<const EpilogueCall*>(argument);
  const void* results[1] = {tile};
  Window window;
  window.row = batch * call.rowsEach + m0;
  window.rows = rows;
  window.column = n0;
  window.columns = cols;
  window.results = results;
  window.resultStride = ldTile;
  execute(call.program.vm, call.run.memory, window, call.run.workspace->epilogueScratch(worker));
}

/** Offset of a batch element, counted row-major, in an array with these strides. */
int64_t batchOffset(const EpilogueCall& call, const int64_t* strides, int64_t batch) {
  int64_t offset = 0;
  for (int axis = call.batchAxes - 1; axis >= 0; axis--) {
    offset += batch % call.space.dims[axis] * strides[axis];
    batch /= call.space.dims[axis];
  }
  return offset;
}

void runSteps(void* argument, void* tile, int64_t ldTile, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int) {
  const EpilogueCall& call = *static_cast<const EpilogueCall*>(argument);
  const ProductProgram& program = call.program;
  FinishArgs args{};
  args.rows = rows;
  args.cols = cols;
  args.tile = static_cast<const float*>(tile);
  args.tileRow = ldTile;
  args.outRow = program.epilogue.outRow;
  args.out = static_cast<float*>(call.run.address(program.out)) + batchOffset(call, program.out.strides, batch) + m0 * args.outRow + n0;
  for (const FinishingStep& step : program.steps) {
    FinishStep& to = args.step[args.steps++];
    to.op = step.op;
    to.rowStep = step.rowStep;
    to.colStep = step.colStep;
    to.operand = &step.constant;
    if (step.isLoaded) {
      to.operand = static_cast<const float*>(call.run.address(step.view)) + batchOffset(call, step.view.strides, batch) + m0 * step.rowStep + n0 * step.colStep;
    }
  }
  call.run.executable.set.kernels->finish(args);
}

float valueOf(const Run& run, const Scale& scale) {
  // Kernels that are only asked for their needs have no memory to look at.
  if (run.workspace == nullptr) return 1;
  const double value = scale.isLoaded      ? static_cast<double>(*static_cast<const float*>(run.address(scale.view)))
                       : scale.scalar >= 0 ? run.memory.scalars[scale.scalar]
                                           : scale.constant;
  return static_cast<float>(scale.isNegative ? -value : value);
}

Epilogue epilogueFor(const Run& run, const ProductProgram& program, EpilogueCall& call) {
  Epilogue epilogue = program.epilogue;
  epilogue.kind = program.kind;
  if (program.kind == EpilogueKind::Callback) {
    epilogue.takesPanels = !program.steps.empty();
    epilogue.callback = epilogue.takesPanels ? runSteps : runEpilogue;
    epilogue.ctx = &call;
  } else {
    epilogue.out = run.address(program.out);
  }
  if (program.kind == EpilogueKind::Bias || program.kind == EpilogueKind::BiasRelu) epilogue.bias = run.address(program.bias);
  if (program.kind == EpilogueKind::AddScaled) {
    epilogue.addend = run.address(program.addend);
    epilogue.scale = valueOf(run, program.scale);
  }
  return epilogue;
}

}  // namespace

void runDot(const Run& run, const DotKernel& dot, const ProductProgram& program) {
  EpilogueCall call = {run, program, dot.space, dot.batch.rank, dot.m};
  GemmArgs args = gemmArgs(dot);
  args.lhs = run.address(dot.lhs);
  args.rhs = run.address(dot.rhs);
  args.epilogue = epilogueFor(run, program, call);
  args.packed = run.packedOperand(program);
  const KernelTable& kernels = *run.executable.set.kernels;
  const auto fn = dot.dtype == DType::Float32   ? kernels.gemm
                  : dot.dtype == DType::Float64 ? kernels.gemmFloat64
                  : dot.dtype == DType::Int64   ? kernels.gemmInt64
                                                : kernels.gemmInt32;
  fn(run.context, args);
}

void runConv(const Run& run, const ConvKernel& conv, const ProductProgram& program) {
  EpilogueCall call = {run, program, conv.space, 1, conv.batch};
  for (int i = 0; i < conv.spatial; i++) call.rowsEach *= conv.output[i];
  ConvArgs args = convArgs(conv);
  args.lhs = run.address(conv.lhs);
  args.rhs = run.address(conv.rhs);
  args.packed = run.packedOperand(program);
  args.epilogue = epilogueFor(run, program, call);
  const KernelTable& kernels = *run.executable.set.kernels;
  const auto fn = conv.dtype == DType::Float32   ? kernels.conv
                  : conv.dtype == DType::Float64 ? kernels.convFloat64
                  : conv.dtype == DType::Int64   ? kernels.convInt64
                                                 : kernels.convInt32;
  fn(run.context, args);
}

}  // namespace neurite
