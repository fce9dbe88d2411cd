#include "runtime/device.h"

#include <algorithm>
#include <cstring>

namespace neurite {

Device::Device(std::shared_ptr<Driver> driver, std::shared_ptr<CublasLt> blas, const Options& options)
    : driver_(std::move(driver)), blas_(std::move(blas)), options_(options) {}

std::unique_ptr<Device> Device::open(std::shared_ptr<Driver> driver, std::shared_ptr<CublasLt> blas, const Options& options,
                                     std::string& error) {
  std::unique_ptr<Device> device(new Device(std::move(driver), std::move(blas), options));
  const CuResult result = device->start(error);
  if (result == kCuSuccess) return device;
  if (error.empty()) error = "device " + std::to_string(options.ordinal) + " does not start: " + device->driver_->describe(result);
  return nullptr;
}

CuResult Device::start(std::string& error) {
  int count = 0;
  CuResult result = driver_->deviceGetCount(&count);
  if (result != kCuSuccess) return result;
  if (options_.ordinal >= count) {
    error = count == 0 ? "the CUDA driver finds no device"
                       : "there is no device " + std::to_string(options_.ordinal) + ": there are " + std::to_string(count);
    return kCuOutOfMemory;
  }
  if ((result = driver_->deviceGet(&device_, options_.ordinal)) != kCuSuccess) return result;
  char name[256] = "";
  driver_->deviceGetName(name, sizeof(name) - 1, device_);
  info_.name = name;
  driver_->deviceGetAttribute(&info_.major, kCuComputeMajor, device_);
  driver_->deviceGetAttribute(&info_.minor, kCuComputeMinor, device_);
  driver_->deviceGetAttribute(&info_.multiprocessors, kCuMultiprocessors, device_);
  driver_->deviceTotalMem(&info_.memory, device_);
  driver_->driverGetVersion(&info_.driverVersion);
  if ((result = driver_->primaryCtxRetain(&context_, device_)) != kCuSuccess) return result;
  makeCurrent();
  if ((result = driver_->streamCreate(&stream_, kCuStreamNonBlocking)) != kCuSuccess) return result;
  if ((result = driver_->streamCreate(&captureStream_, kCuStreamNonBlocking)) != kCuSuccess) return result;
  pool_ = std::make_unique<Pool>(*driver_, options_.memoryLimit);
  staging_ = std::make_unique<Staging>(*driver_, stream_);
  status_ = pool_->allocate(sizeof(StatusWords));
  if (status_ == nullptr) return kCuOutOfMemory;
  if ((result = resetStatus()) != kCuSuccess) return result;
  if (blas_ != nullptr && blas_->create(&blasHandle_) != 0) {
    error = "cuBLASLt (" + blas_->library.path() + ") does not start";
    return kCuOutOfMemory;
  }
  return kCuSuccess;
}

Device::~Device() {
  if (context_ == nullptr) return;
  makeCurrent();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (waiter_.joinable()) waiter_.join();
  if (stream_ != nullptr) driver_->streamSynchronize(stream_);
  while (!readings_.empty()) dropReading(readings_.back().get());
  if (blasHandle_ != nullptr) blas_->destroy(blasHandle_);
  staging_.reset();
  timeline_.reset();
  if (pool_ != nullptr) {
    for (Block* block : {status_, arena_, workspace_}) {
      if (block != nullptr) pool_->release(block);
    }
  }
  pool_.reset();
  if (captureStream_ != nullptr) driver_->streamDestroy(captureStream_);
  if (stream_ != nullptr) driver_->streamDestroy(stream_);
  driver_->primaryCtxRelease(device_);
}

Block* Device::allocate(size_t bytes) {
  Block* block = pool_->allocate(bytes);
  if (block != nullptr || pool_->unusedBytes() == 0) return block;
  // Memory may only be given back to the driver when nothing that was queued uses it any more.
  driver_->streamSynchronize(stream_);
  return pool_->purge() ? pool_->allocate(bytes) : nullptr;
}

bool Device::reserveArena(size_t bytes) {
  if (bytes == 0 || (arena_ != nullptr && arena_->bytes >= bytes)) return true;
  Block* larger = allocate(bytes);
  if (larger == nullptr) return false;
  if (arena_ != nullptr) pool_->release(arena_);
  arena_ = larger;
  arenaVersion_++;
  return true;
}

Block* Device::workspace() {
  if (workspace_ == nullptr && options_.workspaceBytes > 0) workspace_ = allocate(options_.workspaceBytes);
  return workspace_;
}

CuResult Device::resetStatus() {
  const StatusWords words{kNoSite, 0, 0, 0};
  return staging_->write(status_->pointer, reinterpret_cast<const char*>(&words), sizeof(words));
}

CuResult Device::beginRun(uint32_t number) {
  return driver_->memsetD32Async(status_->pointer + offsetof(StatusWords, running), number, 1, stream_);
}

CuResult Device::startProfile() {
  const CuResult result = driver_->streamSynchronize(stream_);
  if (result == kCuSuccess) timeline_ = std::make_unique<Timeline>(*driver_, stream_);
  return result;
}

CuResult Device::readNow(char* target, CuPointer source, size_t bytes, StatusWords& status) {
  CuResult result = driver_->memcpyDtoHAsync(&status, status_->pointer, sizeof(status), stream_);
  if (result == kCuSuccess && bytes > 0) result = driver_->memcpyDtoHAsync(target, source, bytes, stream_);
  const CuResult ended = driver_->streamSynchronize(stream_);
  return result != kCuSuccess ? result : ended;
}

CuResult Device::readLater(CuPointer source, size_t bytes, std::function<void(Reading*)> done) {
  const size_t needed = bytes + sizeof(StatusWords);
  const auto fits = std::find_if(spare_.begin(), spare_.end(), [needed](const Reading* r) { return r->capacity >= needed; });
  Reading* reading = nullptr;
  CuResult result = kCuSuccess;
  if (fits != spare_.end()) {
    reading = *fits;
    spare_.erase(fits);
  } else if ((result = makeReading(std::max(needed, size_t{4096}), &reading)) != kCuSuccess) {
    return result;
  }
  reading->bytes = bytes;
  result = driver_->memcpyDtoHAsync(reading->memory, status_->pointer, sizeof(StatusWords), stream_);
  if (result == kCuSuccess && bytes > 0) {
    result = driver_->memcpyDtoHAsync(reading->memory + sizeof(StatusWords), source, bytes, stream_);
  }
  if (result == kCuSuccess) result = driver_->eventRecord(reading->event, stream_);
  if (result != kCuSuccess) {
    spare_.push_back(reading);
    return result;
  }
  if (!waiter_.joinable()) waiter_ = std::thread([this] { waitForReadings(); });
  {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back({reading, std::move(done)});
  }
  changed_.notify_one();
  return kCuSuccess;
}

CuResult Device::makeReading(size_t capacity, Reading** reading) {
  auto made = std::make_unique<Reading>();
  made->capacity = capacity;
  void* memory = nullptr;
  CuResult result = driver_->memAllocHost(&memory, capacity);
  if (result != kCuSuccess) return result;
  made->memory = static_cast<char*>(memory);
  if ((result = driver_->eventCreate(&made->event, kCuEventBlockingWithoutTiming)) != kCuSuccess) {
    driver_->memFreeHost(memory);
    return result;
  }
  *reading = made.get();
  readings_.push_back(std::move(made));
  return kCuSuccess;
}

void Device::dropReading(Reading* reading) {
  driver_->memFreeHost(reading->memory);
  driver_->eventDestroy(reading->event);
  std::erase_if(readings_, [reading](const auto& each) { return each.get() == reading; });
}

void Device::finishReading(Reading* reading) {
  constexpr size_t kMostSpare = 4, kLargestSpare = size_t{16} << 20;
  if (spare_.size() < kMostSpare && reading->capacity <= kLargestSpare) {
    spare_.push_back(reading);
  } else {
    dropReading(reading);
  }
}

void Device::waitForReadings() {
  makeCurrent();
  for (;;) {
    Waiting next;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next.reading->result = driver_->eventSynchronize(next.reading->event);
    std::memcpy(&next.reading->status, next.reading->memory, sizeof(StatusWords));
    next.done(next.reading);
  }
}

}  // namespace neurite
