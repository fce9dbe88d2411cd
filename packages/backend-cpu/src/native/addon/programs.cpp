// Executables and programs: compile, bind, run.

#include <algorithm>

#include "addon/state.h"

namespace neurite {

namespace {

/** What `run` leaves in command[0]. */
enum RunResult : int32_t { kDone = 0, kOutOfMemory = 1, kFailed = 2, kNoHandle = 3, kTooSmall = 4, kNoEngine = 5 };

/** compile(engine, words, sites: string[]): External, its number in command[0], its serial number for profiles in command[1] */
napi_value compile(napi_env env, napi_callback_info info) {
  Arguments<3> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  size_t bytes = 0;
  const char* words = args.bytes(1, bytes);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  std::string error;
  std::shared_ptr<Executable> executable =
      state->engine->compile(reinterpret_cast<const int32_t*>(words), bytes / sizeof(int32_t), error);
  if (executable == nullptr) {
    // Messages that begin with an op are the user's concern; the others mean that the encoding is broken.
    const bool unsupported = !error.empty() && error[0] == '[';
    return throwError(env, unsupported ? "NEURITE_DTYPE" : "NEURITE_DEVICE", unsupported ? error : "[compile] not a valid plan: " + error);
  }
  executable->sites = stringsOf(env, args.values[2]);
  if (executable->sites.size() < static_cast<size_t>(executable->plan->sites)) {
    return throwError(env, "NEURITE_DEVICE", "[compile] not a valid plan: sites");
  }
  napi_value external = nullptr;
  Handle* handle = makeHandle(env, state, &external);
  if (handle == nullptr) return nullptr;
  addon->command[0] = handle->id;
  addon->command[1] = executable->serial;
  handle->executable = std::move(executable);
  return external;
}

/** bind(engine, executable): External, its number in command[0]; the numbers of the states are in command */
napi_value bind(napi_env env, napi_callback_info info) {
  Arguments<3> args(env, info);
  AddonState* addon = stateOf(env);
  EngineState* state = addon->find(args.int32(0));
  const int32_t id = args.int32(1);
  const int32_t count = args.int32(2);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  Handle* source = state->find(id);
  if (source == nullptr || source->executable == nullptr) return throwNoHandle(env);
  const Plan& plan = *source->executable->plan;
  if (count != plan.states || static_cast<size_t>(count) > addon->commandLength) {
    return throwError(env, "NEURITE_VALUE", "[bind] the program has " + std::to_string(plan.states) + " state storages: received " + std::to_string(count));
  }
  for (int32_t i = 0; i < count; i++) {
    const Handle* storage = state->find(addon->command[i]);
    if (storage == nullptr || storage->block == nullptr) return throwNoHandle(env);
    if (static_cast<int64_t>(storage->bytes) < plan.stateBytes[static_cast<size_t>(i)]) {
      return throwError(env, "NEURITE_VALUE",
                        "[bind] state " + std::to_string(i) + " needs " + std::to_string(plan.stateBytes[static_cast<size_t>(i)]) +
                            " bytes: received a storage of " + std::to_string(storage->bytes));
    }
  }
  napi_value external = nullptr;
  Handle* handle = makeHandle(env, state, &external);
  if (handle == nullptr) return nullptr;
  handle->program = std::make_shared<Program>();
  handle->program->executable = source->executable;
  for (int32_t i = 0; i < count; i++) {
    Block* block = state->find(addon->command[i])->block;
    Pool::retain(block);
    handle->program->states.push_back(block);
  }
  addon->command[0] = handle->id;
  return external;
}

napi_value failRun(AddonState* addon, RunRequest& request, RunResult result) {
  for (Block* block : request.inputs) Pool::release(block);
  for (Block* block : request.outputs) Pool::release(block);
  addon->command[0] = result;
  return nullptr;
}

/**
 * run(): command holds engine, program, repeat, number of inputs, inputs; scalars hold the scalars. Afterwards command[0] is a
 * RunResult, followed by the numbers of the outputs. Returns nothing, the External of the one output, or an array of them.
 */
napi_value run(napi_env env, napi_callback_info) {
  AddonState* addon = stateOf(env);
  int32_t* command = addon->command;
  RunRequest request;
  EngineState* state = addon->find(command[0]);
  if (state == nullptr) return failRun(addon, request, kNoEngine);
  Handle* handle = state->find(command[1]);
  if (handle == nullptr || handle->program == nullptr) return failRun(addon, request, kNoHandle);
  Engine& engine = *state->engine;
  const Plan& plan = *handle->program->executable->plan;
  const size_t inputs = static_cast<size_t>(command[3]);
  if (inputs != static_cast<size_t>(plan.inputs) || inputs + 4 > addon->commandLength ||
      static_cast<size_t>(plan.scalars) > addon->scalarsLength || plan.outputBytes.size() + 1 > addon->commandLength) {
    return failRun(addon, request, kTooSmall);
  }
  if (engine.hasError() && engine.idle()) return failRun(addon, request, kFailed);
  request.program = handle->program;
  request.repeat = command[2];
  for (size_t i = 0; i < inputs; i++) {
    const Handle* storage = state->find(command[4 + i]);
    if (storage == nullptr || storage->block == nullptr) return failRun(addon, request, kNoHandle);
    if (static_cast<int64_t>(storage->bytes) < plan.inputBytes[i]) return failRun(addon, request, kTooSmall);
    Pool::retain(storage->block);
    request.inputs.push_back(storage->block);
  }
  if (!engine.reserveArena(plan.arenaBytes)) {
    // allocateBlock collects garbage; then there may be room.
    Block* room = allocateBlock(addon, state, static_cast<size_t>(plan.arenaBytes));
    if (room != nullptr) Pool::release(room);
    if (room == nullptr || !engine.reserveArena(plan.arenaBytes)) return failRun(addon, request, kOutOfMemory);
  }
  const size_t outputs = plan.outputBytes.size();
  for (size_t i = 0; i < outputs; i++) {
    Block* block = allocateBlock(addon, state, static_cast<size_t>(plan.outputBytes[i]));
    if (block == nullptr) return failRun(addon, request, kOutOfMemory);
    request.outputs.push_back(block);
  }
  request.scalars.assign(addon->scalars, addon->scalars + plan.scalars);
  napi_value result = nullptr;
  if (outputs > 1) napi_create_array_with_length(env, outputs, &result);
  for (size_t i = 0; i < outputs; i++) {
    napi_value external = nullptr;
    Handle* output = makeHandle(env, state, &external);
    if (output == nullptr) return failRun(addon, request, kOutOfMemory);
    output->block = request.outputs[i];
    output->bytes = static_cast<size_t>(plan.outputBytes[i]);
    Pool::retain(output->block);
    state->allocations++;
    state->storages++;
    command[1 + i] = output->id;
    if (outputs > 1) {
      napi_set_element(env, result, static_cast<uint32_t>(i), external);
    } else {
      result = external;
    }
  }
  const bool ended = engine.run(request);
  command[0] = ended && engine.hasError() ? kFailed : kDone;
  return result;
}

/** estimate(engine, executable): milliseconds that one run is thought to take */
napi_value estimate(napi_env env, napi_callback_info info) {
  Arguments<2> args(env, info);
  EngineState* state = stateOf(env)->find(args.int32(0));
  const int32_t id = args.int32(1);
  if (!args.ok) return nullptr;
  if (state == nullptr) return throwNoEngine(env);
  Handle* handle = state->find(id);
  if (handle == nullptr || handle->executable == nullptr) return throwNoHandle(env);
  return makeNumber(env, handle->executable->nanoseconds / 1e6);
}

}  // namespace

void defineProgramFunctions(napi_env env, napi_value exports) {
  defineFunction(env, exports, "compile", compile);
  defineFunction(env, exports, "bind", bind);
  defineFunction(env, exports, "run", run);
  defineFunction(env, exports, "estimate", estimate);
}

}  // namespace neurite
