#include "runtime/decode_body.h"
#include "runtime/decode_kernels.h"

namespace neurite {

namespace {

void readPredicate(Reader& reader, const Plan& plan, ControlKernel& control) {
  RawView predicate = readView(reader, plan, {}, false);
  if (reader.failed()) return;
  if (plan.buffers[predicate.buffer].dtype != DType::Bool) return reader.fail("a predicate is not a bool");
  control.predicate = toView(predicate);
}

void readSlices(Reader& reader, const Plan& plan, ControlKernel& control) {
  const int32_t count = reader.length("slices", 1);
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    const int32_t slice = reader.ranged(0, static_cast<int32_t>(plan.buffers.size()), "a slice");
    if (reader.failed()) return;
    const BufferInfo& buffer = plan.buffers[slice];
    if (buffer.kind != LocationKind::Slice) return reader.fail("what moves with a scan is not a slice");
    // Positions between lie between.
    if (control.length > 0 && !isInside(buffer, plan.buffers[buffer.place], control.length - 1)) {
      return reader.fail("a slice leaves the buffer it is part of");
    }
    control.slices.push_back(slice);
  }
}

void readSwaps(Reader& reader, const Plan& plan, ControlKernel& control) {
  const int32_t count = reader.length("swaps", 2);
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    const int32_t first = reader.ranged(0, static_cast<int32_t>(plan.buffers.size()), "a swapped buffer");
    const int32_t second = reader.ranged(0, static_cast<int32_t>(plan.buffers.size()), "a swapped buffer");
    if (reader.failed()) return;
    const BufferInfo& a = plan.buffers[first];
    const BufferInfo& b = plan.buffers[second];
    if (!a.writable || !b.writable) return reader.fail("an input is swapped");
    if (a.dtype != b.dtype || a.size != b.size) return reader.fail("swapped buffers differ in dtype or size");
    control.swaps.emplace_back(first, second);
  }
}

}  // namespace

Kernel decodeControl(Reader& reader, Plan& plan, KernelKind kind, int nesting) {
  Kernel kernel;
  kernel.kind = kind;
  auto control = std::make_unique<ControlKernel>();
  switch (kind) {
    case KernelKind::Cond:
      readPredicate(reader, plan, *control);
      control->blocks[0] = decodeKernels(reader, plan, nesting + 1);
      control->blocks[1] = decodeKernels(reader, plan, nesting + 1);
      break;
    case KernelKind::While:
      readPredicate(reader, plan, *control);
      control->length = reader.step("the most steps");
      readSwaps(reader, plan, *control);
      control->blocks[0] = decodeKernels(reader, plan, nesting + 1);
      control->blocks[1] = decodeKernels(reader, plan, nesting + 1);
      break;
    default:
      control->length = reader.size("the steps of a scan");
      control->reverse = reader.ranged(0, 2, "the direction of a scan") == 1;
      readSlices(reader, plan, *control);
      readSwaps(reader, plan, *control);
      control->blocks[0] = decodeKernels(reader, plan, nesting + 1);
      break;
  }
  kernel.control = std::move(control);
  return kernel;
}

}  // namespace neurite
