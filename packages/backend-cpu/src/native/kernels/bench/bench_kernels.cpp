// Speed of the kernels beside the FMA peak measured in the same run. By hand:
//   bench/build.sh /tmp/kernels && /tmp/kernels/bench_kernels [threads] [isa] [filter]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>

#include "pool.h"
#include "runtime/machine.h"

using namespace neurite;

namespace {
const KernelTable* table;
int threads;

/** Seconds: of this thread's CPU time where there is one thread, so that other programs count less. */
double now() {
  if (threads == 1) {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<float> random(size_t size) {
  std::vector<float> data(size + 16);
  uint32_t state = 1;
  for (auto& x : data) x = float(int32_t(state = state * 1664525u + 1013904223u)) * 0x1p-31f;
  return data;
}

/** FMA peak of all threads, measured on one. */
double peakNow() {
  double peak = 0;
  for (int i = 0; i < 3; i++) peak = std::max(peak, table->peakFlops(2000000) * threads);
  return peak;
}

/** Best and median seconds of a call. */
void report(const char* name, double flops, const std::function<void()>& call) {
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
  // The machine may be slower now than at the start.
  const double peak = peakNow();
  std::sort(times.begin(), times.end());
  const double median = times[times.size() / 2];
  std::printf("%-44s %9.2f us  %7.1f GFLOP/s  %3.0f%% of peak (best %3.0f%%)\n", name, median * 1e6, flops / median / 1e9,
              100 * flops / median / peak, 100 * flops / times[0] / peak);
  std::fflush(stdout);
}
}  // namespace

int main(int argc, char** argv) {
  threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const std::string isa = argc > 2 ? argv[2] : "avx512", filter = argc > 3 ? argv[3] : "";
  table = isa == "avx512" ? avx512Kernels() : isa == "avx2" ? avx2Kernels() : baselineKernels();
  Pool pool(threads);
  pool.context.firstLevelBytes = firstLevelBytes();
  std::printf("%s, %d thread(s), peak %.1f GFLOP/s\n", table->name, threads, peakNow() / 1e9);

  struct Case {
    int64_t m, k, n;
    const char* layout;
    int64_t batch;
  };
  const Case cases[] = {
      {512, 512, 512, "nn", 1},    {1024, 1024, 1024, "nn", 1}, {1024, 1024, 1024, "nt", 1}, {1024, 1024, 1024, "tn", 1},
      {2048, 2048, 2048, "nn", 1}, {480, 480, 480, "nn", 1},    {32, 784, 300, "nn", 1},     {128, 784, 300, "nn", 1},
      {784, 32, 300, "tn", 1},     {784, 128, 300, "tn", 1},    {32, 300, 100, "nn", 1},     {32, 100, 300, "nt", 1},
      {300, 32, 100, "tn", 1},     {32, 100, 10, "nn", 1},      {100, 32, 10, "tn", 1},      {32, 10, 100, "nt", 1},
      {32, 8, 30, "nn", 1},        {8, 32, 30, "tn", 1},        {32, 30, 1, "nn", 1},        {1, 784, 300, "nn", 1},
      {1, 300, 784, "nt", 1},      {4, 784, 300, "nn", 1},      {8, 784, 300, "nn", 1},      {1, 4096, 4096, "nn", 1},
      {1, 4096, 4096, "nt", 1},    {4096, 4096, 1, "nn", 1},    {128, 64, 128, "nt", 64},    {128, 128, 64, "nn", 64},
      {6272, 1152, 128, "nn", 1},  {10000, 784, 300, "nn", 1},
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
    report(name, 2.0 * double(c.batch) * double(c.m) * double(c.n) * double(c.k), [&] { table->gemm(pool.context, g); });
  }

  struct ConvCase {
    int64_t batch, size, channels, features, window, stride;
  };
  const ConvCase convs[] = {
      {32, 14, 128, 128, 3, 1}, {32, 28, 1, 32, 3, 1},   {32, 28, 1, 64, 7, 1}, {32, 32, 3, 32, 3, 1},  {32, 14, 32, 64, 3, 1}, {8, 56, 64, 64, 3, 1},
      {8, 28, 128, 256, 3, 2},  {8, 224, 3, 64, 7, 2},   {8, 7, 512, 512, 3, 1}, {1, 7, 512, 512, 3, 1}, {1, 56, 64, 64, 3, 1},
      {8, 56, 256, 64, 1, 1},   {8, 56, 64, 128, 1, 2}, {8, 14, 256, 256, 3, 1}, {1, 28, 128, 128, 3, 1}, {1, 14, 128, 128, 3, 1}, {1, 14, 256, 256, 3, 1},
  };
  for (const ConvCase& c : convs)
    for (const char* pass : {"forward", "input", "weight"}) {
      char name[100];
      std::snprintf(name, sizeof name, "conv %-7s b%lld %lldx%lld %lld->%lld %lldx%lld/%lld", pass, (long long)c.batch, (long long)c.size,
                    (long long)c.size, (long long)c.channels, (long long)c.features, (long long)c.window, (long long)c.window, (long long)c.stride);
      if (std::string(name).find(filter) == std::string::npos) continue;
      // Padding "same".
      const int64_t output = (c.size + c.stride - 1) / c.stride, total = std::max<int64_t>(0, (output - 1) * c.stride + c.window - c.size);
      const int64_t low = total / 2;
      const auto x = random(size_t(c.batch * c.size * c.size * c.channels)), w = random(size_t(c.window * c.window * c.channels * c.features));
      const auto y = random(size_t(c.batch * output * output * c.features));
      auto out = random(std::max({x.size(), w.size(), y.size()}));
      const int64_t wRow = c.window * c.channels * c.features, wCol = c.channels * c.features;
      ConvArgs a = {};
      a.spatial = 2;
      a.groups = 1;
      for (int i = 0; i < 2; i++) {
        a.strides[i] = a.lhsDilation[i] = a.rhsDilation[i] = 1;
        if (pass[0] == 'f') a.input[i] = c.size, a.window[i] = c.window, a.output[i] = output, a.strides[i] = c.stride, a.low[i] = low;
        if (pass[0] == 'i') a.input[i] = output, a.window[i] = c.window, a.output[i] = c.size, a.lhsDilation[i] = c.stride, a.low[i] = c.window - 1 - low;
        if (pass[0] == 'w') a.input[i] = c.size, a.window[i] = output, a.output[i] = c.window, a.rhsDilation[i] = c.stride, a.low[i] = low;
      }
      if (pass[0] == 'i') {
        a.batch = c.batch, a.channels = c.features, a.features = c.channels;
        a.lhs = y.data(), a.lhsBatch = output * output * c.features, a.lhsSpatial[0] = output * c.features, a.lhsSpatial[1] = c.features, a.lhsChannel = 1;
        a.rhs = w.data() + (c.window - 1) * (wRow + wCol), a.rhsWindow[0] = -wRow, a.rhsWindow[1] = -wCol, a.rhsChannel = 1, a.rhsFeature = c.features;
      } else {
        a.lhs = x.data(), a.lhsSpatial[0] = c.size * c.channels, a.lhsSpatial[1] = c.channels;
        const int64_t image = c.size * c.size * c.channels;
        if (pass[0] == 'f') {
          a.batch = c.batch, a.channels = c.channels, a.features = c.features, a.lhsBatch = image, a.lhsChannel = 1;
          a.rhs = w.data(), a.rhsWindow[0] = wRow, a.rhsWindow[1] = wCol, a.rhsChannel = c.features, a.rhsFeature = 1;
        } else {
          a.batch = c.channels, a.channels = c.batch, a.features = c.features, a.lhsBatch = 1, a.lhsChannel = image;
          a.rhs = y.data(), a.rhsChannel = output * output * c.features, a.rhsWindow[0] = output * c.features, a.rhsWindow[1] = c.features, a.rhsFeature = 1;
        }
      }
      a.epilogue.kind = EpilogueKind::Store;
      a.epilogue.out = out.data(), a.epilogue.outRow = a.features, a.epilogue.outCol = 1;
      report(name, 2.0 * double(c.batch * output * output) * double(c.window * c.window * c.channels * c.features),
             [&] { table->conv(pool.context, a); });
    }

  // Depthwise, and max pooling: their time against the bytes they must move says more than the peak.
  for (const auto& [batch, size, channels] : {std::array<int64_t, 3>{8, 14, 256}, {8, 56, 64}}) {
    const auto x = random(size_t(batch * size * size * channels)), w = random(size_t(9 * channels));
    auto out = random(x.size());
    for (const char* pass : {"forward", "weight"}) {
      char name[100];
      std::snprintf(name, sizeof name, "depthwise %s b%lld %lldx%lldx%lld 3x3", pass, (long long)batch, (long long)size, (long long)size, (long long)channels);
      if (std::string(name).find(filter) == std::string::npos) continue;
      ConvArgs a = {};
      a.spatial = 2;
      a.groups = channels, a.features = 1;
      const bool forward = pass[0] == 'f';
      a.batch = forward ? batch : 1, a.channels = forward ? 1 : batch;
      for (int i = 0; i < 2; i++) {
        a.input[i] = size, a.window[i] = forward ? 3 : size, a.output[i] = forward ? size : 3, a.low[i] = 1;
        a.strides[i] = a.lhsDilation[i] = a.rhsDilation[i] = 1;
      }
      a.lhs = x.data(), a.lhsGroup = 1, a.lhsBatch = a.lhsChannel = size * size * channels, a.lhsSpatial[0] = size * channels, a.lhsSpatial[1] = channels;
      a.rhs = forward ? w.data() : out.data(), a.rhsGroup = 1, a.rhsChannel = size * size * channels;
      a.rhsWindow[0] = (forward ? 3 : size) * channels, a.rhsWindow[1] = channels;
      a.epilogue.kind = EpilogueKind::Store;
      a.epilogue.out = forward ? out.data() : const_cast<float*>(w.data()), a.epilogue.outBatch[0] = 1, a.epilogue.outRow = channels, a.epilogue.outCol = 1;
      report(name, 2.0 * 9 * double(x.size()), [&] { table->conv(pool.context, a); });
    }
    for (const char* pass : {"reduce", "gather", "scatter"}) {
      char name[100];
      std::snprintf(name, sizeof name, "max pool %s b%lld %lldx%lldx%lld 2x2/2", pass, (long long)batch, (long long)size, (long long)size, (long long)channels);
      if (std::string(name).find(filter) == std::string::npos) continue;
      WindowArgs a = {};
      a.dtype = DType::Float32, a.op = WindowOp::Max, a.rank = 4;
      const int64_t input[] = {batch, size, size, channels};
      for (int64_t i = 3, step = 1, half = 1; i >= 0; i--) {
        const int64_t windowed = i == 1 || i == 2 ? 2 : 1;
        a.input[i] = input[i], a.output[i] = input[i] / windowed, a.window[i] = a.strides[i] = windowed, a.dilation[i] = 1;
        a.xStrides[i] = step, a.outStrides[i] = pass[0] == 's' ? step : half, a.yStrides[i] = pass[0] == 's' ? half : step;
        step *= a.input[i], half *= a.output[i];
      }
      a.x = x.data(), a.y = x.data() + 1, a.out = out.data();
      report(name, double(x.size()), [&] { (pass[0] == 'r' ? table->reduceWindow : pass[0] == 'g' ? table->windowGather : table->windowScatter)(pool.context, a); });
    }
  }
}
