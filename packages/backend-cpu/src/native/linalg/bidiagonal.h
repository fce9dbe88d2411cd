/** Singular values by way of matrices with two diagonals. */
#ifndef NEURITE_LINALG_BIDIAGONAL_H
#define NEURITE_LINALG_BIDIAGONAL_H

#include "linalg/matrices.h"

namespace neurite {

/** Doubles of scratch memory that the two below take for matrices of size `n`. */
int64_t bidiagonalWork(int64_t n);

/**
 * qᵀ a p for square `a` [n, n]: `diagonal` [n] and what stands right of it, `off` [n - 1]. The reflectors of q stay below the diagonal of `a`,
 * those of p in its rows right of `off`; their factors are `tauq` and `taup` [n].
 */
void bidiagonalize(Work& work, double* a, int64_t n, double* diagonal, double* off, double* tauq, double* taup);

/**
 * Makes `diagonal` the singular values, in no order, and turns the rows of `ut` and `vt` [n, n] with them: utᵀ diag vt stays what it was.
 * False where that does not converge.
 */
bool diagonalize(Work& work, double* diagonal, double* off, double* ut, double* vt, int64_t n);

}  // namespace neurite

#endif
