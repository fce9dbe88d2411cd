/** NVIDIA's run-time compiler: CUDA source in, machine code for one architecture out. */
#ifndef NEURITE_LIBRARIES_NVRTC_H
#define NEURITE_LIBRARIES_NVRTC_H

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "libraries/library.h"

namespace neurite {

using NvrtcResult = int;
using NvrtcProgram = struct _nvrtcProgram*;

/** X(member, symbol, parameters): every function returns an nvrtcResult. */
#define NEURITE_NVRTC_FUNCTIONS(X)                                                                                              \
  X(version, nvrtcVersion, (int*, int*))                                                                                        \
  X(createProgram, nvrtcCreateProgram, (NvrtcProgram*, const char*, const char*, int, const char* const*, const char* const*))  \
  X(destroyProgram, nvrtcDestroyProgram, (NvrtcProgram*))                                                                       \
  X(compileProgram, nvrtcCompileProgram, (NvrtcProgram, int, const char* const*))                                               \
  X(getCubinSize, nvrtcGetCUBINSize, (NvrtcProgram, size_t*))                                                                   \
  X(getCubin, nvrtcGetCUBIN, (NvrtcProgram, char*))                                                                             \
  X(getProgramLogSize, nvrtcGetProgramLogSize, (NvrtcProgram, size_t*))                                                         \
  X(getProgramLog, nvrtcGetProgramLog, (NvrtcProgram, char*))

struct Nvrtc {
#define NEURITE_MEMBER(member, symbol, parameters) NvrtcResult(*member) parameters = nullptr;
  NEURITE_NVRTC_FUNCTIONS(NEURITE_MEMBER)
#undef NEURITE_MEMBER

  /** Opened first: outside the loader's path the compiler does not find it by itself. */
  Library builtins;
  Library library;
  int major = 0, minor = 0;

  static std::shared_ptr<Nvrtc> open(const std::vector<std::string>& paths, std::string& error);

  /** Machine code of `source`. Empty, with the compiler's messages in `log`: it does not compile. */
  std::vector<char> compile(const std::string& source, const std::vector<std::string>& options, std::string& log) const;
};

}  // namespace neurite

#endif
