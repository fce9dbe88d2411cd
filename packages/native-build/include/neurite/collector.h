/**
 * Memory that lives outside of the JavaScript heap, told to its garbage collector: it then runs in time, and loops that drop what they
 * allocate stay bounded.
 */
#ifndef NEURITE_COLLECTOR_H
#define NEURITE_COLLECTOR_H

#include <cstdint>

#include <neurite/values.h>

namespace neurite {

class Collector {
 public:
  explicit Collector(napi_env env) : env_(env) {}

  /** Tells that `live` bytes are alive. May collect garbage, whose finalizers free memory: called before some is taken. */
  void report(int64_t live) {
    const int64_t change = live - reported_;
    if (change > -kReportStep && change < kReportStep) return;
    reported_ = live;
    adjust(change);
  }

  /** Collects everything at once, by a claim that none can ignore. */
  void collect() {
    adjust(kPressure);
    adjust(-kPressure);
  }

 private:
  /** Small changes are not worth a call. */
  static constexpr int64_t kReportStep = 16 * 1024;
  static constexpr int64_t kPressure = int64_t{8} << 30;

  void adjust(int64_t change) {
    int64_t total = 0;
    napi_adjust_external_memory(env_, change, &total);
  }

  napi_env env_;
  /** Bytes that the collector was last told of. */
  int64_t reported_ = 0;
};

}  // namespace neurite

#endif
