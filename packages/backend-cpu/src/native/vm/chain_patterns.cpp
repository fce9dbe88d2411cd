#include "vm/chain_patterns.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>

namespace neurite {

namespace {

/** Reads sums, products, negation, parentheses and calls of operations by name. The texts are this program's own: none is wrong. */
class Parser {
 public:
  Parser(const char* text, std::vector<PatternNode>& nodes) : at_(text), nodes_(nodes) {}

  int sum() {
    int left = product();
    while (next("+-")) {
      const Op op = *at_++ == '+' ? Op::Add : Op::Sub;
      left = operation(op, left, product());
    }
    return left;
  }

 private:
  const char* at_;
  std::vector<PatternNode>& nodes_;

  bool next(const char* wanted) {
    while (*at_ == ' ') at_++;
    return *at_ != '\0' && std::strchr(wanted, *at_) != nullptr;
  }

  int add(const PatternNode& node) {
    nodes_.push_back(node);
    return static_cast<int>(nodes_.size()) - 1;
  }

  int operation(Op op, int a, int b = -1, int c = -1) { return add({op, -1, {a, b, c}}); }

  int product() {
    int left = factor();
    while (next("*/")) {
      const Op op = *at_++ == '*' ? Op::Mul : Op::Div;
      left = operation(op, left, factor());
    }
    return left;
  }

  int factor() {
    if (next("-")) {
      at_++;
      return operation(Op::Neg, factor());
    }
    if (next("(")) {
      at_++;
      const int inside = sum();
      if (next(")")) at_++;
      return inside;
    }
    std::string name;
    while (std::isalnum(static_cast<unsigned char>(*at_))) name += *at_++;
    if (!next("(")) return add({Op::Count, static_cast<int>(std::strchr(kChainLetters, name[0]) - kChainLetters), {-1, -1, -1}});
    int args[3] = {-1, -1, -1};
    for (int count = 0; next("(,");) {
      at_++;
      args[count++] = sum();
    }
    if (next(")")) at_++;
    const auto* op = std::find_if(std::begin(kOpNames), std::end(kOpNames), [&](const char* known) { return name == known; });
    return operation(static_cast<Op>(op - std::begin(kOpNames)), args[0], args[1], args[2]);
  }
};

std::vector<ChainPattern> readPatterns() {
  std::vector<ChainPattern> patterns;
  const auto read = [&](Chain chain, const char* text) {
    ChainPattern pattern = {chain, {}, 0};
    Parser(text, pattern.nodes).sum();
    for (const PatternNode& node : pattern.nodes) pattern.operations += node.op != Op::Count;
    patterns.push_back(std::move(pattern));
  };
#define X(NAME, ...) read(Chain::NAME, #__VA_ARGS__);
  NEURITE_CHAINS(X)
#undef X
  std::stable_sort(patterns.begin(), patterns.end(), [](const ChainPattern& a, const ChainPattern& b) { return a.operations > b.operations; });
  return patterns;
}

}  // namespace

const std::vector<ChainPattern>& chainPatterns() {
  static const std::vector<ChainPattern> patterns = readPatterns();
  return patterns;
}

}  // namespace neurite
