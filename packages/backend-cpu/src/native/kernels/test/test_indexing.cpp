// Gather, scatter and argreduce against their definition.
#include "check.h"

namespace {
template <typename T>
void testGather(Checker& check, Random& random, DType dtype, int freedom) {
  const int64_t outer = random.between(1, 3), size = random.between(1, 9), inner = random.pick<int64_t>({1, 2, 5, 16, 33, 200}), count = random.below(12);
  auto x = makeStrided<T>(random, {outer, size, inner}, freedom ? 2 : 0), out = makeStrided<T>(random, {outer, count, inner}, freedom);
  auto indices = makeStrided<int32_t>(random, {count}, freedom ? 2 : 0);
  const bool bad = random.chance(30);
  bool anyBad = false;
  for (auto& index : indices.memory) index = int32_t(bad ? random.between(-2, size + 1) : random.below(size));
  for (int64_t i = 0; i < count; i++) anyBad |= indices.at({i}) < 0 || indices.at({i}) >= size;
  int32_t status = -1;
  GatherArgs g = {dtype, outer, size, inner, count, x.base, x.strides[0], x.strides[1], x.strides[2], indices.base, indices.strides[0],
                  out.base, out.strides[0], out.strides[1], out.strides[2], &status, 7};
  check.name("gather dtype %d outer %lld size %lld inner %lld count %lld", int(dtype), (long long)outer, (long long)size, (long long)inner, (long long)count);
  if (!check.table->gather(check.pool->context, g)) check.fail("dtype not supported");
  check.same(out, 0, [&](const std::vector<int64_t>& at) {
    const int32_t index = indices.at({at[1]});
    return index < 0 || index >= size ? 0.0 : double(x.at({at[0], index, at[2]}));
  });
  if (status != (anyBad ? 7 : -1)) check.fail("status %d", status);
}

template <typename T>
void testScatter(Checker& check, Random& random, DType dtype, ScatterOp op, int freedom) {
  const int64_t outer = random.between(1, 3), size = random.between(1, 9), inner = random.pick<int64_t>({1, 2, 5, 16, 33, 200, 5000}), count = random.below(12);
  auto out = makeStrided<T>(random, {outer, size, inner}, freedom), updates = makeStrided<T>(random, {outer, count, inner}, freedom ? 2 : 0);
  if (dtype == DType::Bool) {
    for (auto& value : out.memory) value = T(int(value) & 1);
    for (auto& value : updates.memory) value = T(int(value) & 1);
    out.before = out.memory;
  }
  auto indices = makeStrided<int32_t>(random, {count}, freedom ? 2 : 0);
  const bool bad = random.chance(30);
  bool anyBad = false;
  for (auto& index : indices.memory) index = int32_t(bad ? random.between(-2, size + 1) : random.below(size));
  for (int64_t i = 0; i < count; i++) anyBad |= indices.at({i}) < 0 || indices.at({i}) >= size;
  Strided<T> want = out;
  want.base = want.memory.data() + (out.base - out.memory.data());
  forEachIndex({outer, count, inner}, [&](const std::vector<int64_t>& at) {
    // One bad index, and nothing is done.
    if (anyBad) return;
    const int32_t index = indices.at({at[1]});
    T& to = want.at({at[0], index, at[2]});
    const T value = updates.at(at);
    switch (op) {
      case ScatterOp::Set: to = value; break;
      case ScatterOp::Add: to = dtype == DType::Bool ? T(bool(to) || bool(value)) : T(to + value); break;
      case ScatterOp::Mul: to = T(to * value); break;
      case ScatterOp::Max: to = std::max(to, value); break;
      case ScatterOp::Min: to = std::min(to, value); break;
    }
  });
  int32_t status = -1;
  ScatterArgs s = {dtype, op, outer, size, inner, count, out.base, out.strides[0], out.strides[1], out.strides[2], indices.base, indices.strides[0],
                   updates.base, updates.strides[0], updates.strides[1], updates.strides[2], &status, 7};
  check.name("scatter %d dtype %d outer %lld size %lld inner %lld count %lld", int(op), int(dtype), (long long)outer, (long long)size, (long long)inner, (long long)count);
  if (!check.table->scatter(check.pool->context, s)) check.fail("dtype not supported");
  check.same(out, 0, [&](const std::vector<int64_t>& at) { return double(want.at(at)); });
  if (status != (anyBad ? 7 : -1)) check.fail("status %d", status);
}

template <typename T>
void testArgReduce(Checker& check, Random& random, DType dtype, int freedom) {
  ArgReduceArgs a = {};
  a.dtype = dtype;
  a.rank = int(random.between(1, 4));
  a.axis = int(random.below(a.rank));
  a.isMax = random.chance(50);
  std::vector<int64_t> shape, kept;
  for (int axis = 0; axis < a.rank; axis++) {
    shape.push_back(random.pick<int64_t>({1, 2, 3, 10, 17, 40}));
    if (axis != a.axis) kept.push_back(shape.back());
    a.shape[axis] = shape.back();
  }
  auto x = makeStrided<T>(random, shape, freedom ? 2 : 0);
  for (auto& value : x.memory) {
    value = T(int(value * T(4)));
    if constexpr (std::is_floating_point_v<T>)
      if (random.chance(1)) value = T(NAN);
  }
  auto out = makeStrided<int32_t>(random, kept, freedom);
  a.x = x.base;
  a.out = out.base;
  x.copyStrides(a.xStrides);
  for (int axis = 0, i = 0; axis < a.rank; axis++) a.outStrides[axis] = axis == a.axis ? 0 : out.strides[size_t(i++)];
  check.name("argreduce dtype %d shape %s axis %d", int(dtype), text(shape).c_str(), a.axis);
  if (!check.table->argReduce(check.pool->context, a)) check.fail("dtype not supported");
  check.same(out, 0, [&](const std::vector<int64_t>& index) {
    std::vector<int64_t> at = index;
    at.insert(at.begin() + a.axis, 0);
    int64_t best = 0;
    T value = x.at(at);
    for (int64_t i = 1; i < a.shape[a.axis]; i++) {
      at[size_t(a.axis)] = i;
      const T next = x.at(at);
      if (value == value && (next != next || (a.isMax ? next > value : next < value))) best = i, value = next;
    }
    return double(best);
  });
}
}  // namespace

void testIndexing(Checker& check) {
  Random random(check.seed);
  for (int i = 0; i < 120; i++) {
    const int freedom = i % 2;
    testGather<float>(check, random, DType::Float32, freedom);
    testGather<uint16_t>(check, random, DType::BFloat16, freedom);
    testGather<uint8_t>(check, random, DType::Bool, freedom);
    testGather<double>(check, random, DType::Float64, freedom);
    const ScatterOp op = ScatterOp(random.below(5));
    testScatter<float>(check, random, DType::Float32, op, freedom);
    testScatter<int32_t>(check, random, DType::Int32, op, freedom);
    testScatter<uint8_t>(check, random, DType::Bool, op, freedom);
    testScatter<int8_t>(check, random, DType::Int8, op, freedom);
    testScatter<uint16_t>(check, random, DType::Float16, ScatterOp::Set, freedom);
    testArgReduce<float>(check, random, DType::Float32, freedom);
    testArgReduce<int32_t>(check, random, DType::Int32, freedom);
    testArgReduce<uint8_t>(check, random, DType::UInt8, freedom);
  }
}
