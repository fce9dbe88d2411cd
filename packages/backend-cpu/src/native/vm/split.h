/** How work is split among tasks: by the plan and the number of threads alone, so that every run does the same. */
#ifndef NEURITE_VM_SPLIT_H
#define NEURITE_VM_SPLIT_H

#include <algorithm>
#include <cstdint>

namespace neurite {

/**
 * Nanoseconds that a task should take at least. Handing one to a thread that waits, and waiting for it, takes 300 to 700 by the machine; what
 * it reads that another core has written takes 3 to 8 a line of the cache.
 */
constexpr double kTaskCost = 2000;

/** Tasks for work that takes one thread `nanoseconds`: none of them too short to be worth handing over. */
inline int tasksFor(double nanoseconds, int threads) {
  return static_cast<int>(std::clamp(nanoseconds / kTaskCost, 1.0, static_cast<double>(std::max(threads, 1))));
}

/** Rows that a task takes at least: where there are fewer, tasks take columns, if blocks are pieces of one row. */
constexpr int64_t kFewestRowsOfTask = 4;

struct Range {
  int64_t from, to;
};

/** The part of 0..size that task `task` of `tasks` takes; borders are multiples of `unit`. */
inline Range partOf(int64_t size, int tasks, int task, int64_t unit) {
  const int64_t units = (size + unit - 1) / unit;
  const int64_t each = units / tasks, more = units % tasks;
  const int64_t from = each * task + std::min<int64_t>(task, more);
  const int64_t to = from + each + (task < more ? 1 : 0);
  return {std::min(from * unit, size), std::min(to * unit, size)};
}

}  // namespace neurite

#endif
