// Chains of operations on the sums of a tile, one element at a time, to the last bit.
#include "check.h"

namespace {

float finished(FinishOp op, float x, float y) {
  switch (op) {
    case FinishOp::Add: return x + y;
    case FinishOp::Subtract: return x - y;
    case FinishOp::Multiply: return x * y;
    case FinishOp::Max: return std::isnan(x) || std::isnan(y) ? NAN : std::max(x, y);
    case FinishOp::Min: return std::isnan(x) || std::isnan(y) ? NAN : std::min(x, y);
    case FinishOp::Gate: return y > 0 ? x : 0;
  }
  return 0;
}

std::vector<float> numbers(Random& random, int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = random.chance(5) ? random.pick<float>({NAN, INFINITY, -INFINITY, 0.0f}) : float(random.between(-1000, 1000)) / 64;
  return values;
}

void testCase(Checker& check, Random& random) {
  const int64_t rows = random.between(1, 20), cols = random.pick<int64_t>({1, 3, 8, 15, 16, 17, 31, 32, 33, 64, 70});
  const int64_t tileRow = cols + random.below(3), outRow = cols + random.below(3), operandRow = cols + random.below(3);
  FinishArgs f = {};
  f.rows = rows, f.cols = cols;
  // Exactly as long as what may be read: the sanitizer then sees every byte too many.
  const std::vector<float> tile = numbers(random, (rows - 1) * tileRow + cols);
  std::vector<float> out = numbers(random, (rows - 1) * outRow + cols);
  const std::vector<float> before = out;
  f.tile = tile.data(), f.tileRow = tileRow;
  f.out = out.data(), f.outRow = outRow;
  f.steps = int(random.between(1, kMaxFinishSteps));
  // Steps that are taken together.
  const bool normalizes = random.chance(30), limits = random.chance(30);
  constexpr FinishOp normalization[] = {FinishOp::Subtract, FinishOp::Multiply, FinishOp::Add};
  std::vector<std::vector<float>> operands;
  for (int s = 0; s < f.steps; s++) {
    FinishStep& step = f.step[s];
    step.op = FinishOp(random.below(6));
    step.colStep = random.below(2);
    step.rowStep = random.chance(50) ? 0 : operandRow;
    if (normalizes && s < 3) step.op = normalization[s], step.rowStep = 0;
    if (limits && s >= 3) step.op = s % 2 ? FinishOp::Max : FinishOp::Min, step.rowStep = step.colStep = 0;
    operands.push_back(numbers(random, (rows - 1) * step.rowStep + (cols - 1) * step.colStep + 1));
    step.operand = operands.back().data();
    // The array that is written may be one that is read.
    if (random.chance(10)) step.rowStep = outRow, step.colStep = 1, step.operand = out.data();
  }
  check.name("finish rows %lld cols %lld steps %d", (long long)rows, (long long)cols, f.steps);
  check.table->finish(f);
  for (int64_t at = 0; at < int64_t(out.size()); at++) {
    const int64_t i = at / outRow, j = at % outRow;
    float want = before[size_t(at)];
    if (j < cols) {
      want = tile[size_t(i * tileRow + j)];
      for (int s = 0; s < f.steps; s++) {
        const FinishStep& step = f.step[s];
        const float* from = step.operand == out.data() ? before.data() : step.operand;
        want = finished(step.op, want, from[i * step.rowStep + j * step.colStep]);
      }
    }
    const float got = out[size_t(at)];
    if (got != want && !(std::isnan(got) && std::isnan(want))) return check.fail("row %lld column %lld: %g for %g", (long long)i, (long long)j, got, want);
  }
}

}  // namespace

void testFinish(Checker& check) {
  Random random(check.seed);
  for (int i = 0; i < 400; i++) testCase(check, random);
}
