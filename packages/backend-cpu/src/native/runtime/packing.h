/** Products in loops whose right operand no step changes: it is packed once a run of the loop, in memory that lasts as long. */
#ifndef NEURITE_RUNTIME_PACKING_H
#define NEURITE_RUNTIME_PACKING_H

#include "runtime/executable.h"

namespace neurite {

/** Finds such products and gives each a place for what is packed. */
void placePackedOperands(Executable& executable);

}  // namespace neurite

#endif
