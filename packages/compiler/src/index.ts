export { type CompileOptions, type Passes, compileGraph } from "./compile.ts";
export type { DTypeLowering } from "./passes/lower-dtypes.ts";
export type * from "./plan/plan.ts";
export { printGraph, printPlan } from "./plan/print.ts";
export { allKernels, blocksOf, hasSite, mapViews, type Read, readsOf, writesOf } from "./plan/views.ts";
export { type InterpretedRun, interpretPlan } from "./interpret/interpret.ts";
export type { BufferUse, Dialect, Module } from "./render/dialect.ts";
export { renderKernel, type RenderedKernel } from "./render/render.ts";
export { wgsl, wgslPlaceWords, wgslSiteWord } from "./render/wgsl.ts";
