/** What kernels read and write, and how to point them elsewhere. */
import type { Body, Kernel, View } from "./plan.ts";

/** The views that a kernel reads; `elementwise` tells those that a body loads at the index it stores to. */
export interface Read {
  readonly view: View;
  /** The body whose stores happen after this load at the same index; null for operands that a kernel reads in its own way. */
  readonly body: Body | null;
}

export function readsOf(kernel: Kernel): Read[] {
  const loads = (body: Body): Read[] => body.operands.map((view) => ({ view, body }));
  const whole = (...views: readonly (View | null)[]): Read[] => views.filter((view) => view !== null).map((view) => ({ view, body: null }));
  switch (kernel.kind) {
    case "loop":
      return loads(kernel);
    case "reduce":
      return [...whole(...kernel.body.operands), ...loads(kernel.epilogue)];
    case "dot":
    case "conv":
      return [...whole(kernel.lhs, kernel.rhs), ...loads(kernel.epilogue)];
    case "gather":
      return whole(kernel.x, kernel.indices);
    case "scatter":
      return whole(kernel.indices, kernel.updates);
    case "argreduce":
    case "cumulative":
    case "argsort":
    case "fft":
      return whole(kernel.x);
    case "linalg":
      return whole(...kernel.inputs);
    default:
      return whole(kernel.x, kernel.y);
  }
}

export function writesOf(kernel: Kernel): readonly View[] {
  switch (kernel.kind) {
    case "loop":
      return kernel.stores.map((store) => store.view);
    case "reduce":
    case "dot":
    case "conv":
      return kernel.epilogue.stores.map((store) => store.view);
    case "linalg":
      return kernel.outputs;
    default:
      return [kernel.out];
  }
}

/** The same kernel with each view replaced. */
export function mapViews(kernel: Kernel, change: (view: View) => View): Kernel {
  const body = (old: Body): Body => ({
    operands: old.operands.map(change),
    instructions: old.instructions,
    stores: old.stores.map(({ value, view }) => ({ value, view: change(view) })),
  });
  switch (kernel.kind) {
    case "loop":
      return { ...kernel, ...body(kernel) };
    case "reduce":
      return { ...kernel, body: body(kernel.body), epilogue: body(kernel.epilogue) };
    case "dot":
    case "conv":
      return { ...kernel, lhs: change(kernel.lhs), rhs: change(kernel.rhs), epilogue: body(kernel.epilogue) };
    case "gather":
      return { ...kernel, x: change(kernel.x), indices: change(kernel.indices), out: change(kernel.out) };
    case "scatter":
      return { ...kernel, indices: change(kernel.indices), updates: change(kernel.updates), out: change(kernel.out) };
    case "argreduce":
    case "cumulative":
    case "argsort":
    case "fft":
      return { ...kernel, x: change(kernel.x), out: change(kernel.out) };
    case "linalg":
      return { ...kernel, inputs: kernel.inputs.map(change), outputs: kernel.outputs.map(change) };
    default:
      return { ...kernel, x: change(kernel.x), y: kernel.y === null ? null : change(kernel.y), out: change(kernel.out) };
  }
}

/** True for kernels that may set the run's status. */
export function hasSite(kernel: Kernel): boolean {
  const checks = (body: Body): boolean => body.instructions.some((instruction) => "site" in instruction && instruction.site !== undefined);
  switch (kernel.kind) {
    case "loop":
      return checks(kernel);
    case "reduce":
      return checks(kernel.body) || checks(kernel.epilogue);
    case "dot":
    case "conv":
      return checks(kernel.epilogue);
    default:
      return kernel.kind === "gather" || kernel.kind === "scatter";
  }
}

/** The bodies of a kernel, with the space each runs over. */
export function bodiesOf(kernel: Kernel): { readonly body: Body; readonly space: readonly number[] }[] {
  switch (kernel.kind) {
    case "loop":
      return [{ body: kernel, space: kernel.shape }];
    case "reduce":
      return [
        { body: kernel.body, space: kernel.shape },
        { body: kernel.epilogue, space: kernel.shape.filter((_, axis) => !kernel.reduced[axis]) },
      ];
    case "dot":
      return [{ body: kernel.epilogue, space: [...kernel.batch, kernel.m, kernel.n] }];
    case "conv":
      return [{ body: kernel.epilogue, space: [kernel.groups, kernel.batch, ...kernel.output, kernel.features] }];
    default:
      return [];
  }
}
