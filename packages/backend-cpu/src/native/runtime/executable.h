/** A plan made ready for one instruction set and number of threads. */
#ifndef NEURITE_RUNTIME_EXECUTABLE_H
#define NEURITE_RUNTIME_EXECUTABLE_H

#include <memory>
#include <string>
#include <vector>

#include "runtime/plan.h"
#include "runtime/profiler.h"
#include "vm/execute.h"
#include "vm/program.h"
#include "vm/reduce.h"

namespace neurite {

struct InstructionSet {
  const char* name;
  const KernelTable* kernels;
  const VmTable* vm;
};

/** Those that this build has and this CPU can run, the best last. */
std::vector<InstructionSet> availableInstructionSets();

struct LoopProgram {
  VmProgram vm;
  int tasks = 1;
  bool splitRows = true;
};

/** The factor of EpilogueKind::AddScaled: a number, a scalar of the run, or an element of a buffer. */
struct Scale {
  double constant = 1;
  int32_t scalar = -1;
  bool isLoaded = false, isNegative = false;
  View view;
};

/** A step of a chain of simple operations on sums: with the elements of a view, or with a number. */
struct FinishingStep {
  FinishOp op;
  bool isLoaded = false;
  View view;
  /** Of the view, as in FinishStep. */
  int64_t rowStep = 0, colStep = 0;
  float constant = 0;
};

/** A dot or conv; its epilogue is a program, or one of the kinds that kernels do themselves, or a chain of steps. */
struct ProductProgram {
  VmProgram vm;
  /** In place of `vm`, where there are any: the kind is Callback, and the result goes to `out`. */
  std::vector<FinishingStep> steps;
  EpilogueKind kind = EpilogueKind::Callback;
  /** Of kinds other than Callback, and where the result of steps goes; pointers are filled in at each run. */
  Epilogue epilogue{};
  View out, bias, addend;
  Scale scale;
  /** Which of the executable's operands that loops keep packed, or that runs do, is its right one; -1: none. */
  int32_t packed = -1, kept = -1;
};

/** A right operand that no run changes, a weight: it may stay packed until somebody writes to the state that it is part of. */
struct KeptOperand {
  int32_t state;
  size_t bytes;
};

struct KernelProgram {
  std::unique_ptr<LoopProgram> loop;
  std::unique_ptr<ReduceProgram> reduce;
  std::unique_ptr<ProductProgram> product;
  std::unique_ptr<FftPlan> fft;
  /** Of the blocks of a branch or loop. */
  std::vector<KernelProgram> blocks[2];
};

struct Executable {
  std::unique_ptr<Plan> plan;
  InstructionSet set;
  int threads;
  bool flushesDenormals = false;
  std::vector<KernelProgram> programs;
  /** Scratch memory that a run needs: of each worker, of all together, and of each worker's epilogues. */
  size_t workerScratch = 0, sharedScratch = 0, epilogueScratch = 0;
  /** Right operands that loops keep packed: where each lies, and how much memory all take. */
  std::vector<size_t> packedAt;
  size_t packedBytes = 0;
  /** Right operands that may stay packed between runs, and the states that runs change. */
  std::vector<KeptOperand> kept;
  std::vector<int32_t> changedStates;
  /** Messages of the sites. */
  std::vector<std::string> sites;
  /** Its number among those that its engine compiled. */
  int32_t serial = 0;
  /** Estimate of one run on one core. */
  double nanoseconds = 0;
};

/** Null, with the reason in `error`, when a kernel is not supported. */
std::unique_ptr<Executable> makeExecutable(std::unique_ptr<Plan> plan, const InstructionSet& set, int threads, std::string& error);

/**
 * Scratch memory: one block for each worker and one shared; separate ones for epilogues, which run inside kernels. All of it is made
 * ready before a run: nothing in a run can fail for lack of memory.
 */
class Workspace {
 public:
  Workspace() = default;
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  void setThreads(int threads);
  /** Makes sure that it holds what the executable needs. False: out of memory. */
  bool reserve(const Executable& executable);
  /** True where every worker can have `each` bytes, and all together `shared`. */
  bool holds(size_t each, size_t shared) const;
  void* kernelScratch(int worker) { return kernel_[static_cast<size_t>(worker + 1)].data; }
  void* epilogueScratch(int worker) { return epilogue_[static_cast<size_t>(worker + 1)].data; }
  PackedOperand& packed(int32_t index) { return packed_[static_cast<size_t>(index)]; }

 private:
  struct Piece {
    void* data = nullptr;
    size_t bytes = 0;
  };
  static bool enlarge(Piece& piece, size_t bytes);
  std::vector<Piece> kernel_, epilogue_;
  Piece packing_;
  std::vector<PackedOperand> packed_;
};

/** The sizes and strides of a product, or a convolution: without its operands and epilogue. */
GemmArgs gemmArgs(const DotKernel& dot);
ConvArgs convArgs(const ConvKernel& conv);

/** Asks every kernel what scratch memory it needs, and notes it in the executable. */
void measureScratch(Executable& executable);

/**
 * Runs every kernel in order; stops after one that complained. Returns the status: 0 when all is well (see vm/execute.h). Loops move
 * the addresses in `buffers`; those of swapped buffers are as they were when it returns. `kept`: the operands of Executable::kept.
 * `profiler` is null where nobody measures.
 */
int32_t runExecutable(const Executable& executable, char** buffers, const double* scalars, Workspace& workspace, PackedOperand* kept,
                      Profiler* profiler);

}  // namespace neurite

#endif
