/** A plan made ready for a device: launches in order, each with the places of its operands and the launches it must wait for. */
#ifndef NEURITE_RUNTIME_LAUNCHES_H
#define NEURITE_RUNTIME_LAUNCHES_H

#include <cstdint>
#include <string>
#include <vector>

#include "libraries/cublaslt.h"
#include "libraries/driver.h"
#include "runtime/format.h"

namespace neurite {

struct Place {
  LocationKind kind = LocationKind::arena;
  int64_t index = 0;
  int64_t offset = 0;

  /** True if it may lie elsewhere at the next run. */
  bool moves() const { return kind == LocationKind::input || kind == LocationKind::output; }
};

struct Argument {
  ArgumentKind kind = ArgumentKind::pointer;
  Place place;
  /** Number of the scalar, or the value. */
  int64_t value = 0;
  DType dtype = DType::float32;
};

struct KernelStep {
  int64_t module = 0;
  int64_t name = 0;
  CuKernelParams launch;
  std::vector<Argument> arguments;
};

struct ProductStep {
  int64_t m = 0, n = 0, k = 0, batch = 1;
  DType operandType = DType::float32, resultType = DType::float32;
  bool leftTransposed = false, rightTransposed = false;
  int64_t leftLeading = 0, rightLeading = 0, resultLeading = 0;
  int64_t leftStride = 0, rightStride = 0, resultStride = 0;
  Place left, right, result;
  int64_t leftAlignment = 256, rightAlignment = 256, resultAlignment = 256;
  bool hasBias = false;
  Place bias;
};

/** What the host does: it goes on at step `to`. */
struct JumpStep {
  /** Only where the bool at `predicate` is false. */
  bool conditional = false;
  Place predicate;
  int64_t to = 0;
};

/** Sets a counter to 0, or counts; once it was come to `most` times, it goes on at step `to`. */
struct CountStep {
  int64_t counter = 0;
  bool reset = false;
  int64_t most = 0;
  int64_t to = 0;
};

struct Step {
  StepKind kind = StepKind::kernel;
  int64_t label = 0;
  std::vector<int64_t> dependencies;
  KernelStep kernel;
  ProductStep product;
  JumpStep jump;
  CountStep count;
  /** Its operands or scalars may differ from run to run. */
  bool moves = false;
};

struct Launches {
  std::vector<size_t> inputBytes, stateBytes, outputBytes;
  int64_t scalars = 0;
  size_t arenaBytes = 0;
  /** Some kernel may complain of the user's numbers. */
  bool checks = false;
  /** The host decides in the course of a run what comes next. */
  bool branches = false;
  int64_t counters = 0;
  std::vector<Step> steps;

  /** Decodes and checks; false: the encoding is broken, at `error`. */
  bool decode(const double* words, size_t count, size_t modules, size_t strings, std::string& error);
};

}  // namespace neurite

#endif
