#include "runtime/program.h"

#include <cstring>

namespace neurite {

namespace {

/** A number as the bytes of an element. */
uint64_t encodeScalar(double value, DType dtype) {
  uint64_t bits = 0;
  switch (dtype) {
    case DType::float64:
      std::memcpy(&bits, &value, sizeof(value));
      return bits;
    case DType::float32:
    case DType::float16:
    case DType::bfloat16: {
      // Half types are stored so, and computed with as float32.
      const float number = static_cast<float>(value);
      std::memcpy(&bits, &number, sizeof(number));
      return bits;
    }
    default:
      return static_cast<uint64_t>(static_cast<int64_t>(value));
  }
}

}  // namespace

Executable::~Executable() {
  if (device == nullptr) return;
  device->makeCurrent();
  products.clear();
  for (CuModule module : modules) device->driver().moduleUnload(module);
}

bool Executable::load(const std::vector<std::pair<const char*, size_t>>& images, std::string& error) {
  const Driver& driver = device->driver();
  for (const auto& [image, size] : images) {
    CuModule module = nullptr;
    const CuResult result = driver.moduleLoadData(&module, image);
    if (result != kCuSuccess) {
      error = "the driver does not load the kernels: " + driver.describe(result);
      return false;
    }
    modules.push_back(module);
  }
  for (const Step& step : launches.steps) {
    CuFunction function = nullptr;
    std::unique_ptr<Matmul> product;
    if (step.kind == StepKind::kernel) {
      const std::string& name = strings[static_cast<size_t>(step.kernel.name)];
      const CuResult result = driver.moduleGetFunction(&function, modules[static_cast<size_t>(step.kernel.module)], name.c_str());
      if (result != kCuSuccess) {
        error = "there is no kernel " + name + ": " + driver.describe(result);
        return false;
      }
    } else if (step.kind == StepKind::product) {
      product = Matmul::make(*device, step.product, error);
      if (product == nullptr) return false;
    }
    functions.push_back(function);
    products.push_back(std::move(product));
  }
  return true;
}

Program::Program(std::shared_ptr<Executable> executable, std::vector<Block*> states)
    : executable_(std::move(executable)), states_(std::move(states)) {
  Device& device = *executable_->device;
  for (Block* state : states_) device.pool().retain(state);
  const std::vector<Step>& steps = executable_->launches.steps;
  slots_.resize(steps.size());
  operands_.resize(steps.size());
  counters_.resize(static_cast<size_t>(executable_->launches.counters));
  for (size_t i = 0; i < steps.size(); i++) {
    Slots& slots = slots_[i];
    slots.values.resize(steps[i].kernel.arguments.size());
    for (uint64_t& value : slots.values) slots.pointers.push_back(&value);
  }
}

Program::~Program() {
  executable_->device->makeCurrent();
  dropGraph();
  for (Block* state : states_) executable_->device->pool().release(state);
}

void Program::dropGraph() {
  const Driver& driver = executable_->device->driver();
  if (graphExec_ != nullptr) driver.graphExecDestroy(graphExec_);
  if (graph_ != nullptr) driver.graphDestroy(graph_);
  graphExec_ = nullptr;
  graph_ = nullptr;
  nodes_.clear();
}

CuPointer Program::resolve(const Place& place, const Request& request) const {
  const size_t index = static_cast<size_t>(place.index);
  const CuPointer offset = static_cast<CuPointer>(place.offset);
  switch (place.kind) {
    case LocationKind::input:
      return request.inputs[index]->pointer + offset;
    case LocationKind::output:
      return request.outputs[index]->pointer + offset;
    case LocationKind::state:
      return states_[index]->pointer + offset;
    default:
      return executable_->device->arena() + offset;
  }
}

bool Program::fill(size_t at, const Request& request) {
  const Step& step = executable_->launches.steps[at];
  bool changed = false;
  if (step.kind == StepKind::product) {
    const ProductStep& product = step.product;
    const std::array<CuPointer, 4> now{resolve(product.left, request), resolve(product.right, request), resolve(product.result, request),
                                       product.hasBias ? resolve(product.bias, request) : 0};
    changed = now != operands_[at];
    operands_[at] = now;
    return changed;
  }
  if (step.kind == StepKind::jump && step.jump.conditional) operands_[at][0] = resolve(step.jump.predicate, request);
  std::vector<uint64_t>& values = slots_[at].values;
  for (size_t i = 0; i < values.size(); i++) {
    const Argument& argument = step.kernel.arguments[i];
    uint64_t value = 0;
    switch (argument.kind) {
      case ArgumentKind::pointer:
        value = resolve(argument.place, request);
        break;
      case ArgumentKind::scalar:
        value = encodeScalar(request.scalars[argument.value], argument.dtype);
        break;
      case ArgumentKind::status:
        value = executable_->device->status();
        break;
      case ArgumentKind::int32:
        value = static_cast<uint32_t>(argument.value);
        break;
    }
    changed |= value != values[i];
    values[i] = value;
  }
  return changed;
}

bool Program::fail(size_t at, const std::string& what, std::string& error) const {
  error = executable_->strings[static_cast<size_t>(executable_->launches.steps[at].label)] + ": " + what;
  return false;
}

CuResult Program::launch(size_t at) {
  const Device& device = *executable_->device;
  const CuKernelParams& launch = executable_->launches.steps[at].kernel.launch;
  return device.driver().launchKernel(executable_->functions[at], launch.gridX, launch.gridY, launch.gridZ, launch.blockX, launch.blockY,
                                      launch.blockZ, launch.sharedBytes, device.stream(), slots_[at].pointers.data(), nullptr);
}

LtStatus Program::multiply(size_t at, CuStream stream) {
  const auto& [left, right, result, bias] = operands_[at];
  return executable_->products[at]->run(left, right, result, bias, stream);
}

bool Program::queueStep(size_t at, std::string& error) {
  const Device& device = *executable_->device;
  if (executable_->launches.steps[at].kind == StepKind::product) {
    const LtStatus status = multiply(at, device.stream());
    return status == 0 || fail(at, "cuBLASLt error " + std::to_string(status), error);
  }
  const CuResult result = launch(at);
  return result == kCuSuccess || fail(at, "the launch failed: " + device.driver().describe(result), error);
}

bool Program::runStep(size_t at, std::string& error) {
  const Device& device = *executable_->device;
  Timeline* timeline = device.timeline();
  CuResult result = timeline == nullptr ? kCuSuccess : timeline->mark();
  if (!queueStep(at, error)) return false;
  if (timeline != nullptr) {
    if (result == kCuSuccess) result = timeline->mark();
    if (result != kCuSuccess) return fail(at, "it cannot be measured: " + device.driver().describe(result), error);
    timeline->launched(at);
  }
  if (!device.options().synchronous) return true;
  result = device.driver().streamSynchronize(device.stream());
  return result == kCuSuccess || fail(at, "the kernel failed: " + device.driver().describe(result), error);
}

bool Program::decide(size_t at, size_t& next, std::string& error) {
  Device& device = *executable_->device;
  const Step& step = executable_->launches.steps[at];
  next = at + 1;
  if (step.kind == StepKind::count) {
    int64_t& counter = counters_[static_cast<size_t>(step.count.counter)];
    if (step.count.reset) counter = 0;
    else if (counter++ >= step.count.most) next = static_cast<size_t>(step.count.to);
    return true;
  }
  const size_t target = static_cast<size_t>(step.jump.to);
  if (!step.jump.conditional) {
    next = target;
    return true;
  }
  char holds = 0;
  StatusWords status{};
  const CuResult result = device.readNow(&holds, operands_[at][0], 1, status);
  if (result != kCuSuccess) return fail(at, "its predicate cannot be read: " + device.driver().describe(result), error);
  // What follows a complaint may never end, and its results are nobody's.
  if (status.failed != 0) next = executable_->launches.steps.size();
  else if (holds == 0) next = target;
  return true;
}

bool Program::runDirectly(std::string& error) {
  const Device& device = *executable_->device;
  const std::vector<Step>& steps = executable_->launches.steps;
  if (device.timeline() != nullptr) device.timeline()->begin();
  for (size_t at = 0, next = 0; at < steps.size(); at = next) {
    const bool isWork = steps[at].kind == StepKind::kernel || steps[at].kind == StepKind::product;
    next = at + 1;
    if (isWork ? !runStep(at, error) : !decide(at, next, error)) return false;
  }
  const CuResult result = device.timeline() == nullptr ? kCuSuccess : device.timeline()->finish();
  if (result == kCuSuccess) return true;
  error = "the run cannot be measured: " + device.driver().describe(result);
  return false;
}

CuResult Program::captureProduct(size_t at, CuGraph* graph, std::string& error) {
  const Device& device = *executable_->device;
  const Driver& driver = device.driver();
  CuResult result = driver.streamBeginCapture(device.captureStream(), kCuCaptureThreadLocal);
  if (result == kCuSuccess) {
    const LtStatus status = multiply(at, device.captureStream());
    result = driver.streamEndCapture(device.captureStream(), graph);
    if (status != 0) {
      if (result == kCuSuccess) driver.graphDestroy(*graph);
      fail(at, "cuBLASLt error " + std::to_string(status), error);
      return -1;
    }
  }
  if (result != kCuSuccess) fail(at, "the product cannot be captured: " + driver.describe(result), error);
  return result;
}

bool Program::makeGraph(std::string& error) {
  dropGraph();
  const Driver& driver = executable_->device->driver();
  CuResult result = driver.graphCreate(&graph_, 0);
  const std::vector<Step>& steps = executable_->launches.steps;
  std::vector<CuGraphNode> needed;
  for (size_t i = 0; i < steps.size() && result == kCuSuccess; i++) {
    needed.clear();
    for (int64_t dependency : steps[i].dependencies) needed.push_back(nodes_[static_cast<size_t>(dependency)]);
    CuGraphNode node = nullptr;
    if (steps[i].kind == StepKind::product) {
      CuGraph child = nullptr;
      if (captureProduct(i, &child, error) != kCuSuccess) return false;
      result = driver.graphAddChildGraphNode(&node, graph_, needed.data(), needed.size(), child);
      driver.graphDestroy(child);
    } else {
      CuKernelParams params = steps[i].kernel.launch;
      params.function = executable_->functions[i];
      params.arguments = slots_[i].pointers.data();
      result = driver.graphAddKernelNode(&node, graph_, needed.data(), needed.size(), &params);
    }
    if (result != kCuSuccess) return fail(i, "it cannot join a graph: " + driver.describe(result), error);
    nodes_.push_back(node);
  }
  if (result == kCuSuccess) result = driver.graphInstantiate(&graphExec_, graph_, 0);
  if (result == kCuSuccess) return true;
  error = "a graph of " + std::to_string(steps.size()) + " kernels cannot be made: " + driver.describe(result);
  return false;
}

bool Program::updateGraph(const std::vector<size_t>& changed, std::string& error) {
  const Driver& driver = executable_->device->driver();
  for (size_t i : changed) {
    CuResult result = kCuSuccess;
    if (executable_->launches.steps[i].kind == StepKind::product) {
      CuGraph child = nullptr;
      if (captureProduct(i, &child, error) != kCuSuccess) {
        dropGraph();
        return false;
      }
      result = driver.graphExecChildGraphNodeSetParams(graphExec_, nodes_[i], child);
      driver.graphDestroy(child);
    } else {
      CuKernelParams params = executable_->launches.steps[i].kernel.launch;
      params.function = executable_->functions[i];
      params.arguments = slots_[i].pointers.data();
      result = driver.graphExecKernelNodeSetParams(graphExec_, nodes_[i], &params);
    }
    // What cannot be changed in place is made again.
    if (result != kCuSuccess) return makeGraph(error);
  }
  return true;
}

bool Program::run(const Request& request, std::string& error) {
  Device& device = *executable_->device;
  const Launches& launches = executable_->launches;
  if (launches.checks) {
    const CuResult result = device.beginRun(request.number);
    if (result != kCuSuccess) {
      error = "the run cannot be queued: " + device.driver().describe(result);
      return false;
    }
  }
  const bool first = !ran_;
  const bool moved = arenaVersion_ != device.arenaVersion();
  std::vector<size_t> changed;
  for (size_t i = 0; i < launches.steps.size(); i++) {
    if ((first || moved || launches.steps[i].moves) && fill(i, request)) changed.push_back(i);
  }
  ran_ = true;
  arenaVersion_ = device.arenaVersion();
  const bool graph = device.options().graphs && !device.options().synchronous && device.timeline() == nullptr && !launches.branches && launches.steps.size() > 1;
  int64_t left = request.repeat;
  // A program that runs once is not worth a graph.
  if (left > 0 && (!graph || (first && left == 1))) {
    if (!runDirectly(error)) return false;
    for (left--; left > 0 && !graph; left--) {
      if (!runDirectly(error)) return false;
    }
  }
  if (left <= 0) return true;
  if (graphExec_ == nullptr ? !makeGraph(error) : !updateGraph(changed, error)) return false;
  for (; left > 0; left--) {
    const CuResult result = device.driver().graphLaunch(graphExec_, device.stream());
    if (result == kCuSuccess) continue;
    error = "the run failed: " + device.driver().describe(result);
    return false;
  }
  return true;
}

}  // namespace neurite
