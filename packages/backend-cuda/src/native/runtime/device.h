/**
 * One device as one JavaScript environment uses it: a context, a stream in which everything runs in order, memory, and the status words through
 * which kernels complain. All calls come from the environment's own thread; a waiting thread only waits.
 */
#ifndef NEURITE_RUNTIME_DEVICE_H
#define NEURITE_RUNTIME_DEVICE_H

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "libraries/cublaslt.h"
#include "libraries/driver.h"
#include "runtime/pool.h"
#include "runtime/staging.h"
#include "runtime/timeline.h"

namespace neurite {

/** What kernels share with the host: the words that `status` of a kernel points to. */
struct StatusWords {
  /** Lowest site that complained; kNoSite: none did. */
  uint32_t site;
  /** Number of the run that is under way, and of the first that complained (0: none). */
  uint32_t running, failed;
  uint32_t unused;
};

constexpr uint32_t kNoSite = 0x7fffffff;

class Device {
 public:
  struct Options {
    int ordinal = 0;
    size_t memoryLimit = 0;
    /** Waits after every launch, so that an error names its kernel. */
    bool synchronous = false;
    /** Whether later runs of a program are one graph launch. */
    bool graphs = true;
    /** Products in TF32: 10 bits of mantissa. */
    bool tf32 = false;
    size_t workspaceBytes = size_t{32} << 20;
  };

  struct Info {
    std::string name;
    int major = 0, minor = 0, multiprocessors = 0, driverVersion = 0;
    size_t memory = 0;
  };

  /** Null with a reason. `blas` may be null. */
  static std::unique_ptr<Device> open(std::shared_ptr<Driver> driver, std::shared_ptr<CublasLt> blas, const Options& options, std::string& error);
  ~Device();

  const Driver& driver() const { return *driver_; }
  const CublasLt* blas() const { return blas_.get(); }
  LtHandle blasHandle() const { return blasHandle_; }
  const Options& options() const { return options_; }
  const Info& info() const { return info_; }
  CuStream stream() const { return stream_; }
  CuStream captureStream() const { return captureStream_; }
  Pool& pool() { return *pool_; }
  CuPointer status() const { return status_->pointer; }

  /** Must be called by the thread that goes on to use the device. */
  void makeCurrent() const { driver_->ctxSetCurrent(context_); }

  /** A block; waits and purges where memory is short. Null: out of memory. */
  Block* allocate(size_t bytes);
  /** At least this much memory shared by all runs. Rises `arenaVersion` when it moves. False: out of memory. */
  bool reserveArena(size_t bytes);
  CuPointer arena() const { return arena_ == nullptr ? 0 : arena_->pointer; }
  uint64_t arenaVersion() const { return arenaVersion_; }
  /** Memory for products; null when there is none. */
  Block* workspace();

  /** Null while nobody profiles. */
  Timeline* timeline() const { return timeline_.get(); }
  /** Waits for what is queued, and measures what comes after. */
  CuResult startProfile();
  void stopProfile() { timeline_.reset(); }

  CuResult write(CuPointer target, const char* data, size_t bytes) { return staging_->write(target, data, bytes); }
  /** Copies to pageable memory and waits. */
  CuResult readNow(char* target, CuPointer source, size_t bytes, StatusWords& status);
  CuResult resetStatus();
  CuResult beginRun(uint32_t number);

  /** A read under way: pinned memory that holds the data and the status once `event` has passed. */
  struct Reading {
    char* memory = nullptr;
    size_t bytes = 0, capacity = 0;
    CuEvent event = nullptr;
    CuResult result = kCuSuccess;
    StatusWords status{};
  };
  /** Queues a read; `done` is called on the waiting thread. */
  CuResult readLater(CuPointer source, size_t bytes, std::function<void(Reading*)> done);
  void finishReading(Reading* reading);

 private:
  Device(std::shared_ptr<Driver> driver, std::shared_ptr<CublasLt> blas, const Options& options);
  CuResult start(std::string& error);
  void waitForReadings();
  CuResult makeReading(size_t capacity, Reading** reading);
  void dropReading(Reading* reading);

  std::shared_ptr<Driver> driver_;
  std::shared_ptr<CublasLt> blas_;
  Options options_;
  Info info_;
  CuDevice device_ = 0;
  CuContext context_ = nullptr;
  CuStream stream_ = nullptr, captureStream_ = nullptr;
  LtHandle blasHandle_ = nullptr;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<Staging> staging_;
  std::unique_ptr<Timeline> timeline_;
  Block* status_ = nullptr;
  Block* arena_ = nullptr;
  Block* workspace_ = nullptr;
  uint64_t arenaVersion_ = 0;

  struct Waiting {
    Reading* reading;
    std::function<void(Reading*)> done;
  };
  std::thread waiter_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool ending_ = false;
  std::vector<std::unique_ptr<Reading>> readings_;
  /** Those that have ended: their memory is used again. */
  std::vector<Reading*> spare_;
};

}  // namespace neurite

#endif
