#include "vm/placement.h"

#include <algorithm>

namespace neurite {

namespace {

constexpr int64_t kLine = 64;
/** Registers of a program together take about this much of the first-level cache. */
constexpr int64_t kRegisterBytes = 24 * 1024;
/** Elements of a block of several rows in row kernels, at least. */
constexpr int64_t kShortestRowBlock = 512;

int64_t roundUp(int64_t value, int64_t to) { return (value + to - 1) / to * to; }

class Placement {
 public:
  Placement(const Plan& plan, const CompileOptions& options, const std::vector<ValueClass>& classes, VmProgram& program)
      : plan_(plan), options_(options), classes_(classes), program_(program), last_(program.space.rank - 1) {}

  void run() {
    chooseDirectStores();
    program_.flat = isFlat();
    allocate();
  }

 private:
  const Plan& plan_;
  const CompileOptions& options_;
  const std::vector<ValueClass>& classes_;
  VmProgram& program_;
  const int last_;

  /** Whether two buffers may share memory. */
  bool mayOverlap(int32_t a, int32_t b) const {
    const BufferInfo& x = plan_.buffers[plan_.buffers[a].root];
    const BufferInfo& y = plan_.buffers[plan_.buffers[b].root];
    if (x.kind != y.kind) return false;
    if (x.kind != LocationKind::Arena) return x.place == y.place;
    return x.place < y.place + y.bytes() && y.place < x.place + x.bytes();
  }

  template <class F>
  void forEachStep(F f) {
    for (std::vector<Step>* list : {&program_.uniformSteps, &program_.rowSteps, &program_.steadySteps, &program_.steps}) {
      for (Step& step : *list) f(step);
    }
  }

  /**
   * A step may write its result to the tensor when nothing after it reads memory that this changes. A load whose memory
   * another store changes before it is stored itself is copied to a register.
   */
  void chooseDirectStores() {
    std::vector<int32_t> loadedFrom(classes_.size(), -1);
    forEachStep([&](Step& step) {
      if (step.kind != StepKind::Load) return;
      const int32_t buffer = program_.operands[step.index].buffer;
      loadedFrom[step.out] = buffer;
      for (const ProgramStore& copy : program_.stores) {
        if (copy.slot != step.out) continue;
        for (const ProgramStore& other : program_.stores) {
          if (&other != &copy && mayOverlap(other.target.buffer, buffer)) step.direct = false;
        }
      }
    });
    std::vector<Step>& steps = program_.steps;
    std::vector<bool> taken(classes_.size(), false);
    for (ProgramStore& store : program_.stores) {
      if (store.valueClass != ValueClass::Vector || store.target.bytes < 4 || taken[store.slot]) continue;
      auto producer = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.out == store.slot; });
      if (producer == steps.end() || !isElementwise(producer->kind)) continue;
      bool safe = true;
      for (auto step = producer + 1; step != steps.end() && safe; ++step) {
        if (step->kind == StepKind::Load && mayOverlap(program_.operands[step->index].buffer, store.target.buffer)) safe = false;
        for (int32_t slot : step->args) {
          if (slot >= 0 && loadedFrom[slot] >= 0 && mayOverlap(loadedFrom[slot], store.target.buffer)) safe = false;
        }
      }
      for (const ProgramStore& other : program_.stores) {
        if (loadedFrom[other.slot] >= 0 && mayOverlap(loadedFrom[other.slot], store.target.buffer)) safe = false;
        // Two stores to the same memory keep their order.
        if (&other != &store && mayOverlap(other.target.buffer, store.target.buffer)) safe = false;
      }
      if (!safe) continue;
      store.direct = true;
      taken[store.slot] = true;
    }
  }

  /** Tiles of products: short rows in which everything is contiguous are better worked on many at a time. */
  bool isFlat() const {
    if (!options_.tiles || program_.multi || program_.row || program_.space.rank < 2 || !program_.rowSteps.empty()) return false;
    for (const Step& step : program_.steps) {
      if (step.kind == StepKind::Index) return false;
      if (step.kind == StepKind::Load && !program_.operands[step.index].contiguous) return false;
    }
    return std::all_of(program_.stores.begin(), program_.stores.end(), [](const ProgramStore& store) { return store.target.contiguous; });
  }

  /** The slot always points into a tensor. */
  bool neverInRegister(int32_t slot) const {
    auto alwaysDirect = [&](const ProgramOperand& operand) {
      return program_.multi ? operand.contiguous && !options_.tiles && program_.panel > kPanel : operand.strides[last_] == 1;
    };
    for (const Step& step : program_.steps) {
      if (step.out != slot) continue;
      if (step.kind == StepKind::Load) return step.direct && alwaysDirect(program_.operands[step.index]);
      if (step.kind == StepKind::Result) return (!program_.multi && !program_.flat) || !options_.tiles;
    }
    return std::any_of(program_.stores.begin(), program_.stores.end(), [&](const ProgramStore& store) {
      return store.direct && store.slot == slot && alwaysDirect(store.target);
    });
  }

  /** Places registers, which share memory as their lives allow, and cells, which do not. */
  void allocate() {
    const size_t count = classes_.size();
    const std::vector<Step>& steps = program_.steps;
    constexpr int64_t kAlways = INT64_MAX;
    std::vector<int64_t> born(count, -1), dies(count, -1);
    for (size_t i = 0; i < steps.size(); i++) {
      if (steps[i].out >= 0) born[steps[i].out] = static_cast<int64_t>(i);
      const auto reaches = [&](int32_t slot) {
        if (slot >= 0) dies[slot] = std::max(dies[slot], static_cast<int64_t>(i));
      };
      reaches(steps[i].out);
      std::for_each(std::begin(steps[i].args), std::end(steps[i].args), reaches);
    }
    for (const ProgramStore& store : program_.stores) dies[store.slot] = kAlways;
    for (const WantedValue& wanted : program_.wanted) {
      dies[wanted.slot] = kAlways;
      if (wanted.factor >= 0) dies[wanted.factor] = kAlways;
    }
    // Made outside the block's steps: live throughout.
    for (size_t slot = 0; slot < count; slot++) {
      if (born[slot] < 0) dies[slot] = kAlways;
    }
    std::vector<int32_t> registerOf(count, -1);
    std::vector<int64_t> freeAt;
    for (int pass = 0; pass < 2; pass++) {
      for (size_t i = 0; i < count; i++) {
        if (classes_[i] != ValueClass::Vector || (born[i] < 0) != (pass == 0) || neverInRegister(static_cast<int32_t>(i))) continue;
        size_t place = freeAt.size();
        for (size_t r = 0; r < freeAt.size(); r++) {
          // A value may take the register of an argument that dies in the same step, except where the step reads other lanes.
          const bool inPlace = born[i] >= 0 && isElementwise(steps[born[i]].kind) && !steps[born[i]].widens;
          if (freeAt[r] < born[i] || (inPlace && freeAt[r] == born[i])) {
            place = r;
            break;
          }
        }
        if (place == freeAt.size()) freeAt.push_back(0);
        freeAt[place] = dies[i];
        registerOf[i] = static_cast<int32_t>(place);
      }
    }
    const int64_t registers = static_cast<int64_t>(freeAt.size());
    const int64_t inner = program_.inner();
    const int64_t period = program_.periodRows * std::max<int64_t>(inner, 1);
    const int64_t fitting = kRegisterBytes / (program_.laneBytes * std::max<int64_t>(registers, 1)) / kLine * kLine;
    if (program_.row) {
      const int64_t length = std::clamp(fitting, kShortestRowBlock, kLongestRowBlock);
      program_.blockLength = program_.multi ? std::max<int64_t>(1, length / period) * period : inner;
    } else {
      program_.blockLength = std::clamp(fitting, options_.shortestBlock, options_.longestBlock);
      // Of several rows: one at least.
      if (program_.multi && program_.panel != kPanel) program_.blockLength = std::max<int64_t>(1, program_.blockLength / period) * period;
      if (program_.panel == kPanel) program_.blockLength = kPanelRows * kPanel;
    }
    const int64_t rowsInBlock = program_.multi ? program_.blockLength : 1;
    const int64_t registerBytes = roundUp(program_.blockLength * program_.laneBytes, kLine) + kLine;
    // Row values of blocks of several rows: at most one an element.
    const int64_t cellBytes = roundUp(rowsInBlock * program_.laneBytes, kLine);
    program_.slotOffsets.resize(count);
    int64_t next = registers * registerBytes;
    for (size_t i = 0; i < count; i++) {
      if (classes_[i] == ValueClass::Vector) {
        program_.slotOffsets[i] = std::max(registerOf[i], 0) * registerBytes;
      } else {
        program_.slotOffsets[i] = next;
        next += classes_[i] == ValueClass::Row ? cellBytes : kLine;
      }
    }
    program_.scratchBytes = next;
  }
};

}  // namespace

void placeValues(const Plan& plan, const CompileOptions& options, const std::vector<ValueClass>& classes, VmProgram& program) {
  Placement(plan, options, classes, program).run();
}

}  // namespace neurite
