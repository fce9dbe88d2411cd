#include "libraries/library.h"

#include <dlfcn.h>

namespace neurite {

Library::~Library() {
  if (handle_ != nullptr) dlclose(handle_);
}

bool Library::open(const std::vector<std::string>& paths, std::string& error) {
  error.clear();
  for (const std::string& path : paths) {
    handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) {
      path_ = path;
      return true;
    }
    const char* reason = dlerror();
    if (!error.empty()) error += "; ";
    error += reason != nullptr ? reason : path;
  }
  return false;
}

void* Library::symbol(const char* name) const { return handle_ == nullptr ? nullptr : dlsym(handle_, name); }

}  // namespace neurite
