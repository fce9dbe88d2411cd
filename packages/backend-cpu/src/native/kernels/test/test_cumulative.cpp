// Running reductions against a plain loop.
#include "check.h"

namespace {

template <typename T>
void testCase(Checker& check, Random& random, DType dtype, CumulativeOp op, int freedom) {
  const std::vector<int64_t> shape = {random.between(1, 3), random.between(0, 20), random.pick<int64_t>({1, 2, 7, 63, 64, 65, 130})};
  auto x = makeStrided<T>(random, shape, freedom ? 2 : 0);
  auto out = makeStrided<T>(random, shape, freedom ? 1 : 0);
  CumulativeArgs args = {};
  args.dtype = dtype, args.op = op, args.reverse = random.chance(50);
  args.outer = shape[0], args.size = shape[1], args.inner = shape[2];
  args.x = x.base, args.out = out.base;
  x.copyStrides(args.xStrides);
  out.copyStrides(args.outStrides);
  check.name("cumulative op %d dtype %d shape %s", int(op), int(dtype), text(shape).c_str());
  if (!check.table->cumulative(check.pool->context, args)) check.fail("not supported");
  check.same(out, 2e-5, [&](const std::vector<int64_t>& index) {
    double result = 0;
    const int64_t count = args.reverse ? shape[1] - index[1] : index[1] + 1;
    for (int64_t i = 0; i < count; i++) {
      const double value = double(x.at({index[0], args.reverse ? shape[1] - 1 - i : i, index[2]}));
      if (i == 0) result = value;
      else if (op == CumulativeOp::Sum) result += value;
      else if (op == CumulativeOp::Prod) result *= value;
      else if (op == CumulativeOp::Max) result = std::max(result, value);
      else result = std::min(result, value);
    }
    return result;
  });
}

}  // namespace

void testCumulative(Checker& check) {
  Random random(check.seed);
  for (int i = 0; i < 200; i++) {
    const CumulativeOp op = CumulativeOp(i % 4);
    testCase<float>(check, random, DType::Float32, op, i % 2);
    testCase<double>(check, random, DType::Float64, op, i % 2);
    if (op == CumulativeOp::Prod) continue;
    testCase<int32_t>(check, random, DType::Int32, op, i % 2);
    testCase<int64_t>(check, random, DType::Int64, op, i % 2);
  }
}
