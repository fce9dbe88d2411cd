/** Where the time of runs goes: how often and how long each kernel ran, and when the last of them began and ended. */
#ifndef NEURITE_RUNTIME_PROFILER_H
#define NEURITE_RUNTIME_PROFILER_H

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace neurite {

struct KernelTime {
  int64_t calls = 0;
  /** With the kernels that it consists of. */
  double nanoseconds = 0;
};

/** One call of one kernel; times in nanoseconds since the profiler was made. */
struct KernelEvent {
  double start, duration;
  int32_t executable, kernel;
  /** On the engine's own thread, where what is queued runs. */
  bool queued;
};

/**
 * Exists while an engine profiles. Runs happen one after another, so that only one thread writes at a time; it is read when the engine is
 * idle. What it measures costs two readings of the clock a kernel.
 */
class Profiler {
 public:
  /** Null: out of memory. Of the calls, the last `mostEvents` are kept. */
  static std::unique_ptr<Profiler> create(size_t mostEvents);

  /** Those of one executable, by the numbers of its kernels. */
  std::vector<KernelTime>& timesOf(int32_t serial, int32_t kernels);
  double now() const { return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began_).count(); }
  /** Notes a call that began at `start` and ends now. */
  void note(KernelTime& time, int32_t executable, int32_t kernel, double start);

  /** By the serial numbers of executables. */
  const std::map<int32_t, std::vector<KernelTime>>& times() const { return times_; }
  /** Calls altogether, also those that are not kept. */
  size_t calls() const { return calls_; }
  size_t events() const { return calls_ < capacity_ ? calls_ : capacity_; }
  /** In the order that they ended in. */
  const KernelEvent& event(size_t i) const { return ring_[(calls_ - events() + i) % capacity_]; }

 private:
  Profiler() = default;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::thread::id owner_ = std::this_thread::get_id();
  std::map<int32_t, std::vector<KernelTime>> times_;
  std::unique_ptr<KernelEvent[]> ring_;
  size_t capacity_ = 0, calls_ = 0;
};

}  // namespace neurite

#endif
