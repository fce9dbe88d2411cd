#include "libraries/nvrtc.h"

namespace neurite {

namespace {

/** ".../libnvrtc.so.13" → ".../libnvrtc-builtins.so.13.0" and its older spellings. */
std::vector<std::string> builtinsBeside(const std::string& path, int major, int minor) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
  const std::string stem = folder + "libnvrtc-builtins.so";
  return {stem + "." + std::to_string(major) + "." + std::to_string(minor), stem + "." + std::to_string(major), stem};
}

}  // namespace

std::shared_ptr<Nvrtc> Nvrtc::open(const std::vector<std::string>& paths, std::string& error) {
  auto nvrtc = std::make_shared<Nvrtc>();
  if (!nvrtc->library.open(paths, error)) {
    error = "no NVRTC (CUDA's run-time compiler): " + error;
    return nullptr;
  }
#define NEURITE_LOAD(member, name, parameters)                                                      \
  nvrtc->member = reinterpret_cast<NvrtcResult(*) parameters>(nvrtc->library.symbol(#name));        \
  if (nvrtc->member == nullptr) {                                                                   \
    error = nvrtc->library.path() + " lacks " #name ": version 12 or newer is needed";              \
    return nullptr;                                                                                 \
  }
  NEURITE_NVRTC_FUNCTIONS(NEURITE_LOAD)
#undef NEURITE_LOAD
  nvrtc->version(&nvrtc->major, &nvrtc->minor);
  // Where this fails the compiler may still find them by itself, or it says what it lacks.
  std::string ignored;
  nvrtc->builtins.open(builtinsBeside(nvrtc->library.path(), nvrtc->major, nvrtc->minor), ignored);
  return nvrtc;
}

std::vector<char> Nvrtc::compile(const std::string& source, const std::vector<std::string>& options, std::string& log) const {
  log.clear();
  NvrtcProgram program = nullptr;
  std::vector<char> image;
  if (createProgram(&program, source.c_str(), "kernels.cu", 0, nullptr, nullptr) != 0) {
    log = "no program could be made";
    return image;
  }
  std::vector<const char*> words;
  for (const std::string& option : options) words.push_back(option.c_str());
  const NvrtcResult result = compileProgram(program, static_cast<int>(words.size()), words.data());
  size_t size = 0;
  if (getProgramLogSize(program, &size) == 0 && size > 1) {
    log.resize(size);
    getProgramLog(program, log.data());
    while (!log.empty() && (log.back() == '\0' || log.back() == '\n')) log.pop_back();
  }
  if (result == 0 && getCubinSize(program, &size) == 0 && size > 0) {
    image.resize(size);
    if (getCubin(program, image.data()) != 0) image.clear();
  }
  if (image.empty() && log.empty()) log = "NVRTC error " + std::to_string(result);
  destroyProgram(&program);
  return image;
}

}  // namespace neurite
