// Depthwise convolutions and their gradients: many groups, contiguous in lhs, of few features each. Lanes are groups, and
// up to four neighbouring outputs of the last axis share each load of the filter.

constexpr int kGroupOutputs = 4, kGroupVectors = 2;
constexpr int64_t kGroupLanes = kGroupVectors * kLanes;

struct GroupedPlan {
  const Context* context;
  ConvPlan geometry;
  /** The filter with a group stride of 1: the argument's own, or a packed copy. Strides of a tap (depth, height, width), channel, feature. */
  const float* rhs;
  int64_t rhsTap[3], rhsChannel, rhsFeature;
  /** Lines of outputs (all of the last axis), and how many a task has. */
  int64_t lines, linesPerTask, lineBlocks, laneBlocks;
  /** Stores vectors straight to the output. */
  bool direct;
};

/** Taps along one axis that output `o` meets inside the input: begin <= tap < end. With lhsDilation some of them are zeros. */
KERNEL_INLINE void tapRange(const ConvAxis& a, int64_t o, int64_t& begin, int64_t& end) {
  const int64_t at = dilatedStart(a, o), last = (a.input - 1) * a.lhsDilation;
  if (a.rhsDilation == 1) {
    // As below, without the divisions, which would cost more than the sums of a small window.
    begin = maxOf<int64_t>(0, minOf(-at, a.window));
    end = a.input == 0 ? begin : maxOf(begin, minOf(a.window, last - at + 1));
    return;
  }
  begin = at >= 0 ? 0 : minOf(ceilDiv(-at, a.rhsDilation), a.window);
  end = a.input == 0 || at > last ? begin : maxOf(begin, minOf(a.window, (last - at) / a.rhsDilation + 1));
}

/** True, and the element's index in `at`, where the dilated coordinate `at` is not between two elements. */
KERNEL_INLINE bool undilate(const ConvAxis& a, int64_t& at) {
  if (a.lhsDilation == 1) return true;
  const bool met = at % a.lhsDilation == 0;
  at /= a.lhsDilation;
  return met;
}

/** sums[p][v] += lhs of output p times rhs, over `count` taps. The last vector has `lanes` lanes. */
template <int P, int V, bool Partial>
KERNEL_INLINE void addTaps(Vec (*sums)[V], const float* lhs, int64_t outputStep, int64_t tapStep, const float* rhs, int64_t rhsStep, int64_t count,
                           int64_t lanes) {
  const auto read = [lanes](const float* p, int v) __attribute__((always_inline)) {
    return Partial && v == V - 1 ? loadPartial(p + v * kLanes, lanes) : load(p + v * kLanes);
  };
  for (int64_t t = 0; t < count; t++, lhs += tapStep, rhs += rhsStep) {
    Vec filter[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) filter[v] = read(rhs, v);
#pragma GCC unroll 4
    for (int p = 0; p < P; p++)
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) sums[p][v] += read(lhs + p * outputStep, v) * filter[v];
  }
}

/** Sums of P outputs of a line from `w0` on, for the lanes from group `group0`. `index`: batch, depth, height of the line. */
template <int P, int V, bool Partial>
void groupedOutputs(const GroupedPlan& plan, const int64_t* index, int64_t w0, int64_t feature, int64_t group0, int64_t lanes, Vec (*result)[kGroupVectors]) {
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const ConvAxis *axes = g.axes, &width = axes[2];
  Vec sums[P][V];
#pragma GCC unroll 4
  for (int p = 0; p < P; p++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) sums[p][v] = Vec{};

  int64_t beginD, endD, beginH, endH, begin[P], end[P], commonBegin = 0, commonEnd = width.window;
  tapRange(axes[0], index[1], beginD, endD);
  tapRange(axes[1], index[2], beginH, endH);
  for (int p = 0; p < P; p++) {
    tapRange(width, w0 + p, begin[p], end[p]);
    commonBegin = maxOf(commonBegin, begin[p]);
    commonEnd = minOf(commonEnd, end[p]);
  }
  commonEnd = maxOf(commonBegin, commonEnd);
  const int64_t stepW = g.source[kAxisW], outputStep = width.stride * stepW, tapStep = width.rhsDilation * stepW;
  const float* lhs = static_cast<const float*>(c.lhs) + g.offset + group0 + index[0] * g.source[kAxisN];
  const float* rhs = plan.rhs + group0 + feature * plan.rhsFeature;
  for (int64_t channel = 0; channel < c.channels; channel++)
    for (int64_t d = beginD; d < endD; d++) {
      int64_t atD = dilatedStart(axes[0], index[1]) + d * axes[0].rhsDilation;
      if (!undilate(axes[0], atD)) continue;
      for (int64_t h = beginH; h < endH; h++) {
        int64_t atH = dilatedStart(axes[1], index[2]) + h * axes[1].rhsDilation;
        if (!undilate(axes[1], atH)) continue;
        const float* line = lhs + channel * g.source[kAxisC] + atD * g.source[kAxisD] + atH * g.source[kAxisH];
        const float* filter = rhs + channel * plan.rhsChannel + d * plan.rhsTap[0] + h * plan.rhsTap[1];
        if (width.lhsDilation != 1) {
          for (int p = 0; p < P; p++)
            for (int64_t w = begin[p]; w < end[p]; w++) {
              int64_t at = dilatedStart(width, w0 + p) + w * width.rhsDilation;
              if (undilate(width, at))
                addTaps<1, V, Partial>(sums + p, line + at * stepW, 0, 0, filter + w * plan.rhsTap[2], 0, 1, lanes);
            }
          continue;
        }
        const float* first = line + dilatedStart(width, w0) * stepW;
        // Taps that all outputs meet inside the input, then those on either side, where some are in the padding.
        addTaps<P, V, Partial>(sums, first + commonBegin * tapStep, outputStep, tapStep, filter + commonBegin * plan.rhsTap[2], plan.rhsTap[2],
                               commonEnd - commonBegin, lanes);
        for (int p = 0; p < P && P > 1; p++) {
          const int64_t before = minOf(end[p], commonBegin), after = maxOf(begin[p], commonEnd);
          addTaps<1, V, Partial>(sums + p, first + p * outputStep + begin[p] * tapStep, 0, tapStep, filter + begin[p] * plan.rhsTap[2], plan.rhsTap[2],
                                 before - begin[p], lanes);
          addTaps<1, V, Partial>(sums + p, first + p * outputStep + after * tapStep, 0, tapStep, filter + after * plan.rhsTap[2], plan.rhsTap[2],
                                 end[p] - after, lanes);
        }
      }
    }
#pragma GCC unroll 4
  for (int p = 0; p < P; p++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) result[p][v] = sums[p][v];
}

typedef void (*GroupedOutputs)(const GroupedPlan&, const int64_t*, int64_t, int64_t, int64_t, int64_t, Vec (*)[kGroupVectors]);

inline GroupedOutputs pickGroupedOutputs(int64_t outputs, int64_t vectors, bool partial) {
#define KERNEL_OUTPUTS(P) \
  {{groupedOutputs<P, 1, false>, groupedOutputs<P, 1, true>}, {groupedOutputs<P, 2, false>, groupedOutputs<P, 2, true>}}
  static const GroupedOutputs table[kGroupOutputs][kGroupVectors][2] = {KERNEL_OUTPUTS(1), KERNEL_OUTPUTS(2), KERNEL_OUTPUTS(3), KERNEL_OUTPUTS(4)};
#undef KERNEL_OUTPUTS
  return table[outputs - 1][vectors - 1][partial];
}

inline void groupedTask(void* arg, int task, int worker) {
  const GroupedPlan& plan = *static_cast<const GroupedPlan*>(arg);
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const Epilogue& e = c.epilogue;
  const int64_t outputW = g.axes[2].output, tileRows = plan.linesPerTask * outputW;
  // The tile of a group is a column of its rows.
  float* tile = nullptr;
  if (!plan.direct)
    tile = static_cast<float*>(plan.context->scratch.get(plan.context->scratch.ctx, worker, size_t(tileRows * kGroupLanes) * sizeof(float)));
  const int64_t group0 = task % plan.laneBlocks * kGroupLanes;
  const int64_t line0 = task / plan.laneBlocks % plan.lineBlocks * plan.linesPerTask, feature = task / plan.laneBlocks / plan.lineBlocks;
  const int64_t lanes = minOf(kGroupLanes, c.groups - group0), vectors = ceilDiv(lanes, kLanes), tail = lanes - (vectors - 1) * kLanes;
  const int64_t lines = minOf(plan.linesPerTask, plan.lines - line0);
  for (int64_t line = line0; line < line0 + lines; line++) {
    const int64_t index[3] = {line / g.axes[1].output / g.axes[0].output, line / g.axes[1].output % g.axes[0].output, line % g.axes[1].output};
    for (int64_t w = 0; w < outputW;) {
      const int64_t outputs = minOf<int64_t>(kGroupOutputs, outputW - w);
      Vec sums[kGroupOutputs][kGroupVectors];
      pickGroupedOutputs(outputs, vectors, tail != kLanes)(plan, index, w, feature, group0, tail, sums);
      for (int64_t p = 0; p < outputs; p++, w++) {
        const int64_t m = line * outputW + w;
        for (int64_t v = 0; v < vectors; v++) {
          if (plan.direct) {
            float* out = static_cast<float*>(e.out) + m * e.outRow + feature * e.outCol + group0 + v * kLanes;
            if (v < vectors - 1 || tail == kLanes)
              store(out, sums[p][v]);
            else
              storePartial(out, sums[p][v], tail);
          } else {
            for (int64_t i = 0; i < kLanes; i++) tile[(v * kLanes + i) * tileRows + m - line0 * outputW] = sums[p][v][i];
          }
        }
      }
    }
  }
  if (plan.direct) return;
  for (int64_t i = 0; i < lanes; i++)
    deliverTile<float>(e, tile + i * tileRows, 1, group0 + i, e.kind == EpilogueKind::Callback ? 0 : (group0 + i) * e.outBatch[0], line0 * outputW, feature,
                       lines * outputW, 1, worker);
}

/** True if the convolution was of this kind, and is done. */
inline bool convGrouped(const Context& context, const ConvArgs& c) {
  if (c.groups < 4 || c.features > 4 || c.lhsGroup != 1) return false;
  GroupedPlan plan = {};
  plan.context = &context;
  plan.geometry = convGeometry(context, c);
  const ConvPlan& g = plan.geometry;
  const Epilogue& e = c.epilogue;
  plan.direct = e.kind == EpilogueKind::Store && e.outBatch[0] == 1;
  plan.rhs = static_cast<const float*>(c.rhs);
  for (int a = 0; a < 3; a++) plan.rhsTap[a] = g.axes[a].rhs;
  plan.rhsChannel = c.rhsChannel;
  plan.rhsFeature = c.rhsFeature;
  if (c.rhsGroup != 1) {
    const int64_t floats = g.depth * c.features * c.groups;
    if (floats > kConvSharedFloats) return false;
    float* packed = static_cast<float*>(context.scratch.get(context.scratch.ctx, -1, size_t(floats) * sizeof(float)));
    plan.rhs = packed;
    plan.rhsFeature = c.groups;
    plan.rhsChannel = c.features * plan.rhsFeature;
    plan.rhsTap[2] = c.channels * plan.rhsChannel;
    plan.rhsTap[1] = g.axes[2].window * plan.rhsTap[2];
    plan.rhsTap[0] = g.axes[1].window * plan.rhsTap[1];
    for (int64_t d = 0; d < g.axes[0].window; d++)
      for (int64_t h = 0; h < g.axes[1].window; h++)
        for (int64_t w = 0; w < g.axes[2].window; w++)
          for (int64_t k = 0; k < c.channels; k++)
            for (int64_t f = 0; f < c.features; f++, packed += c.groups) {
              const float* from = static_cast<const float*>(c.rhs) + d * g.axes[0].rhs + h * g.axes[1].rhs + w * g.axes[2].rhs + k * c.rhsChannel + f * c.rhsFeature;
              for (int64_t i = 0; i < c.groups; i++) packed[i] = from[i * c.rhsGroup];
            }
  }
  plan.lines = c.batch * g.axes[0].output * g.axes[1].output;
  plan.laneBlocks = ceilDiv(c.groups, kGroupLanes);
  // About 64k multiply-adds of vectors a task, and tiles that stay in the cache.
  const int64_t lineWork = g.axes[2].output * g.depth * kGroupVectors;
  plan.linesPerTask = minOf(plan.lines, maxOf<int64_t>(1, minOf((1 << 14) / lineWork, 512 / g.axes[2].output)));
  plan.lineBlocks = ceilDiv(plan.lines, plan.linesPerTask);
  runTasks(context, plan.laneBlocks * plan.lineBlocks * c.features, groupedTask, &plan);
  return true;
}
