/** Decoding of views and bodies of any rank, and their reduction to at most kMaxRank axes. */
#ifndef NEURITE_RUNTIME_DECODE_BODY_H
#define NEURITE_RUNTIME_DECODE_BODY_H

#include <vector>

#include "runtime/plan.h"
#include "runtime/reader.h"

namespace neurite {

constexpr int kMaxEncodedRank = 32;

using Dims = std::vector<int64_t>;

struct RawView {
  int32_t buffer = 0;
  int64_t offset = 0;
  Dims strides;
};

struct RawInstruction {
  Instruction fixed;
  Dims strides;
};

struct RawStore {
  int32_t value;
  RawView view;
};

struct RawBody {
  std::vector<RawView> operands;
  std::vector<RawInstruction> instructions;
  std::vector<RawStore> stores;
};

/** What the body of a kernel may hold. */
struct BodyRules {
  bool rowReduce = false;
  bool stores = true;
  /** Of each `result` it may name. */
  std::vector<DType> results;
};

Dims readShape(Reader& reader);
/** Checks that every element the view names over `dims` lies in its buffer. */
RawView readView(Reader& reader, const Plan& plan, const Dims& dims, bool written);
RawBody readBody(Reader& reader, const Plan& plan, const Dims& dims, const BodyRules& rules);

/** The first and the last axis change places. */
void swapEnds(Dims& dims, RawBody& body);
/** The first axis becomes part of the last, outside of what was there; false, and nothing changes, where some strides do not allow it. */
bool joinEnds(Dims& dims, RawBody& body);

/** Axes of this group and above stay as they are: the rows and columns of a product, the row of a row kernel. */
constexpr int64_t kFixedAxis = 100;

/** Drops axes of size 1 and merges neighbours where all strides allow it. Axes with different `group` never merge. */
class AxisMerger {
 public:
  AxisMerger(Dims& dims, Dims& group) : dims_(dims), group_(group) {}
  void add(Dims& strides) { strides_.push_back(&strides); }
  void add(RawView& view) { add(view.strides); }
  void add(RawBody& body);
  void merge();

 private:
  Dims& dims_;
  Dims& group_;
  std::vector<Dims*> strides_;
};

/** At least one axis; fails the reader when there are more than kMaxRank. */
Space toSpace(Reader& reader, const Dims& dims);
View toView(const RawView& view);
Body toBody(const RawBody& body);

/** Product of dims, or -1 when it exceeds Reader::kMaxSize. */
int64_t volumeOf(const Dims& dims);

}  // namespace neurite

#endif
