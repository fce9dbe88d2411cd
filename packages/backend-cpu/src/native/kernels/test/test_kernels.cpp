// Self-test: every kernel of every instruction set this CPU has, with 1 and 3 threads, against naive loops.
// Built by bench/build.sh. Exit status 0 where all agree.
#include "check.h"

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
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
      Checker check{table, &pool};
      if (only.empty() || only == "gemm") testGemm(check);
      if (only.empty() || only == "conv") testConv(check);
      if (only.empty() || only == "windows") testWindows(check);
      if (only.empty() || only == "indexing") testIndexing(check);
      if (only.empty() || only == "cumulative") testCumulative(check);
      std::printf("%s, %d thread(s): %d cases, %d failures\n", table->name, threads, check.cases, check.failures);
      failures += check.failures;
    }
  }
  return failures ? 1 : 0;
}
