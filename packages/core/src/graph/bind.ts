import { context } from "../engine/context.ts";
import { realize } from "../engine/realize.ts";
import type { Backend } from "../backend/backend.ts";
import { DeviceError, DisposedError } from "../errors.ts";
import type { PrimitiveName, PrimitiveParams } from "../primitives/params.ts";
import type { Primitive } from "../primitives/primitive.ts";
import { primitives } from "../primitives/table.ts";
import { Node, type Value } from "./value.ts";

/** A value with more nodes pending behind it than this is computed by itself: well above a 200-layer training step. */
const maxPendingNodes = 50_000;

/**
 * Applies primitive `op`: infers its outputs and appends a node. Nothing is computed, unless the mode is immediate.
 *
 * @param inputs Values of exact dtypes, all on one device.
 * @returns One value for each output, of the shape and dtype that the primitive's rule gives.
 * @throws ShapeError and DTypeError where the operands do not fit; DeviceError for two devices; DisposedError.
 * @example
 * const [q, r] = bind("qr", [a.value], { full: false });
 */
export function bind<P extends PrimitiveName>(op: P, inputs: readonly Value[], params: PrimitiveParams[P]): readonly Value[] {
  let device: Backend | null = null;
  for (const input of inputs) {
    if (input.disposed) throw new DisposedError(`[${op}] an operand was disposed: dispose() ends a tensor's life`);
    if (input.device !== null && input.device !== device) {
      if (device !== null) {
        throw new DeviceError(`[${op}] operands are on two devices: ${device.description} and ${input.device.description}`);
      }
      device = input.device;
    }
  }
  const avals = (primitives[op] as unknown as Primitive<P>).infer(inputs, params);
  const node = new Node(op, params, inputs, avals, context.scope, context.trace);
  if (device !== null) for (const output of node.outputs) output.device = device;
  if (context.recorders.length > 0) for (const recorder of context.recorders) recorder.record(node as Node);
  if (context.trace === null) {
    if (context.mode === "debug") node.stack = new Error().stack;
    if (context.mode !== "lazy") realize(node.outputs, false);
    else if (node.id - node.oldest > maxPendingNodes) realize(node.outputs);
  }
  return node.outputs;
}

/**
 * {@link bind} for primitives with one output.
 *
 * @throws DisposedError and DeviceError as {@link bind}, and what the primitive's rule for shapes and dtypes throws.
 *
 * @example
 * new Tensor(bindOne("neg", [tensor([1, -2]).value], {})); // [-1, 2]
 */
export function bindOne<P extends PrimitiveName>(op: P, inputs: readonly Value[], params: PrimitiveParams[P]): Value {
  return bind(op, inputs, params)[0] as Value;
}
