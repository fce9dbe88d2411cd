// Convolutions against their definition, among them views as the gradients make them.
#include "check.h"

namespace {

struct Shape {
  std::vector<int64_t> input, window, output, strides, low, lhsDilation, rhsDilation;
  int64_t groups, batch, channels, features;
};

template <typename T>
struct Delivered {
  Strided<T>* out;
  std::vector<int>* seen;
  int64_t rows, features;
  ConvGroups groupsAt;
  static void callback(void* ctx, void* tile, int64_t ld, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int) {
    Delivered& d = *static_cast<Delivered*>(ctx);
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < cols; j++) {
        const int64_t column = n0 + j;
        const bool joined = d.groupsAt == ConvGroups::Joined, last = d.groupsAt == ConvGroups::Last;
        const int64_t group = joined ? column / d.features : last ? column : batch, feature = joined ? column % d.features : last ? batch : column;
        const int64_t at = (group * d.rows + m0 + i) * d.features + feature;
        d.out->at({group, m0 + i, feature}) = static_cast<T*>(tile)[i * ld + j];
        (*d.seen)[size_t(at)]++;
      }
  }
};

/** How the groups of a convolution lie in its output: before all else, or side by side; Last, Joined: they are columns for the kernel, too. */
enum class Groups { First, Inside, Last, Joined };

/** lhs with axes moved: memory order as `order` says, element strides by axis of [G, N, ...input, C]. */
template <typename T>
Strided<T> ordered(Random& random, const std::vector<int64_t>& shape, const std::vector<int>& order) {
  std::vector<int64_t> permuted;
  for (int axis : order) permuted.push_back(shape[size_t(axis)]);
  auto a = makeStrided<T>(random, permuted, 0);
  std::vector<int64_t> strides(shape.size());
  for (size_t i = 0; i < order.size(); i++) strides[size_t(order[i])] = a.strides[i];
  a.shape = shape;
  a.strides = strides;
  return a;
}

/** lhs [G, N, ...input, C], rhs [G, ...window, C, O]; out is row-major, or has rows with a gap. */
template <typename T>
void testCase(Checker& check, Random& random, const Shape& s, Strided<T>& lhs, Strided<T>& rhs, EpilogueKind kind, int64_t gap,
              Groups groups = Groups::First) {
  constexpr bool floating = std::is_floating_point_v<T>;
  const int spatial = int(s.input.size());
  const ConvGroups groupsAt = groups == Groups::Last ? ConvGroups::Last : groups == Groups::Joined ? ConvGroups::Joined : ConvGroups::First;
  check.name("conv %s epilogue %d groups %d G %lld N %lld C %lld O %lld in %s window %s out %s strides %s low %s dilations %s %s lhs %s rhs %s",
             floating ? "float" : "int", int(kind), int(groups), (long long)s.groups, (long long)s.batch, (long long)s.channels, (long long)s.features,
             text(s.input).c_str(), text(s.window).c_str(), text(s.output).c_str(), text(s.strides).c_str(), text(s.low).c_str(),
             text(s.lhsDilation).c_str(), text(s.rhsDilation).c_str(), text(lhs.strides).c_str(), text(rhs.strides).c_str());
  int64_t rows = s.batch;
  for (int64_t n : s.output) rows *= n;
  auto out = makeStrided<T>(random, {s.groups, rows, s.features + (kind == EpilogueKind::Callback ? 0 : gap)}, 0);
  out.shape[2] = s.features;
  if (groups != Groups::First) {
    // As images are: [rows, group, feature] or [rows, feature, group].
    out.memory.resize(size_t(s.groups * rows * s.features + 16));
    out.before = out.memory;
    out.base = out.memory.data();
    out.strides = {1, s.groups * s.features, s.groups};
    if (groups == Groups::Joined) out.strides = {s.features, s.groups * s.features, 1};
  }
  const int64_t columns = groupsAt == ConvGroups::Joined ? s.groups * s.features : groupsAt == ConvGroups::Last ? s.groups : s.features;
  auto bias = makeStrided<T>(random, {columns}, 0);
  ConvArgs c = {};
  c.groupsAt = groupsAt;
  c.spatial = spatial;
  c.groups = s.groups, c.batch = s.batch, c.channels = s.channels, c.features = s.features;
  for (int a = 0; a < spatial; a++) {
    const size_t i = size_t(a);
    c.input[a] = s.input[i], c.window[a] = s.window[i], c.output[a] = s.output[i], c.strides[a] = s.strides[i], c.low[a] = s.low[i];
    c.lhsDilation[a] = s.lhsDilation[i], c.rhsDilation[a] = s.rhsDilation[i];
    c.lhsSpatial[a] = lhs.strides[2 + i], c.rhsWindow[a] = rhs.strides[1 + i];
  }
  const size_t last = size_t(spatial);
  c.lhs = lhs.base, c.lhsGroup = lhs.strides[0], c.lhsBatch = lhs.strides[1], c.lhsChannel = lhs.strides[2 + last];
  c.rhs = rhs.base, c.rhsGroup = rhs.strides[0], c.rhsChannel = rhs.strides[1 + last], c.rhsFeature = rhs.strides[2 + last];
  std::vector<int> seen(size_t(s.groups * rows * s.features), 0);
  Delivered<T> delivered{&out, &seen, rows, s.features, groupsAt};
  Epilogue& e = c.epilogue;
  e.kind = kind;
  e.scale = random.chance(50) ? 1.0f : 2.0f;
  // What is added to may be the output itself.
  auto addend = makeStrided<T>(random, {s.groups, rows, s.features}, random.chance(50) ? 2 : 0);
  if (groups == Groups::Joined) addend = ordered<T>(random, {s.groups, rows, s.features}, {1, 0, 2});
  if (random.chance(50)) {
    addend = out;
    addend.base = addend.memory.data() + (out.base - out.memory.data());
    e.addend = out.base;
  } else {
    e.addend = addend.base;
  }
  e.addendBatch[0] = addend.strides[0], e.addendRow = addend.strides[1], e.addendCol = addend.strides[2];
  e.bias = bias.base, e.biasStride = 1;
  if (kind == EpilogueKind::Callback)
    e.callback = Delivered<T>::callback, e.ctx = &delivered, e.takesPanels = random.chance(50);
  else
    e.out = out.base, e.outBatch[0] = out.strides[0], e.outRow = out.strides[1], e.outCol = out.strides[2];
  if (groupsAt == ConvGroups::Last) std::swap(e.outBatch[0], e.outCol), std::swap(e.addendBatch[0], e.addendCol);

  std::vector<double> want(size_t(s.groups * rows * s.features));
  std::vector<int64_t> shape = {s.groups, s.batch};
  shape.insert(shape.end(), s.output.begin(), s.output.end());
  size_t at = 0;
  int64_t depth = s.channels;
  for (int64_t n : s.window) depth *= n;
  forEachIndex(shape, [&](const std::vector<int64_t>& o) {
    std::vector<double> sums(size_t(s.features), 0.0);
    forEachIndex(s.window, [&](const std::vector<int64_t>& w) {
      int64_t l = o[0] * c.lhsGroup + o[1] * c.lhsBatch, r = o[0] * c.rhsGroup;
      for (size_t a = 0; a < last; a++) {
        const int64_t x = o[2 + a] * s.strides[a] - s.low[a] + w[a] * s.rhsDilation[a];
        if (x < 0 || x % s.lhsDilation[a] != 0 || x / s.lhsDilation[a] >= s.input[a]) return;
        l += x / s.lhsDilation[a] * c.lhsSpatial[a];
        r += w[a] * c.rhsWindow[a];
      }
      for (int64_t k = 0; k < s.channels; k++)
        for (int64_t f = 0; f < s.features; f++)
          sums[size_t(f)] += double(lhs.base[l + k * c.lhsChannel]) * double(rhs.base[r + k * c.rhsChannel + f * c.rhsFeature]);
    });
    for (int64_t f = 0; f < s.features; f++) {
      double x = sums[size_t(f)];
      if (kind == EpilogueKind::AddScaled) x = e.scale * x + double(addend.at({o[0], int64_t(at) / s.features % std::max<int64_t>(rows, 1), f}));
      if (kind == EpilogueKind::Bias || kind == EpilogueKind::BiasRelu) x += double(bias.base[groupsAt == ConvGroups::Joined ? o[0] * s.features + f : groupsAt == ConvGroups::Last ? o[0] : f]);
      if (kind == EpilogueKind::BiasRelu) x = std::max(x, 0.0);
      want[at++] = x;
    }
  });
  (floating ? check.table->conv : check.table->convInt32)(check.pool->context, c);
  if (kind == EpilogueKind::Store) {
    // Which thread does what differs from run to run; the sums may not.
    const std::vector<T> once = out.memory;
    (floating ? check.table->conv : check.table->convInt32)(check.pool->context, c);
    if (std::memcmp(once.data(), out.memory.data(), once.size() * sizeof(T)) != 0) check.fail("a second run gave other bits");
    if constexpr (floating) testPacked(check, c, check.table->conv, check.table->packedFilterFloats(c, check.pool->context.parallel.threads), rhs.memory, out.memory);
  }
  check.same(out, 2e-6 * double(depth + 2), [&](const std::vector<int64_t>& i) { return want[size_t((i[0] * rows + i[1]) * s.features + i[2])]; });
  if (kind == EpilogueKind::Callback)
    for (int count : seen)
      if (count != 1) {
        check.fail("an element was delivered %d times", count);
        break;
      }
}

std::vector<int64_t> join(std::vector<int64_t> a, const std::vector<int64_t>& b, int64_t c, int64_t d = -1) {
  a.insert(a.end(), b.begin(), b.end());
  a.push_back(c);
  if (d >= 0) a.push_back(d);
  return a;
}

Shape randomShape(Random& random, int spatial) {
  Shape s;
  const bool dilated = random.chance(30);
  for (int a = 0; a < spatial; a++) {
    for (;;) {
      const int64_t input = random.between(1, spatial == 1 ? 40 : spatial == 2 ? 14 : 6), window = random.between(1, spatial == 3 ? 3 : 5);
      const int64_t stride = random.between(1, 3), ldil = dilated ? random.between(1, 3) : 1, rdil = random.chance(30) ? random.between(1, 3) : 1;
      const int64_t low = random.between(-1, 3), high = random.between(-1, 3);
      const int64_t padded = (input - 1) * ldil + 1 + low + high, span = (window - 1) * rdil + 1;
      if (padded < span && !random.chance(3)) continue;
      s.input.push_back(input), s.window.push_back(window), s.strides.push_back(stride), s.low.push_back(low);
      s.lhsDilation.push_back(ldil), s.rhsDilation.push_back(rdil);
      s.output.push_back(padded < span ? 0 : (padded - span) / stride + 1);
      break;
    }
  }
  s.groups = random.pick<int64_t>({1, 1, 1, 2, 3});
  s.batch = random.between(1, 4);
  s.channels = random.pick<int64_t>({1, 2, 3, 4, 8, 16, 17, 33});
  s.features = random.pick<int64_t>({1, 2, 3, 8, 10, 16, 31, 32, 33, 48, 64, 70});
  return s;
}

void testGradients(Checker& check, Random& random, int64_t batch, int64_t size, int64_t channels, int64_t features, int64_t window, int64_t stride,
                   EpilogueKind kind) {
  const int64_t low = (window - 1) / 2, output = (size + 2 * low - window) / stride + 1;
  // Input gradient: dy dilated by the stride, filter flipped with channels and features exchanged.
  Shape s;
  s.groups = 1, s.batch = batch, s.channels = features, s.features = channels;
  s.input = {output, output}, s.window = {window, window}, s.output = {size, size}, s.strides = {1, 1};
  s.low = {window - 1 - low, window - 1 - low}, s.lhsDilation = {stride, stride}, s.rhsDilation = {1, 1};
  auto dy = makeStrided<float>(random, {1, batch, output, output, features}, 0);
  auto filter = ordered<float>(random, {1, window, window, features, channels}, {0, 1, 2, 4, 3});
  filter.base += (window - 1) * (filter.strides[1] + filter.strides[2]);
  filter.strides[1] = -filter.strides[1], filter.strides[2] = -filter.strides[2];
  testCase<float>(check, random, s, dy, filter, kind, 0);
  // Weight gradient: batch and channels of x exchanged, dy as a window with the stride as dilation.
  Shape w;
  w.groups = 1, w.batch = channels, w.channels = batch, w.features = features;
  w.input = {size, size}, w.window = {output, output}, w.output = {window, window}, w.strides = {1, 1};
  w.low = {low, low}, w.lhsDilation = {1, 1}, w.rhsDilation = {stride, stride};
  auto x = ordered<float>(random, {1, channels, size, size, batch}, {0, 4, 2, 3, 1});
  auto dyWindow = ordered<float>(random, {1, output, output, batch, features}, {0, 3, 1, 2, 4});
  testCase<float>(check, random, w, x, dyWindow, kind, 0);
}
}  // namespace

void testConv(Checker& check) {
  Random random(check.seed);
  const EpilogueKind kinds[] = {EpilogueKind::Store, EpilogueKind::AddScaled, EpilogueKind::Bias, EpilogueKind::BiasRelu, EpilogueKind::Callback};
  for (int i = 0; i < 240; i++) {
    const Shape s = randomShape(random, int(random.between(1, 3)));
    const int freedom = i % 4 == 3 ? 2 : 0;
    auto lhs = makeStrided<float>(random, join({s.groups, s.batch}, s.input, s.channels), freedom);
    auto rhs = makeStrided<float>(random, join({s.groups}, s.window, s.channels, s.features), freedom);
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], i % 3);
  }
  for (int i = 0; i < 20; i++) {
    const Shape s = randomShape(random, 2);
    auto lhs = makeStrided<int32_t>(random, join({s.groups, s.batch}, s.input, s.channels), i % 2 ? 2 : 0);
    auto rhs = makeStrided<int32_t>(random, join({s.groups}, s.window, s.channels, s.features), i % 2 ? 2 : 0);
    testCase<int32_t>(check, random, s, lhs, rhs, kinds[i % 5], 0);
  }
  const auto about = [&](int64_t size) { return check.seed == 0 ? size : random.near(size); };
  const int64_t gradients[][6] = {{2, 8, 16, 32, 3, 1}, {3, 9, 1, 8, 3, 1},  {4, 12, 3, 16, 5, 1}, {2, 7, 20, 33, 3, 2}, {5, 8, 4, 10, 1, 2},
                                  {1, 6, 40, 7, 2, 1},  {2, 13, 8, 64, 3, 3}, {9, 4, 64, 16, 3, 1}, {1, 28, 1, 32, 3, 1}, {32, 16, 3, 8, 3, 1}};
  for (const auto& g : gradients)
    for (int i = 0; i < 2; i++) testGradients(check, random, about(g[0]), std::max(about(g[1]), g[4]), about(g[2]), about(g[3]), g[4], g[5], kinds[i * 4]);
  // Depthwise: groups are the channels, in the memory order of images.
  for (int i = 0; i < 120; i++) {
    Shape s = randomShape(random, int(random.between(1, 3)));
    s.groups = random.pick<int64_t>({4, 5, 16, 20, 33, 70});
    s.channels = random.pick<int64_t>({1, 1, 2, 6});
    s.features = random.pick<int64_t>({1, 1, 2, 4, 5});
    const int last = int(s.input.size()) + 2;
    std::vector<int> lhsOrder, rhsOrder;
    for (int axis = 1; axis <= last; axis++) lhsOrder.push_back(axis);
    lhsOrder.push_back(0);
    for (int axis = 1; axis < last; axis++) rhsOrder.push_back(axis);
    rhsOrder.push_back(i % 2 ? 0 : last);
    rhsOrder.push_back(i % 2 ? last : 0);
    auto lhs = ordered<float>(random, join({s.groups, s.batch}, s.input, s.channels), lhsOrder);
    auto rhs = ordered<float>(random, join({s.groups}, s.window, s.channels, s.features), {rhsOrder.begin(), rhsOrder.begin() + last + 1});
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], 0, i % 3 == 0 ? Groups::Inside : Groups::Last);
  }
  // Depthwise windows whose outputs are worked on in blocks: lines around the blocks' lengths, padding on either side.
  for (int i = 0; i < 120; i++) {
    Shape s;
    s.groups = random.pick<int64_t>({4, 16, 33, 70}), s.batch = random.between(1, 2);
    s.channels = random.pick<int64_t>({1, 1, 2}), s.features = random.pick<int64_t>({1, 1, 2});
    const int64_t window = random.pick<int64_t>({3, 5, 7}), stride = random.between(1, 2);
    s.input = {random.between(1, 9), random.between(1, 40)}, s.window = {window, window}, s.strides = {stride, stride};
    s.low = {random.between(0, window), random.between(0, window)}, s.lhsDilation = {1, 1}, s.rhsDilation = {random.between(1, 2), 1};
    for (int axis = 0; axis < 2; axis++) {
      const int64_t reach = (window - 1) * s.rhsDilation[axis] + 1, padded = s.input[axis] + s.low[axis] + random.between(0, window);
      s.output.push_back((std::max(padded, reach) - reach) / stride + 1);
    }
    auto lhs = ordered<float>(random, join({s.groups, s.batch}, s.input, s.channels), {1, 2, 3, 4, 0});
    auto rhs = ordered<float>(random, join({s.groups}, s.window, s.channels, s.features), {1, 2, 3, 4, 0});
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], 0, i % 3 == 0 ? Groups::Inside : Groups::Last);
  }
  // Groups of a few features each, side by side, and the views that gradients make: channels or images inside the groups of lhs.
  for (int i = 0; i < 160; i++) {
    Shape s = randomShape(random, int(random.between(1, 3)));
    s.groups = random.pick<int64_t>({4, 5, 8, 16, 32});
    const int64_t inside = random.pick<int64_t>({1, 2, 3, 4, 5, 8});
    (i % 2 ? s.batch : s.channels) = inside;
    s.features = random.pick<int64_t>({1, 2, 3, 4, 6, 8});
    const int last = int(s.input.size()) + 2;
    // [N, ...input, G, C] or [C, ...input, G, N]; [...window, C, G, O].
    std::vector<int> lhsOrder = {i % 2 ? last : 1}, rhsOrder;
    for (int axis = 2; axis < last; axis++) lhsOrder.push_back(axis);
    lhsOrder.push_back(0);
    lhsOrder.push_back(i % 2 ? 1 : last);
    for (int axis = 1; axis < last; axis++) rhsOrder.push_back(axis);
    rhsOrder.push_back(i % 3 ? 0 : last);
    rhsOrder.push_back(i % 3 ? last : 0);
    auto lhs = ordered<float>(random, join({s.groups, s.batch}, s.input, s.channels), lhsOrder);
    auto rhs = ordered<float>(random, join({s.groups}, s.window, s.channels, s.features), {rhsOrder.begin(), rhsOrder.begin() + last + 1});
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], 0, i % 7 == 0 ? Groups::Inside : Groups::Joined);
  }
  // Lines of several tasks, some of which meet nothing but padding.
  for (int i = 0; i < 10; i++) {
    Shape s;
    s.groups = 5, s.batch = 2, s.channels = random.between(2, 4), s.features = random.between(1, 8);
    s.input = {2, random.between(1, 700)}, s.window = {2, random.between(1, 6)}, s.strides = {1, random.between(1, 2)};
    s.low = {0, random.pick<int64_t>({0, 2, 600})}, s.lhsDilation = {1, random.between(1, 2)}, s.rhsDilation = {1, 1};
    const int64_t padded = (s.input[1] - 1) * s.lhsDilation[1] + 1 + s.low[1] + random.pick<int64_t>({6, 700});
    s.output = {1, (padded - s.window[1]) / s.strides[1] + 1};
    auto lhs = ordered<float>(random, {s.groups, s.batch, s.input[0], s.input[1], s.channels}, {1, 2, 3, 0, 4});
    auto rhs = makeStrided<float>(random, {s.groups, s.window[0], s.window[1], s.channels, s.features}, 0);
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], 0, Groups::Joined);
  }
  // Windows of 3x3 over many channels: sums of transformed patches.
  for (int i = 0; i < 40; i++) {
    Shape s;
    s.groups = random.pick<int64_t>({1, 1, 2}), s.batch = random.between(1, 5);
    s.channels = random.pick<int64_t>({32, 33, 47, 64, 80, 600}), s.features = random.pick<int64_t>({32, 37, 64, 70, 100, 130});
    const int64_t height = random.between(6, 17), width = random.between(6, 17), low = random.between(-1, 3), left = random.between(-1, 3);
    s.input = {height, width}, s.window = {3, 3}, s.low = {low, left}, s.strides = s.lhsDilation = s.rhsDilation = {1, 1};
    s.output = {height - 2 + low + random.between(0, 2), width - 2 + left + random.between(0, 2)};
    auto lhs = makeStrided<float>(random, join({s.groups, s.batch}, s.input, s.channels), 0);
    auto rhs = makeStrided<float>(random, join({s.groups}, s.window, s.channels, s.features), i % 4 == 3 ? 2 : 0);
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], i % 3);
  }
  for (int i = 0; i < 20; i++)
    testGradients(check, random, random.between(2, 12), random.between(7, 18), random.pick<int64_t>({32, 40, 64, 97}), random.pick<int64_t>({32, 33, 64, 90}),
                  3, 1, kinds[i % 5]);
  // Windows of one element, and those as large as the input: products of matrices, and so are their gradients.
  for (int i = 0; i < 60; i++) {
    Shape s;
    s.groups = random.pick<int64_t>({1, 1, 2}), s.batch = random.between(1, 5);
    s.channels = random.pick<int64_t>({1, 3, 16, 70}), s.features = random.pick<int64_t>({1, 10, 33, 64, 130});
    for (int64_t axis = random.between(1, 3); axis > 0; axis--) {
      const int64_t size = random.between(1, 9);
      s.input.push_back(size), s.window.push_back(i % 2 ? size : 1), s.output.push_back(i % 2 ? 1 : size);
      s.strides.push_back(1), s.low.push_back(0), s.lhsDilation.push_back(1), s.rhsDilation.push_back(1);
    }
    auto lhs = makeStrided<float>(random, join({s.groups, s.batch}, s.input, s.channels), i % 8 == 7 ? 2 : 0);
    auto rhs = makeStrided<float>(random, join({s.groups}, s.window, s.channels, s.features), i % 8 == 6 ? 2 : 0);
    testCase<float>(check, random, s, lhs, rhs, kinds[i % 5], i % 3);
  }
  for (int i = 0; i < 20; i++)
    testGradients(check, random, random.between(1, 9), random.between(1, 18), random.pick<int64_t>({1, 16, 40, 97}), random.pick<int64_t>({1, 8, 33, 90}), 1, 1,
                  kinds[i % 5]);
  // Too large for one chunk of K, or one tile.
  for (int i = 0; i < 2; i++) {
    Shape s;
    s.groups = 1, s.batch = 1, s.channels = about(700), s.features = about(40);
    s.input = {12, 12}, s.window = {3, 3}, s.output = {12, 12}, s.strides = {1, 1}, s.low = {1, 1}, s.lhsDilation = {1, 1}, s.rhsDilation = {1, 1};
    auto lhs = i ? ordered<float>(random, {1, 1, 12, 12, s.channels}, {0, 1, 4, 2, 3}) : makeStrided<float>(random, {1, 1, 12, 12, s.channels}, 0);
    auto rhs = makeStrided<float>(random, {1, 3, 3, s.channels, s.features}, 0);
    testCase<float>(check, random, s, lhs, rhs, kinds[i * 4], 0);
  }
}
