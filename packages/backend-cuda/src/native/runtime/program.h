/** Launches bound to the storages of their state: run once by one, and from then on as a graph. */
#ifndef NEURITE_RUNTIME_PROGRAM_H
#define NEURITE_RUNTIME_PROGRAM_H

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "runtime/device.h"
#include "runtime/launches.h"
#include "runtime/matmul.h"

namespace neurite {

/** Launches with their code loaded. */
struct Executable {
  Device* device = nullptr;
  Launches launches;
  std::vector<std::string> strings;
  std::vector<CuModule> modules;
  /** One a step; the other of the two is null. */
  std::vector<CuFunction> functions;
  std::vector<std::unique_ptr<Matmul>> products;

  ~Executable();
  /** Loads modules from their images and finds what the steps need. False with a reason. */
  bool load(const std::vector<std::pair<const char*, size_t>>& images, std::string& error);
};

class Program {
 public:
  Program(std::shared_ptr<Executable> executable, std::vector<Block*> states);
  ~Program();

  const Executable& executable() const { return *executable_; }

  struct Request {
    std::vector<Block*> inputs, outputs;
    const double* scalars = nullptr;
    uint32_t number = 0;
    int64_t repeat = 1;
  };
  /** Queues the run. False with a reason that names the kernel. */
  bool run(const Request& request, std::string& error);

 private:
  /** Values of a step's arguments, and where they are. */
  struct Slots {
    std::vector<uint64_t> values;
    std::vector<void*> pointers;
  };

  CuPointer resolve(const Place& place, const Request& request) const;
  /** True if something changed. */
  bool fill(size_t step, const Request& request);
  CuResult launch(size_t step);
  LtStatus multiply(size_t step, CuStream stream);
  bool runDirectly(std::string& error);
  bool runStep(size_t step, std::string& error);
  bool queueStep(size_t step, std::string& error);
  /** The step after `step`, which is a jump or a count; waits where a predicate must be read. False with a reason. */
  bool decide(size_t step, size_t& next, std::string& error);
  bool makeGraph(std::string& error);
  bool updateGraph(const std::vector<size_t>& changed, std::string& error);
  CuResult captureProduct(size_t step, CuGraph* graph, std::string& error);
  void dropGraph();
  bool fail(size_t step, const std::string& what, std::string& error) const;

  std::shared_ptr<Executable> executable_;
  std::vector<Block*> states_;
  std::vector<Slots> slots_;
  /** Operands of products: left, right, result, bias; of jumps the predicate. */
  std::vector<std::array<CuPointer, 4>> operands_;
  std::vector<int64_t> counters_;
  bool ran_ = false;
  CuGraph graph_ = nullptr;
  CuGraphExec graphExec_ = nullptr;
  std::vector<CuGraphNode> nodes_;
  uint64_t arenaVersion_ = 0;
};

}  // namespace neurite

#endif
