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

/** The sums of a task, a row of lanes for each output. */
inline int64_t groupedFloats(const GroupedPlan& plan) { return plan.linesPerTask * plan.geometry.axes[2].output * plan.step; }

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

/** Stores the sums of some outputs, with the bias of their groups. */
inline void storeGroups(const Epilogue& e, const float* sums, int64_t step, int64_t outputs, float* out, int64_t group0, int64_t lanes) {
  const bool biased = e.kind != EpilogueKind::Store, relus = e.kind == EpilogueKind::BiasRelu;
  for (int64_t at = 0; at < lanes; at += kLanes) {
    const int64_t count = minOf<int64_t>(kLanes, lanes - at);
    const Vec bias = biased ? loadPartial(static_cast<const float*>(e.bias) + group0 + at, count) : Vec{};
    for (int64_t m = 0; m < outputs; m++) {
      Vec sum = load(sums + m * step + at);
      if (biased) sum += bias;
      if (relus) sum = relu(sum);
      storePartial(out + m * e.outRow + at, sum, count);
    }
  }
}

/** Batch, depth and height of a line of outputs. */
inline void lineIndex(const ConvPlan& g, int64_t line, int64_t (&index)[3]) {
  index[0] = line / g.axes[1].output / g.axes[0].output;
  index[1] = line / g.axes[1].output % g.axes[0].output;
  index[2] = line % g.axes[1].output;
}

inline void groupedTask(void* arg, int task, int worker) {
  const GroupedPlan& plan = *static_cast<const GroupedPlan*>(arg);
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const Epilogue& e = c.epilogue;
  const int64_t outputW = g.axes[2].output;
  float* sums = scratchOf<float>(*plan.context, worker, groupedFloats(plan));
  const int64_t group0 = task % plan.laneBlocks * plan.step, groups = minOf(plan.step, c.groups - group0);
  const int64_t line0 = task / plan.laneBlocks % plan.lineBlocks * plan.linesPerTask, feature = task / plan.laneBlocks / plan.lineBlocks;
  const int64_t lines = minOf(plan.linesPerTask, plan.lines - line0), m0 = line0 * outputW;
  const BatchOffsets offsets = offsetsOf(c, feature);
  float* out = storesDirectly(e) ? static_cast<float*>(e.out) + offsets.out + m0 * e.outRow + group0 : nullptr;
  const float* bias = out && e.kind != EpilogueKind::Store ? static_cast<const float*>(e.bias) + group0 : nullptr;
  int64_t index[3];
  if (plan.blocks) {
    // Sums are delivered while the first-level cache has them.
    const int64_t lineFloats = outputW * plan.step, near = maxOf(kNearGroupFloats / lineFloats, ceilDiv(kFewestDelivered, outputW));
    const int64_t most = e.takesPanels ? minOf(near, plan.linesPerTask) : plan.linesPerTask;
    for (int64_t line = 0; line < lines; line++) {
      const int64_t waiting = line % most;
      GroupedTarget target = {sums + waiting * lineFloats, plan.step, nullptr, false};
      if (out) target = {out + line * outputW * e.outRow, e.outRow, bias, e.kind == EpilogueKind::BiasRelu};
      lineIndex(g, line0 + line, index);
      groupedBlocks(plan, index, feature, group0, groups, target);
      if (!out && (waiting + 1 == most || line + 1 == lines))
        deliverTile<float>(e, sums, plan.step, feature, offsets, m0 + (line - waiting) * outputW, group0, (waiting + 1) * outputW, groups, worker);
    }
    return;
  }
  for (int64_t at = 0; at < groups; at += kGroupLanes) {
    const int64_t lanes = minOf(kGroupLanes, groups - at), vectors = ceilDiv(lanes, kLanes), tail = lanes - (vectors - 1) * kLanes;
    for (int64_t line = 0; line < lines; line++) {
      lineIndex(g, line0 + line, index);
      groupedSums(plan, index, feature, group0 + at, vectors, tail, sums + line * outputW * plan.step + at);
    }
  }
  if (out)
    storeGroups(e, sums, plan.step, lines * outputW, out, group0, groups);
  else
    deliverTile<float>(e, sums, plan.step, feature, offsets, m0, group0, lines * outputW, groups, worker);
}

inline void convGrouped(const Context& context, const ConvArgs& c) {
  GroupedPlan plan = {};
  plan.context = &context;
  plan.geometry = convGeometry(context, c);
  const ConvPlan& g = plan.geometry;
  plan.rhs = static_cast<const float*>(c.rhs);
  for (int a = 0; a < 3; a++) plan.rhsTap[a] = g.axes[a].rhs;
  plan.rhsChannel = c.rhsChannel;
  plan.rhsFeature = c.rhsFeature;
  const int64_t packedFloats = c.rhsGroup == 1 ? 0 : g.depth * c.features * c.groups;
  plan.blocks = hasBlocks(g);
  const ConvAxis& width = g.axes[2];
  plan.wholeLines = width.window <= kLineWindow && (width.lhsDilation == 1 || width.stride == 1);
  const int64_t extent = maxOf<int64_t>(0, (width.input - 1) * width.lhsDilation + 1);
  for (int64_t t = 0; t < width.window && plan.wholeLines; t++) {
    // 0 <= o * stride + shift < extent
    const int64_t shift = t * width.rhsDilation - width.low;
    plan.begin[t] = minOf(width.output, shift >= 0 ? 0 : ceilDiv(-shift, width.stride));
    plan.end[t] = extent > shift ? minOf(width.output, ceilDiv(extent - shift, width.stride)) : 0;
    while ((plan.begin[t] * width.stride + shift) % width.lhsDilation != 0) plan.begin[t]++;
  }
  plan.lines = c.batch * g.axes[0].output * g.axes[1].output;
  // What follows the sums is cheaper for rows of many groups, as long as a line of them stays in the cache.
  const int64_t most = storesDirectly(c.epilogue) && !plan.blocks ? kGroupLanes : minOf(kGroupTileLanes, maxOf(kGroupLanes, kGroupLineFloats / width.output));
  plan.step = roundUp(ceilDiv(c.groups, ceilDiv(c.groups, most)), kGroupLanes);
  plan.laneBlocks = ceilDiv(c.groups, plan.step);
  // About 16k multiply-adds of vectors a task, and sums that stay in the cache. Each thread has lines of its own: what comes before and after
  // finds them there.
  const int64_t lineFloats = width.output * plan.step, lineWork = lineFloats / kLanes * g.depth, threads = context.parallel.threads;
  plan.linesPerTask = maxOf<int64_t>(1, minOf(minOf((1 << 14) / lineWork, kGroupFloats / lineFloats), ceilDiv(plan.lines, threads)));
  plan.lineBlocks = ceilDiv(plan.lines, plan.linesPerTask);
  if (!reserve<float>(context, groupedFloats(plan), packedFloats)) return;
  if (packedFloats > 0) packGroupedFilter(plan, c, scratchOf<float>(context, -1, packedFloats));
  runTasks(context, plan.laneBlocks * plan.lineBlocks * c.features, groupedTask, &plan);
}
