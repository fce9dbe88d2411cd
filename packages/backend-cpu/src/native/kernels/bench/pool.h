// A small thread pool and scratch memory for the benchmark and the self-test, in place of the runtime's.
#ifndef NEURITE_KERNELS_POOL_H
#define NEURITE_KERNELS_POOL_H

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "../kernels.h"

class Pool {
 public:
  explicit Pool(int threads) : blocks_(size_t(threads) + 1) {
    for (int i = 1; i < threads; i++) workers_.emplace_back([this, i] { loop(i); });
    context = {{this, threads, &Pool::run}, {this, &Pool::reserve, &Pool::get}, 0};
  }
  ~Pool() {
    stop_ = true;
    generation_++;
    generation_.notify_all();
    for (auto& worker : workers_) worker.join();
    for (auto& block : blocks_) std::free(block.data);
  }
  neurite::Context context;

 private:
  struct Block {
    void* data = nullptr;
    size_t bytes = 0;
  };
  static void run(void* ctx, int tasks, void (*fn)(void*, int, int), void* arg) {
    Pool& pool = *static_cast<Pool*>(ctx);
    pool.fn_ = fn;
    pool.arg_ = arg;
    pool.tasks_ = tasks;
    pool.taken_ = pool.front_ = pool.back_ = 0;
    pool.busy_ = int(pool.workers_.size());
    pool.generation_++;
    pool.generation_.notify_all();
    pool.work(0);
    for (int spins = 0, busy; (busy = pool.busy_) > 0; spins++)
      if (spins > 20000) pool.busy_.wait(busy);
  }
  static bool reserve(void* ctx, size_t each, size_t shared) {
    Pool& pool = *static_cast<Pool*>(ctx);
    pool.each_ = each;
    pool.shared_ = shared;
    return true;
  }
  static void* get(void* ctx, int worker, size_t bytes) {
    const Pool& pool = *static_cast<Pool*>(ctx);
    // More than the kernel said it would need.
    if (bytes > (worker < 0 ? pool.shared_ : pool.each_)) std::abort();
    Block& block = static_cast<Pool*>(ctx)->blocks_[size_t(worker + 1)];
    if (block.bytes < bytes || !block.data) {
      std::free(block.data);
      // Exactly what was asked for: the sanitizer then sees every byte too many.
      block.bytes = bytes;
      if (posix_memalign(&block.data, 64, bytes ? bytes : 1) != 0) std::abort();
    }
    return block.data;
  }
  void work(int worker) {
    // From both ends, as the runtime's threads do.
    while (taken_++ < tasks_) fn_(arg_, worker == 0 ? front_++ : tasks_ - 1 - back_++, worker);
  }
  void loop(int worker) {
    for (int seen = 0;;) {
      for (int spins = 0; generation_ == seen; spins++)
        if (spins > 20000) generation_.wait(seen);
      seen++;
      if (stop_) return;
      work(worker);
      if (--busy_ == 0) busy_.notify_one();
    }
  }

  size_t each_ = 0, shared_ = 0;
  std::vector<Block> blocks_;
  std::vector<std::thread> workers_;
  std::atomic<int> generation_{0}, taken_{0}, front_{0}, back_{0}, busy_{0};
  std::atomic<bool> stop_{false};
  void (*fn_)(void*, int, int) = nullptr;
  void* arg_ = nullptr;
  int tasks_ = 0;
};

#endif
