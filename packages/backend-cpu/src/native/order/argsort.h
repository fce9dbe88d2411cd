/** Sorting along an axis: the permutation, stable, NaN last in both directions. */
#ifndef NEURITE_ORDER_ARGSORT_H
#define NEURITE_ORDER_ARGSORT_H

#include "kernels/kernels.h"

namespace neurite {

struct ArgSortArgs {
  /** Any but float16, bfloat16 and complex64. */
  DType dtype;
  bool descending;
  int64_t outer, size, inner;
  const void* x;
  int64_t xStrides[3];
  int32_t* out;
  int64_t outStrides[3];
};

void argSort(const Context& context, const ArgSortArgs& args);

}  // namespace neurite

#endif
