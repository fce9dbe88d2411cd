// Compiles only where the hand-made declarations agree with NVIDIA's headers: driver.h and nvrtc.h against cuda.h and nvrtc.h.

#include <cuda.h>
#if __has_include(<nvrtc.h>)
#include <nvrtc.h>
#endif

#include <cstddef>

#include "libraries/driver.h"
#include "libraries/nvrtc.h"

// Functions whose name in the header is a macro for the version that is used here.
#undef cuGraphAddKernelNode
#undef cuGraphExecKernelNodeSetParams

template <class A, class B>
struct SameShape {
  static constexpr bool value = false;
};

/** Pointers to different opaque types, and enums for ints, are the same to the caller. */
template <class A, class B>
constexpr bool sameParameter = sizeof(A) == sizeof(B);

template <class... A, class... B>
struct SameShape<int (*)(A...), CUresult (*)(B...)> {
  static constexpr bool value = sizeof...(A) == sizeof...(B) && (sameParameter<A, B> && ...);
};

#define CHECK(member, symbol) static_assert(SameShape<decltype(neurite::Driver::member), decltype(&symbol)>::value, #symbol)
CHECK(init, cuInit);
CHECK(deviceGetName, cuDeviceGetName);
CHECK(deviceGetAttribute, cuDeviceGetAttribute);
CHECK(deviceTotalMem, cuDeviceTotalMem);
CHECK(primaryCtxRetain, cuDevicePrimaryCtxRetain);
CHECK(primaryCtxRelease, cuDevicePrimaryCtxRelease);
CHECK(ctxSetCurrent, cuCtxSetCurrent);
CHECK(memAlloc, cuMemAlloc);
CHECK(memFree, cuMemFree);
CHECK(memAllocHost, cuMemAllocHost);
CHECK(memFreeHost, cuMemFreeHost);
CHECK(memcpyHtoDAsync, cuMemcpyHtoDAsync);
CHECK(memcpyDtoHAsync, cuMemcpyDtoHAsync);
CHECK(memsetD32Async, cuMemsetD32Async);
CHECK(streamCreate, cuStreamCreate);
CHECK(streamQuery, cuStreamQuery);
CHECK(streamBeginCapture, cuStreamBeginCapture);
CHECK(streamEndCapture, cuStreamEndCapture);
CHECK(eventCreate, cuEventCreate);
CHECK(eventElapsedTime, cuEventElapsedTime);
CHECK(eventRecord, cuEventRecord);
CHECK(moduleLoadData, cuModuleLoadData);
CHECK(moduleGetFunction, cuModuleGetFunction);
CHECK(launchKernel, cuLaunchKernel);
CHECK(graphCreate, cuGraphCreate);
CHECK(graphAddChildGraphNode, cuGraphAddChildGraphNode);
CHECK(graphInstantiate, cuGraphInstantiateWithFlags);
CHECK(graphExecChildGraphNodeSetParams, cuGraphExecChildGraphNodeSetParams);
CHECK(graphLaunch, cuGraphLaunch);

using neurite::CuKernelParams;
static_assert(sizeof(CuKernelParams) == sizeof(CUDA_KERNEL_NODE_PARAMS_v1));
static_assert(offsetof(CuKernelParams, sharedBytes) == offsetof(CUDA_KERNEL_NODE_PARAMS_v1, sharedMemBytes));
static_assert(offsetof(CuKernelParams, arguments) == offsetof(CUDA_KERNEL_NODE_PARAMS_v1, kernelParams));
static_assert(neurite::kCuOutOfMemory == CUDA_ERROR_OUT_OF_MEMORY && neurite::kCuNotReady == CUDA_ERROR_NOT_READY);
static_assert(neurite::kCuStreamNonBlocking == CU_STREAM_NON_BLOCKING);
static_assert(neurite::kCuEventBlockingWithoutTiming == (CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING));
static_assert(neurite::kCuCaptureThreadLocal == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
static_assert(neurite::kCuMultiprocessors == CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
static_assert(neurite::kCuComputeMajor == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
static_assert(neurite::kCuComputeMinor == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);

int main() { return 0; }
