// Loops, rows and reductions: bodies over a space.

#include <algorithm>

#include "runtime/decode_parts.h"

namespace neurite {

void decodeLoop(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto loop = std::make_unique<LoopKernel>();
  Dims dims = readShape(reader);
  loop->row = reader.ranged(0, 2, "the row flag") == 1;
  if (loop->row && dims.empty()) reader.fail("a row kernel without axes");
  BodyRules rules;
  rules.rowReduce = loop->row;
  RawBody body = readBody(reader, plan, dims, rules);
  if (reader.failed()) return;
  Dims group(dims.size(), 0);
  if (loop->row) group.back() = kFixedAxis;
  AxisMerger merger(dims, group);
  merger.add(body);
  merger.merge();
  loop->space = toSpace(reader, dims);
  loop->body = toBody(body);
  kernel.loop = std::move(loop);
}

void decodeReduce(Reader& reader, const Plan& plan, Kernel& kernel) {
  auto reduce = std::make_unique<ReduceKernel>();
  Dims dims = readShape(reader);
  Dims reduced;
  Dims kept;
  for (size_t i = 0; i < dims.size(); i++) {
    reduced.push_back(reader.ranged(0, 2, "a reduced flag"));
    if (reduced[i] == 0) kept.push_back(dims[i]);
  }
  if (reader.failed()) return;
  BodyRules bodyRules;
  bodyRules.stores = false;
  RawBody body = readBody(reader, plan, dims, bodyRules);
  const int32_t count = reader.length("reductions", 3);
  BodyRules epilogueRules;
  for (int32_t i = 0; i < count && !reader.failed(); i++) {
    Reduction reduction;
    reduction.op = static_cast<ReduceOp>(reader.ranged(0, 4, "a reduction"));
    reduction.value = reader.ranged(0, static_cast<int32_t>(body.instructions.size()), "a reduced value");
    reduction.dtype = readDType(reader);
    if (reader.failed()) return;
    if (reduction.dtype != body.instructions[reduction.value].fixed.dtype) reader.fail("a reduction has another dtype than its value");
    if (reduction.dtype == DType::Bool && (reduction.op == ReduceOp::Sum || reduction.op == ReduceOp::Prod)) {
      reader.fail("a sum or product of bools");
    }
    reduce->reductions.push_back(reduction);
    epilogueRules.results.push_back(reduction.dtype);
  }
  RawBody epilogue = readBody(reader, plan, kept, epilogueRules);
  if (reader.failed()) return;
  // The epilogue joins the merging with stride 0 on the reduced axes, so that kept axes stay the same for both.
  auto spread = [&](Dims& strides) {
    Dims wide;
    size_t next = 0;
    for (size_t i = 0; i < dims.size(); i++) wide.push_back(reduced[i] == 1 ? 0 : strides[next++]);
    strides = std::move(wide);
  };
  auto forEachStrides = [&](auto&& visit) {
    for (RawView& operand : epilogue.operands) visit(operand.strides);
    for (RawInstruction& instruction : epilogue.instructions) {
      if (instruction.fixed.op == Op::Index) visit(instruction.strides);
    }
    for (RawStore& store : epilogue.stores) visit(store.view.strides);
  };
  forEachStrides(spread);
  AxisMerger merger(dims, reduced);
  merger.add(body);
  merger.add(epilogue);
  merger.merge();
  forEachStrides([&](Dims& strides) {
    Dims narrow;
    for (size_t i = 0; i < dims.size(); i++) {
      if (reduced[i] == 0) narrow.push_back(strides[i]);
    }
    strides = std::move(narrow);
  });
  kept.clear();
  for (size_t i = 0; i < dims.size(); i++) {
    if (reduced[i] == 0) kept.push_back(dims[i]);
  }
  reduce->space = toSpace(reader, dims);
  reduce->kept = toSpace(reader, kept);
  if (reader.failed()) return;
  std::fill(reduce->reduced, reduce->reduced + kMaxRank, false);
  for (size_t i = 0; i < dims.size(); i++) reduce->reduced[i] = reduced[i] == 1;
  reduce->body = toBody(body);
  reduce->epilogue = toBody(epilogue);
  kernel.reduce = std::move(reduce);
}

}  // namespace neurite
