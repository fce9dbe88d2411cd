// Convolutions of many groups of a few features each, and their gradients: how they are divided. conv_joined_sums.inl.h sums.

inline int64_t joinedBoxFloats(const JoinedPlan& plan) {
  return plan.geometry.axes[0].window * plan.boxLines * plan.boxChannels * plan.boxWidth * kLanes;
}

inline int64_t joinedSumFloats(const JoinedPlan& plan) { return plan.taskLines * plan.taskWidth * plan.taskColumns; }

inline JoinedPlace joinedPlace(const JoinedPlan& plan, int64_t task) {
  const ConvAxis *axes = plan.geometry.axes, &height = axes[1];
  JoinedPlace place;
  place.column = task % plan.columnBlocks * plan.taskColumns;
  task /= plan.columnBlocks;
  place.width0 = task % plan.widthBlocks * plan.taskWidth;
  task /= plan.widthBlocks;
  place.line = task % plan.lineBlocks * plan.taskLines;
  task /= plan.lineBlocks;
  place.depth = task % axes[0].output;
  place.image = task / axes[0].output;
  place.columns = minOf(plan.taskColumns, plan.columns - place.column);
  place.width = minOf(plan.taskWidth, axes[2].output - place.width0);
  place.lines = minOf(plan.taskLines, height.output - place.line);
  const int64_t last = dilatedStart(height, place.line + place.lines - 1) + (height.window - 1) * height.rhsDilation;
  place.low = floorDiv(dilatedStart(height, place.line), height.lhsDilation);
  place.high = floorDiv(last, height.lhsDilation) + 1;
  return place;
}

inline void joinedTask(void* arg, int task, int worker) {
  const JoinedPlan& plan = *static_cast<const JoinedPlan*>(arg);
  const ConvPlan& g = plan.geometry;
  const Epilogue& e = g.args->epilogue;
  const JoinedPlace place = joinedPlace(plan, task);
  float* sums = scratchOf<float>(*plan.context, worker, joinedSumFloats(plan) + joinedBoxFloats(plan));
  for (int64_t at = 0; at < place.columns; at += kLanes) joinedSums(plan, place, place.column + at, sums + joinedSumFloats(plan), sums + at);
  const BatchOffsets offsets = offsetsOf(*g.args, 0);
  const int64_t m0 = ((place.image * g.axes[0].output + place.depth) * g.axes[1].output + place.line) * g.axes[2].output + place.width0;
  const int64_t rows = place.lines * place.width;
  if (storesDirectly(e))
    storeGroups(e, sums, plan.taskColumns, rows, static_cast<float*>(e.out) + offsets.out + m0 * e.outRow + place.column, place.column, place.columns);
  else
    deliverTile<float>(e, sums, plan.taskColumns, 0, offsets, m0, place.column, rows, place.columns, worker);
}

/** Copies the filter, columns side by side in whole vectors, and points the plan at the copy. */
inline void packJoinedFilter(JoinedPlan& plan, float* packed) {
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const int64_t step = roundUp(plan.columns, kLanes);
  plan.rhs = packed;
  plan.rhsChannel = step;
  plan.rhsTap[2] = c.channels * step;
  plan.rhsTap[1] = g.axes[2].window * plan.rhsTap[2];
  plan.rhsTap[0] = g.axes[1].window * plan.rhsTap[1];
  for (int64_t d = 0; d < g.axes[0].window; d++)
    for (int64_t h = 0; h < g.axes[1].window; h++)
      for (int64_t w = 0; w < g.axes[2].window; w++)
        for (int64_t k = 0; k < c.channels; k++, packed += step) {
          const float* from = static_cast<const float*>(c.rhs) + d * g.axes[0].rhs + h * g.axes[1].rhs + w * g.axes[2].rhs + k * c.rhsChannel;
          for (int64_t i = 0; i < c.groups; i++)
            for (int64_t f = 0; f < c.features; f++) packed[i * c.features + f] = from[i * c.rhsGroup + f * c.rhsFeature];
          for (int64_t i = plan.columns; i < step; i++) packed[i] = 0.0f;
        }
}

/** Lines of lhs that neighbouring lines of outputs meet, at most. */
inline int64_t joinedBoxLines(const ConvAxis& height, int64_t lines) {
  return ((lines - 1) * height.stride + (height.window - 1) * height.rhsDilation) / height.lhsDilation + 2;
}

inline void convJoined(const Context& context, const ConvArgs& c) {
  JoinedPlan plan = {};
  plan.context = &context;
  plan.geometry = convGeometry(context, c);
  const ConvPlan& g = plan.geometry;
  const ConvAxis &height = g.axes[1], &width = g.axes[2];
  plan.columns = c.groups * c.features;
  plan.rhs = static_cast<const float*>(c.rhs);
  for (int a = 0; a < 3; a++) plan.rhsTap[a] = g.axes[a].rhs;
  plan.rhsChannel = c.rhsChannel;
  const bool sideBySide = c.rhsGroup == c.features && (c.features == 1 || c.rhsFeature == 1) && plan.columns % kLanes == 0;
  const int64_t packedFloats = sideBySide ? 0 : g.depth * roundUp(plan.columns, kLanes);

  plan.taskColumns = roundUp(minOf(plan.columns, storesDirectly(c.epilogue) ? kJoinedColumns : kJoinedTileColumns), kLanes);
  plan.taskWidth = minOf(width.output, kJoinedWidth);
  plan.boxWidth = (plan.taskWidth - 1) * width.stride + (width.window - 1) * width.rhsDilation + 1;
  // About 16k multiply-adds of vectors a task, as many lines as share a good part of what they meet, and a box of one channel that fits.
  const int64_t lineWork = plan.taskWidth * (plan.taskColumns / kLanes) * g.depth;
  plan.taskLines = plan.taskWidth < width.output ? 1 : minOf(height.output, maxOf(kJoinedLines, (1 << 14) / lineWork));
  plan.boxChannels = 1;
  for (;; plan.taskLines = ceilDiv(plan.taskLines, 2)) {
    plan.boxLines = joinedBoxLines(height, plan.taskLines);
    if (plan.taskLines == 1 || joinedBoxFloats(plan) <= kBoxFloats) break;
  }
  plan.boxChannels = maxOf<int64_t>(1, minOf(c.channels, kBoxFloats / maxOf<int64_t>(1, joinedBoxFloats(plan))));
  plan.columnBlocks = ceilDiv(plan.columns, plan.taskColumns);
  plan.widthBlocks = ceilDiv(width.output, plan.taskWidth);
  plan.lineBlocks = ceilDiv(height.output, plan.taskLines);

  if (!reserve<float>(context, joinedSumFloats(plan) + joinedBoxFloats(plan), packedFloats)) return;
  if (packedFloats > 0) packJoinedFilter(plan, scratchOf<float>(context, -1, packedFloats));
  Context where = context;
  if (g.rows * g.depth * plan.columns <= kSerialWork) where.parallel.threads = 1;
  runTasks(where, plan.columnBlocks * plan.widthBlocks * plan.lineBlocks * g.axes[0].output * c.batch, joinedTask, &plan);
}
