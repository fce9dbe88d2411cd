/**
 * One backend: storages, executables bound to state, and the order in which things happen to them.
 *
 * Short runs happen at once on the calling thread. A run that is estimated to take longer, and everything after it until the queue is
 * empty again, goes through one worker thread in order. All methods but `work` are called from the owner's thread only.
 */
#ifndef NEURITE_RUNTIME_ENGINE_H
#define NEURITE_RUNTIME_ENGINE_H

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/denormals.h"
#include "runtime/executable.h"
#include "runtime/kept_operands.h"
#include "runtime/memory.h"

namespace neurite {

/** An executable and the blocks of its state. */
struct Program {
  std::shared_ptr<const Executable> executable;
  std::vector<Block*> states;
  /** Address of each buffer; those of inputs, outputs and the arena change from run to run. */
  std::vector<char*> buffers;
  char* arena = nullptr;
  KeptOperands kept;

  ~Program() {
    for (Block* block : states) Pool::release(block);
  }
};

/** What one run works on. Owns a reference to every block. */
struct RunRequest {
  std::shared_ptr<Program> program;
  std::vector<Block*> inputs, outputs;
  Block* arena = nullptr;
  std::vector<double> scalars;
  int repeat = 1;
};

class Engine {
 public:
  struct Options {
    InstructionSet set;
    int threads = 1;
    size_t memoryLimit = 0;
    /** Most bytes of weights that are kept packed. */
    size_t packedLimit = 0;
    Denormals denormals = Denormals::Auto;
    /** Runs estimated to take longer go to the worker thread. */
    double longestSynchronous = 10e6;
  };

  explicit Engine(const Options& options);
  /** Waits for what is queued. */
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Options& options() const { return options_; }
  Pool& pool() { return *pool_; }

  /** Null and a message when the plan cannot be run. */
  std::shared_ptr<Executable> compile(const int32_t* words, size_t count, std::string& error);

  /** Makes sure that the arena is large enough. False: out of memory. */
  bool reserveArena(int64_t bytes);
  /** Takes over the request's references. True when it has run already, false when it is queued. */
  bool run(RunRequest& request);
  /** Copies at once, or after what is queued. False: out of memory. */
  bool write(Block* block, size_t offset, const void* data, size_t bytes);
  /** Calls `done` on the worker thread when everything queued before has run, or returns false when nothing is. */
  bool afterQueue(std::function<void()> done);
  /** Blocks until the queue is empty. */
  void wait();
  bool idle();
  /** The message of the first run that failed since the last call; empty: none did. */
  std::string takeError();
  bool hasError() { return failed_.load(std::memory_order_acquire); }

  /** Measures what runs from here on, once the queue is empty. False: out of memory. */
  bool startProfile(size_t mostEvents);
  /** What was measured, once the queue is empty; null where nothing was. */
  std::unique_ptr<Profiler> stopProfile();
  bool profiles() const { return profiler_ != nullptr; }

  Block* arena() { return arena_; }
  uint64_t runs = 0;

 private:
  void execute(RunRequest& request);
  void enqueue(std::function<void()> job);
  void work();

  Options options_;
  Pool* pool_;
  Block* arena_ = nullptr;
  Workspace workspace_;
  KeptMemory keptMemory_;
  /** Null where nobody measures. Changed by the owner's thread while nothing is queued. */
  std::unique_ptr<Profiler> profiler_;
  int32_t compiled_ = 0;

  std::atomic<bool> failed_{false};
  std::string error_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace neurite

#endif
