#include "runtime/launches.h"

#include <algorithm>

namespace neurite {

namespace {

class Reader {
 public:
  Reader(const double* words, size_t count) : words_(words), count_(count) {}

  bool ok = true;
  std::string error;

  int64_t next() {
    if (at_ >= count_) return fail("it ends too early");
    const double word = words_[at_++];
    if (!(word >= -9007199254740992.0 && word <= 9007199254740992.0)) return fail("a number is out of range");
    return static_cast<int64_t>(word);
  }

  /** A number from `low` to `high` exclusive. */
  int64_t within(int64_t low, int64_t high, const char* what) {
    const int64_t value = next();
    return ok && (value < low || value >= high) ? fail(what) : value;
  }

  std::vector<size_t> sizes() {
    std::vector<size_t> result(static_cast<size_t>(within(0, kMost, "a count")));
    for (size_t& size : result) size = static_cast<size_t>(within(0, kLargest, "a size"));
    return result;
  }

  Place place(const Launches& launches) {
    Place place;
    place.kind = static_cast<LocationKind>(within(0, 4, "a kind of place"));
    place.index = next();
    place.offset = within(0, kLargest, "an offset");
    if (!ok) return place;
    const std::vector<size_t>* sizes = place.kind == LocationKind::input    ? &launches.inputBytes
                                       : place.kind == LocationKind::state  ? &launches.stateBytes
                                       : place.kind == LocationKind::output ? &launches.outputBytes
                                                                            : nullptr;
    const size_t offset = static_cast<size_t>(place.offset);
    if (sizes == nullptr) {
      if (offset > launches.arenaBytes) fail("a place outside the arena");
    } else if (place.index < 0 || static_cast<size_t>(place.index) >= sizes->size() || offset > (*sizes)[static_cast<size_t>(place.index)]) {
      fail("a place outside its storage");
    }
    return place;
  }

  DType dtype() { return static_cast<DType>(within(0, 11, "a dtype")); }

  bool ended() { return next() == static_cast<int64_t>(kEndMark) && ok && at_ == count_; }

  int64_t fail(const char* what) {
    if (ok) error = std::string(what) + " at word " + std::to_string(at_);
    ok = false;
    return 0;
  }

  static constexpr int64_t kMost = 1 << 24;
  static constexpr int64_t kLargest = int64_t{1} << 50;

 private:
  const double* words_;
  size_t count_;
  size_t at_ = 0;
};

void readKernel(Reader& reader, const Launches& launches, Step& step, size_t modules, size_t strings) {
  KernelStep& kernel = step.kernel;
  kernel.module = reader.within(0, static_cast<int64_t>(modules), "a module");
  kernel.name = reader.within(0, static_cast<int64_t>(strings), "a name");
  unsigned int* const sizes[] = {&kernel.launch.gridX,  &kernel.launch.gridY,  &kernel.launch.gridZ,
                                 &kernel.launch.blockX, &kernel.launch.blockY, &kernel.launch.blockZ};
  for (unsigned int* size : sizes) *size = static_cast<unsigned int>(reader.within(1, int64_t{1} << 31, "a launch size"));
  kernel.launch.sharedBytes = static_cast<unsigned int>(reader.within(0, 1 << 20, "shared memory"));
  const int64_t count = reader.within(0, 1024, "a number of arguments");
  for (int64_t i = 0; i < count && reader.ok; i++) {
    Argument argument;
    argument.kind = static_cast<ArgumentKind>(reader.within(0, 4, "a kind of argument"));
    if (argument.kind == ArgumentKind::pointer) {
      argument.place = reader.place(launches);
      step.moves |= argument.place.moves();
    } else if (argument.kind == ArgumentKind::scalar) {
      argument.value = reader.within(0, launches.scalars, "a scalar");
      argument.dtype = reader.dtype();
      step.moves = true;
    } else if (argument.kind == ArgumentKind::int32) {
      argument.value = reader.within(INT32_MIN, int64_t{INT32_MAX} + 1, "an argument");
    }
    kernel.arguments.push_back(argument);
  }
}

void readProduct(Reader& reader, const Launches& launches, Step& step) {
  ProductStep& product = step.product;
  const auto size = [&reader] { return reader.within(1, Reader::kLargest, "a size"); };
  const auto stride = [&reader] { return reader.within(0, Reader::kLargest, "a stride"); };
  product.m = size();
  product.n = size();
  product.k = size();
  product.batch = reader.within(1, INT32_MAX, "a batch");
  product.operandType = reader.dtype();
  product.resultType = reader.dtype();
  product.leftTransposed = reader.next() != 0;
  product.rightTransposed = reader.next() != 0;
  product.leftLeading = size();
  product.rightLeading = size();
  product.resultLeading = size();
  product.leftStride = stride();
  product.rightStride = stride();
  product.resultStride = stride();
  product.left = reader.place(launches);
  product.right = reader.place(launches);
  product.result = reader.place(launches);
  product.leftAlignment = size();
  product.rightAlignment = size();
  product.resultAlignment = size();
  product.hasBias = reader.next() != 0;
  product.bias = reader.place(launches);
  step.moves = product.left.moves() || product.right.moves() || product.result.moves() || (product.hasBias && product.bias.moves());
}

void readJump(Reader& reader, const Launches& launches, Step& step, int64_t steps) {
  step.jump.conditional = reader.next() != 0;
  step.jump.predicate = reader.place(launches);
  step.jump.to = reader.within(0, steps + 1, "a step");
  step.moves = step.jump.conditional && step.jump.predicate.moves();
}

void readCount(Reader& reader, Step& step, int64_t steps) {
  step.count.counter = reader.within(0, steps, "a counter");
  step.count.reset = reader.next() != 0;
  step.count.most = reader.within(0, Reader::kLargest, "a count");
  step.count.to = reader.within(0, steps + 1, "a step");
}

}  // namespace

bool Launches::decode(const double* words, size_t count, size_t modules, size_t strings, std::string& error) {
  Reader reader(words, count);
  inputBytes = reader.sizes();
  stateBytes = reader.sizes();
  outputBytes = reader.sizes();
  scalars = reader.within(0, Reader::kMost, "a number of scalars");
  arenaBytes = static_cast<size_t>(reader.within(0, Reader::kLargest, "the size of the arena"));
  checks = reader.next() != 0;
  const int64_t number = reader.within(0, Reader::kMost, "a number of steps");
  for (int64_t i = 0; i < number && reader.ok; i++) {
    Step step;
    step.kind = static_cast<StepKind>(reader.within(0, 4, "a kind of step"));
    step.label = reader.within(0, static_cast<int64_t>(strings), "a label");
    const int64_t dependencies = reader.within(0, number, "a number of dependencies");
    for (int64_t d = 0; d < dependencies && reader.ok; d++) step.dependencies.push_back(reader.within(0, i, "a dependency"));
    switch (step.kind) {
      case StepKind::kernel:
        readKernel(reader, *this, step, modules, strings);
        break;
      case StepKind::product:
        readProduct(reader, *this, step);
        break;
      case StepKind::jump:
        readJump(reader, *this, step, number);
        branches = true;
        break;
      case StepKind::count:
        readCount(reader, step, number);
        branches = true;
        counters = std::max(counters, step.count.counter + 1);
        break;
    }
    steps.push_back(std::move(step));
  }
  if (reader.ok && !reader.ended()) reader.fail("its end is missing");
  error = reader.error;
  return reader.ok;
}

}  // namespace neurite
