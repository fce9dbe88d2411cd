/**
 * A CUDA driver, NVRTC and cuBLASLt in one library, for tests without a GPU. Memory is the host's; "compiling" is the host's C++ compiler with
 * device.h before the source; kernels run on the processor; graphs run their nodes in a random order that their edges allow.
 * NEURITE_FAKE_CUDA_LOG names a file that takes the name of each call; NEURITE_FAKE_CUDA_FAIL is "function:code[:after]", a call that fails.
 */
#ifndef NEURITE_FAKE_H
#define NEURITE_FAKE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

extern std::recursive_mutex fakeMutex;

/** Notes a call. Not 0: it must fail with this. */
int enter(const char* name);

#define ENTER(name)                                        \
  std::lock_guard<std::recursive_mutex> lock_(fakeMutex); \
  if (const int failed = enter(name)) return failed;

struct Dim {
  unsigned int x, y, z;
};

/** A compiled kernel, and its variables that tell a thread where it is. */
struct Function {
  void (*invoke)(void**);
  bool barriers;
  /** Numbers of kernel arguments are not known to the driver's caller: the names of symbols tell. */
  size_t arguments;
  Dim *threadIdx, *blockIdx, *blockDim, *gridDim;
  void (**barrier)();
};

/** All threads of all blocks, one after another. */
void runKernel(const Function& function, Dim grid, Dim block, void** arguments);

/** What a stream was asked to do while it was captured, or a node that somebody added. */
struct Node {
  std::function<void()> work;
  std::vector<size_t> dependencies;
};

struct Graph {
  std::vector<Node> nodes;
};

struct Stream {
  Graph* capture = nullptr;
};

/** Runs `work` at once, or puts it into the graph that the stream is captured into. */
void enqueue(Stream* stream, std::function<void()> work);

#endif
