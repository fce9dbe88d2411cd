/** Several rows reduced, each for itself. */
#ifndef NEURITE_VM_REDUCE_EACH_H
#define NEURITE_VM_REDUCE_EACH_H

#include "vm/table.h"

namespace neurite {

/** Columns of rows that are reduced together, at most: more hide the latency of a single one. */
constexpr int64_t kReducedTogether = 256;

/** Folds each of `rows` rows into its accumulator; given `factors` (float32, of sums), their products. */
inline void reduceEach(const VmTable& table, ReduceOp reduce, VmType type, const char* x, const char* factors, int64_t rows, int64_t columns,
                       Accumulator* accumulators) {
  const int op = static_cast<int>(reduce);
  const size_t count = static_cast<size_t>(columns);
  if (rows > 1 && columns <= kReducedTogether) {
    if (factors != nullptr) return table.reduceRowsProducts(x, factors, static_cast<size_t>(rows), count, accumulators);
    if (table.reduceRows[op][type] != nullptr) return table.reduceRows[op][type](x, static_cast<size_t>(rows), count, accumulators);
  }
  const int64_t bytes = columns * laneBytes(type);
  for (int64_t r = 0; r < rows; r++) {
    if (factors != nullptr) table.reduceProducts(x + r * bytes, factors + r * bytes, count, &accumulators[r]);
    else table.reduce[op][type](x + r * bytes, count, &accumulators[r]);
  }
}

}  // namespace neurite

#endif
