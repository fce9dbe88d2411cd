export * from "./dtypes/dtype.ts";
export { promoteTypes, weakTypeOf, type WeakType } from "./dtypes/promotion.ts";
export * from "./errors.ts";
export type * from "./backend/backend.ts";
export * from "./backend/checks.ts";
export { Node, Value } from "./graph/value.ts";
export type { Aval, Scope, Shape } from "./graph/value.ts";
export type { Graph, StateUpdate } from "./graph/graph.ts";
export { inLayer, located } from "./graph/located.ts";
export { formatGraph } from "./graph/print.ts";
export { formatAval } from "./shapes/format.ts";
export { bind, bindOne } from "./graph/bind.ts";
export type * from "./primitives/params.ts";
export type { BatchContext, BatchRule, Primitive, PrimitiveTable, VjpContext } from "./primitives/primitive.ts";
export { primitives } from "./primitives/table.ts";
export * as build from "./primitives/build.ts";
export { inferThrough, traceGraph } from "./engine/trace-graph.ts";
export { getDefaultDevice, setDefaultDevice, setDeviceChooser, withDevice } from "./engine/device.ts";
export type { ExecutionMode } from "./engine/context.ts";
export { setExecutionMode, withExecutionMode } from "./engine/debug.ts";
export { currentCallSettings, currentScope, withCallSettings, withScope } from "./engine/scope.ts";
export { compile } from "./engine/compile.ts";
export type { CompiledFunction, CompileOptions, PreparedCall, ProgramDescription } from "./engine/compile.ts";
export { profile, type Profiled, type ProfileOptions } from "./profiling/profile.ts";
export { Profile, type LayerProfile, type OpProfile, type ProfileTotals } from "./profiling/report.ts";
export type { KernelTotals } from "./profiling/totals.ts";
export { isTracing, outsideInference, realizeAll } from "./engine/state.ts";
export { Tensor } from "./tensor/tensor.ts";
export { isTensorBase as isTensor, type AnyTensor, type TensorBase } from "./tensor/base.ts";
export { tensor, toValue, type TensorLike, type TensorOptions } from "./tensor/create.ts";
export type { NestedArray } from "./tensor/nested.ts";
export { VariableSlice } from "./tensor/variable-slice.ts";
export type { VariableInitializer } from "./tensor/initial-value.ts";
export { isVariable, Variable, type VariableOptions } from "./tensor/variable.ts";
export { backward, vjpOf } from "./autodiff/backward.ts";
export { GradientTape, type GradientsOf, type GradientTapeOptions, type TapeGradientOptions } from "./autodiff/tape.ts";
export { vmap, type VmapOptions } from "./batching/vmap.ts";
export type { AxesTree } from "./batching/axes-tree.ts";
export { grad, hessian, jacobian, jvp, type JvpOptions, type TangentOf, valueAndGrad, vjp, type GradOptions } from "./autodiff/grad.ts";
export type { ArgumentOf, ArgumentsOf, GradientOf, GradientsFor } from "./autodiff/types.ts";
export { checkpoint, customGradient, stopGradient, type ValueWithGradient } from "./autodiff/custom.ts";
export { type Mask, maskOf, setMask } from "./symbolic/mask.ts";
export {
  anySymbolic,
  applySymbolically,
  beginAt,
  firstApplication,
  isSymbolic,
  symbolicInput,
  SymbolicTensor,
  type SymbolicNode,
  type SymbolicOperation,
  type SymbolicShape,
} from "./symbolic/symbolic-tensor.ts";
export { defineOp, OpCall, opInfo, type OpInfo, type OpInput } from "./symbolic/define-op.ts";
export { createRegistry, entryKinds, suggest, type Entries, type EntryKind, type Plugin, type Registry } from "./registry/registry.ts";
export { flattenTree, mapTree, type MapTreeOptions, type Tree } from "./tree.ts";
export { getDefaultRegistry, setDefaultRegistry } from "./registry/default.ts";
export { Callable } from "./callable.ts";
export { describe as describeValue } from "./describe.ts";
export { optionsOf, withLeading } from "./options.ts";
export type { OptimizerLike } from "./contracts/optimizer.ts";
export type {
  LoadModelOptions,
  LoadWeightsOptions,
  ModelFile,
  ModelFormat,
  SaveModelOptions,
  SaveWeightsOptions,
  WrittenFile,
} from "./contracts/format.ts";
export type { CallbackLike, CallbackModel, CallbackParams, Logs } from "./contracts/callback.ts";
export * from "./serialization/index.ts";
export * as ops from "./ops/index.ts";
export { opsPlugin } from "./ops/plugin.ts";
export * as ragged from "./ragged/index.ts";
export { RaggedTensor } from "./ragged/ragged-tensor.ts";
export * as sparse from "./sparse/index.ts";
export { SparseTensor } from "./sparse/sparse-tensor.ts";
export * as random from "./random/index.ts";
export { type Seed, SeedGenerator, setSeed } from "./random/index.ts";
