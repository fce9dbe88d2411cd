// Asks for finalizers that run inside garbage collection: memory stays bounded in loops that never return to the event loop.
// Node-API calls this version experimental; what it allows a finalizer to do is all we do there (see state.h).

#include <cstdint>

extern "C" __attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 0x7fffffff; }
