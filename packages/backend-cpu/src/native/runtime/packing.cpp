#include "runtime/packing.h"

#include <algorithm>
#include <functional>

namespace neurite {

namespace {

/** Buffers whose contents, or places, change while some kernels run. */
class Changed {
 public:
  explicit Changed(const Plan& plan) : plan_(plan), roots_(plan.buffers.size(), false) {}

  void add(const std::vector<Kernel>& kernels) {
    for (const Kernel& kernel : kernels) add(kernel);
  }
  void add(const Kernel& kernel) {
    switch (kernel.kind) {
      case KernelKind::Loop:
        return add(kernel.loop->body);
      case KernelKind::Reduce:
        add(kernel.reduce->body);
        return add(kernel.reduce->epilogue);
      case KernelKind::Dot:
        return add(kernel.dot->epilogue);
      case KernelKind::Conv:
        return add(kernel.conv->epilogue);
      case KernelKind::ReduceWindow:
      case KernelKind::WindowGather:
      case KernelKind::WindowScatter:
        return add(kernel.window->out);
      case KernelKind::ArgReduce:
        return add(kernel.argReduce->out);
      case KernelKind::Gather:
        return add(kernel.gather->out);
      case KernelKind::Scatter:
        return add(kernel.scatter->out);
      case KernelKind::Cumulative:
        return add(kernel.cumulative->out);
      case KernelKind::ArgSort:
        return add(kernel.argSort->out);
      case KernelKind::Fft:
        return add(kernel.fft->out);
      case KernelKind::Linalg:
        for (const View& view : kernel.linalg->outputs) add(view);
        return;
      case KernelKind::Cond:
      case KernelKind::While:
      case KernelKind::Scan:
        for (int32_t slice : kernel.control->slices) moved_.push_back(slice);
        for (const auto& [first, second] : kernel.control->swaps) add(first), add(second);
        for (const std::vector<Kernel>& block : kernel.control->blocks) add(block);
        return;
    }
  }

  bool contains(int32_t buffer) const {
    return roots_[static_cast<size_t>(plan_.buffers[static_cast<size_t>(buffer)].root)] ||
           std::find(moved_.begin(), moved_.end(), buffer) != moved_.end() || overlapsChanged(buffer);
  }

 private:
  const Plan& plan_;
  std::vector<bool> roots_;
  std::vector<int32_t> moved_;

  void add(int32_t buffer) { roots_[static_cast<size_t>(plan_.buffers[static_cast<size_t>(buffer)].root)] = true; }
  void add(const View& view) { add(view.buffer); }
  void add(const Body& body) {
    for (const Store& store : body.stores) add(store.view);
  }

  /** Buffers of the arena share its memory. */
  bool overlapsChanged(int32_t buffer) const {
    const BufferInfo& own = plan_.buffers[static_cast<size_t>(plan_.buffers[static_cast<size_t>(buffer)].root)];
    if (own.kind != LocationKind::Arena) return false;
    for (size_t i = 0; i < roots_.size(); i++) {
      const BufferInfo& other = plan_.buffers[i];
      if (roots_[i] && other.kind == LocationKind::Arena && other.place < own.place + own.bytes() && own.place < other.place + other.bytes()) return true;
    }
    return false;
  }
};

/** In a loop. */
void placeIn(Executable& executable, const Kernel& loop, KernelProgram& program) {
  const Plan& plan = *executable.plan;
  Changed changed(plan);
  changed.add(loop);
  for (int block = 0; block < 2; block++) {
    const std::vector<Kernel>& kernels = loop.control->blocks[block];
    for (size_t i = 0; i < kernels.size(); i++) {
      if (kernels[i].kind != KernelKind::Dot || kernels[i].dot->dtype != DType::Float32) continue;
      const DotKernel& dot = *kernels[i].dot;
      if (changed.contains(dot.rhs.buffer)) continue;
      GemmArgs shape = gemmArgs(dot);
      const int64_t floats = executable.set.kernels->packedFloats(shape, executable.threads);
      if (floats == 0) continue;
      program.blocks[block][i].product->packed = static_cast<int32_t>(executable.packedAt.size());
      executable.packedAt.push_back(executable.packedBytes);
      executable.packedBytes += (static_cast<size_t>(floats) * sizeof(float) + 63) / 64 * 64;
    }
  }
}

void placeAll(Executable& executable, const std::vector<Kernel>& kernels, std::vector<KernelProgram>& programs) {
  for (size_t i = 0; i < kernels.size(); i++) {
    if (!kernels[i].control) continue;
    if (kernels[i].kind != KernelKind::Cond) placeIn(executable, kernels[i], programs[i]);
    for (int block = 0; block < 2; block++) placeAll(executable, kernels[i].control->blocks[block], programs[i].blocks[block]);
  }
}

/** Rows from which packing is too small a part of a product to keep what is packed. */
constexpr double kMostKeptRows = 1024;

void keepOperand(Executable& executable, const Changed& changed, const View& rhs, DType dtype, double rows, ProductProgram& program,
                 const std::function<int64_t()>& floats) {
  const BufferInfo& buffer = executable.plan->buffers[static_cast<size_t>(rhs.buffer)];
  if (buffer.kind != LocationKind::State || changed.contains(rhs.buffer) || dtype != DType::Float32 || rows > kMostKeptRows) return;
  const int64_t count = floats();
  if (count == 0) return;
  program.kept = static_cast<int32_t>(executable.kept.size());
  executable.kept.push_back({static_cast<int32_t>(buffer.place), static_cast<size_t>(count) * sizeof(float)});
}

void keepAll(Executable& executable, const Changed& changed) {
  const KernelTable& kernels = *executable.set.kernels;
  for (size_t i = 0; i < executable.programs.size(); i++) {
    const Kernel& kernel = executable.plan->kernels[i];
    if (kernel.kind == KernelKind::Dot) {
      const DotKernel& dot = *kernel.dot;
      keepOperand(executable, changed, dot.rhs, dot.dtype, static_cast<double>(dot.m), *executable.programs[i].product,
                  [&] { return kernels.packedFloats(gemmArgs(dot), executable.threads); });
    } else if (kernel.kind == KernelKind::Conv) {
      const ConvKernel& conv = *kernel.conv;
      double rows = static_cast<double>(conv.batch);
      for (int axis = 0; axis < conv.spatial; axis++) rows *= static_cast<double>(conv.output[axis]);
      keepOperand(executable, changed, conv.rhs, conv.dtype, rows, *executable.programs[i].product,
                  [&] { return kernels.packedFilterFloats(convArgs(conv), executable.threads); });
    }
  }
}

}  // namespace

void placePackedOperands(Executable& executable) {
  const Plan& plan = *executable.plan;
  placeAll(executable, plan.kernels, executable.programs);
  Changed changed(plan);
  changed.add(plan.kernels);
  keepAll(executable, changed);
  for (size_t i = 0; i < plan.buffers.size(); i++) {
    if (plan.buffers[i].kind == LocationKind::State && changed.contains(static_cast<int32_t>(i)))
      executable.changedStates.push_back(static_cast<int32_t>(plan.buffers[i].place));
  }
}

}  // namespace neurite
