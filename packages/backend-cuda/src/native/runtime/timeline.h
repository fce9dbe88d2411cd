/** When launches began and ended on the device: what a profile measures, by events around each. */
#ifndef NEURITE_RUNTIME_TIMELINE_H
#define NEURITE_RUNTIME_TIMELINE_H

#include <chrono>
#include <cstddef>
#include <vector>

#include "libraries/driver.h"

namespace neurite {

class Timeline {
 public:
  Timeline(const Driver& driver, CuStream stream) : driver_(driver), stream_(stream) {}
  ~Timeline();

  /** A run begins: times of earlier ones stay until they are taken. */
  void begin();
  /** Before and after the launch of a step. */
  CuResult mark();
  void launched(size_t step) { steps_.push_back(step); }
  /** Waits for the run, and notes its times. */
  CuResult finish();

  /** Of each launch since they were taken last: step, start since the timeline was made, duration; in nanoseconds. */
  std::vector<double> take() { return std::move(times_); }

 private:
  double now() const { return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - made_).count(); }

  const Driver& driver_;
  CuStream stream_;
  std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
  double began_ = 0;
  /** Used again from run to run. */
  std::vector<CuEvent> events_;
  size_t marks_ = 0;
  std::vector<size_t> steps_;
  std::vector<double> times_;
};

}  // namespace neurite

#endif
