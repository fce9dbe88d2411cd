// A line of outputs of a depthwise convolution with a window of three, five or seven: several outputs at a time, whose sums stay in
// registers while the window goes over them; an element of the input that is loaded serves every output that it meets.

/** Outputs of a block, and of one at the end of a line, or of a short line. */
constexpr int kBlockOutputs = 8, kEndOutputs = 4;
/** Lines of the input that meet a line of outputs, at most. */
constexpr int64_t kMostLines = 64;

/** A line of the input, from the place of the first output's first tap on, and the filter's taps for it. */
struct MetLine {
  const float *lhs, *filter;
};

/** Where the outputs of a line go, `step` floats apart, and what is done with their sums before. */
struct GroupedTarget {
  float* to;
  int64_t step;
  /** Of the first group; or null. */
  const float* bias;
  bool relus;
};

/** Whether blocks of outputs suit the convolution. */
inline bool hasBlocks(const ConvPlan& g) {
  const ConvAxis& width = g.axes[2];
  const bool window = width.window == 3 || width.window == 5 || width.window == 7;
  return window && width.lhsDilation == 1 && width.rhsDilation == 1 && width.stride <= 2 && width.output >= kEndOutputs &&
         g.args->channels * g.axes[0].window * g.axes[1].window <= kMostLines;
}

/** P outputs from `w0` on, for one vector of groups (`lanes` of them), of a window of T. */
template <int T, int S, int P, bool Partial>
void groupedBlock(const GroupedPlan& plan, const MetLine* lines, int64_t count, int64_t w0, int64_t lanes, const GroupedTarget& target) {
  constexpr int met = (P - 1) * S + T;
  const ConvAxis& width = plan.geometry.axes[2];
  const int64_t step = plan.geometry.source[kAxisW], tapStep = plan.rhsTap[2];
  const int64_t first = w0 * S, at = dilatedStart(width, 0) + first;
  // Of the elements that are met, those inside the input.
  const int64_t begin = maxOf<int64_t>(0, -at), end = minOf<int64_t>(met, width.input - at);
  const auto read = [lanes](const float* p) __attribute__((always_inline)) { return Partial ? loadPartial(p, lanes) : load(p); };
  Vec acc[P];
#pragma GCC unroll 8
  for (int p = 0; p < P; p++) acc[p] = target.bias ? read(target.bias) : Vec{};
  const auto addLine = [&](const MetLine& line, auto inside) __attribute__((always_inline)) {
    Vec filter[T];
#pragma GCC unroll 8
    for (int t = 0; t < T; t++) filter[t] = read(line.filter + t * tapStep);
    const float* lhs = line.lhs + first * step;
#pragma GCC unroll 24
    for (int i = 0; i < met; i++) {
      if (!inside(i)) continue;
      const Vec x = read(lhs + i * step);
#pragma GCC unroll 8
      for (int p = 0; p < P; p++)
        if (i - p * S >= 0 && i - p * S < T) acc[p] += x * filter[i - p * S];
    }
  };
  if (begin == 0 && end == met) {
    for (int64_t i = 0; i < count; i++) addLine(lines[i], [](int) { return true; });
  } else {
    for (int64_t i = 0; i < count; i++) addLine(lines[i], [begin, end](int i) { return i >= begin && i < end; });
  }
#pragma GCC unroll 8
  for (int p = 0; p < P; p++) {
    const Vec value = target.relus ? relu(acc[p]) : acc[p];
    float* to = target.to + (w0 + p) * target.step;
    if (Partial) storePartial(to, value, lanes);
    else store(to, value);
  }
}

typedef void (*GroupedBlock)(const GroupedPlan&, const MetLine*, int64_t, int64_t, int64_t, const GroupedTarget&);

inline GroupedBlock pickGroupedBlock(const ConvAxis& width, bool end, bool partial) {
#define KERNEL_BLOCK(T, S) \
  {{groupedBlock<T, S, kBlockOutputs, false>, groupedBlock<T, S, kBlockOutputs, true>}, {groupedBlock<T, S, kEndOutputs, false>, groupedBlock<T, S, kEndOutputs, true>}}
  static const GroupedBlock table[3][2][2][2] = {
      {KERNEL_BLOCK(3, 1), KERNEL_BLOCK(3, 2)}, {KERNEL_BLOCK(5, 1), KERNEL_BLOCK(5, 2)}, {KERNEL_BLOCK(7, 1), KERNEL_BLOCK(7, 2)}};
#undef KERNEL_BLOCK
  return table[(width.window - 3) / 2][width.stride - 1][end][partial];
}

/** A whole line of outputs for `lanes` groups. Elements that lie side by side are met one after the other; the last block overlaps the one before it. */
inline void groupedBlocks(const GroupedPlan& plan, const int64_t* index, int64_t feature, int64_t group0, int64_t lanes, const GroupedTarget& target) {
  MetLine lines[kMostLines], met[kMostLines];
  int64_t count = 0;
  const ConvAxis& width = plan.geometry.axes[2];
  const int64_t start = dilatedStart(width, 0) * plan.geometry.source[kAxisW];
  eachLine(plan, index, feature, group0, [&](const float* line, const float* filter) { lines[count++] = {line + start, filter}; });
  const auto block = [&](int64_t w, int outputs) {
    for (int64_t lane = 0; lane < lanes; lane += kLanes) {
      const int64_t tail = minOf<int64_t>(lanes - lane, kLanes);
      for (int64_t i = 0; i < count; i++) met[i] = {lines[i].lhs + lane, lines[i].filter + lane};
      pickGroupedBlock(width, outputs == kEndOutputs, tail != kLanes)(plan, met, count, minOf(w, width.output - outputs), tail,
                                                                      {target.to + lane, target.step, target.bias ? target.bias + lane : nullptr, target.relus});
    }
  };
  int64_t w = 0;
  for (; width.output - w > kEndOutputs && width.output >= kBlockOutputs; w += kBlockOutputs) block(w, kBlockOutputs);
  for (; w < width.output; w += kEndOutputs) block(w, kEndOutputs);
}
