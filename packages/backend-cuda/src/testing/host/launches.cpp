// Launches and graphs.

#include <cstring>
#include <random>

#include "fake.h"

namespace {

struct KernelParams {
  Function* function;
  unsigned int gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes;
  void** arguments;
  void** extra;
};

struct GraphExec {
  std::vector<Node> nodes;
};

/** A launch with copies of its arguments: 8 bytes each, as the addon passes them. */
std::function<void()> launchOf(const KernelParams& p) {
  std::vector<uint64_t> values(p.function->arguments);
  for (size_t i = 0; i < values.size(); i++) memcpy(&values[i], p.arguments[i], 8);
  const Function* function = p.function;
  const Dim grid{p.gridX, p.gridY, p.gridZ}, block{p.blockX, p.blockY, p.blockZ};
  return [function, values, grid, block]() mutable {
    std::vector<void*> pointers;
    for (uint64_t& value : values) pointers.push_back(&value);
    runKernel(*function, grid, block, pointers.data());
  };
}

void runGraph(const std::vector<Node>& nodes) {
  static std::mt19937 random(1);
  std::vector<char> ended(nodes.size(), 0);
  for (size_t left = nodes.size(); left > 0; left--) {
    std::vector<size_t> ready;
    for (size_t i = 0; i < nodes.size(); i++) {
      bool free = !ended[i];
      for (size_t d : nodes[i].dependencies) free = free && ended[d];
      if (free) ready.push_back(i);
    }
    const size_t chosen = ready[random() % ready.size()];
    nodes[chosen].work();
    ended[chosen] = 1;
  }
}

}  // namespace

void enqueue(Stream* stream, std::function<void()> work) {
  if (stream->capture == nullptr) {
    work();
    return;
  }
  Node node{std::move(work), {}};
  if (!stream->capture->nodes.empty()) node.dependencies.push_back(stream->capture->nodes.size() - 1);
  stream->capture->nodes.push_back(std::move(node));
}

API cuLaunchKernel(Function* f, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, unsigned int bz,
                   unsigned int shared, Stream* stream, void** arguments, void** extra) {
  ENTER("cuLaunchKernel")
  if (gx == 0 || bx == 0 || bx > 1024) return 1;
  enqueue(stream, launchOf({f, gx, gy, gz, bx, by, bz, shared, arguments, extra}));
  return 0;
}
API cuGraphCreate(Graph** g, unsigned int) { ENTER("cuGraphCreate") *g = new Graph(); return 0; }
API cuGraphDestroy(Graph* g) { ENTER("cuGraphDestroy") delete g; return 0; }
static int addNode(size_t* node, Graph* g, const size_t* dependencies, size_t n, std::function<void()> work) {
  Node made{std::move(work), {}};
  for (size_t i = 0; i < n; i++) made.dependencies.push_back(dependencies[i] - 1);
  g->nodes.push_back(std::move(made));
  *node = g->nodes.size();
  return 0;
}
API cuGraphAddKernelNode(size_t* node, Graph* g, const size_t* d, size_t n, const KernelParams* p) {
  ENTER("cuGraphAddKernelNode")
  return addNode(node, g, d, n, launchOf(*p));
}
API cuGraphAddChildGraphNode(size_t* node, Graph* g, const size_t* d, size_t n, Graph* child) {
  ENTER("cuGraphAddChildGraphNode")
  return addNode(node, g, d, n, [nodes = child->nodes] { runGraph(nodes); });
}
API cuGraphInstantiateWithFlags(GraphExec** e, Graph* g, unsigned long long) { ENTER("cuGraphInstantiate") *e = new GraphExec{g->nodes}; return 0; }
API cuGraphExecDestroy(GraphExec* e) { ENTER("cuGraphExecDestroy") delete e; return 0; }
API cuGraphExecKernelNodeSetParams(GraphExec* e, size_t node, const KernelParams* p) {
  ENTER("cuGraphExecKernelNodeSetParams")
  e->nodes[node - 1].work = launchOf(*p);
  return 0;
}
API cuGraphExecChildGraphNodeSetParams(GraphExec* e, size_t node, Graph* child) {
  ENTER("cuGraphExecChildGraphNodeSetParams")
  e->nodes[node - 1].work = [nodes = child->nodes] { runGraph(nodes); };
  return 0;
}
API cuGraphLaunch(GraphExec* e, Stream*) { ENTER("cuGraphLaunch") runGraph(e->nodes); return 0; }
