/** What kernels want to know of the machine. */
#ifndef NEURITE_RUNTIME_MACHINE_H
#define NEURITE_RUNTIME_MACHINE_H

#include <cstdint>

namespace neurite {

/** Bytes of a first-level data cache; 0 where the system does not say. */
int64_t firstLevelBytes();

}  // namespace neurite

#endif
