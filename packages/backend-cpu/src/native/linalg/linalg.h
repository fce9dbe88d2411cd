/**
 * Factorizations and solvers of batches of matrices. All arithmetic is float64, whatever the dtype: a float32 result is the float64 one
 * rounded once. Matrices are row-major in scratch memory; threads divide the batch (and the columns of triangular_solve).
 */
#ifndef NEURITE_LINALG_LINALG_H
#define NEURITE_LINALG_LINALG_H

#include "kernels/kernels.h"
#include "linalg/blas.h"

namespace neurite {

enum class LinalgOp : int32_t { Cholesky = 0, TriangularSolve = 1, Lu = 2, Qr = 3, Svd = 4, Eigh = 5, Eig = 6 };

/** A batch of matrices or vectors (`columns` 1): strides [batch, row, column]. */
struct LinalgOperand {
  void* data;
  int64_t strides[3];
};

struct LinalgArgs {
  LinalgOp op;
  /** Float32 or Float64: of the matrices. Pivots are int32, what eig gives complex64. */
  DType dtype;
  int64_t batch, m, n;
  /** Of triangular_solve's right side. */
  int64_t columns;
  bool lower, transpose, unitDiagonal, full;
  LinalgOperand inputs[2];
  LinalgOperand outputs[3];
};

int inputsOf(LinalgOp op);
int outputsOf(LinalgOp op);
/** Rows and columns of output `index`, and its dtype; a vector has one column. */
struct OutputShape {
  int64_t rows, columns;
  DType dtype;
  bool vector = false;
};
OutputShape outputShape(const LinalgArgs& args, int index);

void linalg(const Context& context, const Blas& blas, const LinalgArgs& args);

}  // namespace neurite

#endif
