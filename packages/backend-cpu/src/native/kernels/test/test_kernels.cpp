// Self-test: every kernel of every instruction set this CPU has, with 1 and 3 threads, against naive loops.
// Built by bench/build.sh. Exit status 0 where all agree.
//
//   test_kernels [all|gemm|conv|windows|indexing|cumulative|finish] [seed]: other shapes and values for each seed; 0, the usual ones.
#include <cstdlib>

#include "check.h"

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "all";
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const auto wanted = [&](const char* name) { return only == "all" || only == name; };
  std::vector<const KernelTable*> tables = {baselineKernels()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) tables.push_back(avx2Kernels());
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw"))
    tables.push_back(avx512Kernels());
#endif
  int failures = 0;
  for (const KernelTable* table : tables) {
    if (!table) continue;
    for (int threads : {1, 3}) {
      Pool pool(threads);
      Checker check{table, &pool, seed};
      if (wanted("gemm")) testGemm(check);
      if (wanted("conv")) testConv(check);
      if (wanted("windows")) testWindows(check);
      if (wanted("indexing")) testIndexing(check);
      if (wanted("cumulative")) testCumulative(check);
      if (wanted("finish")) testFinish(check);
      std::printf("%s, %d thread(s), seed %llu: %d cases, %d failures\n", table->name, threads, (unsigned long long)seed, check.cases, check.failures);
      failures += check.failures;
    }
  }
  return failures ? 1 : 0;
}
