/** The expressions of chains.h as trees. */
#ifndef NEURITE_VM_CHAIN_PATTERNS_H
#define NEURITE_VM_CHAIN_PATTERNS_H

#include <vector>

#include "vm/chains.h"
#include "vm/opcodes.h"

namespace neurite {

struct PatternNode {
  /** Op::Count: a letter. */
  Op op = Op::Count;
  /** Index in kChainLetters. */
  int letter = -1;
  /** Nodes; -1 where the operation has fewer. */
  int args[3] = {-1, -1, -1};
};

/** Operations of a chain at most. */
constexpr int kLongestChain = 8;

struct ChainPattern {
  Chain chain;
  /** Arguments before what takes them: the last is the root. */
  std::vector<PatternNode> nodes;
  int operations;
};

/** Those of most operations first. */
const std::vector<ChainPattern>& chainPatterns();

}  // namespace neurite

#endif
