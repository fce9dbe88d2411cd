#include "runtime/threads.h"

namespace neurite {

namespace {

/** A waiting worker spins about this long before it sleeps: longer than the gaps between the kernels of a run. */
constexpr int kSpins = 4000;

constexpr uint64_t kTaskMask = (1u << 20) - 1;
constexpr uint32_t kJobMask = (1u << 24) - 1;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

ThreadPool& ThreadPool::instance() {
  // Never destroyed: threads may be running while the process exits.
  static ThreadPool* pool = new ThreadPool();
  return *pool;
}

void ThreadPool::enter() {
  std::lock_guard<std::mutex> lock(users_);
  userCount_++;
}

void ThreadPool::leave() {
  std::lock_guard<std::mutex> lock(users_);
  if (--userCount_ > 0) return;
  std::lock_guard<std::mutex> serving(serving_);
  stop();
}

void ThreadPool::grow(int workers) {
  while (static_cast<int>(threads_.size()) < workers && static_cast<int>(threads_.size()) < kMaxThreads) {
    const int worker = static_cast<int>(threads_.size()) + 1;
    threads_.emplace_back([this, worker] { work(worker); });
  }
}

void ThreadPool::stop() {
  stopping_.store(true);
  job_.fetch_add(1);
  job_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  stopping_.store(false);
}

bool ThreadPool::takeTask(uint32_t job, int worker, int& task) {
  uint64_t seen = left_.load(std::memory_order_acquire);
  while (seen >> 40 == (job & kJobMask) && (seen & kTaskMask) < (seen >> 20 & kTaskMask)) {
    const uint64_t rest = worker == 0 ? seen + 1 : seen - (uint64_t{1} << 20);
    if (left_.compare_exchange_weak(seen, rest, std::memory_order_acq_rel)) {
      task = base_ + static_cast<int>(worker == 0 ? seen & kTaskMask : rest >> 20 & kTaskMask);
      return true;
    }
  }
  return false;
}

void ThreadPool::work(int worker) {
  uint32_t known = job_.load(std::memory_order_acquire);
  while (!stopping_.load(std::memory_order_acquire)) {
    const uint32_t job = job_.load(std::memory_order_acquire);
    if (job != known) {
      known = job;
      int task;
      // Tasks are counted as unfinished before the job's number is published, so a task in hand keeps fn_ valid.
      while (worker < limit_.load(std::memory_order_acquire) && takeTask(job, worker, task)) {
        fn_(argument_, task, worker);
        unfinished_.fetch_sub(1, std::memory_order_release);
      }
      continue;
    }
    int spins = 0;
    while (job_.load(std::memory_order_acquire) == known && spins < kSpins) {
      pause();
      spins++;
    }
    if (spins < kSpins) continue;
    sleeping_.fetch_add(1);
    job_.wait(known);
    sleeping_.fetch_sub(1);
  }
}

void ThreadPool::run(int threads, int tasks, void (*fn)(void*, int, int), void* argument) {
  if (tasks <= 0) return;
  std::unique_lock<std::mutex> serving(serving_, std::defer_lock);
  if (threads <= 1 || tasks == 1 || !serving.try_lock()) {
    for (int task = 0; task < tasks; task++) fn(argument, task, 0);
    return;
  }
  grow(threads - 1);
  constexpr int kMost = static_cast<int>(kTaskMask);
  for (int base = 0; base < tasks; base += kMost) runSome(threads, base, tasks - base < kMost ? tasks - base : kMost, fn, argument);
}

void ThreadPool::runSome(int threads, int base, int tasks, void (*fn)(void*, int, int), void* argument) {
  const uint32_t job = job_.load(std::memory_order_relaxed) + 1;
  limit_.store(threads, std::memory_order_relaxed);
  base_ = base;
  fn_ = fn;
  argument_ = argument;
  unfinished_.store(tasks, std::memory_order_relaxed);
  left_.store(static_cast<uint64_t>(job & kJobMask) << 40 | static_cast<uint64_t>(tasks) << 20, std::memory_order_release);
  job_.store(job);
  if (sleeping_.load() > 0) job_.notify_all();
  int task;
  while (takeTask(job, 0, task)) {
    fn(argument, task, 0);
    unfinished_.fetch_sub(1, std::memory_order_release);
  }
  int spins = 0;
  while (unfinished_.load(std::memory_order_acquire) > 0) {
    pause();
    // The machine may be busy: let the thread that holds the last task run.
    if (++spins % 1024 == 0) std::this_thread::yield();
  }
}

}  // namespace neurite
