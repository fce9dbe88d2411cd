// What the self-tests share: random data, strided arrays with guard values around them, and comparison.
#ifndef NEURITE_KERNELS_CHECK_H
#define NEURITE_KERNELS_CHECK_H

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "../bench/pool.h"
#include "../kernels.h"

using namespace neurite;

struct Random {
  uint64_t state = 88172645463325252ull;
  /** Seeds that are near each other begin far apart: an odd multiplier keeps them different, and 0 is no state. */
  explicit Random(uint64_t seed = 0) {
    state ^= seed * 0x9e3779b97f4a7c15ull;
    if (state == 0) state = 1;
  }
  uint32_t bits() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return uint32_t(state >> 16);
  }
  /** 0..limit-1. */
  int64_t below(int64_t limit) { return int64_t(bits() % uint32_t(limit)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }
  template <typename T>
  T pick(std::initializer_list<T> list) {
    return list.begin()[below(int64_t(list.size()))];
  }
  /** About `size`, at least 1. */
  int64_t near(int64_t size) { return std::max<int64_t>(1, size + between(-size / 8 - 1, size / 8 + 1)); }
};

/** Elements at base + Σ index * strides, in memory filled with random numbers. Strides are any: permuted, padded, negative, 0. */
template <typename T>
struct Strided {
  std::vector<int64_t> shape, strides;
  std::vector<T> memory;
  T* base = nullptr;
  /** Copy of memory at the start: what lies between the elements must stay as it was. */
  std::vector<T> before;

  T& at(const std::vector<int64_t>& index) {
    int64_t offset = 0;
    for (size_t axis = 0; axis < shape.size(); axis++) offset += index[axis] * strides[axis];
    return base[offset];
  }
  int64_t size() const {
    int64_t size = 1;
    for (int64_t n : shape) size *= n;
    return size;
  }
  void copyStrides(int64_t* to) const {
    for (size_t axis = 0; axis < strides.size(); axis++) to[axis] = strides[axis];
  }
};

/** `freedom` 0: row-major. 1: axes in any order, gaps, negative strides. 2: broadcast axes too (operands only). */
template <typename T>
Strided<T> makeStrided(Random& random, const std::vector<int64_t>& shape, int freedom) {
  Strided<T> a;
  a.shape = shape;
  const int rank = int(shape.size());
  a.strides.assign(size_t(rank), 0);
  std::vector<int> order;
  for (int axis = 0; axis < rank; axis++) order.push_back(axis);
  if (freedom > 0 && random.chance(60))
    for (int axis = rank - 1; axis > 0; axis--) std::swap(order[size_t(axis)], order[size_t(random.below(axis + 1))]);
  int64_t step = freedom > 0 && random.chance(15) ? 2 : 1, low = 0;
  for (int i = rank - 1; i >= 0; i--) {
    const size_t axis = size_t(order[size_t(i)]);
    if (freedom > 1 && random.chance(10)) continue;
    const bool flip = freedom > 0 && random.chance(10);
    a.strides[axis] = flip ? -step : step;
    if (flip && shape[axis] > 0) low += step * (shape[axis] - 1);
    step *= std::max<int64_t>(shape[axis], 1);
    if (freedom > 0 && random.chance(20)) step += random.between(1, 5);
  }
  // Ends with the last element: the sanitizer then sees every read past it.
  int64_t last = low;
  for (int axis = 0; axis < rank; axis++) last += std::max<int64_t>(a.strides[size_t(axis)], 0) * std::max<int64_t>(shape[size_t(axis)] - 1, 0);
  a.memory.resize(size_t(last + 1));
  for (auto& x : a.memory) x = std::is_floating_point_v<T> ? T(double(random.bits()) * 0x1p-31 - 1) : T(random.bits() % 13) - T(std::is_signed_v<T> ? 6 : 0);
  a.base = a.memory.data() + low;
  a.before = a.memory;
  return a;
}

/** Calls visit(index) for every index of shape, in row-major order. */
template <typename Visit>
void forEachIndex(const std::vector<int64_t>& shape, const Visit& visit) {
  for (int64_t n : shape)
    if (n == 0) return;
  std::vector<int64_t> index(shape.size(), 0);
  for (;;) {
    visit(index);
    int axis = int(shape.size()) - 1;
    for (; axis >= 0; axis--) {
      if (++index[size_t(axis)] < shape[size_t(axis)]) break;
      index[size_t(axis)] = 0;
    }
    if (axis < 0) return;
  }
}

struct Checker {
  const KernelTable* table;
  Pool* pool;
  /** Of shapes and values. 0: those of the usual run, which has the sizes that special paths begin and end at. */
  uint64_t seed = 0;
  int cases = 0, failures = 0;
  std::string label = {};

  void name(const char* format, ...) {
    char text[600];
    va_list args;
    va_start(args, format);
    std::vsnprintf(text, sizeof text, format, args);
    va_end(args);
    label = text;
    cases++;
  }
  void fail(const char* format, ...) {
    if (failures++ > 20) return;
    std::printf("FAILED [%s, %d threads, seed %llu] %s: ", table->name, pool->context.parallel.threads, (unsigned long long)seed, label.c_str());
    va_list args;
    va_start(args, format);
    std::vprintf(format, args);
    va_end(args);
    std::printf("\n");
  }
  /** NaN equals NaN. */
  bool close(double got, double want, double tolerance) {
    if (std::isnan(want) || std::isnan(got)) return std::isnan(want) && std::isnan(got);
    return got == want || std::fabs(got - want) <= tolerance;
  }
  /** Compares elements with want(index); what lies between them must not have changed. */
  template <typename T, typename Want>
  void same(Strided<T>& out, double tolerance, const Want& want) {
    sameWithin(out, want, [tolerance](const std::vector<int64_t>&) { return tolerance; });
  }
  /** The same with a tolerance for each index. */
  template <typename T, typename Want, typename Tolerance>
  void sameWithin(Strided<T>& out, const Want& want, const Tolerance& tolerance) {
    std::vector<bool> written(out.memory.size(), false);
    bool reported = false;
    forEachIndex(out.shape, [&](const std::vector<int64_t>& index) {
      T& got = out.at(index);
      written[size_t(&got - out.memory.data())] = true;
      const double expected = want(index);
      if (reported || close(double(got), expected, tolerance(index))) return;
      reported = true;
      std::string at;
      for (int64_t i : index) at += " " + std::to_string(i);
      fail("at%s got %.9g, want %.9g", at.c_str(), double(got), expected);
    });
    for (size_t i = 0; i < written.size() && !reported; i++)
      if (!written[i] && std::memcmp(&out.memory[i], &out.before[i], sizeof(T)) != 0) {
        reported = true;
        fail("wrote outside of the output, at %lld", (long long)i);
      }
  }
};

/**
 * A product whose right operand may stay packed: the same bits without a place for it, when it is packed there, and when it is found
 * there. `floats`: its size; 0 where it is not packed. `rhs`: the memory of the operand itself.
 */
template <typename Args>
void testPacked(Checker& check, Args args, void (*product)(const Context&, const Args&), int64_t floats, std::vector<float>& rhs,
                const std::vector<float>& out) {
  if (floats == 0) return;
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, size_t(floats) * sizeof(float)) != 0) std::abort();
  PackedOperand packed = {nullptr, false};
  args.packed = &packed;
  product(check.pool->context, args);
  const std::vector<float> unplaced = out;
  if (packed.ready) check.fail("what has no place is not packed");
  packed.memory = static_cast<float*>(memory);
  const std::vector<float> operand = rhs;
  for (const char* when : {"packed", "found packed"}) {
    product(check.pool->context, args);
    if (!packed.ready) check.fail("the right operand was not packed");
    if (std::memcmp(unplaced.data(), out.data(), out.size() * sizeof(float)) != 0) check.fail("other bits where the right operand is %s", when);
    // From here on it is not read.
    std::fill(rhs.begin(), rhs.end(), std::numeric_limits<float>::quiet_NaN());
  }
  rhs = operand;
  std::free(memory);
}

inline std::string text(const std::vector<int64_t>& list) {
  std::string s = "[";
  for (size_t i = 0; i < list.size(); i++) s += (i ? "," : "") + std::to_string(list[i]);
  return s + "]";
}

void testGemm(Checker& check);
void testConv(Checker& check);
void testWindows(Checker& check);
void testIndexing(Checker& check);
void testCumulative(Checker& check);
void testFinish(Checker& check);

#endif
