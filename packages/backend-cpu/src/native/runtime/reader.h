/** Reads words of an encoded plan. Reading past the end, or any check that fails, sets the error and yields zeros from then on. */
#ifndef NEURITE_RUNTIME_READER_H
#define NEURITE_RUNTIME_READER_H

#include <cstdint>
#include <cstring>
#include <string>

namespace neurite {

class Reader {
 public:
  Reader(const int32_t* words, size_t count) : words_(words), count_(count) {}

  int32_t word() {
    if (position_ >= count_) {
      fail("it ends too early");
      return 0;
    }
    return words_[position_++];
  }

  int64_t wide() {
    uint64_t low = static_cast<uint32_t>(word());
    uint64_t high = static_cast<uint32_t>(word());
    return static_cast<int64_t>(low | high << 32);
  }

  double real() {
    int64_t bits = wide();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  /** A word in [low, high). */
  int32_t ranged(int32_t low, int32_t high, const char* what) {
    int32_t value = word();
    if (value >= low && value < high) return value;
    fail(std::string(what) + " is out of range: " + std::to_string(value));
    return low;
  }

  /** A 64-bit number in [0, limit]. */
  int64_t size(const char* what, int64_t limit = kMaxSize) {
    int64_t value = wide();
    if (value >= 0 && value <= limit) return value;
    fail(std::string(what) + " is out of range: " + std::to_string(value));
    return 0;
  }

  /** A 64-bit number that may be negative, bounded so that sums of products cannot overflow 128 bits. */
  int64_t step(const char* what) {
    int64_t value = wide();
    if (value >= -kMaxSize && value <= kMaxSize) return value;
    fail(std::string(what) + " is out of range: " + std::to_string(value));
    return 0;
  }

  /** The length of a list whose entries take at least `words` words each. */
  int32_t length(const char* what, size_t wordsEach) {
    int32_t value = word();
    if (value >= 0 && static_cast<size_t>(value) <= (count_ - position_) / wordsEach) return value;
    fail(std::string(what) + ": no list can have this length here: " + std::to_string(value));
    return 0;
  }

  void fail(const std::string& message) {
    if (!failed_) error_ = message;
    failed_ = true;
    position_ = count_;
  }

  /** Says where the error was found. */
  void explain(const std::string& where) { error_ = where + error_; }

  bool failed() const { return failed_; }
  const std::string& error() const { return error_; }
  size_t position() const { return position_; }
  size_t count() const { return count_; }

  /** 2^48: more elements or bytes than any machine holds. */
  static constexpr int64_t kMaxSize = int64_t{1} << 48;

 private:
  const int32_t* words_;
  size_t count_;
  size_t position_ = 0;
  bool failed_ = false;
  std::string error_;
};

}  // namespace neurite

#endif
