#ifndef NEURITE_VM_FUSE_CHAINS_H
#define NEURITE_VM_FUSE_CHAINS_H

#include <vector>

#include "vm/program.h"

namespace neurite {

/**
 * Makes one step of each group of the block's steps that chains.h knows, where nothing else needs the values between. Before registers are
 * given out. `classes`: by slot.
 */
void fuseChains(const std::vector<ValueClass>& classes, VmProgram& program);

}  // namespace neurite

#endif
