// Convolutions to very few features: dot products of vectors along the channels, where lanes of features would be empty.

/** All groups' filters, each feature contiguous along k in the order of listTaps. */
inline void packDotFilter(const ConvPlan& plan) {
  const ConvArgs& c = *plan.args;
  const ConvAxis* axes = plan.axes;
  float* to = plan.shared;
  const auto packFeature = [&](const float* from) {
    for (int64_t d = 0; d < axes[0].window; d++)
      for (int64_t h = 0; h < axes[1].window; h++)
        for (int64_t w = 0; w < axes[2].window; w++) {
          const float* tap = from + d * axes[0].rhs + h * axes[1].rhs + w * axes[2].rhs;
          for (int64_t k = 0; k < c.channels; k++) *to++ = tap[k * c.rhsChannel];
        }
  };
  for (int64_t group = 0; group < c.groups; group++)
    for (int64_t f = 0; f < c.features; f++) packFeature(static_cast<const float*>(c.rhs) + group * c.rhsGroup + f * c.rhsFeature);
}

/** Micro-kernel: R rows by F features. `rhsStep` is the distance of two features, `out` has F columns. */
template <int R, int F>
void microDot(const MicroCall& call) {
  Vec acc[R][F];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int f = 0; f < F; f++) acc[r][f] = Vec{};
  const float* lhs[R];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) lhs[r] = call.lhs + call.list[r].lhs;
  for (int64_t t = 0; t < call.tapCount; t++) {
    const int64_t at = call.taps[t].lhs;
    const float* filter = call.rhs + call.taps[t].rhs;
    int64_t k = 0;
    for (; k + kLanes <= call.run; k += kLanes) {
      Vec b[F];
#pragma GCC unroll 4
      for (int f = 0; f < F; f++) b[f] = load(filter + f * call.rhsStep + k);
#pragma GCC unroll 4
      for (int r = 0; r < R; r++) {
        const Vec a = load(lhs[r] + at + k);
#pragma GCC unroll 4
        for (int f = 0; f < F; f++) acc[r][f] += a * b[f];
      }
    }
    if (k == call.run) continue;
#pragma GCC unroll 4
    for (int f = 0; f < F; f++) {
      const Vec b = loadPartial(filter + f * call.rhsStep + k, call.run - k);
#pragma GCC unroll 4
      for (int r = 0; r < R; r++) acc[r][f] += loadPartial(lhs[r] + at + k, call.run - k) * b;
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int f = 0; f < F; f++) {
      float sum = sumOfLanes(acc[r][f]);
      const int64_t at = call.list[r].out + f;
      if (call.from) sum += call.from[at];
      if (call.bias) sum += call.bias[f];
      call.out[at] = call.relu && sum <= 0.0f ? 0.0f : sum;
    }
}

/** All of one chunk and one phase, as convBlocks. */
inline void convDotBlocks(const ConvWork& work, const TileRow* rows, int64_t rowCount, const Tap* taps, int64_t tapCount, int64_t run, bool first,
                          bool last) {
#define KERNEL_DOT(R) {microDot<R, 1>, microDot<R, 2>, microDot<R, 3>, microDot<R, 4>}
  static const MicroKernel kernels[4][kDotFeatures] = {KERNEL_DOT(1), KERNEL_DOT(2), KERNEL_DOT(3), KERNEL_DOT(4)};
#undef KERNEL_DOT
  const ConvPlan& plan = *work.plan;
  const ConvArgs& c = *plan.args;
  MicroCall call = {};
  call.lhs = work.box;
  call.out = work.out;
  call.taps = taps;
  call.tapCount = tapCount;
  call.run = run;
  call.rhs = plan.shared + work.tile->group * c.features * plan.depth;
  call.rhsStep = plan.depth;
  call.from = first ? nullptr : work.out;
  setEpilogue(call, c.epilogue, work.direct, last, 0);
  for (int64_t row = 0; row < rowCount; row += 4) {
    const int64_t count = minOf<int64_t>(4, rowCount - row);
    call.list = rows + row;
    kernels[count - 1][c.features - 1](call);
  }
}
