// Sliding windows against their definition.
#include "check.h"

namespace {
template <typename T>
void testCase(Checker& check, Random& random, DType dtype, int freedom, bool channelsLast) {
  WindowArgs w = {};
  w.dtype = dtype;
  w.rank = channelsLast ? 4 : int(random.between(1, 4));
  std::vector<int64_t> input, output;
  for (int axis = 0; axis < w.rank; axis++) {
    const bool windowed = channelsLast ? axis == 1 || axis == 2 : random.chance(50);
    const int64_t size = channelsLast && axis == 3 ? random.pick<int64_t>({1, 3, 4, 7, 16, 20, 33, 64}) : random.between(random.chance(3) ? 0 : 1, 9);
    w.input[axis] = size;
    w.window[axis] = windowed ? random.between(1, 4) : 1;
    w.strides[axis] = windowed ? random.between(1, 3) : 1;
    w.dilation[axis] = windowed ? random.between(1, 2) : 1;
    w.low[axis] = windowed ? random.between(-1, 3) : 0;
    const int64_t high = windowed ? random.between(-1, 3) : 0;
    const int64_t span = (w.window[axis] - 1) * w.dilation[axis] + 1, padded = size + w.low[axis] + high;
    w.output[axis] = padded < span ? 0 : (padded - span) / w.strides[axis] + 1;
    input.push_back(size);
    output.push_back(w.output[axis]);
  }
  auto x = makeStrided<T>(random, input, freedom);
  if (std::is_floating_point_v<T> && random.chance(30))
    for (auto& value : x.memory)
      if (random.chance(5)) value = T(NAN);
  // Few distinct values: the first of equals must win.
  if (random.chance(50))
    for (auto& value : x.memory) value = value == value ? T(int(value * T(3))) : value;
  const auto forEachTap = [&](const std::vector<int64_t>& window, const auto& visit) {
    std::vector<int64_t> shape(w.window, w.window + w.rank);
    forEachIndex(shape, [&](const std::vector<int64_t>& tap) {
      std::vector<int64_t> at(window.size());
      for (size_t axis = 0; axis < at.size(); axis++) {
        at[axis] = window[axis] * w.strides[axis] - w.low[axis] + tap[axis] * w.dilation[axis];
        if (at[axis] < 0 || at[axis] >= input[axis]) return;
      }
      visit(at);
    });
  };
  const auto wrapped = [](double x) { return std::is_floating_point_v<T> ? double(T(x)) : double(T(int64_t(x))); };
  const auto extreme = [&](const std::vector<int64_t>& window, bool isMax) {
    std::vector<int64_t> best;
    forEachTap(window, [&](const std::vector<int64_t>& at) {
      if (best.empty()) return void(best = at);
      const T a = x.at(at), b = x.at(best);
      if (b == b && ((isMax ? a > b : a < b) || a != a)) best = at;
    });
    return best;
  };
  w.x = x.base;
  x.copyStrides(w.xStrides);
  for (WindowOp op : {WindowOp::Sum, WindowOp::Max, WindowOp::Min}) {
    w.op = op;
    auto out = makeStrided<T>(random, output, freedom);
    w.out = out.base;
    out.copyStrides(w.outStrides);
    check.name("reduce_window %d dtype %d input %s output %s", int(op), int(dtype), text(input).c_str(), text(output).c_str());
    if (!check.table->reduceWindow(check.pool->context, w)) check.fail("dtype not supported");
    check.same(out, 1e-5, [&](const std::vector<int64_t>& window) {
      using Limits = std::numeric_limits<T>;
      double result = op == WindowOp::Sum ? 0 : op == WindowOp::Max ? (Limits::has_infinity ? -INFINITY : double(Limits::lowest())) : (Limits::has_infinity ? INFINITY : double(Limits::max()));
      forEachTap(window, [&](const std::vector<int64_t>& at) {
        const double value = double(x.at(at));
        if (op == WindowOp::Sum) result += value;
        else if (value != value || result != result) result = NAN;
        else result = op == WindowOp::Max ? std::max(result, value) : std::min(result, value);
      });
      return op == WindowOp::Sum ? wrapped(result) : result;
    });
    if (op == WindowOp::Sum) continue;
    auto values = makeStrided<T>(random, input, freedom ? 2 : 0);
    auto gathered = makeStrided<T>(random, output, freedom);
    w.y = values.base;
    values.copyStrides(w.yStrides);
    w.out = gathered.base;
    gathered.copyStrides(w.outStrides);
    check.name("window_gather %d dtype %d input %s output %s", int(op), int(dtype), text(input).c_str(), text(output).c_str());
    check.table->windowGather(check.pool->context, w);
    check.same(gathered, 0, [&](const std::vector<int64_t>& window) {
      const auto at = extreme(window, op == WindowOp::Max);
      return at.empty() ? 0.0 : double(values.at(at));
    });
    auto updates = makeStrided<T>(random, output, freedom ? 2 : 0);
    auto scattered = makeStrided<T>(random, input, freedom);
    std::vector<double> want(scattered.memory.size(), 0.0);
    forEachIndex(output, [&](const std::vector<int64_t>& window) {
      const auto at = extreme(window, op == WindowOp::Max);
      if (!at.empty()) want[size_t(&scattered.at(at) - scattered.memory.data())] += double(updates.at(window));
    });
    w.y = updates.base;
    updates.copyStrides(w.yStrides);
    w.out = scattered.base;
    scattered.copyStrides(w.outStrides);
    check.name("window_scatter %d dtype %d input %s output %s", int(op), int(dtype), text(input).c_str(), text(output).c_str());
    check.table->windowScatter(check.pool->context, w);
    check.same(scattered, 1e-5, [&](const std::vector<int64_t>& index) { return wrapped(want[size_t(&scattered.at(index) - scattered.memory.data())]); });
  }
}
}  // namespace

void testWindows(Checker& check) {
  Random random(check.seed);
  for (int i = 0; i < 90; i++) {
    testCase<float>(check, random, DType::Float32, i % 2, true);
    testCase<float>(check, random, DType::Float32, i % 2, false);
    if (i % 3 == 0) testCase<double>(check, random, DType::Float64, i % 2, i % 4 == 0);
    if (i % 3 == 1) testCase<int32_t>(check, random, DType::Int32, i % 2, i % 4 == 0);
    if (i % 3 == 0) testCase<int64_t>(check, random, DType::Int64, i % 2, i % 4 == 0);
    if (i % 3 == 2) testCase<uint32_t>(check, random, DType::UInt32, i % 2, i % 4 == 0);
  }
}
