/**
 * Units: the least pieces of work, before fusion. A loop unit computes one expression over its shape; the others compute one
 * structured primitive. Fusion puts units together; what remains is lowered unit by unit.
 */
import { DeviceError, inLayer } from "@neurite/core";
import { isElementwise, isGenerator, isView } from "../ir/classify.ts";
import { type IrNode, type IrNodeOf, type IrProgram, sizeOf } from "../ir/node.ts";
import type { ConvKernel, DotKernel, Kernel, View } from "../plan/plan.ts";
import { spaceOf } from "../views/strides.ts";
import { BodyBuilder, type LoweringContext, type Target, wholeTarget } from "./kernels/body.ts";
import { argreduceKernel } from "./kernels/argreduce.ts";
import { axisKernel } from "./kernels/axis.ts";
import { controlKernel } from "./kernels/control.ts";
import { concatPieces, padPieces } from "./kernels/assemble.ts";
import { convOperands } from "./kernels/conv.ts";
import { dotOperands } from "./kernels/dot.ts";
import { gatherKernel, scatterKernel } from "./kernels/indexing.ts";
import { linalgKernel, linalgOutputs } from "./kernels/linalg.ts";
import { windowKernel } from "./kernels/window.ts";
import { findProjections } from "./projections.ts";
import type { Copy } from "./slots.ts";

interface UnitBase {
  /** The value it computes. */
  readonly root: IrNode;
  /** Where the value goes. Fusion drops targets that nobody reads. */
  targets: readonly Target[];
  /** What it reads, over `space`, apart from what kernels of its kind hold themselves. */
  readonly reads: readonly View[];
  /** Axes of more than one element that its expression runs over. */
  readonly space: readonly number[];
  /** Strides over `space` by which its expression moves: those of its reads, and of the indices it counts with. */
  readonly walks: readonly (readonly number[])[];
  /** Instructions of its expression. */
  readonly work: number;
  /** Program order. */
  readonly order: number;
}

export interface LoopUnit extends UnitBase {
  readonly kind: "loop";
  /** True if the root is computed by its own op; false for a copy of a value that exists. */
  readonly computes: boolean;
}

/** Its space and reads are those of the expression that it reduces. */
export interface ReduceUnit extends UnitBase {
  readonly kind: "reduce";
  readonly root: IrNodeOf<"reduce">;
  /** For each axis of the space. */
  readonly reduced: readonly boolean[];
}

export interface DotUnit extends UnitBase {
  readonly kind: "dot";
  readonly root: IrNodeOf<"dot">;
  readonly operands: Omit<DotKernel, "epilogue">;
}

export interface ConvUnit extends UnitBase {
  readonly kind: "conv";
  readonly root: IrNodeOf<"conv">;
  readonly operands: Omit<ConvKernel, "epilogue">;
}

/** A primitive whose kernel takes part in no fusion. */
export interface KernelUnit extends UnitBase {
  readonly kind: "kernel";
  readonly kernel: Kernel;
}

export type Unit = LoopUnit | ReduceUnit | DotUnit | ConvUnit | KernelUnit;

/** The units of a program, operands first. Values without elements get none. */
export function makeUnits(ir: IrProgram, copies: readonly Copy[], context: LoweringContext): Unit[] {
  const { slots } = context;
  const units: Unit[] = [];
  const pushLoop = (root: IrNode, computes: boolean, targets: readonly Target[]): void => {
    if (root.size > 0) units.push(loopUnit(root, computes, targets, context, units.length));
  };
  const copyTo = (value: IrNode, slot: number): void => pushLoop(value, false, [wholeTarget(slot, value.shape)]);

  const projections = findProjections(ir);
  for (const root of ir.nodes) {
    const parts = projections.get(root);
    if (parts !== undefined) {
      if (root.op === "cond" || root.op === "while" || root.op === "scan") {
        const { kernel, initial, reads, writes } = controlKernel(root, parts, context);
        for (const { value, slot } of initial) copyTo(value, slot);
        units.push({ ...controlUnit(root, reads, writes, units.length), kernel });
        continue;
      }
      units.push(...multipleOutputs(root, parts, context, units.length));
      continue;
    }
    const slot = slots.of.get(root);
    if (slot === undefined || root.size === 0) continue;
    const order = units.length;
    const extra = slots.extra.get(root) ?? [];
    const targets = [slot, ...extra].map((target) => wholeTarget(target, root.shape));
    const kernelUnit = (kernel: Kernel, reads: readonly View[]): void => {
      units.push({
        kind: "kernel",
        root,
        targets: targets.slice(0, 1),
        reads,
        space: spaceOf(root.shape),
        walks: [],
        work: 1,
        order,
        kernel,
      });
      for (const target of extra) copyTo(root, target);
    };
    switch (root.op) {
      case "parameter":
        if (root.params.kind === "scalar") pushLoop(root, true, targets);
        break;
      case "reduce":
        units.push(reduceUnit(root, targets, context, order));
        break;
      case "dot": {
        const operands = dotOperands(root, context);
        const space = [...operands.batch, operands.m, operands.n];
        units.push({ kind: "dot", root, targets, reads: [operands.lhs, operands.rhs], space, walks: [], work: 1, order, operands });
        break;
      }
      case "conv": {
        const operands = convOperands(root, context);
        const space = [operands.groups, operands.batch, ...operands.output, operands.features];
        units.push({ kind: "conv", root, targets, reads: [operands.lhs, operands.rhs], space, walks: [], work: 1, order, operands });
        break;
      }
      case "reduce_window":
      case "window_gather":
      case "window_scatter": {
        const kernel = windowKernel(root, slot, context);
        kernelUnit(kernel, kernel.y === null ? [kernel.x] : [kernel.x, kernel.y]);
        break;
      }
      case "argreduce": {
        const kernel = argreduceKernel(root, slot, context);
        kernelUnit(kernel, [kernel.x]);
        break;
      }
      case "gather": {
        const kernel = gatherKernel(root, slot, context);
        kernelUnit(kernel, [kernel.x, kernel.indices]);
        break;
      }
      case "scatter": {
        copyTo(root.inputs[0] as IrNode, slot);
        const kernel = scatterKernel(root, slot, context);
        kernelUnit(kernel, [kernel.indices, kernel.updates]);
        break;
      }
      case "cumulative":
      case "argsort":
      case "fft": {
        const kernel = axisKernel(root, slot, context);
        kernelUnit(kernel, [kernel.x]);
        break;
      }
      case "cholesky":
      case "triangular_solve": {
        const kernel = linalgKernel(root, [slot], context);
        kernelUnit(kernel, kernel.inputs);
        break;
      }
      case "project":
        // Its primitive's kernel has written it.
        for (const target of extra) copyTo(root, target);
        break;
      case "concat":
      case "pad":
        for (const piece of root.op === "concat" ? concatPieces(root) : padPieces(root)) {
          const places = piece.place;
          pushLoop(
            piece.value,
            false,
            [slot, ...extra].map((target) => ({ slot: target, ...places })),
          );
        }
        break;
      default:
        if (!isElementwise(root) && !isGenerator(root) && !isView(root)) {
          throw noKernel(root);
        }
        pushLoop(root, true, targets);
    }
  }
  for (const { value, slot } of copies) copyTo(value, slot);
  return units;
}

/** Its reads and targets say what it touches, not where: nothing is ever fused with it. */
function controlUnit(root: IrNode, reads: readonly number[], writes: readonly number[], order: number): Omit<KernelUnit, "kernel"> {
  const somewhere = { offset: 0, strides: [] };
  return {
    kind: "kernel",
    root,
    targets: writes.map((slot) => ({ slot, ...somewhere })),
    reads: reads.map((buffer) => ({ buffer, ...somewhere })),
    space: [],
    walks: [],
    work: 1,
    order,
  };
}

function noKernel({ op, scope }: IrNode): DeviceError {
  return new DeviceError(`[${op}] has no compiled kernel yet${inLayer(scope.path)}`);
}

/** The unit of a primitive with several outputs: it writes all of them, those that nobody reads too. None where all are empty. */
function multipleOutputs(root: IrNode, parts: readonly (IrNode | undefined)[], context: LoweringContext, order: number): Unit[] {
  const { slots } = context;
  switch (root.op) {
    case "lu":
    case "qr":
    case "svd":
    case "eigh":
    case "eig": {
      if (parts.every((part) => part === undefined || part.size === 0)) return [];
      const avals = linalgOutputs(root);
      const outputs = avals.map(({ dtype, shape }, i) => {
        const part = parts[i];
        return part === undefined ? slots.add(dtype, sizeOf(shape), { kind: "arena" }) : (slots.of.get(part) as number);
      });
      const kernel = linalgKernel(root, outputs, context);
      const targets = avals.map(({ shape }, i) => wholeTarget(outputs[i] as number, shape));
      return [{ kind: "kernel", root, targets, reads: kernel.inputs, space: spaceOf(root.shape), walks: [], work: 1, order, kernel }];
    }
    default:
      throw noKernel(root);
  }
}

function loopUnit(root: IrNode, computes: boolean, targets: readonly Target[], context: LoweringContext, order: number): LoopUnit {
  const space = spaceOf(root.shape);
  const body = new BodyBuilder(context, space);
  const map = body.rowMajor(root.shape);
  if (computes) body.compute(root, map);
  else body.value(root, map);
  return {
    kind: "loop",
    root,
    computes,
    targets,
    reads: body.operands,
    space,
    walks: walksOf(body),
    work: body.instructions.length,
    order,
  };
}

function reduceUnit(root: IrNodeOf<"reduce">, targets: readonly Target[], context: LoweringContext, order: number): ReduceUnit {
  const operand = root.inputs[0] as IrNode;
  const space = spaceOf(operand.shape);
  const reduced = operand.shape.map((_, axis) => root.params.axes.includes(axis)).filter((_, axis) => operand.shape[axis] !== 1);
  const body = new BodyBuilder(context, space);
  body.value(operand, body.rowMajor(operand.shape));
  return {
    kind: "reduce",
    root,
    targets,
    reads: body.operands,
    space,
    reduced,
    walks: walksOf(body),
    work: body.instructions.length,
    order,
  };
}

function walksOf({ operands, instructions }: BodyBuilder): (readonly number[])[] {
  const walks = operands.map((view) => view.strides);
  for (const instruction of instructions) if (instruction.op === "index") walks.push(instruction.strides);
  return walks;
}
