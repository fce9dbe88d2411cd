// Sliding windows: reduce_window, window_gather and window_scatter. Positions of the windows are walked one by one with a
// list of the taps inside the input; the axis that is contiguous and has no window (channels) is worked on by vectors.
// What happens to the elements of one position is in window_lanes.inl.h.

KERNEL_INLINE constexpr bool isScatter(WindowMode mode) { return mode == WindowMode::Scatter || mode == WindowMode::Tile; }

struct WindowAxis {
  int64_t input, output, window, stride, low, dilation;
  /** Steps in x for an element of input, in the output-shaped operand (`out`; y of a scatter), in the other input-shaped one. */
  int64_t x, outer, other;
};

struct WindowPlan {
  const Context* context;
  const WindowArgs* args;
  /** Axes with windows come last: a scatter's tasks divide those before, where windows of different tasks cannot overlap. */
  int rank, plain;
  WindowAxis axes[kMaxRank];
  /** Length of the vector axis; 1 where there is none. */
  int64_t channels, channelTasks;
  int64_t positions, positionsPerTask, taps;
};

/** Where one position is, kept axis by axis so that a step recomputes only the axes that moved. Entry i sums axes before i. */
struct WindowCursor {
  int64_t index[kMaxRank];
  /** Taps inside the input along each axis: first <= tap < end. */
  int64_t first[kMaxRank], end[kMaxRank];
  int64_t x[kMaxRank + 1], other[kMaxRank + 1], outer[kMaxRank + 1];
};

/** Recomputes axes from `axis` on. Offsets point at each window's first tap, which may lie in the padding. True: other taps are inside. */
KERNEL_SHARED bool moveCursor(const WindowPlan& plan, WindowCursor& c, int axis) {
  bool changed = false;
  for (; axis < plan.rank; axis++) {
    const WindowAxis& a = plan.axes[axis];
    const int64_t start = c.index[axis] * a.stride - a.low;
    const int64_t first = start >= 0 ? 0 : minOf(ceilDiv(-start, a.dilation), a.window);
    const int64_t end = start >= a.input ? first : maxOf(first, minOf(a.window, ceilDiv(a.input - start, a.dilation)));
    changed |= first != c.first[axis] || end != c.end[axis];
    c.first[axis] = first;
    c.end[axis] = end;
    c.x[axis + 1] = c.x[axis] + start * a.x;
    c.other[axis + 1] = c.other[axis] + start * a.other;
    c.outer[axis + 1] = c.outer[axis] + c.index[axis] * a.outer;
  }
  return changed;
}

/** Lists the taps inside, in row-major order, relative to the cursor's offsets. */
KERNEL_SHARED int64_t listTaps(const WindowPlan& plan, const WindowCursor& c, WindowTap* taps) {
  int64_t at[kMaxRank];
  for (int axis = 0; axis < plan.rank; axis++) {
    if (c.first[axis] >= c.end[axis]) return 0;
    at[axis] = c.first[axis];
  }
  for (int64_t count = 0;;) {
    WindowTap tap = {0, 0};
    for (int axis = 0; axis < plan.rank; axis++) {
      tap.x += at[axis] * plan.axes[axis].dilation * plan.axes[axis].x;
      tap.other += at[axis] * plan.axes[axis].dilation * plan.axes[axis].other;
    }
    taps[count++] = tap;
    int axis = plan.rank - 1;
    for (; axis >= 0; axis--) {
      if (++at[axis] < c.end[axis]) break;
      at[axis] = c.first[axis];
    }
    if (axis < 0) return count;
  }
}

/** Zeroes the elements of `out` that belong to the windows from `begin` on, whose axes before `plan.plain` are whole. */
KERNEL_SHARED void zeroScatterTarget(const WindowPlan& plan, int64_t bytes, int64_t begin, int64_t end, int64_t channel, int64_t width) {
  int64_t perPlain = 1, perElement = 1;
  for (int axis = plan.plain; axis < plan.rank; axis++) perPlain *= plan.axes[axis].output, perElement *= plan.axes[axis].input;
  char* out = static_cast<char*>(plan.args->out) + channel * bytes;
  for (int64_t element = begin / perPlain * perElement, last = end / perPlain * perElement; element < last; element++) {
    int64_t rest = element, at = 0;
    for (int axis = plan.rank - 1; axis >= 0; axis--) {
      at += rest % plan.axes[axis].input * plan.axes[axis].other;
      rest /= plan.axes[axis].input;
    }
    __builtin_memset(out + at * bytes, 0, size_t(width * bytes));
  }
}

template <WindowMode mode, WindowOp op, typename T>
void windowTask(void* arg, int task, int worker) {
  const WindowPlan& plan = *static_cast<const WindowPlan*>(arg);
  const WindowArgs& w = *plan.args;
  WindowTap* taps = scratchOf<WindowTap>(*plan.context, worker, plan.taps);
  const int64_t part = task % plan.channelTasks;
  const int64_t channel = plan.channels * part / plan.channelTasks, width = plan.channels * (part + 1) / plan.channelTasks - channel;
  const int64_t begin = task / plan.channelTasks * plan.positionsPerTask, end = minOf(begin + plan.positionsPerTask, plan.positions);
  const T* x = static_cast<const T*>(w.x) + channel;
  // `outer` has the shape of the windows: the result, or a scatter's y. `other` has the shape of x.
  T* outer = static_cast<T*>(isScatter(mode) ? const_cast<void*>(w.y) : w.out) + channel;
  T* other = mode == WindowMode::Reduce ? nullptr : static_cast<T*>(isScatter(mode) ? w.out : const_cast<void*>(w.y)) + channel;
  if (mode == WindowMode::Scatter) zeroScatterTarget(plan, sizeof(T), begin, end, channel, width);

  WindowCursor c = {};
  for (int64_t axis = plan.rank - 1, rest = begin; axis >= 0; axis--) {
    c.index[axis] = rest % plan.axes[axis].output;
    rest /= plan.axes[axis].output;
  }
  moveCursor(plan, c, 0);
  int64_t count = listTaps(plan, c, taps);
  for (int64_t position = begin;;) {
    const int last = plan.rank;
    windowChannels<mode, op, T>(taps, count, x + c.x[last], mode == WindowMode::Reduce ? other : other + c.other[last], outer + c.outer[last], width);
    if (++position >= end) return;
    int axis = plan.rank - 1;
    while (++c.index[axis] == plan.axes[axis].output) c.index[axis--] = 0;
    if (moveCursor(plan, c, axis)) count = listTaps(plan, c, taps);
  }
}

KERNEL_SHARED WindowPlan planWindow(WindowMode mode, const Context& context, const WindowArgs& w) {
  WindowPlan plan = {};
  plan.context = &context;
  plan.args = &w;
  plan.channels = plan.channelTasks = plan.positions = plan.taps = 1;
  const auto unwindowed = [&](int axis) {
    return w.window[axis] == 1 && w.strides[axis] == 1 && w.low[axis] == 0 && w.input[axis] == w.output[axis];
  };
  int vectorAxis = -1;
  for (int axis = 0; axis < w.rank; axis++)
    if (unwindowed(axis) && w.input[axis] > 1 && w.xStrides[axis] == 1 && w.outStrides[axis] == 1 && (mode == WindowMode::Reduce || w.yStrides[axis] == 1))
      vectorAxis = axis;
  if (vectorAxis >= 0) plan.channels = w.input[vectorAxis];
  int64_t plainPositions = 1;
  for (int pass = 0; pass < 2; pass++)
    for (int axis = 0; axis < w.rank; axis++) {
      if (axis == vectorAxis || unwindowed(axis) != (pass == 0)) continue;
      const bool scatter = isScatter(mode);
      plan.axes[plan.rank++] = {w.input[axis],    w.output[axis],   w.window[axis],
                                w.strides[axis],  w.low[axis],      w.dilation[axis],
                                w.xStrides[axis], scatter ? w.yStrides[axis] : w.outStrides[axis], scatter ? w.outStrides[axis] : w.yStrides[axis]};
      plan.positions *= w.output[axis];
      plan.taps *= w.window[axis];
      if (pass == 0) plan.plain++, plainPositions *= w.output[axis];
    }
  // About 32k taps a task; a scatter keeps the windows of one place of the plain axes together.
  const int64_t unit = isScatter(mode) && plainPositions > 0 ? plan.positions / plainPositions : 1;
  const int64_t work = maxOf<int64_t>(1, plan.channels * plan.taps * unit);
  plan.positionsPerTask = unit * maxOf<int64_t>(1, (1 << 15) / work);
  const int64_t tasks = plan.positionsPerTask > 0 ? ceilDiv(plan.positions, plan.positionsPerTask) : 0;
  if (tasks > 0 && tasks < context.parallel.threads && work > (1 << 16))
    plan.channelTasks = minOf<int64_t>(context.parallel.threads, ceilDiv(plan.channels, 32));
  return plan;
}

template <WindowMode mode, typename T>
inline void windowOf(const Context& context, const WindowArgs& w) {
  WindowPlan plan = planWindow(mode, context, w);
  if (plan.channels == 0 || !reserve<WindowTap>(context, plan.taps)) return;
  const bool empty = plan.positions == 0;
  if (empty) {
    // No windows: a scatter still zeroes its target.
    if (mode == WindowMode::Scatter) zeroStrided<T>(static_cast<T*>(w.out), w.rank, w.input, w.outStrides);
    return;
  }
  const int64_t tasks = ceilDiv(plan.positions, plan.positionsPerTask) * plan.channelTasks;
  void (*fn)(void*, int, int) = w.op == WindowOp::Max ? windowTask<mode, WindowOp::Max, T> : windowTask<mode, WindowOp::Min, T>;
  if constexpr (mode == WindowMode::Reduce)
    if (w.op == WindowOp::Sum) fn = windowTask<mode, WindowOp::Sum, T>;
  runTasks(context, tasks, fn, &plan);
}

/** True where the windows cover the input without gaps or overlaps. */
inline bool windowsTile(const WindowArgs& w) {
  for (int axis = 0; axis < w.rank; axis++)
    if (w.low[axis] != 0 || w.window[axis] != w.strides[axis] || (w.dilation[axis] != 1 && w.window[axis] > 1) ||
        w.output[axis] * w.strides[axis] != w.input[axis])
      return false;
  return true;
}

template <WindowMode mode>
bool windowKernel(const Context& context, const WindowArgs& w) {
  // Sums wrap around, which only unsigned integers may.
  DType dtype = w.dtype;
  if (w.op == WindowOp::Sum && dtype == DType::Int32) dtype = DType::UInt32;
  switch (dtype) {
    case DType::Float32:
      if (mode == WindowMode::Scatter && windowsTile(w)) windowOf<WindowMode::Tile, float>(context, w);
      else windowOf<mode, float>(context, w);
      return true;
    case DType::Float64: windowOf<mode, double>(context, w); return true;
    case DType::Int64: windowOf<mode, int64_t>(context, w); return true;
    case DType::Int32: windowOf<mode, int32_t>(context, w); return true;
    case DType::UInt32: windowOf<mode, uint32_t>(context, w); return true;
    default: return false;
  }
}
