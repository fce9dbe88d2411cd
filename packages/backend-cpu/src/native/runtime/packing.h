/**
 * Right operands that are packed once for many products: in loops those that no step changes, for one run of the loop; of all other
 * products the weights that no run changes, for as long as nobody writes to them.
 */
#ifndef NEURITE_RUNTIME_PACKING_H
#define NEURITE_RUNTIME_PACKING_H

#include "runtime/executable.h"

namespace neurite {

/** Finds such products and gives each a place for what is packed; also finds out which states a run changes. */
void placePackedOperands(Executable& executable);

}  // namespace neurite

#endif
