/** Which epilogues of products the kernels know by themselves. */
#ifndef NEURITE_RUNTIME_CHOOSE_EPILOGUE_H
#define NEURITE_RUNTIME_CHOOSE_EPILOGUE_H

#include "runtime/executable.h"

namespace neurite {

/**
 * Recognizes sums of [batch, m, n] that are stored as they are, with a bias for each column, with a bias and a relu, or, times a factor,
 * added to another array; and chains of simple operations, each with an element of its column, of an array like the sums, or with a number.
 * Notes them in `program`. Everything else stays a program.
 */
void chooseEpilogue(const Body& body, const Space& space, int batchAxes, DType dtype, ProductProgram& program);

}  // namespace neurite

#endif
