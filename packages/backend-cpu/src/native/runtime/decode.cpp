#include <algorithm>

#include "runtime/decode_body.h"
#include "runtime/decode_kernels.h"
#include "runtime/format.h"
#include "runtime/plan.h"

namespace neurite {

bool isInside(const BufferInfo& slice, const BufferInfo& of, int64_t position) {
  const __int128 from = slice.offset + static_cast<__int128>(slice.step) * position;
  return from >= 0 && from + slice.size <= of.size;
}

namespace {

void readHeader(Reader& reader, Plan& plan) {
  if (reader.word() != kMagic) return reader.fail("it does not begin with the mark of a plan");
  int32_t version = reader.word();
  if (version != kFormatVersion) {
    return reader.fail("its format is version " + std::to_string(version) + ", the engine reads " + std::to_string(kFormatVersion));
  }
  if (static_cast<size_t>(reader.word()) != reader.count()) return reader.fail("its length is not what it says");
  plan.arenaBytes = reader.size("the arena");
  plan.inputs = reader.ranged(0, 1 << 24, "the number of inputs");
  plan.states = reader.ranged(0, 1 << 24, "the number of states");
  plan.scalars = reader.ranged(0, 1 << 24, "the number of scalars");
  plan.sites = reader.ranged(0, 1 << 24, "the number of sites");
  plan.flops = reader.real();
  plan.bytesMoved = reader.real();
  const int32_t outputs = reader.length("outputs", 2);
  for (int32_t i = 0; i < outputs; i++) plan.outputBytes.push_back(reader.size("an output"));
}

void readBuffers(Reader& reader, Plan& plan) {
  const int32_t count = reader.length("buffers", 6);
  if (reader.failed()) return;
  plan.inputBytes.resize(plan.inputs);
  plan.stateBytes.resize(plan.states);
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    BufferInfo buffer;
    buffer.dtype = static_cast<DType>(reader.ranged(0, 11, "a dtype"));
    buffer.size = reader.size("a buffer");
    buffer.kind = static_cast<LocationKind>(reader.ranged(0, 5, "a location"));
    buffer.place = reader.size("the place of a buffer");
    if (reader.failed()) return;
    buffer.root = i;
    buffer.writable = buffer.kind != LocationKind::Input;
    auto within = [&](int32_t limit) {
      if (buffer.place >= limit) reader.fail("a buffer's place is out of range: " + std::to_string(buffer.place));
      return !reader.failed();
    };
    switch (buffer.kind) {
      case LocationKind::Input:
        if (within(plan.inputs)) plan.inputBytes[buffer.place] = std::max(plan.inputBytes[buffer.place], buffer.bytes());
        break;
      case LocationKind::State:
        if (within(plan.states)) plan.stateBytes[buffer.place] = std::max(plan.stateBytes[buffer.place], buffer.bytes());
        break;
      case LocationKind::Output:
        if (within(static_cast<int32_t>(plan.outputBytes.size())) && buffer.bytes() > plan.outputBytes[buffer.place]) {
          reader.fail("a buffer is larger than its output");
        }
        break;
      case LocationKind::Slice: {
        buffer.offset = reader.step("a slice's offset");
        buffer.step = reader.step("a slice's step");
        if (reader.failed() || !within(i)) break;
        const BufferInfo& of = plan.buffers[buffer.place];
        buffer.writable = of.writable;
        buffer.root = of.root;
        if (of.dtype != buffer.dtype) reader.fail("a slice has another dtype than what it is part of");
        if (!isInside(buffer, of, 0)) reader.fail("a slice leaves the buffer it is part of");
        break;
      }
      case LocationKind::Arena:
        if (buffer.place % 64 != 0) reader.fail("a buffer in the arena is not aligned to 64 bytes");
        if (buffer.place + buffer.bytes() > plan.arenaBytes) reader.fail("a buffer leaves the arena");
        break;
    }
    plan.buffers.push_back(buffer);
  }
}

/** Kernels in kernels: more than anybody writes, and no danger for the stack. */
constexpr int kMaxNesting = 100;

}  // namespace

std::vector<Kernel> decodeKernels(Reader& reader, Plan& plan, int nesting) {
  std::vector<Kernel> kernels;
  if (nesting > kMaxNesting) reader.fail("branches and loops are nested too deeply");
  const int32_t count = reader.length("kernels", 2);
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    auto kind = static_cast<KernelKind>(reader.ranged(0, static_cast<int32_t>(KernelKind::Scan) + 1, "a kernel kind"));
    const int32_t length = reader.length("a kernel", 1);
    const size_t start = reader.position();
    const int32_t number = plan.kernelCount++;
    const bool isControl = kind == KernelKind::Cond || kind == KernelKind::While || kind == KernelKind::Scan;
    kernels.push_back(isControl ? decodeControl(reader, plan, kind, nesting) : decodeKernel(reader, plan, kind));
    kernels.back().number = number;
    if (!reader.failed() && reader.position() - start != static_cast<size_t>(length)) reader.fail("its length is not what it says");
    if (reader.failed()) reader.explain("kernel " + std::to_string(i) + ": ");
  }
  return kernels;
}

std::unique_ptr<Plan> decodePlan(const int32_t* words, size_t count, std::string& error) {
  Reader reader(words, count);
  auto plan = std::make_unique<Plan>();
  readHeader(reader, *plan);
  // Bounds what a few bad words can make us allocate.
  if (static_cast<size_t>(plan->inputs) > count || static_cast<size_t>(plan->states) > count) reader.fail("more inputs or states than buffers");
  readBuffers(reader, *plan);
  plan->kernels = decodeKernels(reader, *plan, 0);
  if (!reader.failed() && (reader.word() != kEndMark || reader.position() != count)) reader.fail("it does not end with the end mark");
  if (reader.failed()) {
    error = reader.error();
    return nullptr;
  }
  return plan;
}

}  // namespace neurite
