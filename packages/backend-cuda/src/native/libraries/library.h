/** A shared library that is opened at run time: nothing of CUDA is needed to build or to load the addon. */
#ifndef NEURITE_LIBRARIES_LIBRARY_H
#define NEURITE_LIBRARIES_LIBRARY_H

#include <string>
#include <vector>

namespace neurite {

class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library();

  /** Opens the first of `paths` that loads. False: none does, and `error` says why for each. */
  bool open(const std::vector<std::string>& paths, std::string& error);
  void* symbol(const char* name) const;
  /** Where it was found. */
  const std::string& path() const { return path_; }

 private:
  void* handle_ = nullptr;
  std::string path_;
};

}  // namespace neurite

#endif
