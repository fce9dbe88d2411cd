// Matrix products against three nested loops in double precision (or 64-bit integers).
#include "check.h"

namespace {

/** Collects the tiles of a callback epilogue; each element must come exactly once. */
template <typename T>
struct Collected {
  Strided<T>* out;
  std::vector<int> seen;
  int64_t m, n;
  bool aligned = true;
  static void callback(void* ctx, void* tile, int64_t ld, int64_t batch, int64_t m0, int64_t n0, int64_t rows, int64_t cols, int) {
    Collected& c = *static_cast<Collected*>(ctx);
    if (ld * 4 % 64 == 0 && reinterpret_cast<uintptr_t>(tile) % 64 != 0) c.aligned = false;
    std::vector<int64_t> batchIndex(c.out->shape.size() - 2);
    for (size_t axis = batchIndex.size(), rest = size_t(batch); axis-- > 0;) {
      batchIndex[axis] = int64_t(rest) % c.out->shape[axis];
      rest /= size_t(c.out->shape[axis]);
    }
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < cols; j++) {
        std::vector<int64_t> index = batchIndex;
        index.push_back(m0 + i);
        index.push_back(n0 + j);
        c.out->at(index) = static_cast<T*>(tile)[i * ld + j];
        // Distinct elements: no race.
        c.seen[size_t((batch * c.m + m0 + i) * c.n + n0 + j)]++;
      }
  }
};

template <typename T>
auto gemmOf(const KernelTable& table) {
  if constexpr (std::is_same_v<T, float>) return table.gemm;
  else if constexpr (std::is_same_v<T, double>) return table.gemmFloat64;
  else if constexpr (std::is_same_v<T, int64_t>) return table.gemmInt64;
  else return table.gemmInt32;
}

template <typename T>
void testCase(Checker& check, Random& random, std::vector<int64_t> batch, int64_t m, int64_t n, int64_t k, int freedom, EpilogueKind kind) {
  const bool floating = std::is_floating_point_v<T>;
  check.name("gemm %s batch %s m %lld n %lld k %lld freedom %d epilogue %d", floating ? (sizeof(T) == 8 ? "double" : "float") : "int", text(batch).c_str(), (long long)m,
             (long long)n, (long long)k, freedom, int(kind));
  const auto shape = [&](int64_t a, int64_t b) {
    std::vector<int64_t> s = batch;
    s.push_back(a);
    s.push_back(b);
    return s;
  };
  auto lhs = makeStrided<T>(random, shape(m, k), freedom ? 2 : 0), rhs = makeStrided<T>(random, shape(k, n), freedom ? 2 : 0);
  auto out = makeStrided<T>(random, shape(m, n), freedom ? 1 : 0);
  auto bias = makeStrided<T>(random, {n}, freedom ? 2 : 0);
  Strided<T> before = out;
  before.base = before.memory.data() + (out.base - out.memory.data());
  const size_t rank = batch.size();

  GemmArgs g = {};
  g.batchRank = int(rank);
  for (size_t axis = 0; axis < rank; axis++) {
    g.batch[axis] = batch[axis];
    g.lhsBatch[axis] = lhs.strides[axis], g.rhsBatch[axis] = rhs.strides[axis], g.epilogue.outBatch[axis] = out.strides[axis];
  }
  g.m = m, g.n = n, g.k = k;
  g.lhs = lhs.base, g.lhsRow = lhs.strides[rank], g.lhsCol = lhs.strides[rank + 1];
  g.rhs = rhs.base, g.rhsRow = rhs.strides[rank], g.rhsCol = rhs.strides[rank + 1];
  g.epilogue.kind = kind;
  g.epilogue.scale = random.chance(50) ? 1.0f : floating ? -0.5f : 2.0f;
  // What is added to may be the output itself.
  auto addend = makeStrided<T>(random, shape(m, n), freedom ? 2 : 0);
  if (random.chance(50)) {
    addend = before;
    addend.base = out.base;
  }
  g.epilogue.addend = addend.base, g.epilogue.addendRow = addend.strides[rank], g.epilogue.addendCol = addend.strides[rank + 1];
  for (size_t axis = 0; axis < rank; axis++) g.epilogue.addendBatch[axis] = addend.strides[axis];
  Collected<T> collected{&out, std::vector<int>(size_t(out.size()), 0), m, n};
  if (kind == EpilogueKind::Callback) {
    g.epilogue.callback = Collected<T>::callback;
    g.epilogue.ctx = &collected;
    g.epilogue.takesPanels = random.chance(50);
  } else {
    g.epilogue.out = out.base, g.epilogue.outRow = out.strides[rank], g.epilogue.outCol = out.strides[rank + 1];
  }
  g.epilogue.bias = bias.base, g.epilogue.biasStride = bias.strides[0];
  check.pool->context.firstLevelBytes = random.chance(50) ? 32 << 10 : 48 << 10;
  gemmOf<T>(*check.table)(check.pool->context, g);
  if (kind == EpilogueKind::Store) {
    // Which thread does what differs from run to run; the sums may not.
    const std::vector<T> once = out.memory;
    gemmOf<T>(*check.table)(check.pool->context, g);
    if (std::memcmp(once.data(), out.memory.data(), once.size() * sizeof(T)) != 0) check.fail("a second run gave other bits");
    if constexpr (std::is_same_v<T, float>) testPacked(check, g, check.table->gemm, check.table->packedFloats(g, check.pool->context.parallel.threads), rhs.memory, out.memory);
  }

  // Calls visit(a, b) for the terms of a sum, in double precision.
  const auto forEachTerm = [&](const std::vector<int64_t>& index, const auto& visit) {
    const T *a = lhs.base + index[rank] * g.lhsRow, *b = rhs.base + index[rank + 1] * g.rhsCol;
    for (size_t axis = 0; axis < rank; axis++) a += index[axis] * lhs.strides[axis], b += index[axis] * rhs.strides[axis];
    for (int64_t i = 0; i < k; i++) visit(double(a[i * g.lhsCol]) * double(b[i * g.rhsRow]));
  };
  const auto want = [&](const std::vector<int64_t>& index) {
    double sum = 0;
    forEachTerm(index, [&](double term) { sum += term; });
    if (kind == EpilogueKind::AddScaled) return double(g.epilogue.scale) * sum + double((addend.base == out.base ? before : addend).at(index));
    if (kind == EpilogueKind::Bias || kind == EpilogueKind::BiasRelu) sum += double(bias.at({index[rank + 1]}));
    return kind == EpilogueKind::BiasRelu ? std::max(sum, 0.0) : sum;
  };
  // Where both operands are broadcast along k all terms are equal, and so are their roundings: only the worst case bounds the sum.
  const bool equalTerms = g.lhsCol == 0 && g.rhsRow == 0;
  check.sameWithin(out, want, [&](const std::vector<int64_t>& index) {
    double magnitude = 0;
    if (equalTerms) forEachTerm(index, [&](double term) { magnitude += std::fabs(term); });
    return double(k + 2) * std::max(2e-6, 0x1p-24 * magnitude);
  });
  if (kind == EpilogueKind::Callback) {
    for (int seen : collected.seen)
      if (seen != 1) {
        check.fail("an element was delivered %d times", seen);
        break;
      }
    if (!collected.aligned) check.fail("a tile is not aligned");
  }
}
}  // namespace

void testGemm(Checker& check) {
  Random random(check.seed);
  const int64_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 63, 65, 100, 127, 130};
  const auto size = [&] { return sizes[random.below(sizeof sizes / sizeof *sizes)]; };
  const EpilogueKind kinds[] = {EpilogueKind::Store, EpilogueKind::AddScaled, EpilogueKind::Bias, EpilogueKind::BiasRelu, EpilogueKind::Callback};
  for (int i = 0; i < 300; i++) {
    std::vector<int64_t> batch;
    for (int64_t axis = random.below(3); axis > 0; axis--) batch.push_back(random.between(random.chance(5) ? 0 : 1, 3));
    testCase<float>(check, random, batch, size(), size(), size(), int(random.below(2)), kinds[i % 5]);
  }
  for (int i = 0; i < 100; i++) testCase<double>(check, random, {random.between(1, 2)}, size(), size(), size(), int(random.below(2)), kinds[i % 5]);
  for (int i = 0; i < 40; i++) testCase<int64_t>(check, random, {random.between(1, 2)}, size() / 2, size() / 2, size() / 2, int(random.below(2)), kinds[i % 5]);
  for (int i = 0; i < 60; i++) testCase<int32_t>(check, random, {random.between(1, 2)}, size() / 2, size() / 2, size() / 2, int(random.below(2)), kinds[i % 5]);
  // Shapes of the special paths: tall, wide, deep, one row, one column, and several blocks of K.
  const int64_t shapes[][3] = {{1, 300, 784},  {300, 1, 200},   {1, 1, 1500}, {4, 1000, 40}, {3, 70, 1200},  {784, 30, 32}, {32, 10, 300},
                               {300, 520, 40}, {130, 530, 520}, {130, 530, 515}, {9, 16, 9000}, {27, 33, 3001}, {400, 1, 520}, {2, 2000, 3}, {700, 7, 7},
                               {1, 1500, 90},  {2, 333, 77},  {32, 300, 784},  {70, 41, 900},  {4, 1100, 301}, {3, 1030, 260}, {1100, 1, 70}, {2, 3, 500},
                               {3, 80, 333},   {4, 129, 131}, {1, 64, 129}, {2, 95, 201},  {9, 40, 131},   {22, 70, 130},   {1, 3000, 17}};
  const auto about = [&](int64_t size) { return check.seed == 0 ? size : random.near(size); };
  for (const auto& s : shapes)
    for (int i = 0, end = s[0] * s[1] * s[2] > 10000000 ? 1 : 6; i < end; i++)
      testCase<float>(check, random, {}, about(s[0]), about(s[1]), about(s[2]), i > 3 ? 1 : 0, kinds[(i + s[0]) % 5]);
  // Products whose right operand is packed by blocks: with several blocks of K, panels in part, and more than one block of columns.
  const int64_t large[][3] = {{195, 257, 530}, {200, 600, 130}, {230, 288, 40}, {193, 300, 600}};
  for (int i = 0; i < 40; i++) {
    const auto& s = large[i % 4];
    std::vector<int64_t> batch;
    if (i % 8 == 3) batch.push_back(2);
    testCase<float>(check, random, batch, about(s[0]), about(s[1]), about(s[2]), i < 5 ? 0 : 1, kinds[i % 5]);
  }
}
