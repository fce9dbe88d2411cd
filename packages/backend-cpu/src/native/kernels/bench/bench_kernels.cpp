// Speed of the kernels beside the FMA peak measured in the same run. By hand:
//   bench/build.sh /tmp/kernels && /tmp/kernels/bench_kernels [threads] [isa] [filter]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>

#include "pool.h"

using namespace neurite;

namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::vector<float> random(size_t size) {
  std::vector<float> data(size + 16);
  uint32_t state = 1;
  for (auto& x : data) x = float(int32_t(state = state * 1664525u + 1013904223u)) * 0x1p-31f;
  return data;
}

/** Best and median seconds of a call. */
void report(const char* name, double flops, double peak, const std::function<void()>& call) {
  call();
  double start = now();
  call();
  const int inner = std::max(1, int(2e-3 / std::max(now() - start, 1e-9)));
  std::vector<double> times;
  for (start = now(); times.size() < 15 || (now() - start < 0.3 && times.size() < 300);) {
    const double begin = now();
    for (int i = 0; i < inner; i++) call();
    times.push_back((now() - begin) / inner);
  }
  std::sort(times.begin(), times.end());
  const double median = times[times.size() / 2];
  std::printf("%-44s %9.2f us  %7.1f GFLOP/s  %3.0f%% of peak (best %3.0f%%)\n", name, median * 1e6, flops / median / 1e9,
              100 * flops / median / peak, 100 * flops / times[0] / peak);
  std::fflush(stdout);
}
}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const std::string isa = argc > 2 ? argv[2] : "avx512", filter = argc > 3 ? argv[3] : "";
  const KernelTable* table = isa == "avx512" ? avx512Kernels() : isa == "avx2" ? avx2Kernels() : baselineKernels();
  Pool pool(threads);
  double peak = 0;
  for (int i = 0; i < 5; i++) peak = std::max(peak, table->peakFlops(10000000) * threads);
  std::printf("%s, %d thread(s), peak %.1f GFLOP/s\n", table->name, threads, peak / 1e9);

  struct Case {
    int64_t m, k, n;
    const char* layout;
    int64_t batch;
  };
  const Case cases[] = {
      {512, 512, 512, "nn", 1},  {1024, 1024, 1024, "nn", 1}, {1024, 1024, 1024, "nt", 1}, {1024, 1024, 1024, "tn", 1},
      {2048, 2048, 2048, "nn", 1}, {480, 480, 480, "nn", 1}, {32, 784, 300, "nn", 1},   {128, 784, 300, "nn", 1},    {784, 32, 300, "tn", 1},    {784, 128, 300, "tn", 1},
      {32, 300, 100, "nn", 1},   {32, 100, 300, "nt", 1},     {300, 32, 100, "tn", 1},     {32, 100, 10, "nn", 1},
      {100, 32, 10, "tn", 1},    {32, 10, 100, "nt", 1},      {32, 8, 30, "nn", 1},        {8, 32, 30, "tn", 1},
      {32, 30, 1, "nn", 1},      {1, 784, 300, "nn", 1},      {1, 300, 784, "nt", 1},      {4, 784, 300, "nn", 1},
      {8, 784, 300, "nn", 1}, {1, 4096, 4096, "nn", 1}, {1, 4096, 4096, "nt", 1},   {4096, 4096, 1, "nn", 1},   {128, 64, 128, "nt", 64},    {128, 128, 64, "nn", 64},
      {6272, 1152, 128, "nn", 1}, {10000, 784, 300, "nn", 1},
  };
  for (const Case& c : cases) {
    char name[100];
    std::snprintf(name, sizeof name, "gemm %s %lldx%lldx%lld%s", c.layout, (long long)c.m, (long long)c.k, (long long)c.n,
                  c.batch > 1 ? " x64" : "");
    if (std::string(name).find(filter) == std::string::npos) continue;
    const auto a = random(size_t(c.batch * c.m * c.k)), b = random(size_t(c.batch * c.k * c.n));
    auto out = random(size_t(c.batch * c.m * c.n));
    GemmArgs g = {};
    g.batchRank = 1;
    g.batch[0] = c.batch;
    g.m = c.m, g.n = c.n, g.k = c.k;
    g.lhs = a.data(), g.rhs = b.data();
    g.lhsBatch[0] = c.m * c.k, g.rhsBatch[0] = c.k * c.n;
    g.lhsRow = c.layout[0] == 'n' ? c.k : 1, g.lhsCol = c.layout[0] == 'n' ? 1 : c.m;
    g.rhsRow = c.layout[1] == 'n' ? c.n : 1, g.rhsCol = c.layout[1] == 'n' ? 1 : c.k;
    g.epilogue.kind = EpilogueKind::Store;
    g.epilogue.out = out.data();
    g.epilogue.outBatch[0] = c.m * c.n;
    g.epilogue.outRow = c.n, g.epilogue.outCol = 1;
    report(name, 2.0 * double(c.batch) * double(c.m) * double(c.n) * double(c.k), peak, [&] { table->gemm(pool.context, g); });
  }
}
