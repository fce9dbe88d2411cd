#include "runtime/executable.h"

#include <algorithm>
#include <array>
#include <cmath>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "runtime/choose_epilogue.h"
#include "runtime/packing.h"
#include "vm/compile.h"
#include "vm/split.h"

namespace neurite {

#if defined(__x86_64__)
namespace {
/** Conversions of float16: not every compiler knows the feature by name. */
bool hasF16c() {
  unsigned int a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c >> 29 & 1) != 0;
}
}  // namespace
#endif

std::vector<InstructionSet> availableInstructionSets() {
  std::vector<InstructionSet> sets;
  auto add = [&](const KernelTable* kernels, const VmTable* vm) {
    if (kernels != nullptr && vm != nullptr) sets.push_back({vm->name, kernels, vm});
  };
  add(baselineKernels(), baselineVm());
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") && hasF16c()) {
    add(avx2Kernels(), avx2Vm());
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {
      add(avx512Kernels(), avx512Vm());
    }
  }
#endif
  return sets;
}

namespace {

/** Columns from which a block of what follows a product is a piece of one row: where rows are many, what repeats in each is soon paid for. */
constexpr int64_t kShortTileRow = 64, kLongTileRow = 160, kManyRows = 256;

class Maker {
 public:
  Maker(const Plan& plan, const InstructionSet& set, int threads, std::string& error)
      : plan_(plan), set_(set), threads_(threads), error_(error) {}

  bool make(const Kernel& kernel, KernelProgram& program) {
    switch (kernel.kind) {
      case KernelKind::Loop:
        return makeLoop(*kernel.loop, program);
      case KernelKind::Reduce:
        program.reduce = std::make_unique<ReduceProgram>();
        return compileReduce(plan_, *kernel.reduce, set_.vm, threads_, *program.reduce, error_);
      case KernelKind::Dot:
        return makeProduct(kernel.dot->epilogue, kernel.dot->space, kernel.dot->batch.rank, kernel.dot->dtype, program);
      case KernelKind::Conv:
        return makeProduct(kernel.conv->epilogue, kernel.conv->space, 1, kernel.conv->dtype, program);
      case KernelKind::Fft:
        // Without lines there is nothing to transform, and its length is bounded by nothing.
        program.fft = makeFftPlan(kernel.fft->args.outer * kernel.fft->args.inner == 0 ? 0 : kernel.fft->args.size, *set_.kernels->fft);
        if (program.fft != nullptr) return true;
        error_ = "[cpu] out of memory: no room for the tables of a Fourier transform of " + std::to_string(kernel.fft->args.size) + " elements";
        return false;
      default:
        return true;
    }
  }

 private:
  const Plan& plan_;
  const InstructionSet& set_;
  int threads_;
  std::string& error_;

  bool makeLoop(const LoopKernel& kernel, KernelProgram& program) {
    auto loop = std::make_unique<LoopProgram>();
    CompileOptions options;
    options.row = kernel.row;
    if (!compileBody(plan_, kernel.body, kernel.space, options, set_.vm, loop->vm, error_)) return false;
    loop->tasks = tasksFor(static_cast<double>(kernel.space.volume()) * loop->vm.costPerElement, threads_);
    const int64_t rows = loop->vm.rows();
    // Blocks of several rows are read as whole ones.
    const bool whole = kernel.row || loop->vm.multi;
    loop->splitRows = whole || rows >= kFewestRowsOfTask * loop->tasks;
    if (whole) loop->tasks = static_cast<int>(std::clamp<int64_t>(rows, 1, loop->tasks));
    program.loop = std::move(loop);
    return true;
  }

  bool makeProduct(const Body& epilogue, const Space& space, int batchAxes, DType dtype, KernelProgram& program) {
    auto product = std::make_unique<ProductProgram>();
    chooseEpilogue(epilogue, space, batchAxes, dtype, *product);
    CompileOptions options;
    options.tiles = true;
    options.longRow = space.volume() >= kManyRows * space.dims[space.rank - 1] ? kLongTileRow : kShortTileRow;
    if (!compileBody(plan_, epilogue, space, options, set_.vm, product->vm, error_)) return false;
    program.product = std::move(product);
    return true;
  }
};

/** Elements of the first `rank` axes, in floating point: no overflow. */
double elements(const int64_t* dims, int rank) {
  double product = 1;
  for (int i = 0; i < rank; i++) product *= static_cast<double>(dims[i]);
  return product;
}

/** Nanoseconds that a kernel takes on one core, roughly. */
double estimateOf(const Kernel& kernel, const KernelProgram& program) {
  constexpr double kCall = 50, kFlop = 1.0 / 50, kElement = 0.5;
  switch (kernel.kind) {
    case KernelKind::Loop:
      return kCall + elements(kernel.loop->space.dims, kernel.loop->space.rank) * (0.05 + program.loop->vm.costPerElement);
    case KernelKind::Reduce:
      return kCall + elements(kernel.reduce->space.dims, kernel.reduce->space.rank) * (0.05 + program.reduce->body.costPerElement) +
             elements(kernel.reduce->kept.dims, kernel.reduce->kept.rank) * (0.05 + program.reduce->epilogue.costPerElement);
    case KernelKind::Dot: {
      const double sums = elements(kernel.dot->space.dims, kernel.dot->space.rank);
      return kCall + sums * (2 * static_cast<double>(kernel.dot->k) * kFlop + program.product->vm.costPerElement);
    }
    case KernelKind::Conv: {
      const ConvKernel& conv = *kernel.conv;
      const double terms = elements(conv.window, conv.spatial) * static_cast<double>(conv.channels);
      return kCall + elements(conv.space.dims, conv.space.rank) * (2 * terms * kFlop + program.product->vm.costPerElement);
    }
    case KernelKind::ReduceWindow:
    case KernelKind::WindowGather:
    case KernelKind::WindowScatter: {
      const WindowArgs& args = kernel.window->args;
      return kCall + elements(args.output, args.rank) * elements(args.window, args.rank) * kElement + elements(args.input, args.rank) * 0.1;
    }
    case KernelKind::ArgReduce:
      return kCall + elements(kernel.argReduce->args.shape, kernel.argReduce->args.rank) * kElement;
    case KernelKind::Gather: {
      const GatherArgs& args = kernel.gather->args;
      return kCall + static_cast<double>(args.outer) * static_cast<double>(args.count) * (2 + static_cast<double>(args.inner) * 0.1);
    }
    case KernelKind::Scatter: {
      const ScatterArgs& args = kernel.scatter->args;
      return kCall + static_cast<double>(args.outer) * static_cast<double>(args.count) * (2 + static_cast<double>(args.inner) * kElement);
    }
    case KernelKind::Cumulative: {
      const CumulativeArgs& args = kernel.cumulative->args;
      return kCall + elements(std::array<int64_t, 3>{args.outer, args.size, args.inner}.data(), 3) * kElement;
    }
    case KernelKind::ArgSort: {
      const ArgSortArgs& args = kernel.argSort->args;
      return kCall + elements(std::array<int64_t, 3>{args.outer, args.size, args.inner}.data(), 3) * 10;
    }
    case KernelKind::Fft: {
      const FftArgs& args = kernel.fft->args;
      const double size = static_cast<double>(args.size) * (program.fft->inner ? 8 : 1);
      return kCall + static_cast<double>(args.outer) * static_cast<double>(args.inner) * size * (1 + std::log2(size + 1)) * 0.5;
    }
    case KernelKind::Linalg: {
      const LinalgArgs& args = kernel.linalg->args;
      const double m = static_cast<double>(args.m), n = static_cast<double>(args.n), side = std::min(m, n);
      const double each[] = {0.1, 0, 0.2, 0.6, 8, 2.5, 12};
      return kCall + static_cast<double>(args.batch) * (m * n * side * each[static_cast<int>(args.op)] + m * n * (2 + 0.1 * static_cast<double>(args.columns)));
    }
    case KernelKind::Cond:
    case KernelKind::While:
    case KernelKind::Scan:
      return kCall;  // makeBlock counts what is inside.
  }
  return kCall;
}

/** Steps of a while loop, where nobody can know: enough that a loop over anything large does not block the caller's thread. */
constexpr double kSupposedSteps = 100;

/** Nanoseconds of a branch or loop, given those of its blocks. */
double estimateOf(const Kernel& kernel, const double (&blocks)[2]) {
  const double length = static_cast<double>(kernel.control->length);
  switch (kernel.kind) {
    case KernelKind::Cond:
      return std::max(blocks[0], blocks[1]);
    case KernelKind::While:
      return (length < 0 ? kSupposedSteps : std::min(length, kSupposedSteps)) * (blocks[0] + blocks[1]);
    default:
      return length * blocks[0];
  }
}

/** Makes the programs of `kernels`, and adds up the nanoseconds that they take. */
bool makeBlock(Maker& maker, const std::vector<Kernel>& kernels, std::vector<KernelProgram>& programs, Executable& executable,
               double& nanoseconds) {
  auto need = [](size_t& bytes, size_t more) { bytes = std::max(bytes, more); };
  programs.resize(kernels.size());
  for (size_t i = 0; i < kernels.size(); i++) {
    const Kernel& kernel = kernels[i];
    KernelProgram& program = programs[i];
    if (!maker.make(kernel, program)) return false;
    nanoseconds += estimateOf(kernel, program);
    if (program.loop) need(executable.workerScratch, executeBytes(program.loop->vm));
    if (program.reduce) need(executable.workerScratch, static_cast<size_t>(program.reduce->workerBytes));
    if (program.reduce) need(executable.sharedScratch, static_cast<size_t>(program.reduce->sharedBytes));
    if (program.product) need(executable.epilogueScratch, executeBytes(program.product->vm));
    if (!kernel.control) continue;
    double inside[2] = {0, 0};
    for (int block = 0; block < 2; block++) {
      if (!makeBlock(maker, kernel.control->blocks[block], program.blocks[block], executable, inside[block])) return false;
    }
    nanoseconds += estimateOf(kernel, inside);
  }
  return true;
}

}  // namespace

std::unique_ptr<Executable> makeExecutable(std::unique_ptr<Plan> plan, const InstructionSet& set, int threads, std::string& error) {
  auto executable = std::make_unique<Executable>();
  executable->set = set;
  executable->threads = threads;
  Maker maker(*plan, set, threads, error);
  if (!makeBlock(maker, plan->kernels, executable->programs, *executable, executable->nanoseconds)) return nullptr;
  executable->plan = std::move(plan);
  placePackedOperands(*executable);
  measureScratch(*executable);
  return executable;
}

}  // namespace neurite
