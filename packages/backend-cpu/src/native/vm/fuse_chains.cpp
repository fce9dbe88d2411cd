#include "vm/fuse_chains.h"

#include <algorithm>

#include "vm/chain_patterns.h"

namespace neurite {

namespace {

/** Nanoseconds an element that a step costs by going through memory, roughly. */
constexpr double kStepCost = 0.04;

bool commutes(Op op) { return op == Op::Add || op == Op::Mul || op == Op::Min || op == Op::Max; }

/** Whether a step of this operation may stand for a node of that one. */
bool mayBe(Op step, Op node) { return step == node || (step == Op::MultiplyAdd && node == Op::Add); }

/** A way to see steps as an instance of a pattern. */
struct Match {
  /** Slot of each letter; -1: none yet. */
  int32_t letters[kMaxArguments];
  /** Steps that would be part of the chain, by position. */
  int32_t steps[kLongestChain];
  int count = 0;
  /** Operand that is the key of `random`, or -1. */
  int32_t key = -1;
  /** Some argument is one number for a row of several. */
  bool eachRow = false;
};

class Fuser {
 public:
  Fuser(const std::vector<ValueClass>& classes, VmProgram& program)
      : classes_(classes), program_(program), steps_(program.steps), definedBy_(classes.size(), -1), uses_(classes.size(), 0), absorbed_(program.steps.size(), false) {
    for (size_t i = 0; i < steps_.size(); i++) {
      if (steps_[i].out >= 0) definedBy_[steps_[i].out] = static_cast<int32_t>(i);
      for (int32_t slot : steps_[i].args) {
        if (slot >= 0) uses_[slot]++;
      }
    }
    for (const ProgramStore& store : program.stores) uses_[store.slot] += kElsewhere;
    for (const WantedValue& wanted : program.wanted) uses_[wanted.slot] += kElsewhere;
  }

  void run() {
    splitProducts();
    for (size_t root = steps_.size(); root-- > 0;) {
      if (absorbed_[root] || !mayBePart(steps_[root])) continue;
      Match match;
      if (const ChainPattern* pattern = find(static_cast<int32_t>(root), match)) {
        for (int i = 0; i < match.count; i++) absorbed_[match.steps[i]] = true;
        absorbed_[root] = false;
        replace(steps_[root], *pattern, match);
      }
    }
    std::vector<Step> kept;
    for (size_t i = 0; i < steps_.size(); i++) {
      if (!absorbed_[i]) kept.push_back(steps_[i]);
    }
    program_.steps = std::move(kept);
  }

 private:
  const std::vector<ValueClass>& classes_;
  VmProgram& program_;
  std::vector<Step>& steps_;
  /** By slot: the step of the block that computes it, or -1. */
  std::vector<int32_t> definedBy_;
  /** By slot: how many steps read it, and `kElsewhere` for each store or other reader. */
  std::vector<int32_t> uses_;
  static constexpr int32_t kElsewhere = 2;
  /** By position: the step is part of another. */
  std::vector<bool> absorbed_;

  /** Whoever adds up products may as well multiply: it reads the factors. */
  void splitProducts() {
    for (WantedValue& wanted : program_.wanted) {
      if (wanted.summed) splitProduct(wanted.slot, wanted.factor, kElsewhere);
    }
    if (program_.inner() < kFewElements) return;
    for (Step& step : steps_) {
      if (step.kind == StepKind::RowReduce && step.reduce == ReduceOp::Sum && step.dtype == DType::Float32) splitProduct(step.args[0], step.args[1], 1);
    }
  }

  /** `reads`: how a reader of this kind is counted. */
  void splitProduct(int32_t& slot, int32_t& factor, int32_t reads) {
    const int32_t position = definedBy_[slot];
    if (position < 0 || uses_[slot] != reads) return;
    const Step& product = steps_[position];
    if (product.kind != StepKind::Compute || product.op != Op::Mul || product.dtype != DType::Float32) return;
    if (classes_[product.args[0]] != ValueClass::Vector || classes_[product.args[1]] != ValueClass::Vector) return;
    slot = product.args[0];
    factor = product.args[1];
    uses_[slot] += reads - 1;
    uses_[factor] += reads - 1;
    absorbed_[position] = true;
    program_.costPerElement -= kStepCost;
  }

  static bool mayBePart(const Step& step) {
    const bool computes = step.kind == StepKind::Compute || step.kind == StepKind::ComputeEachRow || step.kind == StepKind::Random;
    return step.valueClass == ValueClass::Vector && computes && step.op != Op::Count;
  }

  const ChainPattern* find(int32_t root, Match& match) const {
    if (steps_[root].dtype != DType::Float32) return nullptr;
    for (const ChainPattern& pattern : chainPatterns()) {
      if (!mayBe(steps_[root].op, pattern.nodes.back().op)) continue;
      match = {};
      std::fill(std::begin(match.letters), std::end(match.letters), -1);
      if (matchesStep(pattern, static_cast<int>(pattern.nodes.size()) - 1, root, match)) return &pattern;
    }
    return nullptr;
  }

  /** `type`: of the value that is asked for. */
  bool matches(const ChainPattern& pattern, int node, int32_t slot, VmType type, Match& match) const {
    const PatternNode& wanted = pattern.nodes[node];
    if (wanted.op == Op::Count) return matchesLetter(wanted.letter, slot, type, match);
    return definedBy_[slot] >= 0 && uses_[slot] == 1 && matchesStep(pattern, node, definedBy_[slot], match);
  }

  bool matchesLetter(int letter, int32_t slot, VmType type, Match& match) const {
    const bool vector = isVectorLetter(letter);
    if (isFloatLetter(letter) ? type != kFloat : type != kUint && type != kInt) return false;
    if (vector != (classes_[slot] == ValueClass::Vector)) return false;
    if (match.letters[letter] >= 0) return match.letters[letter] == slot;
    // In blocks of several rows, a value of each row is not one for all lanes.
    if (!vector && classes_[slot] == ValueClass::Row && program_.multi) match.eachRow = true;
    match.letters[letter] = slot;
    return true;
  }

  bool matchesStep(const ChainPattern& pattern, int node, int32_t position, Match& match) const {
    const Step& step = steps_[position];
    const PatternNode& wanted = pattern.nodes[node];
    if (!mayBePart(step) || !mayBe(step.op, wanted.op) || match.count == kLongestChain) return false;
    match.steps[match.count++] = position;
    if (step.op == Op::MultiplyAdd) return matchesMultiplyAdd(pattern, wanted, step, match);
    if (step.op == Op::Random) match.key = step.index;
    const Match before = match;
    if (matchesArguments(pattern, wanted.args, step, match)) return true;
    if (!commutes(step.op)) return false;
    match = before;
    const int swapped[3] = {wanted.args[1], wanted.args[0], -1};
    return matchesArguments(pattern, swapped, step, match);
  }

  bool matchesArguments(const ChainPattern& pattern, const int (&nodes)[3], const Step& step, Match& match) const {
    for (int i = 0; i < 3 && nodes[i] >= 0; i++) {
      const VmType type = step.op == Op::Select && i == 0 ? kMask : step.argumentType;
      if (!matches(pattern, nodes[i], step.args[i], type, match)) return false;
    }
    return true;
  }

  /** A sum one side of which is a product. */
  bool matchesMultiplyAdd(const ChainPattern& pattern, const PatternNode& wanted, const Step& step, Match& match) const {
    const Match before = match;
    for (int side : {0, 1}) {
      const PatternNode& product = pattern.nodes[wanted.args[side]];
      if (product.op != Op::Mul) continue;
      for (int first : {0, 1}) {
        match = before;
        if (matches(pattern, product.args[first], step.args[0], kFloat, match) && matches(pattern, product.args[1 - first], step.args[1], kFloat, match) &&
            matches(pattern, wanted.args[1 - side], step.args[2], kFloat, match)) {
          return true;
        }
      }
    }
    return false;
  }

  void replace(Step& step, const ChainPattern& pattern, const Match& match) {
    step.kind = match.eachRow ? StepKind::ChainEachRow : StepKind::Chain;
    step.chain = program_.table->chains[static_cast<int>(pattern.chain)];
    step.fn = nullptr;
    step.op = Op::Count;
    step.index = match.key;
    step.widens = false;
    std::copy(std::begin(match.letters), std::end(match.letters), step.args);
    for (int i = 0; i < kMaxArguments; i++) {
      if (step.args[i] >= 0) step.argumentClasses[i] = classes_[step.args[i]];
    }
    program_.costPerElement -= kStepCost * (pattern.operations - 1);
  }
};

}  // namespace

void fuseChains(const std::vector<ValueClass>& classes, VmProgram& program) { Fuser(classes, program).run(); }

}  // namespace neurite
