// Sums of a line of outputs (all of the last axis) of a depthwise convolution; lanes are groups. A small window goes over the
// line a few taps at a time; a large one (of a weight gradient, whose line is short) is summed for four outputs at a time.

/** Taps of the last axis up to which whole lines are gone over, and taps taken at once. */
constexpr int kLineWindow = 8, kLineTaps = 4;
constexpr int kGroupOutputs = 4, kGroupVectors = 2;
constexpr int64_t kGroupLanes = kGroupVectors * kLanes;
/** Sums of a task at most; where few are as welcome as many, those delivered at once, and rows of them at least. */
constexpr int64_t kGroupFloats = 512 * kGroupLanes, kNearGroupFloats = 8 << 10, kFewestDelivered = 40;
/** Lanes of a tile whose sums are not stored as they are, and floats of a line of them. */
constexpr int64_t kGroupTileLanes = 8 * kGroupLanes, kGroupLineFloats = 64 << 10;

struct GroupedPlan {
  const Context* context;
  ConvPlan geometry;
  /** The filter with a group stride of 1: the argument's own, or a packed copy. Strides of a tap (depth, height, width), channel, feature. */
  const float* rhs;
  int64_t rhsTap[3], rhsChannel, rhsFeature;
  /** Lines of outputs (all of the last axis), and how many a task has. */
  int64_t lines, linesPerTask, lineBlocks, laneBlocks;
  /** Floats from the sums of one output to those of the next. */
  int64_t step;
  /** Goes over blocks of outputs. */
  bool blocks;
  /** Goes over whole lines; outputs that meet each tap inside the input: of a dilated one every lhsDilation-th from `begin` on. */
  bool wholeLines;
  int64_t begin[kLineWindow], end[kLineWindow];
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

/**
 * Calls visit(line, filter) for each line of the input that line `index` (batch, depth, height) of the outputs meets: its first element, and the
 * taps that go over it, for the lanes from group `group0` on.
 */
template <typename Visit>
KERNEL_INLINE void eachLine(const GroupedPlan& plan, const int64_t* index, int64_t feature, int64_t group0, Visit visit) {
  const ConvPlan& g = plan.geometry;
  const ConvAxis* axes = g.axes;
  int64_t beginD, endD, beginH, endH;
  tapRange(axes[0], index[1], beginD, endD);
  tapRange(axes[1], index[2], beginH, endH);
  const float* lhs = static_cast<const float*>(g.args->lhs) + g.offset + group0 + index[0] * g.source[kAxisN];
  const float* rhs = plan.rhs + group0 + feature * plan.rhsFeature;
  for (int64_t channel = 0; channel < g.args->channels; channel++)
    for (int64_t d = beginD; d < endD; d++) {
      int64_t atD = dilatedStart(axes[0], index[1]) + d * axes[0].rhsDilation;
      if (!undilate(axes[0], atD)) continue;
      for (int64_t h = beginH; h < endH; h++) {
        int64_t atH = dilatedStart(axes[1], index[2]) + h * axes[1].rhsDilation;
        if (!undilate(axes[1], atH)) continue;
        visit(lhs + channel * g.source[kAxisC] + atD * g.source[kAxisD] + atH * g.source[kAxisH],
              rhs + channel * plan.rhsChannel + d * plan.rhsTap[0] + h * plan.rhsTap[1]);
      }
    }
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

/**
 * Sums of P outputs of a line from `w0` on, for the lanes from group `group0` (the last vector has `lanes`). `index`: batch, depth, height
 * of the line.
 */
template <int P, int V, bool Partial>
void groupedOutputs(const GroupedPlan& plan, const int64_t* index, int64_t w0, int64_t feature, int64_t group0, int64_t lanes, float* line0) {
  const ConvPlan& g = plan.geometry;
  const ConvAxis& width = g.axes[2];
  Vec sums[P][V];
#pragma GCC unroll 4
  for (int p = 0; p < P; p++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) sums[p][v] = Vec{};

  int64_t begin[P], end[P], commonBegin = 0, commonEnd = width.window;
  for (int p = 0; p < P; p++) {
    tapRange(width, w0 + p, begin[p], end[p]);
    commonBegin = maxOf(commonBegin, begin[p]);
    commonEnd = minOf(commonEnd, end[p]);
  }
  commonEnd = maxOf(commonBegin, commonEnd);
  const int64_t stepW = g.source[kAxisW], outputStep = width.stride * stepW, tapStep = width.rhsDilation * stepW;
  eachLine(plan, index, feature, group0, [&](const float* line, const float* filter) {
    if (width.lhsDilation != 1) {
      for (int p = 0; p < P; p++)
        for (int64_t w = begin[p]; w < end[p]; w++) {
          int64_t at = dilatedStart(width, w0 + p) + w * width.rhsDilation;
          if (undilate(width, at))
            addTaps<1, V, Partial>(sums + p, line + at * stepW, 0, 0, filter + w * plan.rhsTap[2], 0, 1, lanes);
        }
      return;
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
  });
#pragma GCC unroll 4
  for (int p = 0; p < P; p++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(line0 + (w0 + p) * plan.step + v * kLanes, sums[p][v]);
}

/** sums[o] += Σ_t lhs of output o and tap t times the filter's tap t, for T taps and outputs [begin, end). */
template <int T, int V, bool Partial>
KERNEL_INLINE void addLine(float* sums, int64_t sumStep, const float* lhs, int64_t outputStep, int64_t tapStep, const float* rhs, int64_t rhsStep, int64_t begin, int64_t end,
                           int64_t lanes) {
  if (begin >= end) return;
  const auto read = [lanes](const float* p, int v) __attribute__((always_inline)) {
    return Partial && v == V - 1 ? loadPartial(p + v * kLanes, lanes) : load(p + v * kLanes);
  };
  Vec filter[T][V];
#pragma GCC unroll 4
  for (int t = 0; t < T; t++)
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) filter[t][v] = read(rhs + t * rhsStep, v);
  lhs += begin * outputStep;
  for (int64_t o = begin; o < end; o++, lhs += outputStep) {
    float* sum = sums + o * sumStep;
    Vec acc[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) acc[v] = load(sum + v * kLanes);
#pragma GCC unroll 4
    for (int t = 0; t < T; t++)
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) acc[v] += read(lhs + t * tapStep, v) * filter[t][v];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(sum + v * kLanes, acc[v]);
  }
}

/** T taps from `tap` on: outputs where all are inside the input, then those of each tap at the edges. */
template <int T, int V, bool Partial>
KERNEL_INLINE void addLineTaps(const GroupedPlan& plan, int64_t tap, float* sums, const float* lhs, int64_t outputStep, int64_t tapStep, const float* rhs,
                               int64_t lanes) {
  const int64_t rhsStep = plan.rhsTap[2];
  int64_t begin = plan.begin[tap], end = plan.end[tap];
  for (int t = 1; t < T; t++) begin = maxOf(begin, plan.begin[tap + t]), end = minOf(end, plan.end[tap + t]);
  end = maxOf(begin, end);
  addLine<T, V, Partial>(sums, plan.step, lhs + tap * tapStep, outputStep, tapStep, rhs + tap * rhsStep, rhsStep, begin, end, lanes);
  for (int64_t t = tap; t < tap + T && T > 1; t++) {
    addLine<1, V, Partial>(sums, plan.step, lhs + t * tapStep, outputStep, 0, rhs + t * rhsStep, 0, plan.begin[t], minOf(plan.end[t], begin), lanes);
    addLine<1, V, Partial>(sums, plan.step, lhs + t * tapStep, outputStep, 0, rhs + t * rhsStep, 0, maxOf(plan.begin[t], end), plan.end[t], lanes);
  }
}

/** One tap of a dilated input. `line` is the first element. */
template <int V, bool Partial>
KERNEL_INLINE void addSpacedTap(const GroupedPlan& plan, int64_t tap, float* sums, const float* line, int64_t stepW, const float* rhs, int64_t lanes) {
  const ConvAxis& width = plan.geometry.axes[2];
  const int64_t begin = plan.begin[tap], count = ceilDiv(plan.end[tap] - begin, width.lhsDilation);
  if (begin >= plan.end[tap]) return;
  const int64_t first = (begin + tap * width.rhsDilation - width.low) / width.lhsDilation;
  addLine<1, V, Partial>(sums + begin * plan.step, plan.step * width.lhsDilation, line + first * stepW, stepW, 0, rhs + tap * plan.rhsTap[2], 0, 0, count, lanes);
}

/** Sums of a whole line; `sums` has room for kGroupLanes lanes of each output. */
template <int V, bool Partial>
void groupedLine(const GroupedPlan& plan, const int64_t* index, int64_t feature, int64_t group0, int64_t lanes, float* sums) {
  const ConvPlan& g = plan.geometry;
  const ConvAxis& width = g.axes[2];
  for (int64_t o = 0; o < width.output; o++)
    for (int v = 0; v < V; v++) store(sums + o * plan.step + v * kLanes, Vec{});
  const int64_t stepW = g.source[kAxisW], outputStep = width.stride * stepW, tapStep = width.rhsDilation * stepW;
  const bool spaced = width.lhsDilation != 1;
  eachLine(plan, index, feature, group0, [&](const float* line, const float* filter) {
    const float* first = line + dilatedStart(width, 0) * stepW;
    int64_t tap = 0;
    for (; spaced && tap < width.window; tap++) addSpacedTap<V, Partial>(plan, tap, sums, line, stepW, filter, lanes);
    for (; tap + kLineTaps <= width.window; tap += kLineTaps) addLineTaps<4, V, Partial>(plan, tap, sums, first, outputStep, tapStep, filter, lanes);
    switch (width.window - tap) {
      case 3: addLineTaps<3, V, Partial>(plan, tap, sums, first, outputStep, tapStep, filter, lanes); break;
      case 2: addLineTaps<2, V, Partial>(plan, tap, sums, first, outputStep, tapStep, filter, lanes); break;
      case 1: addLineTaps<1, V, Partial>(plan, tap, sums, first, outputStep, tapStep, filter, lanes); break;
      default: break;
    }
  });
}
