// float32 convolutions. conv_plan.inl.h says how they are divided.

/** Packs k in [from, from + depth) of the run that starts at `rhs`, for `cols` columns. */
inline void packRun(const ConvPlan& plan, const float* rhs, int64_t from, int64_t depth, int64_t cols, float* to) {
  const ConvArgs& c = *plan.args;
  if (!plan.runAlongChannels) {
    packPanel(rhs + from * plan.axes[2].rhs, plan.axes[2].rhs, c.rhsFeature, depth, cols, to);
    return;
  }
  // A merged run passes through several taps of the last window axis.
  for (const int64_t end = from + depth; from < end;) {
    const int64_t tap = plan.merged ? from / c.channels : 0, channel = from - tap * c.channels;
    const int64_t part = plan.merged ? minOf(end - from, c.channels - channel) : depth;
    packPanel(rhs + tap * plan.axes[2].rhs + channel * c.rhsChannel, c.rhsChannel, c.rhsFeature, part, cols, to);
    from += part;
    to += part * kTileCols;
  }
}

/** Packs one panel of one group, over all of K, for all tasks. */
inline void packConvTask(void* arg, int task, int) {
  const ConvPlan& plan = *static_cast<const ConvPlan*>(arg);
  const ConvArgs& c = *plan.args;
  const int64_t panels = ceilDiv(c.features, kTileCols);
  const int64_t n = task % panels * kTileCols, group = task / panels;
  float* to = plan.shared + task * plan.depth * kTileCols;
  const float* rhs = static_cast<const float*>(c.rhs) + group * c.rhsGroup + n * c.rhsFeature;
  const int64_t cols = minOf<int64_t>(kTileCols, c.features - n);
  const ConvAxis* axes = plan.axes;
  // In the order of listTaps.
  const int64_t channels = plan.runAlongChannels ? 1 : c.channels, widths = plan.runAlongChannels ? axes[2].window : 1;
  const int64_t length = plan.runAlongChannels ? c.channels : axes[2].window;
  for (int64_t k = 0; k < channels; k++)
    for (int64_t d = 0; d < axes[0].window; d++)
      for (int64_t h = 0; h < axes[1].window; h++)
        for (int64_t w = 0; w < widths; w++, to += length * kTileCols)
          packPanel(rhs + k * c.rhsChannel + d * axes[0].rhs + h * axes[1].rhs + w * axes[2].rhs,
                    plan.runAlongChannels ? c.rhsChannel : axes[2].rhs, c.rhsFeature, length, cols, to);
}

/** Strips of one height that follow each other among the rows of a phase. */
struct StripRun {
  int64_t row, strips, height;
};

/** The strips of a phase, as listRows makes them: all of one height, or higher ones and then those of another. */
struct StripRuns {
  StripRun runs[2];
  int count = 0;

  StripRuns(const TileRow* rows, int64_t rowCount) {
    for (int64_t row = 0; row < rowCount; count++) {
      StripRun& run = runs[count];
      run = {row, 0, rows[row].strip};
      for (; row < rowCount && rows[row].strip == run.height; row += run.height) run.strips++;
    }
  }
};

/** All blocks of K of one chunk and one phase. `first`, `last`: the chunk is the first, or last, of its tile. */
inline void convBlocks(const ConvWork& work, const TileRow* rows, int64_t rowCount, Tap* taps, const int64_t* source, int64_t tapCount, int64_t run,
                       bool first, bool last) {
  const ConvPlan& plan = *work.plan;
  const ConvArgs& c = *plan.args;
  const ConvTile& tile = *work.tile;
  const float* rhs = static_cast<const float*>(c.rhs) + tile.group * c.rhsGroup;
  const int64_t rhsStep = plan.rhsMode == RhsMode::Direct ? (plan.runAlongChannels ? c.rhsChannel : plan.axes[2].rhs) : kTileCols;
  const int64_t panels = ceilDiv(c.features, kTileCols);
  // Long runs are cut, short ones put together.
  const int64_t pieces = maxOf<int64_t>(1, ceilDiv(run, kConvBlockK)), pieceDepth = ceilDiv(run, pieces);
  const int64_t groups = maxOf<int64_t>(1, ceilDiv(tapCount, maxOf<int64_t>(1, kConvBlockK / maxOf<int64_t>(run, 1))));
  const int64_t groupTaps = ceilDiv(tapCount, groups);

  PanelCall panel(runStep(plan), rhsStep);
  MicroCall& call = panel.call;
  // Of the rows of a slice.
  call.rowStep = 1;
  const StripRuns strips(rows, rowCount);
  for (int64_t block = 0; block < pieces * groups; block++) {
    const int64_t from = block % pieces * pieceDepth, group = block / pieces;
    const int64_t tap0 = minOf(tapCount, group * groupTaps);
    call.taps = taps + tap0;
    call.tapCount = minOf(groupTaps, tapCount - tap0);
    call.run = minOf(pieceDepth, run - from);
    call.lhs = work.box + from * call.lhsStep;
    if (plan.rhsMode != RhsMode::Shared)
      for (int64_t t = 0; t < call.tapCount; t++) taps[tap0 + t].rhs = plan.rhsMode == RhsMode::Direct ? source[tap0 + t] : t * call.run * kTileCols;
    for (int64_t n = 0; n < tile.cols; n += kTileCols) {
      const int64_t feature = tile.n0 + n;
      panel.setColumns(minOf<int64_t>(kTileCols, tile.cols - n));
      call.out = work.out + n;
      call.from = !first || block > 0 ? call.out : nullptr;
      setEpilogue(call, c.epilogue, work.direct, last && block == pieces * groups - 1, feature);
      switch (plan.rhsMode) {
        case RhsMode::Direct: call.rhs = rhs + feature + from * rhsStep; break;
        case RhsMode::Shared:
          call.rhs = plan.shared + ((tile.group * panels + feature / kTileCols) * plan.depth + from) * kTileCols;
          break;
        case RhsMode::Local:
          for (int64_t t = 0; t < call.tapCount; t++)
            packRun(plan, rhs + source[tap0 + t] + feature * c.rhsFeature, from, call.run, minOf<int64_t>(kTileCols, tile.cols - n),
                    work.packed + t * call.run * kTileCols);
          call.rhs = work.packed;
          break;
        case RhsMode::Dot: break;
      }
      panel.setNoFetch();
      for (int i = 0; i < strips.count; i++) {
        const StripRun& equal = strips.runs[i];
        call.list = rows + equal.row;
        plan.sliced ? panel.runDown<Micro::Sliced>(equal.strips, equal.height) : panel.runDown<Micro::Listed>(equal.strips, equal.height);
      }
    }
  }
}

/** A part of the chunks of K of one tile. */
inline void convTask(void* arg, int task, int worker) {
  const ConvPlan& plan = *static_cast<const ConvPlan*>(arg);
  const ConvArgs& c = *plan.args;
  const Epilogue& e = c.epilogue;
  float* scratch = scratchOf<float>(*plan.context, worker, plan.scratchFloats);
  ConvTile tile;
  int64_t rest = task;
  const int64_t split = rest % plan.splits;
  rest /= plan.splits;
  tile.n0 = rest % plan.tasksN * plan.tileN;
  tile.cols = minOf(plan.tileN, c.features - tile.n0);
  rest /= plan.tasksN;
  const int64_t sizes[4] = {c.batch, plan.axes[0].output, plan.axes[1].output, plan.axes[2].output};
  for (int i = 3; i >= 0; i--) {
    tile.start[i] = rest % plan.blocks[i] * plan.block[i];
    tile.count[i] = minOf(plan.block[i], sizes[i] - tile.start[i]);
    rest /= plan.blocks[i];
  }
  tile.group = rest;
  const int64_t m0 = ((tile.start[0] * sizes[1] + tile.start[1]) * sizes[2] + tile.start[2]) * sizes[3] + tile.start[3];
  const int64_t rowCount = tile.count[0] * tile.count[1] * tile.count[2] * tile.count[3];

  const bool direct = plan.direct && !plan.partial.sums;
  const int64_t ldTile = roundUp(tile.cols, kTileAlign);
  const BatchOffsets offsets = offsetsOf(c, tile.group);
  float* out = scratch + plan.tileAt;
  int64_t base = m0, rowStep = ldTile;
  if (plan.partial.sums) {
    out = plan.partial.sums + (split * c.groups + tile.group) * plan.rows * plan.partial.step + tile.n0;
    base = 0, rowStep = plan.partial.step;
  } else if (direct) {
    out = static_cast<float*>(e.out) + offsets.out + tile.n0;
    base = 0, rowStep = e.outRow;
  }
  ConvWork work = {&plan, &tile, nullptr, out, scratch + plan.rhsAt, direct};
  TileRow* rows = reinterpret_cast<TileRow*>(scratch + plan.rowsAt);
  Tap* taps = reinterpret_cast<Tap*>(scratch + plan.tapsAt);

  const float* lhs = static_cast<const float*>(c.lhs) + plan.offset + tile.group * c.lhsGroup;
  const int64_t total = totalChunks(plan), begin = total * split / plan.splits, end = total * (split + 1) / plan.splits;
  const int64_t limits[4] = {plan.axes[0].window, plan.axes[1].window, plan.axes[2].window, c.channels};
  for (int64_t index = begin; index < end; index++) {
    ConvChunk chunk;
    int64_t left = index;
    for (int i = 3; i >= 0; i--) {
      chunk.start[i] = left % plan.chunks[i] * plan.chunk[i];
      chunk.count[i] = minOf(plan.chunk[i], limits[i] - chunk.start[i]);
      left /= plan.chunks[i];
    }
    ConvBox box = {};
    if (plan.inPlace) {
      work.box = lhs + tile.start[0] * c.lhsBatch;
    } else {
      box.start[kAxisN] = tile.start[0], box.count[kAxisN] = tile.count[0];
      box.start[kAxisC] = chunk.start[3], box.count[kAxisC] = chunk.count[3];
      for (int a = 0; a < 3; a++) {
        const ConvAxis& axis = plan.axes[a];
        const int64_t low = dilatedStart(axis, tile.start[1 + a]) + chunk.start[a] * axis.rhsDilation;
        const int64_t high = dilatedStart(axis, tile.start[1 + a] + tile.count[1 + a] - 1) + (chunk.start[a] + chunk.count[a] - 1) * axis.rhsDilation;
        // The first element at or after `low`, the last at or before `high`.
        box.start[kAxisD + a] = -floorDiv(-low, axis.lhsDilation);
        box.count[kAxisD + a] = maxOf<int64_t>(0, floorDiv(high, axis.lhsDilation) + 1 - box.start[kAxisD + a]);
      }
      copyBox(plan, lhs, box, scratch);
      work.box = scratch;
    }
    const bool first = index == begin, last = index == end - 1;
    int64_t phase[3];
    for (phase[0] = 0; phase[0] < plan.axes[0].lhsDilation; phase[0]++)
      for (phase[1] = 0; phase[1] < plan.axes[1].lhsDilation; phase[1]++)
        for (phase[2] = 0; phase[2] < plan.axes[2].lhsDilation; phase[2]++) {
          const int64_t count = listRows(plan, tile, phase, base, rowStep, rows);
          if (count == 0) continue;
          int64_t* source = reinterpret_cast<int64_t*>(taps + plan.maxTaps);
          const int64_t tapCount = listTaps(plan, tile, box, chunk, phase, taps, source);
          // Without taps the rows are zero: that still has to be stored, and the bias added.
          if (tapCount == 0 && !first && !last) continue;
          if (plan.rhsMode == RhsMode::Dot)
            convDotBlocks(work, rows, count, taps, tapCount, runLength(plan, chunk), first, last);
          else
            convBlocks(work, rows, count, taps, source, tapCount, runLength(plan, chunk), first, last);
        }
  }
  if (!direct && !plan.partial.sums) deliverTile<float>(e, out, ldTile, tile.group, offsets, m0, tile.n0, rowCount, tile.cols, worker);
}

inline void conv(const Context& context, const ConvArgs& c) {
  int64_t outputs = c.batch, depth = c.channels;
  for (int axis = 0; axis < c.spatial; axis++) outputs *= c.output[axis], depth *= c.window[axis];
  if (c.groups == 0 || outputs == 0 || c.features == 0) return;
  if (depth == 0) {
    // Sums of nothing.
    GemmArgs g = {};
    g.batchRank = 1;
    g.batch[0] = c.groupsAt == ConvGroups::First ? c.groups : c.groupsAt == ConvGroups::Last ? c.features : 1;
    g.m = outputs, g.n = c.groups * c.features / g.batch[0];
    g.lhs = c.lhs, g.rhs = c.rhs;
    g.epilogue = c.epilogue;
    gemm(context, g);
    return;
  }
  if (c.groupsAt == ConvGroups::Last) return convGrouped(context, c);
  if (c.groupsAt == ConvGroups::Joined) return convJoined(context, c);
  GemmArgs product;
  if (asProduct(c, product)) return gemm(context, product);
  if (convWinograd(context, c) || convWinogradFilter(context, c)) return;
  ConvPlan plan = planConv(context, c);
  const int64_t rows = tileRows(plan);
  const int64_t longs = sizeof(int64_t) / sizeof(float);
  plan.rowsAt = plan.inPlace ? 0 : roundUp(plan.boxFloats, kTileAlign);
  plan.tapsAt = roundUp(plan.rowsAt + 3 * longs * rows, kTileAlign);
  plan.rhsAt = roundUp(plan.tapsAt + 3 * longs * plan.maxTaps, kTileAlign);
  plan.tileAt = roundUp(plan.rhsAt + (plan.rhsMode == RhsMode::Local ? kConvBlockK * kTileCols : 0), kTileAlign);
  plan.scratchFloats = plan.tileAt + (plan.direct || plan.splits > 1 ? 0 : rows * roundUp(plan.tileN, kTileAlign));

  const int64_t panels = c.groups * ceilDiv(c.features, kTileCols);
  PackedOperand* packed = placeOf(c.packed);
  const int64_t sharedFloats = packed ? 0 : filterFloats(plan);
  plan.partial = {&c.epilogue, nullptr, plan.splits, c.groups, plan.rows, c.features, roundUp(c.features, kTileAlign)};
  const int64_t sumFloats = plan.splits > 1 ? partialFloats(plan.partial) : 0;
  if (!reserve<float>(context, plan.scratchFloats, sharedFloats + sumFloats)) return;
  if (sharedFloats + sumFloats > 0) {
    float* block = scratchOf<float>(context, -1, sharedFloats + sumFloats);
    plan.shared = block;
    plan.partial.sums = sumFloats ? block + sharedFloats : nullptr;
  }
  if (packed) plan.shared = packed->memory;
  Context serial = context;
  if (plan.rows * plan.depth * c.features * c.groups <= kSerialWork) serial.parallel.threads = 1;
  if (!packed || !packed->ready) {
    if (plan.rhsMode == RhsMode::Shared) runTasks(serial, panels, packConvTask, &plan);
    if (plan.rhsMode == RhsMode::Dot) packDotFilter(plan);
  }
  if (packed) packed->ready = true;
  runTasks(serial, convTasks(plan) * plan.splits, convTask, &plan);
  if (plan.partial.sums) addParts(serial, plan.partial);
}

inline int64_t packedFilterFloats(const ConvArgs& c, int threads) {
  if (c.groups == 0 || c.batch == 0 || c.features == 0 || c.channels == 0 || c.groupsAt != ConvGroups::First) return 0;
  for (int axis = 0; axis < c.spatial; axis++)
    if (c.output[axis] == 0 || c.window[axis] == 0) return 0;
  GemmArgs product;
  if (asProduct(c, product)) return packedFloats(product, threads);
  Context context = {};
  context.parallel.threads = threads;
  float place;
  PackedOperand packed = {&place, true};
  ConvArgs args = c;
  args.packed = &packed;
  WinogradPlan winograd = {};
  if (planWinograd(context, args, winograd)) return c.groups * winograd.filterFloats;
  return filterFloats(planConv(context, args));
}
