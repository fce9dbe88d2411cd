// Runs encoded plans on several engines at once, as worker threads of one process do: run_plans <file>... Every engine has its own
// executables and blocks; they share the pool of threads. Runs are at once or queued behind the engine's own thread, by turns; some are
// measured, and what is queued at last is left to the engine's end, as by a worker thread that is terminated.
// Built with -fsanitize=thread by scripts/sanitize.mjs. Exit status 0 where all engines of equal options have equal results.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "runtime/engine.h"

using namespace neurite;

namespace {

constexpr int kOwners = 4;
constexpr int kRuns = 3;

using Words = std::vector<int32_t>;

Words readWords(const char* path) {
  Words words;
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return words;
  int32_t buffer[1024];
  for (size_t read; (read = std::fread(buffer, sizeof(int32_t), 1024, file)) > 0;) words.insert(words.end(), buffer, buffer + read);
  std::fclose(file);
  return words;
}

Block* filled(Pool& pool, int64_t bytes, bool floats) {
  Block* block = pool.allocate(static_cast<size_t>(std::max<int64_t>(bytes, 1)));
  if (block == nullptr) return nullptr;
  // Zeros are values of every type and indices within every axis.
  std::memset(block->data(), 0, static_cast<size_t>(bytes));
  if (floats) {
    float* data = reinterpret_cast<float*>(block->data());
    for (int64_t i = 0; i < bytes / 4; i++) data[i] = static_cast<float>((i * 37 % 101) - 50) / 64;
  }
  return block;
}

bool isFloat32(const Plan& plan, LocationKind kind, int64_t place) {
  return std::any_of(plan.buffers.begin(), plan.buffers.end(), [&](const BufferInfo& buffer) {
    return buffer.kind == kind && buffer.place == place && buffer.dtype == DType::Float32;
  });
}

/** What one engine's plan left behind: the bytes of the outputs of its last run, or why it failed. */
struct Outcome {
  std::string error;
  std::string bytes;
};

Outcome runPlan(Engine& engine, const Words& words, bool waits = true) {
  Outcome outcome;
  std::shared_ptr<Executable> executable = engine.compile(words.data(), words.size(), outcome.error);
  if (executable == nullptr) return outcome;
  const Plan& plan = *executable->plan;
  executable->sites.assign(static_cast<size_t>(plan.sites), "a site complained");
  auto program = std::make_shared<Program>();
  program->executable = executable;
  Pool& pool = engine.pool();
  for (size_t i = 0; i < plan.stateBytes.size(); i++) {
    program->states.push_back(filled(pool, plan.stateBytes[i], isFloat32(plan, LocationKind::State, static_cast<int64_t>(i))));
  }
  std::vector<Block*> inputs, outputs;
  for (size_t i = 0; i < plan.inputBytes.size(); i++) {
    inputs.push_back(filled(pool, plan.inputBytes[i], isFloat32(plan, LocationKind::Input, static_cast<int64_t>(i))));
  }
  const std::string first = inputs.empty() ? "" : std::string(inputs[0]->data(), static_cast<size_t>(plan.inputBytes[0]));
  for (int run = 0; run < kRuns; run++) {
    for (Block* block : outputs) Pool::release(block);
    outputs.clear();
    if (!engine.reserveArena(plan.arenaBytes)) return {"out of memory", ""};
    for (const int64_t bytes : plan.outputBytes) outputs.push_back(filled(pool, bytes, false));
    RunRequest request;
    request.program = program;
    request.inputs = inputs;
    request.outputs = outputs;
    for (Block* block : inputs) Pool::retain(block);
    for (Block* block : outputs) Pool::retain(block);
    // What it holds already, behind the runs that are queued and read it.
    if (!inputs.empty() && run > 0) {
      if (!engine.write(inputs[0], 0, first.data(), first.size())) return {"out of memory", ""};
    }
    request.scalars.assign(static_cast<size_t>(plan.scalars), 0.5);
    engine.run(request);
  }
  if (waits) {
    engine.wait();
    outcome.error = engine.takeError();
    for (size_t i = 0; i < outputs.size(); i++) outcome.bytes.append(outputs[i]->data(), static_cast<size_t>(plan.outputBytes[i]));
  }
  for (Block* block : inputs) Pool::release(block);
  for (Block* block : outputs) Pool::release(block);
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Words> plans;
  for (int i = 1; i < argc; i++) plans.push_back(readWords(argv[i]));
  if (plans.empty()) {
    std::fprintf(stderr, "usage: run_plans <file>...\n");
    return 1;
  }
  int failures = 0;
  for (const InstructionSet& set : availableInstructionSets()) {
    std::vector<std::vector<Outcome>> outcomes(kOwners);
    std::vector<std::thread> owners;
    for (int owner = 0; owner < kOwners; owner++) {
      owners.emplace_back([&, owner] {
        Engine::Options options{set};
        options.threads = 3;
        options.packedLimit = size_t{1} << 26;
        options.longestSynchronous = owner % 2 == 0 ? 10e6 : 0;
        Engine engine(options);
        if (owner >= 2 && !engine.startProfile(1000)) std::abort();
        for (const Words& plan : plans) outcomes[static_cast<size_t>(owner)].push_back(runPlan(engine, plan));
        if (owner >= 2 && engine.stopProfile()->calls() == 0) std::abort();
        for (const Words& plan : plans) runPlan(engine, plan, false);
      });
    }
    for (std::thread& owner : owners) owner.join();
    int ran = 0, complained = 0;
    for (size_t i = 0; i < plans.size(); i++) {
      const Outcome& first = outcomes[0][i];
      (first.error.empty() ? ran : complained)++;
      for (const std::vector<Outcome>& other : outcomes) {
        if (other[i].error == first.error && (!first.error.empty() || other[i].bytes == first.bytes)) continue;
        std::printf("%s: engines differ: %s\n", argv[i + 1], (first.error + other[i].error).c_str());
        failures++;
        break;
      }
    }
    std::printf("%s: %d plans ran on %d engines, %d more complained of their data, %d failures\n", set.name, ran, kOwners, complained, failures);
    if (ran == 0) failures++;
  }
  return failures ? 1 : 0;
}
