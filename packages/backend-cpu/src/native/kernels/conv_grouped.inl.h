// Depthwise convolutions and their gradients: many groups, contiguous in lhs, of few features each. Lanes are groups.

typedef void (*GroupedOutputs)(const GroupedPlan&, const int64_t*, int64_t, int64_t, int64_t, int64_t, float*);

inline GroupedOutputs pickGroupedOutputs(int64_t outputs, int64_t vectors, bool partial) {
#define KERNEL_OUTPUTS(P) \
  {{groupedOutputs<P, 1, false>, groupedOutputs<P, 1, true>}, {groupedOutputs<P, 2, false>, groupedOutputs<P, 2, true>}}
  static const GroupedOutputs table[kGroupOutputs][kGroupVectors][2] = {KERNEL_OUTPUTS(1), KERNEL_OUTPUTS(2), KERNEL_OUTPUTS(3), KERNEL_OUTPUTS(4)};
#undef KERNEL_OUTPUTS
  return table[outputs - 1][vectors - 1][partial];
}

/** One line of sums, by whichever way suits its window. */
inline void groupedSums(const GroupedPlan& plan, const int64_t* index, int64_t feature, int64_t group0, int64_t vectors, int64_t tail, float* sums) {
  const bool partial = tail != kLanes;
  if (plan.wholeLines) {
    typedef void (*GroupedLine)(const GroupedPlan&, const int64_t*, int64_t, int64_t, int64_t, float*);
    static const GroupedLine table[kGroupVectors][2] = {{groupedLine<1, false>, groupedLine<1, true>}, {groupedLine<2, false>, groupedLine<2, true>}};
    table[vectors - 1][partial](plan, index, feature, group0, tail, sums);
    return;
  }
  const int64_t outputW = plan.geometry.axes[2].output;
  for (int64_t w = 0; w < outputW; w += kGroupOutputs)
    pickGroupedOutputs(minOf<int64_t>(kGroupOutputs, outputW - w), vectors, partial)(plan, index, w, feature, group0, tail, sums);
}

/** A line of sums; then, where they are not stored directly, a tile of one column for each group. */
inline int64_t groupedFloats(const GroupedPlan& plan) {
  const int64_t line = plan.geometry.axes[2].output * kGroupLanes;
  return line + (plan.direct ? 0 : plan.linesPerTask * line);
}

/** Copies the filter, groups side by side, and points the plan at the copy. */
inline void packGroupedFilter(GroupedPlan& plan, const ConvArgs& c, float* packed) {
  const ConvPlan& g = plan.geometry;
  plan.rhs = packed;
  plan.rhsFeature = c.groups;
  plan.rhsChannel = c.features * plan.rhsFeature;
  plan.rhsTap[2] = c.channels * plan.rhsChannel;
  plan.rhsTap[1] = g.axes[2].window * plan.rhsTap[2];
  plan.rhsTap[0] = g.axes[1].window * plan.rhsTap[1];
  const auto packTap = [&](const float* from) {
    for (int64_t k = 0; k < c.channels; k++)
      for (int64_t f = 0; f < c.features; f++)
        for (int64_t i = 0; i < c.groups; i++) *packed++ = from[k * c.rhsChannel + f * c.rhsFeature + i * c.rhsGroup];
  };
  for (int64_t d = 0; d < g.axes[0].window; d++)
    for (int64_t h = 0; h < g.axes[1].window; h++)
      for (int64_t w = 0; w < g.axes[2].window; w++)
        packTap(static_cast<const float*>(c.rhs) + d * g.axes[0].rhs + h * g.axes[1].rhs + w * g.axes[2].rhs);
}

inline void groupedTask(void* arg, int task, int worker) {
  const GroupedPlan& plan = *static_cast<const GroupedPlan*>(arg);
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const Epilogue& e = c.epilogue;
  const int64_t outputW = g.axes[2].output, tileRows = plan.linesPerTask * outputW;
  float* sums = scratchOf<float>(*plan.context, worker, groupedFloats(plan));
  float* tile = sums + outputW * kGroupLanes;
  const int64_t group0 = task % plan.laneBlocks * kGroupLanes;
  const int64_t line0 = task / plan.laneBlocks % plan.lineBlocks * plan.linesPerTask, feature = task / plan.laneBlocks / plan.lineBlocks;
  const int64_t lanes = minOf(kGroupLanes, c.groups - group0), vectors = ceilDiv(lanes, kLanes), tail = lanes - (vectors - 1) * kLanes;
  const int64_t lines = minOf(plan.linesPerTask, plan.lines - line0);
  for (int64_t line = line0; line < line0 + lines; line++) {
    const int64_t index[3] = {line / g.axes[1].output / g.axes[0].output, line / g.axes[1].output % g.axes[0].output, line % g.axes[1].output};
    groupedSums(plan, index, feature, group0, vectors, tail, sums);
    for (int64_t w = 0; w < outputW; w++) {
      const int64_t m = line * outputW + w;
      const float* sum = sums + w * kGroupLanes;
      if (plan.direct) {
        float* out = static_cast<float*>(e.out) + m * e.outRow + feature * e.outCol + group0;
        for (int64_t v = 0; v < vectors - 1; v++) store(out + v * kLanes, load(sum + v * kLanes));
        storePartial(out + (vectors - 1) * kLanes, load(sum + (vectors - 1) * kLanes), tail);
      } else {
        for (int64_t i = 0; i < lanes; i++) tile[i * tileRows + m - line0 * outputW] = sum[i];
      }
    }
  }
  if (plan.direct) return;
  for (int64_t i = 0; i < lanes; i++)
    deliverTile<float>(e, tile + i * tileRows, 1, group0 + i, offsetsOf(c, group0 + i), line0 * outputW, feature,
                       lines * outputW, 1, worker);
}

inline bool isGrouped(const ConvArgs& c) { return c.groups >= 4 && c.features <= 4 && c.lhsGroup == 1; }

/** True if the convolution was of this kind, and is done. */
inline bool convGrouped(const Context& context, const ConvArgs& c) {
  if (!isGrouped(c)) return false;
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
  const int64_t packedFloats = c.rhsGroup == 1 ? 0 : g.depth * c.features * c.groups;
  if (packedFloats > kConvSharedFloats) return false;
  const ConvAxis& width = g.axes[2];
  plan.wholeLines = width.window <= kLineWindow && width.lhsDilation == 1;
  for (int64_t t = 0; t < width.window && plan.wholeLines; t++) {
    // 0 <= o * stride + shift < input
    const int64_t shift = t * width.rhsDilation - width.low;
    plan.begin[t] = minOf(width.output, shift >= 0 ? 0 : ceilDiv(-shift, width.stride));
    plan.end[t] = width.input > shift ? minOf(width.output, ceilDiv(width.input - shift, width.stride)) : 0;
  }
  plan.lines = c.batch * g.axes[0].output * g.axes[1].output;
  plan.laneBlocks = ceilDiv(c.groups, kGroupLanes);
  // About 64k multiply-adds of vectors a task, and tiles that stay in the cache.
  const int64_t lineWork = g.axes[2].output * g.depth * kGroupVectors;
  plan.linesPerTask = minOf(plan.lines, maxOf<int64_t>(1, minOf((1 << 14) / lineWork, 512 / g.axes[2].output)));
  plan.lineBlocks = ceilDiv(plan.lines, plan.linesPerTask);
  if (!reserve<float>(context, groupedFloats(plan), packedFloats)) return true;
  if (packedFloats > 0) packGroupedFilter(plan, c, scratchOf<float>(context, -1, packedFloats));
  runTasks(context, plan.laneBlocks * plan.lineBlocks * c.features, groupedTask, &plan);
  return true;
}
