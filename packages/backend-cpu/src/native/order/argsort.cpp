// Keys become unsigned integers whose order is the wanted one: NaN last, and the complement for descending order. Equal keys then keep their
// places by any stable sort: short lines are merged, long ones go through a radix sort, which is stable by nature.

#include "order/argsort.h"

#include <algorithm>
#include <cstring>

namespace neurite {

namespace {

template <class Key>
struct Entry {
  Key key;
  int32_t place;
};

/** Order-preserving: negative floats are complemented, positive ones moved above them. -0 counts as 0. */
uint32_t floatKey(float x) {
  if (x != x) return UINT32_MAX;
  if (x == 0) x = 0;
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

uint64_t doubleKey(double x) {
  if (x != x) return UINT64_MAX;
  if (x == 0) x = 0;
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits >> 63 ? ~bits : bits | uint64_t{1} << 63;
}

template <class Key>
Key keyOf(DType dtype, const char* x, bool descending) {
  Key key;
  bool last = false;
  if constexpr (sizeof(Key) == 8) {
    if (dtype == DType::Float64) {
      double value;
      std::memcpy(&value, x, sizeof value);
      last = value != value;
      key = doubleKey(value);
    } else {
      int64_t value;
      std::memcpy(&value, x, sizeof value);
      key = static_cast<uint64_t>(value) ^ uint64_t{1} << 63;
    }
  } else {
    switch (dtype) {
      case DType::Float32: {
        float value;
        std::memcpy(&value, x, sizeof value);
        last = value != value;
        key = floatKey(value);
        break;
      }
      case DType::Int32: {
        int32_t value;
        std::memcpy(&value, x, sizeof value);
        key = static_cast<uint32_t>(value) ^ 0x80000000u;
        break;
      }
      case DType::UInt32:
        std::memcpy(&key, x, sizeof key);
        break;
      case DType::Int8:
        key = static_cast<uint32_t>(static_cast<int32_t>(*reinterpret_cast<const int8_t*>(x)) + 128);
        break;
      default:
        key = *reinterpret_cast<const uint8_t*>(x);
    }
  }
  return descending && !last ? static_cast<Key>(~key) : key;
}

constexpr int64_t kShortLine = 192, kRun = 16;

/** Bottom-up merge sort of short lines; the result is in `entries`. */
template <class Key>
void mergeSort(Entry<Key>* entries, Entry<Key>* other, int64_t count) {
  for (int64_t start = 0; start < count; start += kRun) {
    const int64_t end = std::min(start + kRun, count);
    for (int64_t i = start + 1; i < end; i++) {
      const Entry<Key> entry = entries[i];
      int64_t j = i;
      for (; j > start && entries[j - 1].key > entry.key; j--) entries[j] = entries[j - 1];
      entries[j] = entry;
    }
  }
  Entry<Key>*from = entries, *to = other;
  for (int64_t width = kRun; width < count; width *= 2) {
    for (int64_t start = 0; start < count; start += 2 * width) {
      const int64_t middle = std::min(start + width, count), end = std::min(start + 2 * width, count);
      int64_t a = start, b = middle;
      for (int64_t i = start; i < end; i++) to[i] = b >= end || (a < middle && from[a].key <= from[b].key) ? from[a++] : from[b++];
    }
    std::swap(from, to);
  }
  if (from != entries) std::copy_n(from, count, entries);
}

/** Byte by byte from the lowest; bytes that are the same for all are skipped. */
template <class Key>
void radixSort(Entry<Key>* entries, Entry<Key>* other, int64_t count) {
  int64_t counts[sizeof(Key)][256] = {};
  for (int64_t i = 0; i < count; i++) {
    for (size_t byte = 0; byte < sizeof(Key); byte++) counts[byte][entries[i].key >> (8 * byte) & 255]++;
  }
  Entry<Key>*from = entries, *to = other;
  for (size_t byte = 0; byte < sizeof(Key); byte++) {
    if (counts[byte][entries[0].key >> (8 * byte) & 255] == count) continue;
    int64_t place = 0;
    for (int64_t& each : counts[byte]) {
      const int64_t size = each;
      each = place;
      place += size;
    }
    for (int64_t i = 0; i < count; i++) to[counts[byte][from[i].key >> (8 * byte) & 255]++] = from[i];
    std::swap(from, to);
  }
  if (from != entries) std::copy_n(from, count, entries);
}

struct Tasks {
  const Context& context;
  const ArgSortArgs& args;
  int64_t bytes, each;
};

template <class Key>
void sortTask(void* argument, int task, int worker) {
  const Tasks& tasks = *static_cast<const Tasks*>(argument);
  const ArgSortArgs& args = tasks.args;
  const Scratch& scratch = tasks.context.scratch;
  Entry<Key>* entries = static_cast<Entry<Key>*>(scratch.get(scratch.ctx, worker, static_cast<size_t>(2 * args.size) * sizeof(Entry<Key>)));
  const int64_t last = std::min((task + 1) * tasks.each, args.outer * args.inner);
  for (int64_t line = task * tasks.each; line < last; line++) {
    const int64_t a = line / args.inner, b = line % args.inner;
    const char* x = static_cast<const char*>(args.x) + (a * args.xStrides[0] + b * args.xStrides[2]) * tasks.bytes;
    bool sorted = true;
    for (int64_t i = 0; i < args.size; i++) {
      entries[i] = {keyOf<Key>(args.dtype, x + i * args.xStrides[1] * tasks.bytes, args.descending), static_cast<int32_t>(i)};
      sorted = sorted && (i == 0 || entries[i - 1].key <= entries[i].key);
    }
    if (!sorted) (args.size <= kShortLine ? mergeSort<Key> : radixSort<Key>)(entries, entries + args.size, args.size);
    int32_t* out = args.out + a * args.outStrides[0] + b * args.outStrides[2];
    for (int64_t i = 0; i < args.size; i++) out[i * args.outStrides[1]] = entries[i].place;
  }
}

}  // namespace

void argSort(const Context& context, const ArgSortArgs& args) {
  const int64_t lines = args.outer * args.inner;
  if (lines == 0 || args.size == 0) return;
  const bool wide = args.dtype == DType::Int64 || args.dtype == DType::Float64;
  const bool narrow = args.dtype == DType::Int8 || args.dtype == DType::UInt8 || args.dtype == DType::Bool;
  // About 8k elements a task.
  Tasks tasks = {context, args, wide ? 8 : narrow ? 1 : 4, std::max<int64_t>(1, 8192 / args.size)};
  const size_t entry = wide ? sizeof(Entry<uint64_t>) : sizeof(Entry<uint32_t>);
  if (!context.scratch.reserve(context.scratch.ctx, static_cast<size_t>(2 * args.size) * entry, 0)) return;
  const int64_t count = (lines + tasks.each - 1) / tasks.each;
  const auto fn = wide ? sortTask<uint64_t> : sortTask<uint32_t>;
  if (count == 1 || context.parallel.threads == 1) {
    for (int64_t task = 0; task < count; task++) fn(&tasks, static_cast<int>(task), 0);
  } else {
    context.parallel.run(context.parallel.ctx, static_cast<int>(count), fn, &tasks);
  }
}

}  // namespace neurite
