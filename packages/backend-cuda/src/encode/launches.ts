/** A plan as what the device is asked to do: launches of rendered kernels, and products by cuBLASLt. */
import {
  type Count,
  cudaFor,
  type Jump,
  mapSteps,
  type MatrixProduct,
  matrixProductOf,
  type Place,
  type Plan,
  programOf,
  readsOf,
  type RenderedKernel,
  type Step,
  stepRenderer,
  type View,
  writesOf,
} from "@neurite/compiler";
import { bytesPerElement } from "@neurite/core";
import { type Access, dependenciesOf } from "./dependencies.ts";

/** A step of the plan, and who does it: a kernel of ours or cuBLASLt. */
type Work = { readonly step: Step } & (
  | { readonly kind: "kernel"; readonly rendered: RenderedKernel }
  | { readonly kind: "product"; readonly product: MatrixProduct }
);

/** What the host does between launches: it goes on elsewhere. */
export type Control = { readonly kind: "jump"; readonly jump: Jump } | { readonly kind: "count"; readonly count: Count };

export type Launch = (Work | Control) & {
  /** Earlier launches that must have ended; none where the host decides what comes next, as it then waits. */
  readonly dependencies: readonly number[];
};

export type KernelLaunch = Extract<Launch, { kind: "kernel" }>;
export type ProductLaunch = Extract<Launch, { kind: "product" }>;
export type ControlLaunch = Extract<Launch, { kind: "jump" | "count" }>;

/** The launches of `plan` in order. With `products`, those dot kernels that cuBLASLt can do as they are become products. */
export function launchesOf(plan: Plan, products: boolean): Launch[] {
  const render = stepRenderer(plan, (kernel) => cudaFor(kernel, plan));
  const items = mapSteps(programOf(plan), (step): Work | null => {
    const product = products ? productOf(step, plan) : null;
    if (product !== null) return { kind: "product", step, product };
    const rendered = render(step);
    return rendered.workgroups > 0 ? { kind: "kernel", step, rendered } : null;
  });
  const work = items.filter((item): item is Work => "kind" in item);
  const dependencies = work.length < items.length ? [] : dependenciesOf(work.map((each) => accessesOf(plan, each)));
  return items.map((item, i): Launch => {
    if ("jump" in item) return { kind: "jump", jump: item, dependencies: [] };
    if ("counter" in item) return { kind: "count", count: item, dependencies: [] };
    return { ...item, dependencies: dependencies[i] ?? [] };
  });
}

/** The product that cuBLASLt can do for a step; null where it cannot. */
function productOf({ kernel, places }: Step, plan: Plan): MatrixProduct | null {
  if (kernel.kind !== "dot" || (kernel.dtype !== "float32" && kernel.dtype !== "float64")) return null;
  const product = matrixProductOf(kernel, plan);
  // A run that has complained must leave state as it is, and the library does not look.
  return product === null || places.get(product.result.view.buffer)?.memory.kind === "state" ? null : product;
}

/** What a launch touches. Status words and cuBLASLt's scratch are memory too. */
function accessesOf(plan: Plan, work: Work): Access[] {
  const { kernel, places } = work.step;
  const whole = ({ buffer }: View, writes: boolean): Access => {
    const { memory, offset } = places.get(buffer) as Place;
    const { size, dtype } = plan.buffers[buffer] as Plan["buffers"][number];
    const start = offset * bytesPerElement(dtype);
    return { memory: `${memory.kind} ${memory.index}`, start, end: start + size * bytesPerElement(dtype), writes };
  };
  const own = (memory: string): Access => ({ memory, start: 0, end: 1, writes: true });
  return [
    ...readsOf(kernel).map(({ view }) => whole(view, false)),
    ...writesOf(kernel).map((view) => whole(view, true)),
    // Complaints are written, and who writes state looks for them: both are kept in order.
    ...(work.kind === "kernel" && work.rendered.status ? [own("status")] : []),
    ...(work.kind === "product" ? [own("scratch")] : []),
  ];
}
