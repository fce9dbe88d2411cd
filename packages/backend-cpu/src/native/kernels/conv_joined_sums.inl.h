// Sums of convolutions of many groups of a few features each. Lanes are columns, the features of all groups side by side: a
// task spreads the elements of lhs that its outputs meet so that each lane has those of its group, padding included, and goes over that
// box tap by tap.

/** Outputs whose sums are in registers: of one line, or of several where a line has few; and taps of a line at once. */
constexpr int kJoinedOutputs = 8, kJoinedFew = 3, kJoinedTaps = 4;
/** Columns of a task, those of a tile whose sums are not stored as they are, outputs of a line of a task at most, and lines at least. */
constexpr int64_t kJoinedColumns = 2 * kLanes, kJoinedTileColumns = 16 * kLanes, kJoinedWidth = 256, kJoinedLines = 4;

struct JoinedPlan {
  const Context* context;
  ConvPlan geometry;
  /** The filter, columns side by side in whole vectors: the argument's own, or a packed copy. Strides of a tap (depth, height, width) and channel. */
  const float* rhs;
  int64_t rhsTap[3], rhsChannel;
  /** Of the sums: all columns, and of a task columns, lines, and outputs of a line. */
  int64_t columns, taskColumns, taskLines, taskWidth;
  int64_t columnBlocks, lineBlocks, widthBlocks;
  /** Elements of a line of the box, its lines for each depth, and channels that are in it at once. */
  int64_t boxWidth, boxLines, boxChannels;
};

/** The outputs of a task: all of one image and depth. */
struct JoinedPlace {
  int64_t image, depth, line, lines, column, columns, width0, width;
  /** Lines of lhs that they meet, from `low` on, before `high`; some of them padding. */
  int64_t low, high;
};

/** A vector of columns, and the elements of lhs that it meets: `low` and on of a pixel, in the order that `index` says. */
struct LaneSource {
  int64_t low, span;
  VecInt index;
};

inline LaneSource laneSource(const ConvArgs& c, int64_t column, int64_t lanes) {
  LaneSource source = {column / c.features * c.lhsGroup, 1, {}};
  for (int64_t i = 0; i < lanes; i++) {
    const int64_t from = (column + i) / c.features * c.lhsGroup - source.low;
    source.index[i] = static_cast<int32_t>(from);
    source.span = from + 1;
  }
  return source;
}

/** Elements of a line, `fromStep` apart, to a vector each, `toStep` apart; the same for `channels` neighbours, `channelStep` apart in the box. */
KERNEL_SHARED inline void spreadLine(const LaneSource& source, const float* from, int64_t fromStep, int64_t count, float* to, int64_t toStep, int64_t channels,
                                     int64_t channelStep) {
  const int64_t span = source.span + channels - 1;
  for (int64_t i = 0; i < count; i++, from += fromStep, to += toStep) {
    VecInt index = source.index;
    if (span <= kLanes) {
      const Vec low = loadPartial(from, span);
      for (int64_t k = 0; k < channels; k++, index += 1) store(to + k * channelStep, pick(low, index));
    } else if (span <= 2 * kLanes) {
      const Vec low = load(from), high = loadPartial(from + kLanes, span - kLanes);
      for (int64_t k = 0; k < channels; k++, index += 1) store(to + k * channelStep, pick(low, high, index));
    } else {
      for (int64_t k = 0; k < channels; k++)
        for (int64_t lane = 0; lane < kLanes; lane++) to[k * channelStep + lane] = from[source.index[lane] + k];
    }
  }
}

/** Clears a line of the box but for `count` vectors from `at` on. */
inline void clearAround(float* line, int64_t floats, int64_t at, int64_t count) {
  for (int64_t i = 0; i < at; i += kLanes) store(line + i, Vec{});
  for (int64_t i = at + count * kLanes; i < floats; i += kLanes) store(line + i, Vec{});
}

/** Fills the box with `channels` channels from `channel` on, for the vector of columns from `column` on. */
inline void spreadBox(const JoinedPlan& plan, const JoinedPlace& place, int64_t column, int64_t channel, int64_t channels, float* box) {
  const ConvPlan& g = plan.geometry;
  const ConvArgs& c = *g.args;
  const ConvAxis &depth = g.axes[0], &width = g.axes[2];
  const LaneSource source = laneSource(c, column, minOf<int64_t>(kLanes, plan.columns - column));
  const int64_t lineFloats = plan.boxWidth * kLanes, together = g.source[kAxisC] == 1 ? channels : 1;
  // Elements of a line that lie in the box, and the place of the first; past its end where all of it is padding.
  const int64_t start = dilatedStart(width, place.width0), first = ceilDiv(maxOf<int64_t>(0, start), width.lhsDilation);
  const int64_t count = maxOf<int64_t>(0, minOf(width.input, floorDiv(start + plan.boxWidth - 1, width.lhsDilation) + 1) - first);
  const int64_t at = minOf((first * width.lhsDilation - start) * kLanes, lineFloats);
  const float* lhs = static_cast<const float*>(c.lhs) + g.offset + source.low + place.image * g.source[kAxisN] + channel * g.source[kAxisC] +
                     first * g.source[kAxisW];
  int64_t beginD, endD;
  tapRange(depth, place.depth, beginD, endD);
  for (int64_t d = beginD; d < endD; d++) {
    int64_t atD = dilatedStart(depth, place.depth) + d * depth.rhsDilation;
    if (!undilate(depth, atD)) continue;
    for (int64_t line = place.low; line < place.high; line++) {
      float* to = box + (d * plan.boxLines + line - place.low) * plan.boxChannels * lineFloats;
      const bool inside = line >= 0 && line < g.axes[1].input;
      // Elements with gaps between them are spread over zeros.
      const int64_t spread = inside && width.lhsDilation == 1 ? count : 0;
      for (int64_t k = 0; k < channels; k++) clearAround(to + k * lineFloats, lineFloats, at, spread);
      const float* from = lhs + atD * g.source[kAxisD] + line * g.source[kAxisH];
      for (int64_t k = 0; k < channels && inside; k += together)
        spreadLine(source, from + k * g.source[kAxisC], g.source[kAxisW], count, to + k * lineFloats + at, width.lhsDilation * kLanes, together, lineFloats);
    }
  }
}

/** Where the first of some taps of a line, of the first output, are in box and filter, and steps to the next channel. */
struct JoinedTaps {
  const float *lhs, *rhs;
  int64_t lineStep, lhsChannel, rhsChannel, rhsStep, channels;
};

/** sums[r][p] += Σ_t lhs of line r and output p + t times the filter's tap t, for T taps next to each other, of all channels. */
template <int R, int P, int T>
KERNEL_INLINE void addJoinedTaps(Vec (*sums)[P], JoinedTaps taps) {
  for (int64_t k = 0; k < taps.channels; k++, taps.lhs += taps.lhsChannel, taps.rhs += taps.rhsChannel) {
    Vec filter[T];
#pragma GCC unroll 4
    for (int t = 0; t < T; t++) filter[t] = load(taps.rhs + t * taps.rhsStep);
#pragma GCC unroll 3
    for (int r = 0; r < R; r++)
#pragma GCC unroll 12
      for (int i = 0; i < P + T - 1; i++) {
        const Vec x = load(taps.lhs + r * taps.lineStep + i * kLanes);
#pragma GCC unroll 4
        for (int t = 0; t < T; t++)
          if (i - t >= 0 && i - t < P) sums[r][i - t] += x * filter[t];
      }
  }
}

/** The same for one tap of outputs `outputStep` apart. */
template <int R, int P>
KERNEL_INLINE void addJoinedTap(Vec (*sums)[P], JoinedTaps taps, int64_t outputStep) {
  for (int64_t k = 0; k < taps.channels; k++, taps.lhs += taps.lhsChannel, taps.rhs += taps.rhsChannel) {
    const Vec filter = load(taps.rhs);
#pragma GCC unroll 3
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
      for (int p = 0; p < P; p++) sums[r][p] += load(taps.lhs + r * taps.lineStep + p * outputStep) * filter;
  }
}

template <int R, int P>
KERNEL_INLINE void addJoinedLine(const ConvAxis& width, Vec (*sums)[P], JoinedTaps taps) {
  const int64_t tapStep = width.rhsDilation * kLanes;
  int64_t left = width.window;
  const auto advance = [&](int64_t count) { left -= count, taps.lhs += count * tapStep, taps.rhs += count * taps.rhsStep; };
  if (width.stride != 1 || width.rhsDilation != 1) {
    for (; left > 0; advance(1)) addJoinedTap<R, P>(sums, taps, width.stride * kLanes);
    return;
  }
  for (; left >= kJoinedTaps; advance(kJoinedTaps)) addJoinedTaps<R, P, kJoinedTaps>(sums, taps);
  switch (left) {
    case 3: return addJoinedTaps<R, P, 3>(sums, taps);
    case 2: return addJoinedTaps<R, P, 2>(sums, taps);
    case 1: return addJoinedTaps<R, P, 1>(sums, taps);
    default: return;
  }
}

/** sums += box times filter, for P outputs from `w` on of R lines from `line` on, over `channels` channels. `rhs`: the first of them. */
template <int R, int P>
void joinedOutputs(const JoinedPlan& plan, const JoinedPlace& place, int64_t line, int64_t w, int64_t channels, const float* box, const float* rhs, float* out) {
  const ConvAxis *axes = plan.geometry.axes, &depth = axes[0], &height = axes[1];
  const int64_t lineFloats = plan.boxWidth * kLanes, rowFloats = plan.boxChannels * lineFloats;
  const int64_t step = plan.taskColumns, outLine = place.width * step;
  Vec sums[R][P];
#pragma GCC unroll 3
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) sums[r][p] = load(out + r * outLine + p * step);
  int64_t beginD, endD;
  tapRange(depth, place.depth, beginD, endD);
  for (int64_t d = beginD; d < endD; d++) {
    int64_t atD = dilatedStart(depth, place.depth) + d * depth.rhsDilation;
    if (!undilate(depth, atD)) continue;
    for (int64_t h = 0; h < height.window; h++) {
      // From the first line of the box.
      const int64_t dilated = dilatedStart(height, line) + h * height.rhsDilation - place.low * height.lhsDilation;
      if (dilated % height.lhsDilation != 0) continue;
      const float* lhs = box + (d * plan.boxLines + dilated / height.lhsDilation) * rowFloats + w * axes[2].stride * kLanes;
      const float* filter = rhs + d * plan.rhsTap[0] + h * plan.rhsTap[1];
      addJoinedLine<R, P>(axes[2], sums, {lhs, filter, height.stride * rowFloats, lineFloats, plan.rhsChannel, plan.rhsTap[2], channels});
    }
  }
#pragma GCC unroll 3
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) store(out + r * outLine + p * step, sums[r][p]);
}

typedef void (*JoinedOutputs)(const JoinedPlan&, const JoinedPlace&, int64_t, int64_t, int64_t, const float*, const float*, float*);

inline JoinedOutputs pickJoinedOutputs(int64_t lines, int64_t outputs) {
  static const JoinedOutputs one[kJoinedOutputs] = {joinedOutputs<1, 1>, joinedOutputs<1, 2>, joinedOutputs<1, 3>, joinedOutputs<1, 4>,
                                                    joinedOutputs<1, 5>, joinedOutputs<1, 6>, joinedOutputs<1, 7>, joinedOutputs<1, 8>};
  static const JoinedOutputs three[kJoinedFew] = {joinedOutputs<3, 1>, joinedOutputs<3, 2>, joinedOutputs<3, 3>};
  return (lines == 1 ? one : three)[outputs - 1];
}

/** The sums of a task's outputs for the vector of columns from `column` on. */
inline void joinedSums(const JoinedPlan& plan, const JoinedPlace& place, int64_t column, float* box, float* sums) {
  const int64_t all = plan.geometry.args->channels;
  for (int64_t m = 0; m < place.lines * place.width; m++) store(sums + m * plan.taskColumns, Vec{});
  const int64_t parts = ceilDiv(place.width, kJoinedOutputs);
  // Lines of a strided input meet taps at different places.
  const bool together = plan.geometry.axes[1].lhsDilation == 1 && place.width <= kJoinedFew;
  for (int64_t channel = 0; channel < all; channel += plan.boxChannels) {
    const int64_t channels = minOf(plan.boxChannels, all - channel);
    spreadBox(plan, place, column, channel, channels, box);
    const float* rhs = plan.rhs + column + channel * plan.rhsChannel;
    // Neighbouring lines of outputs meet lines of the box that are in the first-level cache by then.
    for (int64_t part = 0; part < parts; part++) {
      const int64_t w = place.width * part / parts, outputs = place.width * (part + 1) / parts - w;
      for (int64_t line = 0, lines; line < place.lines; line += lines) {
        lines = together && line + 3 <= place.lines ? 3 : 1;
        pickJoinedOutputs(lines, outputs)(plan, place, place.line + line, w, channels, box, rhs, sums + (line * place.width + w) * plan.taskColumns);
      }
    }
  }
}
