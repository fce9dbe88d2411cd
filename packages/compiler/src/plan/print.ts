import { type DType, formatGraph, type Graph } from "@neurite/core";
import { contiguousStrides } from "../views/strides.ts";
import type { Block, Body, Buffer, Kernel, Plan, View } from "./plan.ts";

/**
 * A graph as text: one line a node.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * console.log(printGraph(graph));
 */
export function printGraph(graph: Graph): string {
  return formatGraph(graph);
}

/**
 * A plan as text: one kernel after another with its shapes, what it computes as expressions, and where that goes. Buffers are
 * named by their place (`in0`, `state1`, `out0`, arena buffers `%5`); `:=` marks a store into a state, `(in place)` one that
 * overwrites what the kernel reads.
 *
 * @example
 * const { graph } = traceGraph([{ dtype: "float32", shape: [3] }], ([x]) => [build.neg(x)]);
 * printPlan(compileGraph(graph)).includes("1 kernels"); // true
 */
export function printPlan(plan: Plan): string {
  const lines = [
    `plan: ${plan.kernels.length} kernels, arena ${plan.arenaBytes} B, ${plan.inputs} inputs, ${plan.states} states, ${plan.scalars} scalars`,
  ];
  plan.buffers.forEach((buffer, index) => {
    const { location } = buffer;
    if (location.kind === "arena") lines.push(`  %${index}: ${buffer.dtype}[${buffer.size}] at ${location.offset}`);
    else if (location.kind === "slice") {
      const offset = location.offset === 0 ? "" : `${location.offset} + `;
      lines.push(`  %${index}: ${buffer.dtype}[${buffer.size}] in ${nameOf(plan.buffers, location.of)} at ${offset}${location.step}t`);
    } else lines.push(`  ${nameOf(plan.buffers, index)}: ${buffer.dtype}[${buffer.size}]`);
  });
  lines.push(...blockLines(plan, plan));
  plan.sites.forEach((site, i) => lines.push(`site ${i}: [${site.op}] ${site.message}${site.scope === "" ? "" : ` in ${site.scope}`}`));
  return `${lines.join("\n")}\n`;
}

/** Kernels with what they compute; those of branches and loops indented below them. */
function blockLines({ kernels, labels }: Block, plan: Plan): string[] {
  return kernels.flatMap((kernel, i) => {
    const label = labels[i] as string;
    const head = `${i}: ${headOf(kernel, plan)}${label === "" ? "" : `  # ${label}`}`;
    return [head, ...linesOf(kernel, plan).map((line) => `     ${line}`)];
  });
}

/** What a loop carries in two places that change roles after each step. */
function swapLines(swaps: readonly (readonly [number, number])[], plan: Plan): string[] {
  return swaps.map(([first, second]) => `${nameOf(plan.buffers, first)} <-> ${nameOf(plan.buffers, second)}`);
}

function nameOf(buffers: readonly Buffer[], index: number): string {
  const { location } = buffers[index] as Buffer;
  switch (location.kind) {
    case "input":
      return `in${location.index}`;
    case "state":
      return `state${location.index}`;
    case "output":
      return `out${location.index}`;
    case "arena":
    case "slice":
      return `%${index}`;
  }
}

/** A buffer's name, and how it is walked where that is not row-major from its start. */
function formatView(view: View, space: readonly number[], plan: Plan): string {
  const name = nameOf(plan.buffers, view.buffer);
  const whole = contiguousStrides(space);
  const plain = view.offset === 0 && view.strides.every((stride, axis) => stride === whole[axis] || space[axis] === 1);
  if (plain) return name;
  const offset = view.offset === 0 ? "" : `${view.offset}+`;
  return `${name}[${offset}${view.strides.join(",")}]`;
}

const join = (shape: readonly number[]): string => shape.join(",");
const pairs = (list: readonly (readonly [number, number])[]): string => list.map(([low, high]) => `${low}:${high}`).join(",");

function headOf(kernel: Kernel, plan: Plan): string {
  switch (kernel.kind) {
    case "loop":
      return `${kernel.row ? "rows" : "loop"} [${join(kernel.shape)}]`;
    case "reduce":
      return `reduce [${kernel.shape.map((dim, axis) => (kernel.reduced[axis] ? `${dim}*` : dim)).join(",")}]`;
    case "dot": {
      const { batch, m, n, k } = kernel;
      const lhs = formatView(kernel.lhs, [...batch, m, k], plan);
      const rhs = formatView(kernel.rhs, [...batch, k, n], plan);
      return `dot [${join([...batch, m, n])}] = ${lhs} [${m},${k}] · ${rhs} [${k},${n}]`;
    }
    case "conv": {
      const { groups, batch, input, output, window, channels, features } = kernel;
      const lhs = formatView(kernel.lhs, [groups, batch, ...input, channels], plan);
      const rhs = formatView(kernel.rhs, [groups, ...window, channels, features], plan);
      const options = [
        kernel.strides.some((s) => s !== 1) ? ` strides ${join(kernel.strides)}` : "",
        kernel.padding.some(([low, high]) => low !== 0 || high !== 0) ? ` padding ${pairs(kernel.padding)}` : "",
        kernel.lhsDilation.some((d) => d !== 1) ? ` lhs dilation ${join(kernel.lhsDilation)}` : "",
        kernel.rhsDilation.some((d) => d !== 1) ? ` rhs dilation ${join(kernel.rhsDilation)}` : "",
      ].join("");
      return `conv [${join([groups, batch, ...output, features])}] = ${lhs} [${join([groups, batch, ...input, channels])}] * ${rhs} [${join([groups, ...window, channels, features])}]${options}`;
    }
    case "argreduce":
      return `arg${kernel.op} [${kernel.shape.map((dim, axis) => (axis === kernel.axis ? `${dim}*` : dim)).join(",")}]`;
    case "gather":
    case "scatter": {
      const { outer, size, inner, count } = kernel;
      const op = kernel.kind === "scatter" ? `scatter_${kernel.op}` : "gather";
      return `${op} [${outer},${size},${inner}] at ${count} indices, site ${kernel.site}`;
    }
    case "cumulative":
      return `cumulative_${kernel.op} [${kernel.outer},${kernel.size}*,${kernel.inner}]${kernel.reverse ? " reversed" : ""}`;
    case "argsort":
      return `argsort [${kernel.outer},${kernel.size}*,${kernel.inner}]${kernel.descending ? " descending" : ""}`;
    case "fft":
      return `${kernel.inverse ? "inverse " : ""}fft [${kernel.outer},${kernel.size}*,${kernel.inner}]`;
    case "linalg": {
      const flags = (["lower", "transpose", "unitDiagonal", "full"] as const).filter((flag) => kernel[flag]);
      return [`${kernel.op} [${kernel.batch},${kernel.m},${kernel.n}]`, ...flags].join(" ");
    }
    case "scan":
      return `scan ${kernel.length} steps${kernel.reverse ? " reversed" : ""}`;
    case "while":
      return `while ${nameOf(plan.buffers, kernel.predicate.buffer)}${kernel.maxIterations === null ? "" : `, at most ${kernel.maxIterations} steps`}`;
    case "cond":
      return `cond ${formatView(kernel.predicate, [], plan)}`;
    default:
      return `${kernel.kind} ${kernel.op} [${join(kernel.input)}] -> [${join(kernel.output)}] window ${join(kernel.window)} strides ${join(kernel.strides)} padding ${pairs(kernel.padding)}`;
  }
}

function linesOf(kernel: Kernel, plan: Plan): string[] {
  switch (kernel.kind) {
    case "loop":
      return bodyLines(kernel, kernel.shape, plan);
    case "reduce": {
      const inner = new Expressions(kernel.body, kernel.shape, plan);
      const results = kernel.reductions.map(({ op, value }, i) => `r${i} = ${op}(${inner.of(value)})`);
      const kept = kernel.shape.filter((_, axis) => !kernel.reduced[axis]);
      return [...inner.definitions, ...results, ...bodyLines(kernel.epilogue, kept, plan)];
    }
    case "dot":
      return bodyLines(kernel.epilogue, [...kernel.batch, kernel.m, kernel.n], plan);
    case "conv":
      return bodyLines(kernel.epilogue, [kernel.groups, kernel.batch, ...kernel.output, kernel.features], plan);
    case "argreduce": {
      const kept = kernel.shape.filter((_, axis) => axis !== kernel.axis);
      return [`${formatView(kernel.out, kept, plan)} = ${formatView(kernel.x, kernel.shape, plan)}`];
    }
    case "gather": {
      const { outer, size, inner, count } = kernel;
      const x = formatView(kernel.x, [outer, size, inner], plan);
      return [`${formatView(kernel.out, [outer, count, inner], plan)} = ${x} at ${formatView(kernel.indices, [count], plan)}`];
    }
    case "scatter": {
      const { outer, size, inner, count } = kernel;
      const updates = formatView(kernel.updates, [outer, count, inner], plan);
      return [`${formatView(kernel.out, [outer, size, inner], plan)} at ${formatView(kernel.indices, [count], plan)} <- ${updates}`];
    }
    case "cumulative":
    case "argsort":
    case "fft": {
      const space = [kernel.outer, kernel.size, kernel.inner];
      return [`${formatView(kernel.out, space, plan)} = ${formatView(kernel.x, space, plan)}`];
    }
    case "linalg": {
      const names = (views: readonly View[]): string => views.map((view) => nameOf(plan.buffers, view.buffer)).join(", ");
      return [`${names(kernel.outputs)} = ${names(kernel.inputs)}`];
    }
    case "scan":
      return [...blockLines(kernel.body, plan), ...swapLines(kernel.swaps, plan)];
    case "while":
      return ["test", ...blockLines(kernel.test, plan), "do", ...blockLines(kernel.body, plan), ...swapLines(kernel.swaps, plan)];
    case "cond":
      return ["then", ...blockLines(kernel.then, plan), "else", ...blockLines(kernel.otherwise, plan)];
    default: {
      const x = formatView(kernel.x, kernel.input, plan);
      const y = kernel.y === null ? "" : `, ${formatView(kernel.y, kernel.kind === "window_scatter" ? kernel.output : kernel.input, plan)}`;
      return [`${formatView(kernel.out, kernel.kind === "window_scatter" ? kernel.input : kernel.output, plan)} = ${x}${y}`];
    }
  }
}

function bodyLines(body: Body, space: readonly number[], plan: Plan): string[] {
  const expressions = new Expressions(body, space, plan);
  const stores = body.stores.map(({ value, view }) => {
    const isState = plan.buffers[view.buffer]?.location.kind === "state";
    const place = plan.buffers[view.buffer]?.location;
    const overwrites = body.operands.some((operand) => {
      const other = plan.buffers[operand.buffer]?.location;
      const same = other?.kind === "arena" && place?.kind === "arena" && other.offset === place.offset;
      return operand.buffer === view.buffer || same;
    });
    return `${formatView(view, space, plan)} ${isState ? ":=" : "="} ${expressions.of(value)}${overwrites ? "  (in place)" : ""}`;
  });
  return [...expressions.definitions, ...stores];
}

const infix: Readonly<Record<string, string>> = { add: "+", sub: "-", mul: "*", div: "/", eq: "==", lt: "<", le: "<=", and: "&", or: "|" };

/** Instructions as nested expressions; a value used twice gets a line of its own. */
class Expressions {
  readonly definitions: string[] = [];
  readonly #text: string[];

  constructor(body: Body, space: readonly number[], plan: Plan) {
    const uses = new Array<number>(body.instructions.length).fill(0);
    for (const instruction of body.instructions) {
      if ("args" in instruction) for (const arg of instruction.args) uses[arg] = (uses[arg] as number) + 1;
    }
    for (const { value } of body.stores) uses[value] = (uses[value] as number) + 1;
    const text: string[] = [];
    let names = 0;
    body.instructions.forEach((instruction, i) => {
      const args = "args" in instruction ? instruction.args.map((arg) => text[arg] as string) : [];
      const operand = (index: number): string => formatView(body.operands[index] as View, space, plan);
      let expression: string;
      let simple = false;
      switch (instruction.op) {
        case "load":
          expression = operand(instruction.operand);
          simple = true;
          break;
        case "constant":
          expression = formatConstant(instruction.value, instruction.dtype);
          simple = true;
          break;
        case "scalar":
          expression = `scalar${instruction.index}`;
          simple = true;
          break;
        case "result":
          expression = `r${instruction.index}`;
          simple = true;
          break;
        case "index":
          expression = `index(${instruction.base}+${instruction.strides.join(",")})`;
          break;
        case "random":
          expression = `random(${operand(instruction.operand)}, ${args[0]})`;
          break;
        case "row_reduce":
          expression = `row_${instruction.reduce}(${strip(args[0] as string)})`;
          break;
        case "check":
          expression = `check${instruction.site}(${args.map(strip).join(", ")})`;
          break;
        case "cast":
        case "bitcast":
          expression = `${instruction.op === "cast" ? "" : "bits "}${instruction.dtype}(${strip(args[0] as string)})`;
          break;
        case "multiply_add":
          expression = `(${args[0]} * ${args[1]} + ${args[2]})`;
          break;
        default: {
          const sign = infix[instruction.op];
          expression = sign === undefined ? `${instruction.op}(${args.map(strip).join(", ")})` : `(${args[0]} ${sign} ${args[1]})`;
        }
      }
      if (!simple && (uses[i] as number) > 1) {
        const name = `t${names++}`;
        this.definitions.push(`${name} = ${strip(expression)}`);
        expression = name;
      }
      text.push(expression);
    });
    this.#text = text;
  }

  of(value: number): string {
    return strip(this.#text[value] as string);
  }
}

/** The shortest text that gives the same number in its dtype. */
function formatConstant(value: number | bigint, dtype: DType): string {
  if (typeof value === "bigint") return String(value);
  if (Object.is(value, -0)) return "-0";
  if (dtype === "float32") {
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === Math.fround(value)) return String(short);
    }
  }
  return String(value);
}

/** Without the outer parentheses, where they enclose all of it. */
function strip(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return text;
  }
  return text.slice(1, -1);
}
