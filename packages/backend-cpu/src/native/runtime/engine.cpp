#include "runtime/engine.h"

#include <algorithm>
#include <cstring>

#include "runtime/threads.h"

namespace neurite {

namespace {
constexpr size_t kMostQueued = 512;

std::string messageOf(const Executable& executable, int32_t status) {
  if (status == kDividedByZero) return "[div] integer division by zero";
  if (status == kNoScratch) return "[cpu] out of memory: a kernel asked for more scratch space than it said it would";
  if (status == kRemainderByZero) return "[rem] integer division by zero";
  return executable.sites[static_cast<size_t>(status) - 1];
}
}  // namespace

Engine::Engine(const Options& options) : options_(options), pool_(Pool::create(options.memoryLimit)) {
  workspace_.setThreads(options.threads);
  keptMemory_.limit = options.memoryLimit == 0 ? options.packedLimit : std::min(options.packedLimit, options.memoryLimit / 4);
  ThreadPool::instance().enter();
}

Engine::~Engine() {
  if (thread_.joinable()) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  if (arena_ != nullptr) Pool::release(arena_);
  pool_->close();
  ThreadPool::instance().leave();
}

std::shared_ptr<Executable> Engine::compile(const int32_t* words, size_t count, std::string& error) {
  std::unique_ptr<Plan> plan = decodePlan(words, count, error);
  if (plan == nullptr) return nullptr;
  std::shared_ptr<Executable> executable = makeExecutable(std::move(plan), options_.set, options_.threads, error);
  if (executable == nullptr) return nullptr;
  executable->serial = compiled_++;
  executable->flushesDenormals =
      options_.denormals == Denormals::Flush || (options_.denormals == Denormals::Auto && !executable->changedStates.empty());
  return executable;
}

bool Engine::startProfile(size_t mostEvents) {
  wait();
  profiler_ = Profiler::create(mostEvents);
  return profiler_ != nullptr;
}

std::unique_ptr<Profiler> Engine::stopProfile() {
  wait();
  return std::move(profiler_);
}

bool Engine::reserveArena(int64_t bytes) {
  if (bytes == 0 || (arena_ != nullptr && static_cast<int64_t>(arena_->bytes) >= bytes)) return true;
  // The old one goes first where no queued run holds it: they need not fit together.
  if (arena_ != nullptr) Pool::release(arena_);
  arena_ = pool_->allocate(static_cast<size_t>(bytes));
  return arena_ != nullptr;
}

void Engine::execute(RunRequest& request) {
  Program& program = *request.program;
  const Plan& plan = *program.executable->plan;
  if (!hasError() && !workspace_.reserve(*program.executable)) {
    error_ = "[cpu] out of memory: no room for the scratch space of a run";
    failed_.store(true, std::memory_order_release);
  }
  if (!hasError()) {
    char* arena = request.arena == nullptr ? nullptr : request.arena->data();
    const bool moved = program.buffers.empty() || program.arena != arena;
    if (program.buffers.empty()) program.buffers.resize(plan.buffers.size());
    program.arena = arena;
    for (size_t i = 0; i < plan.buffers.size(); i++) {
      const BufferInfo& buffer = plan.buffers[i];
      switch (buffer.kind) {
        case LocationKind::Input:
          program.buffers[i] = request.inputs[buffer.place]->data();
          break;
        case LocationKind::State:
          if (moved) program.buffers[i] = program.states[buffer.place]->data();
          break;
        case LocationKind::Output:
          program.buffers[i] = request.outputs[buffer.place]->data();
          break;
        case LocationKind::Arena:
          if (moved) program.buffers[i] = arena + buffer.place;
          break;
        case LocationKind::Slice:
          program.buffers[i] = program.buffers[buffer.place] + buffer.offset * elementBytes(buffer.dtype);
          break;
      }
    }
    // First the versions: a weight that is bound twice is seen to change.
    for (int32_t state : program.executable->changedStates) program.states[static_cast<size_t>(state)]->version++;
    program.kept.prepare(*program.executable, program.states, *pool_, keptMemory_);
    int32_t status = 0;
    for (int i = 0; i < request.repeat && status == 0; i++) {
      status = runExecutable(*program.executable, program.buffers.data(), request.scalars.data(), workspace_, program.kept.operands(),
                             profiler_.get());
    }
    if (status != 0) {
      error_ = messageOf(*program.executable, status);
      failed_.store(true, std::memory_order_release);
    }
  }
  for (Block* block : request.inputs) Pool::release(block);
  for (Block* block : request.outputs) Pool::release(block);
  if (request.arena != nullptr) Pool::release(request.arena);
}

bool Engine::run(RunRequest& request) {
  runs += static_cast<uint64_t>(request.repeat);
  if (request.program->executable->plan->arenaBytes > 0) {
    request.arena = arena_;
    Pool::retain(arena_);
  }
  const Executable& executable = *request.program->executable;
  const bool isShort = executable.nanoseconds / executable.threads * request.repeat <= options_.longestSynchronous;
  if (isShort && idle()) {
    execute(request);
    return true;
  }
  auto held = std::make_shared<RunRequest>(std::move(request));
  enqueue([this, held] { execute(*held); });
  return false;
}

bool Engine::write(Block* block, size_t offset, const void* data, size_t bytes) {
  if (idle()) {
    std::memcpy(block->data() + offset, data, bytes);
    block->version++;
    return true;
  }
  Block* copy = pool_->allocate(bytes);
  if (copy == nullptr) return false;
  std::memcpy(copy->data(), data, bytes);
  Pool::retain(block);
  enqueue([block, copy, offset, bytes] {
    std::memcpy(block->data() + offset, copy->data(), bytes);
    block->version++;
    Pool::release(copy);
    Pool::release(block);
  });
  return true;
}

bool Engine::afterQueue(std::function<void()> done) {
  if (idle()) return false;
  enqueue(std::move(done));
  return true;
}

bool Engine::idle() {
  if (!thread_.joinable()) return true;
  std::lock_guard<std::mutex> lock(mutex_);
  return queue_.empty() && !busy_;
}

void Engine::wait() {
  if (!thread_.joinable()) return;
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

std::string Engine::takeError() {
  if (!hasError()) return {};
  std::string error = std::move(error_);
  error_.clear();
  failed_.store(false, std::memory_order_release);
  return error;
}

void Engine::enqueue(std::function<void()> job) {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    // Whoever queues faster than the machine computes waits here: the results of queued runs take memory.
    changed_.wait(lock, [this] { return queue_.size() < kMostQueued; });
    queue_.push_back(std::move(job));
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_all();
}

void Engine::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> job = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    busy_ = false;
    if (queue_.empty() || queue_.size() + 1 == kMostQueued) changed_.notify_all();
  }
}

}  // namespace neurite
