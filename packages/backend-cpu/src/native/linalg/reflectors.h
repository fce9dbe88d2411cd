/** Householder reflections I - tau v vᵀ with v = (1, …), and several of them together: I - V T Vᵀ. */
#ifndef NEURITE_LINALG_REFLECTORS_H
#define NEURITE_LINALG_REFLECTORS_H

#include "linalg/matrices.h"

namespace neurite {

/** Reflectors that are applied together. */
constexpr int64_t kReflectors = 32;

/**
 * The reflection that takes (alpha, rest) to (beta, 0, …): alpha becomes beta, rest the reflector after its leading 1. Returns tau; 0 where
 * there is nothing to do. beta has the opposite sign of alpha, as LAPACK has it.
 */
double makeReflector(double* alpha, double* rest, int64_t count, int64_t step);

struct BlockReflector {
  /** [count, rows]: the columns of V as rows. */
  const double* v;
  /** [kReflectors, kReflectors], upper triangular. */
  const double* t;
  int64_t rows, count;
  /** 2 * kReflectors * columns doubles. */
  double* scratch;
};

void makeBlockFactor(const Work& work, const double* v, int64_t rows, int64_t count, const double* tau, double* t);
/** c [rows, columns] = (I - V T Vᵀ) c, or with Tᵀ in T's place. */
void applyBlock(Work& work, const BlockReflector& h, bool transposed, double* c, int64_t ldc, int64_t columns);

}  // namespace neurite

#endif
