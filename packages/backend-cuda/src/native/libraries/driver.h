/**
 * The part of the CUDA driver's interface that is used here, declared by hand after its public documentation, so that neither a toolkit
 * nor a header is needed. `test/declarations.cpp` compares these declarations with cuda.h where there is one.
 */
#ifndef NEURITE_LIBRARIES_DRIVER_H
#define NEURITE_LIBRARIES_DRIVER_H

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "libraries/library.h"

namespace neurite {

using CuResult = int;
using CuDevice = int;
using CuPointer = unsigned long long;
using CuContext = struct CUctx_st*;
using CuModule = struct CUmod_st*;
using CuFunction = struct CUfunc_st*;
using CuStream = struct CUstream_st*;
using CuEvent = struct CUevent_st*;
using CuGraph = struct CUgraph_st*;
using CuGraphNode = struct CUgraphNode_st*;
using CuGraphExec = struct CUgraphExec_st*;

/** CUDA_KERNEL_NODE_PARAMS_v1, which also describes a launch. */
struct CuKernelParams {
  CuFunction function = nullptr;
  unsigned int gridX = 1, gridY = 1, gridZ = 1;
  unsigned int blockX = 1, blockY = 1, blockZ = 1;
  unsigned int sharedBytes = 0;
  void** arguments = nullptr;
  void** extra = nullptr;
};

/** Results that are treated apart. */
constexpr CuResult kCuSuccess = 0, kCuOutOfMemory = 2, kCuNotReady = 600;
/** CU_STREAM_NON_BLOCKING, CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING, CU_EVENT_DEFAULT, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL. */
constexpr unsigned int kCuStreamNonBlocking = 1, kCuEventBlockingWithoutTiming = 3, kCuEventWithTiming = 0;
constexpr int kCuCaptureThreadLocal = 1;
/** CUdevice_attribute. */
constexpr int kCuMultiprocessors = 16, kCuComputeMajor = 75, kCuComputeMinor = 76;

/** X(member, symbol, parameters): every function returns a CUresult. */
#define NEURITE_DRIVER_FUNCTIONS(X)                                                                                               \
  X(init, cuInit, (unsigned int))                                                                                                 \
  X(driverGetVersion, cuDriverGetVersion, (int*))                                                                                 \
  X(getErrorName, cuGetErrorName, (CuResult, const char**))                                                                       \
  X(getErrorString, cuGetErrorString, (CuResult, const char**))                                                                   \
  X(deviceGetCount, cuDeviceGetCount, (int*))                                                                                     \
  X(deviceGet, cuDeviceGet, (CuDevice*, int))                                                                                     \
  X(deviceGetName, cuDeviceGetName, (char*, int, CuDevice))                                                                       \
  X(deviceGetAttribute, cuDeviceGetAttribute, (int*, int, CuDevice))                                                              \
  X(deviceTotalMem, cuDeviceTotalMem_v2, (size_t*, CuDevice))                                                                     \
  X(primaryCtxRetain, cuDevicePrimaryCtxRetain, (CuContext*, CuDevice))                                                           \
  X(primaryCtxRelease, cuDevicePrimaryCtxRelease_v2, (CuDevice))                                                                  \
  X(ctxSetCurrent, cuCtxSetCurrent, (CuContext))                                                                                  \
  X(memAlloc, cuMemAlloc_v2, (CuPointer*, size_t))                                                                                \
  X(memFree, cuMemFree_v2, (CuPointer))                                                                                           \
  X(memAllocHost, cuMemAllocHost_v2, (void**, size_t))                                                                            \
  X(memFreeHost, cuMemFreeHost, (void*))                                                                                          \
  X(memcpyHtoDAsync, cuMemcpyHtoDAsync_v2, (CuPointer, const void*, size_t, CuStream))                                            \
  X(memcpyDtoHAsync, cuMemcpyDtoHAsync_v2, (void*, CuPointer, size_t, CuStream))                                                  \
  X(memsetD32Async, cuMemsetD32Async, (CuPointer, unsigned int, size_t, CuStream))                                                \
  X(streamCreate, cuStreamCreate, (CuStream*, unsigned int))                                                                      \
  X(streamDestroy, cuStreamDestroy_v2, (CuStream))                                                                                \
  X(streamSynchronize, cuStreamSynchronize, (CuStream))                                                                           \
  X(streamQuery, cuStreamQuery, (CuStream))                                                                                       \
  X(streamBeginCapture, cuStreamBeginCapture_v2, (CuStream, int))                                                                 \
  X(streamEndCapture, cuStreamEndCapture, (CuStream, CuGraph*))                                                                   \
  X(eventCreate, cuEventCreate, (CuEvent*, unsigned int))                                                                         \
  X(eventDestroy, cuEventDestroy_v2, (CuEvent))                                                                                   \
  X(eventRecord, cuEventRecord, (CuEvent, CuStream))                                                                              \
  X(eventElapsedTime, cuEventElapsedTime, (float*, CuEvent, CuEvent))                                                             \
  X(eventQuery, cuEventQuery, (CuEvent))                                                                                          \
  X(eventSynchronize, cuEventSynchronize, (CuEvent))                                                                              \
  X(moduleLoadData, cuModuleLoadData, (CuModule*, const void*))                                                                   \
  X(moduleUnload, cuModuleUnload, (CuModule))                                                                                     \
  X(moduleGetFunction, cuModuleGetFunction, (CuFunction*, CuModule, const char*))                                                 \
  X(launchKernel, cuLaunchKernel,                                                                                                 \
    (CuFunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, CuStream,      \
     void**, void**))                                                                                                             \
  X(graphCreate, cuGraphCreate, (CuGraph*, unsigned int))                                                                         \
  X(graphDestroy, cuGraphDestroy, (CuGraph))                                                                                      \
  X(graphAddKernelNode, cuGraphAddKernelNode, (CuGraphNode*, CuGraph, const CuGraphNode*, size_t, const CuKernelParams*))         \
  X(graphAddChildGraphNode, cuGraphAddChildGraphNode, (CuGraphNode*, CuGraph, const CuGraphNode*, size_t, CuGraph))               \
  X(graphInstantiate, cuGraphInstantiateWithFlags, (CuGraphExec*, CuGraph, unsigned long long))                                   \
  X(graphExecDestroy, cuGraphExecDestroy, (CuGraphExec))                                                                          \
  X(graphExecKernelNodeSetParams, cuGraphExecKernelNodeSetParams, (CuGraphExec, CuGraphNode, const CuKernelParams*))              \
  X(graphExecChildGraphNodeSetParams, cuGraphExecChildGraphNodeSetParams, (CuGraphExec, CuGraphNode, CuGraph))                    \
  X(graphLaunch, cuGraphLaunch, (CuGraphExec, CuStream))

struct Driver {
#define NEURITE_MEMBER(member, symbol, parameters) CuResult(*member) parameters = nullptr;
  NEURITE_DRIVER_FUNCTIONS(NEURITE_MEMBER)
#undef NEURITE_MEMBER

  Library library;

  /** Opens and initializes the driver. Null, with a reason: there is none, it is too old, or it does not start. */
  static std::shared_ptr<Driver> open(const std::vector<std::string>& paths, std::string& error);

  /** "CUDA_ERROR_OUT_OF_MEMORY (out of memory)". */
  std::string describe(CuResult result) const;
};

}  // namespace neurite

#endif
