/** Vector operations that no instruction set speeds up: those of the C library in double precision, int64 division, and complex64. */
#ifndef NEURITE_VM_RARE_H
#define NEURITE_VM_RARE_H

#include "vm/table.h"

namespace neurite {

/** Fills in what `table` lacks; the same for every instruction set. */
void addRareOperations(VmTable& table);

}  // namespace neurite

#endif
