#include "runtime/timeline.h"

namespace neurite {

Timeline::~Timeline() {
  for (CuEvent event : events_) driver_.eventDestroy(event);
}

void Timeline::begin() {
  began_ = now();
  marks_ = 0;
  steps_.clear();
}

CuResult Timeline::mark() {
  if (marks_ == events_.size()) {
    CuEvent event = nullptr;
    const CuResult result = driver_.eventCreate(&event, kCuEventWithTiming);
    if (result != kCuSuccess) return result;
    events_.push_back(event);
  }
  return driver_.eventRecord(events_[marks_++], stream_);
}

CuResult Timeline::finish() {
  CuResult result = driver_.streamSynchronize(stream_);
  for (size_t i = 0; i < steps_.size() && result == kCuSuccess; i++) {
    float sinceFirst = 0, duration = 0;
    result = driver_.eventElapsedTime(&sinceFirst, events_[0], events_[2 * i]);
    if (result == kCuSuccess) result = driver_.eventElapsedTime(&duration, events_[2 * i], events_[2 * i + 1]);
    times_.insert(times_.end(), {static_cast<double>(steps_[i]), began_ + sinceFirst * 1e6, duration * 1e6});
  }
  return result;
}

}  // namespace neurite
