#!/bin/sh
# Builds the benchmark and the self-test into the folder given (NO_BENCH=1, NO_TEST=1: without). Extra compiler flags: CXXFLAGS.
set -e
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:?folder}
mkdir -p "$out"
cxx="${CXX:-g++} -std=c++20 -I $here/.. -O3 -fno-exceptions -fno-rtti -Wall -Wextra ${CXXFLAGS:-}"
case $(uname -m) in
  x86_64) avx2="-mavx2 -mfma -mf16c" avx512="-mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma" ;;
esac
$cxx -c "$here/isa_baseline.cpp" -o "$out/isa_baseline.o" & first=$!
$cxx ${avx2:-} -c "$here/isa_avx2.cpp" -o "$out/isa_avx2.o" & second=$!
$cxx ${avx512:-} -c "$here/isa_avx512.cpp" -o "$out/isa_avx512.o"
wait $first
wait $second
objects="$out/isa_baseline.o $out/isa_avx2.o $out/isa_avx512.o"
cxx="${CXX:-g++} -std=c++20 -I $here/.. -O2 -Wall -Wextra -pthread ${CXXFLAGS:-}"
[ -n "${NO_BENCH:-}" ] || $cxx "$here/bench/bench_kernels.cpp" "$here/../runtime/machine.cpp" $objects -o "$out/bench_kernels"
[ -n "${NO_TEST:-}" ] || $cxx "$here"/test/*.cpp $objects -o "$out/test_kernels"
