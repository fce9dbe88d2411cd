/** The threads of the process, shared by all backends in it. */
#ifndef NEURITE_RUNTIME_THREADS_H
#define NEURITE_RUNTIME_THREADS_H

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace neurite {

class ThreadPool {
 public:
  static constexpr int kMaxThreads = 256;

  /** The pool of this process; made on first use. */
  static ThreadPool& instance();

  /**
   * Calls fn(argument, task, worker) for every task and returns when all are done. Worker numbers are below `threads`. The calling
   * thread takes part; while the pool serves another caller it does all the work, with the same result.
   */
  void run(int threads, int tasks, void (*fn)(void* argument, int task, int worker), void* argument);

  /** A backend uses the pool; the last to leave ends its threads. */
  void enter();
  void leave();

 private:
  void grow(int workers);
  void stop();
  void work(int worker);
  /**
   * The calling thread takes tasks from the front, the others from the back: each mostly meets the same part of arrays in one job as in the last,
   * and few lines of memory go from core to core.
   */
  bool takeTask(uint32_t job, int worker, int& task);
  void runSome(int threads, int base, int tasks, void (*fn)(void*, int, int), void* argument);

  /** Number of the job (24 bits), end (20) and begin (20) of the tasks left: a late worker cannot take a task of a job it does not know. */
  std::atomic<uint64_t> left_{0};
  std::atomic<uint32_t> job_{0};
  std::atomic<int> unfinished_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<int> limit_{0};
  int base_ = 0;
  void (*fn_)(void*, int, int) = nullptr;
  void* argument_ = nullptr;
  std::mutex serving_;
  std::mutex users_;
  int userCount_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace neurite

#endif
