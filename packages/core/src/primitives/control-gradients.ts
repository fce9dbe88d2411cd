/**
 * Gradients of branches and loops. A branch's gradient is a branch between gradients; a scan's is a scan the other way round over the
 * values it carried; a bounded while loop is differentiated as a scan whose last steps change nothing.
 */
import { vjpOf, zerosIfNull } from "../autodiff/backward.ts";
import { bytesPerElement, isInexact } from "../dtypes/dtype.ts";
import { closedGraph } from "../engine/extract.ts";
import { traceGraph } from "../engine/trace-graph.ts";
import { GradientError } from "../errors.ts";
import { bind } from "../graph/bind.ts";
import type { Graph } from "../graph/graph.ts";
import type { Aval, Node, Value } from "../graph/value.ts";
import { add, concat, inline, reshape, slice, zerosLike } from "./build.ts";
import type { VjpContext } from "./primitive.ts";
import { type SumOverSteps, SumsOverSteps } from "./sums-over-steps.ts";

type Gradients = readonly (Value | null)[];
type Body = (operands: readonly Value[]) => readonly Value[];

/** Pulls cotangents back through `body`, applied again to `inputs` (of which some may be the same value). */
export function backwardThrough(body: Body, inputs: readonly Value[], cotangents: Gradients): Gradients {
  const distinct = [...new Set(inputs)];
  const gradients = vjpOf(() => body(inputs), distinct).pull(cotangents);
  // A value that is an operand twice gets its whole gradient once.
  return inputs.map((input, i) => (inputs.indexOf(input) === i ? gradients[distinct.indexOf(input)] : null));
}

function present(values: Gradients): Value[] {
  return values.filter((value) => value !== null);
}

/** `values` put back where `pattern` is not null. */
function spread(values: readonly Value[], pattern: Gradients): Gradients {
  let next = 0;
  return pattern.map((entry) => (entry === null ? null : values[next++]));
}

/** The list with null where `keep` is false. */
function only<T>(list: readonly T[], keep: readonly boolean[]): T[] {
  return list.filter((_, i) => keep[i]);
}

/** `graph` with unused inputs in front of its own (`before`) and behind (`after`). */
function widen(graph: Graph, at: number, before: readonly Aval[], after: readonly Aval[]): Graph {
  if (before.length === 0 && after.length === 0) return graph;
  const own = graph.inputs.length - at;
  const avals = [...graph.inputs.slice(0, at), ...before, ...graph.inputs.slice(at), ...after];
  return traceGraph(avals, (xs) => inline(graph, [...xs.slice(0, at), ...xs.slice(at + before.length, at + before.length + own)])).graph;
}

export function condGradient({ inputs, cotangents, params, needs }: VjpContext<"cond">): Gradients {
  const [predicate, ...operands] = inputs;
  const wanted = needs.slice(1);
  const arriving = present(cotangents);
  const pulled = (branch: Graph): ReturnType<typeof traceGraph> =>
    traceGraph([...operands, ...arriving], (xs) => {
      const own = xs.slice(0, operands.length);
      const gradients = vjpOf((values) => inline(branch, values), own).pull(spread(xs.slice(operands.length), cotangents));
      return only(gradients, wanted).map((gradient, i) => zerosIfNull(gradient, only(own, wanted)[i]));
    });
  const then = pulled(params.then);
  const otherwise = pulled(params.otherwise);
  const shared = operands.length + arriving.length;
  const gradients = bind("cond", [predicate, ...operands, ...arriving, ...then.captures, ...otherwise.captures], {
    then: widen(then.graph, shared, [], otherwise.captures),
    otherwise: widen(otherwise.graph, shared, then.captures, []),
  });
  return [
    null,
    ...spread(
      gradients,
      wanted.map((want) => (want ? predicate : null)),
    ),
  ];
}

/** What the primal scan is asked for besides its outputs. */
interface Kept {
  /** What it carried into each step, for the carries that were wanted. */
  readonly carried: readonly Value[];
  /** The other values of each step that were wanted. */
  readonly values: readonly Value[];
}

/**
 * What a scan carried into each step, for the carries that `wanted` names, and what `residuals` (a graph over the body's inputs) gives
 * there, all stacked along a leading axis. A carry that the body also emits is read off what was emitted; for all else the scan is
 * written down again with more outputs. A compiler finds that the two are one.
 */
function keptOf(
  { inputs, outputs, params }: Pick<VjpContext<"scan">, "inputs" | "outputs" | "params">,
  wanted: readonly boolean[],
  residuals: Graph,
): Kept {
  const { body, carry, xs, length, reverse } = params;
  const emitted = wanted.map((want, i) => (want && length > 0 ? body.outputs.indexOf(body.outputs[i], carry) : -1));
  const missing = wanted.map((want, i) => want && emitted[i] < 0);
  let again: readonly Value[] = [];
  if (missing.includes(true) || residuals.outputs.length > 0) {
    const { graph } = traceGraph(body.inputs, (ins) => [
      ...inline(body, ins),
      ...only(ins.slice(0, carry), missing),
      ...inline(residuals, ins),
    ]);
    again = bind("scan", inputs, { body: graph, carry, xs, length, reverse }).slice(body.outputs.length);
  }
  const carried: Value[] = [];
  let next = 0;
  wanted.forEach((want, i) => {
    if (!want) return;
    if (missing[i]) {
      carried.push(again[next++]);
      return;
    }
    const ys = outputs[emitted[i]];
    const none = ys.shape.map(() => 0);
    const initial = reshape(inputs[i], [1, ...inputs[i].shape]);
    carried.push(
      reverse
        ? concat([slice(ys, none.with(0, 1), ys.shape), initial], 0)
        : concat([initial, slice(ys, none, ys.shape.with(0, length - 1))], 0),
    );
  });
  return { carried, values: again.slice(next) };
}

/** Primitives whose results are worth keeping for the way back; the others are computed again from these. */
const expensive: ReadonlySet<string> = new Set([
  "dot",
  "conv",
  "reduce_window",
  "gather",
  "scatter",
  "argsort",
  "cumulative",
  "cholesky",
  "triangular_solve",
  "lu",
  "qr",
  "svd",
  "eigh",
  "eig",
  "fft",
  "cond",
  "while",
  "scan",
]);

/**
 * The nodes of a step back that have to be run in it, and what the primal step finds out for them: what is expensive, or, where all that
 * is made of an expensive value is another of its size (a sum with it, an activation), that one.
 */
function splitStep(graph: Graph, given: readonly Value[], outputs: readonly Value[]): { nodes: Node[]; residuals: Value[] } {
  const primal = new Set(given);
  const known = new Set<Value>();
  for (const node of graph.nodes) {
    // What is behind a barrier is there to be computed again.
    if (node.op === "barrier" || !node.inputs.every((input) => primal.has(input))) continue;
    for (const output of node.outputs) {
      primal.add(output);
      if (expensive.has(node.op)) known.add(output);
    }
  }
  for (;;) {
    const nodes = neededNodes(
      graph.nodes.filter((node) => !node.outputs.some((output) => known.has(output))),
      outputs,
    );
    const users = new Map<Value, Node[]>();
    for (const node of nodes) for (const input of new Set(node.inputs)) users.set(input, [...(users.get(input) ?? []), node]);
    const residuals = [...known].filter((value) => users.has(value) || outputs.includes(value));
    const later = residuals.flatMap((value) => {
      const [user, ...others] = users.get(value) ?? [];
      const [made, ...more] = user?.outputs ?? [];
      const replaces = made !== undefined && more.length === 0 && others.length === 0 && !outputs.includes(value) && primal.has(made);
      return replaces && bytesOf(made) === bytesOf(value) ? [made] : [];
    });
    if (later.length === 0) return { nodes, residuals };
    for (const value of later) known.add(value);
  }
}

function bytesOf({ dtype, shape }: Aval): number {
  return shape.reduce((product, dim) => product * dim, bytesPerElement(dtype));
}

/** Those of `nodes` that `roots` need. */
function neededNodes(nodes: readonly Node[], roots: readonly Value[]): Node[] {
  const needed = new Set(roots);
  const kept = [...nodes].reverse().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  return kept.reverse();
}

/**
 * One scan the other way round over what the scan carried into each step. What its steps add to the gradients of constants is summed
 * afterwards, over stacks of what the steps gave, wherever {@link SumsOverSteps} can; the rest is carried.
 */
export function scanGradient(context: VjpContext<"scan">): Gradients {
  const { inputs, cotangents, params, needs } = context;
  const { body, carry, xs, length, reverse } = params;
  const constants = inputs.slice(carry + xs);
  const flows = inputs.slice(0, carry).map((value) => isInexact(value.dtype));
  const needsXs = needs.slice(carry, carry + xs);
  const needsConstants = needs.slice(carry + xs);
  const finalCotangents = only(cotangents.slice(0, carry), flows).map((ct, i) => zerosIfNull(ct, only(inputs.slice(0, carry), flows)[i]));
  const yCotangents = cotangents.slice(carry);
  const arriving = present(yCotangents);
  const totals = only(constants, needsConstants).map(zerosLike);

  // One step back: (cotangents of the carry, totals of the constants', the step's operands, cotangents of what it emitted).
  const [c, t] = [finalCotangents.length, totals.length];
  const stepAvals: Aval[] = [...finalCotangents, ...totals, ...body.inputs.slice(0, carry + xs)];
  const arrivingAvals = arriving.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }));
  let sums: SumOverSteps[] = [];
  /** Inputs of the step that are slices of a stack, what it emits, and of which of these the sums are made. */
  let sliced: readonly Value[] = [];
  let emitted: readonly Value[] = [];
  let summed: ReadonlySet<Value> = new Set();
  const step = traceGraph([...stepAvals, ...arrivingAvals, ...constants], (ins) => {
    sliced = ins.slice(c + t, c + t + carry + xs + arriving.length);
    const operands = [...ins.slice(c + t, c + t + carry + xs), ...ins.slice(c + t + carry + xs + arriving.length)];
    const received = ins.slice(c + t + carry + xs, c + t + carry + xs + arriving.length);
    const gradients = vjpOf((values) => inline(body, values), operands).pull([
      ...spread(
        ins.slice(0, c),
        flows.map((flow) => (flow ? ins[0] : null)),
      ),
      ...spread(received, yCotangents),
    ]);
    const toCarry = only(gradients.slice(0, carry), flows).map((gradient, i) => zerosIfNull(gradient, ins[i]));
    const toXs = only(gradients.slice(carry, carry + xs), needsXs).map((gradient, i) =>
      zerosIfNull(gradient, only(operands.slice(carry, carry + xs), needsXs)[i]),
    );
    const over = new SumsOverSteps(length, [...sliced, ...toXs]);
    sums = only(gradients.slice(carry + xs), needsConstants).map((gradient) =>
      gradient === null || length < 2 ? { total: null, rest: gradient } : over.of(gradient),
    );
    emitted = [...toXs, ...over.stacked];
    summed = over.needed;
    const toConstants = sums.map(({ rest }, i) => (rest === null ? ins[c + i] : add(ins[c + i], rest)));
    return [...toCarry, ...toConstants, ...emitted];
  });

  // What the primal steps found out with much work comes from them, in place of the nodes that would find it out again.
  const { inputs: ins, nodes } = step.graph;
  const carried = sums.map(({ rest }) => rest !== null);
  const outputs = step.graph.outputs.filter((_, i) => i < c || i >= c + t || carried[i - c]);
  const own = [
    ...ins.slice(c + t, c + t + carry + xs),
    ...ins.slice(c + t + carry + xs + arriving.length, ins.length - step.captures.length),
  ];
  const { nodes: stepNodes, residuals } = splitStep(step.graph, length < 2 ? [] : own, outputs);
  const usedValues = new Set([...outputs, ...stepNodes.flatMap((node) => node.inputs)]);

  // Most steps need only some of the values: the others are neither kept nor passed.
  const used = ins.map((input, i) => {
    if (i < c) return true;
    return i < c + t ? (carried[i - c] as boolean) : usedValues.has(input) || summed.has(sliced[i - c - t]);
  });
  const usedCarry = used.slice(c + t, c + t + carry);
  const usedXs = used.slice(c + t + carry, c + t + carry + xs);
  const usedArriving = used.slice(c + t + carry + xs, c + t + carry + xs + arriving.length);
  const usedConstants = used.slice(c + t + carry + xs + arriving.length);
  const kept = keptOf(context, usedCarry, closedGraph(own, residuals, neededNodes(nodes, residuals)));
  const slices = [...kept.carried, ...only(inputs.slice(carry, carry + xs), usedXs), ...only(arriving, usedArriving)];
  const scanned = [...slices, ...kept.values];
  const operands = [...finalCotangents, ...only(totals, carried), ...scanned, ...only([...constants, ...step.captures], usedConstants)];
  const first = c + only(totals, carried).length;
  const before = only(ins, used).slice(0, first + slices.length);
  const behind = only(ins, used).slice(first + slices.length);
  const closed = closedGraph([...before, ...residuals, ...behind], outputs, stepNodes);
  const results = bind("scan", operands, {
    body: traceGraph(closed.inputs, (values) => inline(closed, values)).graph,
    carry: first,
    xs: scanned.length,
    length,
    reverse: !reverse,
  });
  const stacks = new Map<Value, Value>();
  only(sliced, [...usedCarry, ...usedXs, ...usedArriving]).forEach((value, i) => stacks.set(value, slices[i]));
  emitted.forEach((value, i) => {
    if (!stacks.has(value)) stacks.set(value, results[first + i]);
  });
  const rests = spread(
    results.slice(c, first),
    carried.map((here) => (here ? inputs[0] : null)),
  );
  const toConstants = sums.map(({ total }, i) => {
    const sum = total?.((value) => stacks.get(value) as Value) ?? null;
    const rest = rests[i];
    return sum && rest ? add(sum, rest) : (sum ?? rest ?? totals[i]);
  });
  const place = (values: readonly Value[], where: readonly boolean[]): Gradients =>
    spread(
      values,
      where.map((here) => (here ? inputs[0] : null)),
    );
  return [
    ...place(results.slice(0, c), flows),
    ...place(results.slice(first, first + only(needsXs, needsXs).length), needsXs),
    ...place(toConstants, needsConstants),
  ];
}

export function whileGradient({ inputs, cotangents, params }: VjpContext<"while">): Gradients {
  const { test, body, carry, maxIterations } = params;
  if (maxIterations === null) {
    throw new GradientError("[while] the gradient of a loop needs a bound on its steps: give maxIterations");
  }
  // A branch, not a select: what the body would do after the end must not reach the gradient.
  const { graph: keep } = traceGraph(body.inputs, (ins) => ins.slice(0, carry));
  const { graph: step } = traceGraph(body.inputs, (ins) => {
    const next = bind("cond", [inline(test, ins)[0], ...ins], { then: body, otherwise: keep });
    return [...next, ...next];
  });
  const bounded: Body = (operands) =>
    bind("scan", operands, { body: step, carry, xs: 0, length: maxIterations, reverse: false }).slice(0, carry);
  return backwardThrough(bounded, inputs, cotangents);
}
