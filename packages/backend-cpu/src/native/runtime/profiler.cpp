#include "runtime/profiler.h"

#include <new>

namespace neurite {

std::unique_ptr<Profiler> Profiler::create(size_t mostEvents) {
  std::unique_ptr<Profiler> profiler(new (std::nothrow) Profiler());
  if (profiler == nullptr) return nullptr;
  profiler->capacity_ = mostEvents;
  if (mostEvents > 0) profiler->ring_.reset(new (std::nothrow) KernelEvent[mostEvents]);
  if (mostEvents > 0 && profiler->ring_ == nullptr) return nullptr;
  return profiler;
}

std::vector<KernelTime>& Profiler::timesOf(int32_t serial, int32_t kernels) {
  std::vector<KernelTime>& times = times_[serial];
  times.resize(static_cast<size_t>(kernels));
  return times;
}

void Profiler::note(KernelTime& time, int32_t executable, int32_t kernel, double start) {
  const double duration = now() - start;
  time.calls++;
  time.nanoseconds += duration;
  if (capacity_ > 0) ring_[calls_ % capacity_] = {start, duration, executable, kernel, std::this_thread::get_id() != owner_};
  calls_++;
}

}  // namespace neurite
