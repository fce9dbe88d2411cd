// Ordinary finalizers, which run when the event loop turns: for a Node that refuses the experimental version.

#include <cstdint>

extern "C" __attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 8; }
