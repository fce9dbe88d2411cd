#include "libraries/driver.h"

namespace neurite {

std::shared_ptr<Driver> Driver::open(const std::vector<std::string>& paths, std::string& error) {
  auto driver = std::make_shared<Driver>();
  if (!driver->library.open(paths, error)) {
    error = "no CUDA driver: " + error;
    return nullptr;
  }
#define NEURITE_LOAD(member, name, parameters)                                                                    \
  driver->member = reinterpret_cast<CuResult(*) parameters>(driver->library.symbol(#name));                       \
  if (driver->member == nullptr) {                                                                                \
    error = "the CUDA driver " + driver->library.path() + " lacks " #name ": version 12 or newer is needed";      \
    return nullptr;                                                                                               \
  }
  NEURITE_DRIVER_FUNCTIONS(NEURITE_LOAD)
#undef NEURITE_LOAD
  const CuResult result = driver->init(0);
  if (result != kCuSuccess) {
    error = "the CUDA driver " + driver->library.path() + " does not start: " + driver->describe(result);
    return nullptr;
  }
  return driver;
}

std::string Driver::describe(CuResult result) const {
  const char* name = nullptr;
  const char* text = nullptr;
  if (getErrorName(result, &name) != kCuSuccess || name == nullptr) return "CUDA error " + std::to_string(result);
  if (getErrorString(result, &text) != kCuSuccess || text == nullptr) return name;
  return std::string(name) + " (" + text + ")";
}

}  // namespace neurite
