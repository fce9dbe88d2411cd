import { isCheap, isElementwise, isGenerator, isMemoryParameter, isView } from "../ir/classify.ts";
import type { IrNode, IrProgram } from "../ir/node.ts";
import { splitsOnly } from "../views/index-map.ts";
import { collapse, contiguousStrides } from "../views/strides.ts";
import { axisView, stripReshape } from "./memory-view.ts";
import { realizeCrowded } from "./crowded.ts";
import { findProjections } from "./projections.ts";

/**
 * Decides which values get memory of their own. The others are recomputed where they are used, inside the kernels of their users:
 * elementwise values with one user, cheap ones with many, and views. No kernel then needs more than `mostMemories` arrays.
 */
export function chooseRealized(ir: IrProgram, fusion: boolean, mostMemories: number): ReadonlySet<IrNode> {
  const realized = new Set<IrNode>();
  const projections = findProjections(ir);
  const inMemory = (node: IrNode): boolean => isMemoryParameter(node) || realized.has(node);
  const realize = (node: IrNode): void => {
    const base = stripReshape(node);
    if (!isMemoryParameter(base)) realized.add(base);
  };

  for (const node of ir.nodes) {
    if (node.op === "parameter") continue;
    if (isElementwise(node) || isGenerator(node)) {
      if (!fusion && node.op !== "constant") realized.add(node);
      if (node.op === "random_bits") requireKey(node.inputs[0] as IrNode, realize, inMemory);
    } else if (isView(node)) {
      // A reshape that merges axes is free over memory, and not an index map otherwise.
      if (node.op === "reshape" && !splitsOnly((node.inputs[0] as IrNode).shape, node.shape)) realize(node);
    } else {
      // Of a node with several outputs each output is a value of its own.
      if (!projections.has(node)) realized.add(node);
      if (node.op !== "project") requireOperands(node, realize, inMemory);
    }
  }
  for (const value of ir.results) realize(value);
  if (fusion) realizeTransposedGroups(ir, realize);
  if (fusion) realizeShared(ir, realize, (node) => projections.has(node) || realized.has(stripReshape(node)));
  if (fusion && mostMemories < Infinity) {
    realizeCrowded(ir, mostMemories, realize, (node) => projections.has(node) || inMemory(stripReshape(node)));
  }
  return realized;
}

/**
 * Convolutions of several groups give them first; images have them last. Where a transposition is all that uses one it gets the memory, and
 * the kernel stores in its order: what follows then reads rows as they lie.
 */
function realizeTransposedGroups(ir: IrProgram, realize: (node: IrNode) => void): void {
  const isGrouped = (node?: IrNode): boolean => node?.op === "conv" && (node.shape[0] as number) > 1;
  const transposed = ir.nodes.filter(({ op, inputs }) => op === "transpose" && isGrouped(inputs[0]));
  const users = new Map(transposed.map(({ inputs }) => [inputs[0] as IrNode, 0]));
  if (users.size === 0) return;
  for (const { inputs } of ir.nodes) {
    for (const input of inputs) if (users.has(input)) users.set(input, (users.get(input) as number) + 1);
  }
  for (const node of transposed) if (users.get(node.inputs[0] as IrNode) === 1) realize(node);
}

/** Operands that a structured primitive's kernel reads itself must be memory, seen through views with the strides it takes. */
function requireOperands(node: IrNode, realize: (node: IrNode) => void, inMemory: (node: IrNode) => boolean): void {
  const inputs = node.inputs;
  switch (node.op) {
    case "reduce":
    case "concat":
    case "pad":
      return;
    case "scatter": {
      const { axis } = node.params;
      const x = inputs[0] as IrNode;
      requireCollapsed(inputs[1] as IrNode, [(inputs[1] as IrNode).shape.length], realize, inMemory);
      requireCollapsed(inputs[2] as IrNode, [axis, (inputs[1] as IrNode).shape.length, x.shape.length - axis - 1], realize, inMemory);
      return;
    }
    case "gather": {
      const { axis } = node.params;
      const x = inputs[0] as IrNode;
      requireCollapsed(x, [axis, 1, x.shape.length - axis - 1], realize, inMemory);
      requireCollapsed(inputs[1] as IrNode, [(inputs[1] as IrNode).shape.length], realize, inMemory);
      return;
    }
    case "cumulative":
    case "argsort":
    case "fft": {
      const { axis } = node.params;
      requireCollapsed(inputs[0] as IrNode, [axis, 1, node.shape.length - axis - 1], realize, inMemory);
      return;
    }
    case "cholesky":
    case "triangular_solve":
    case "lu":
    case "qr":
    case "svd":
    case "eigh":
    case "eig":
      for (const input of inputs) requireCollapsed(input, [input.shape.length - 2, 1, 1], realize, inMemory);
      return;
    case "cond":
    case "while":
    case "scan": {
      const copied = node.op === "cond" ? 0 : node.params.carry;
      inputs.forEach((input, i) => {
        // What is carried first is copied into its place, and may be computed there; slices are parts of an array.
        if (i < copied) return;
        if (node.op === "scan" && i < copied + node.params.xs) requireSlices(input, realize, inMemory);
        else realize(input);
      });
      return;
    }
    default:
      for (const input of inputs) requireMemory(input, realize, inMemory);
  }
}

/** Each of its slices along the first axis must lie row-major in memory. */
function requireSlices(node: IrNode, realize: (node: IrNode) => void, inMemory: (node: IrNode) => boolean): void {
  requireMemory(node, realize, inMemory);
  if (sliceView(node, inMemory) === null) realize(node);
}

/** Where slice 0 of `node` is, and how far apart slices are, if each is row-major. */
export function sliceView(
  node: IrNode,
  inMemory: (node: IrNode) => boolean,
): { readonly base: IrNode; readonly offset: number; readonly step: number } | null {
  const view = axisView(node, inMemory);
  if (view === null) return null;
  const slice = node.shape.slice(1);
  const expected = contiguousStrides(slice);
  const rowMajor = node.size === 0 || slice.every((dim, axis) => dim === 1 || view.strides[axis + 1] === expected[axis]);
  return rowMajor ? { base: view.base, offset: view.offset, step: view.strides[0] as number } : null;
}

/** The value below the views of `node` gets memory. */
function requireMemory(node: IrNode, realize: (node: IrNode) => void, inMemory: (node: IrNode) => boolean): void {
  let current = node;
  while (isView(current) && !inMemory(stripReshape(current))) {
    if (current.op === "reshape" && !splitsOnly((current.inputs[0] as IrNode).shape, current.shape)) break;
    current = current.inputs[0] as IrNode;
  }
  realize(current);
}

/** Its axes, in groups of the given lengths, must each be walked by one stride. */
function requireCollapsed(
  node: IrNode,
  groups: readonly number[],
  realize: (node: IrNode) => void,
  inMemory: (node: IrNode) => boolean,
): void {
  // Nothing is walked of a value without elements.
  if (node.size === 0) return realize(node);
  requireMemory(node, realize, inMemory);
  const view = axisView(node, inMemory);
  if (view === null || collapseGroups(node.shape, view.strides, groups) === null) realize(node);
}

/** One stride for each group of adjacent axes, or null. */
export function collapseGroups(shape: readonly number[], strides: readonly number[], groups: readonly number[]): number[] | null {
  const result: number[] = [];
  let start = 0;
  for (const length of groups) {
    const stride = collapse(shape.slice(start, start + length), strides.slice(start, start + length));
    if (stride === null) return null;
    result.push(stride);
    start += length;
  }
  return result;
}

/** A random key is two neighbouring words in memory. */
function requireKey(key: IrNode, realize: (node: IrNode) => void, inMemory: (node: IrNode) => boolean): void {
  requireMemory(key, realize, inMemory);
  const view = axisView(key, inMemory);
  if (view === null || view.strides[0] !== 1) realize(key);
}

/** Longest chain of elementwise nodes that is recomputed as one expression. */
const maxExpression = 64;

/** Values that recomputation would make dearer get memory. */
function realizeShared(ir: IrProgram, realize: (node: IrNode) => void, isRealized: (node: IrNode) => boolean): void {
  const { uses, expanded, size } = countUses(ir);
  /** Loads and instructions of the expression that would take a value's place, by node id. */
  const loads = new Float64Array(size);
  const work = new Float64Array(size);
  for (const node of ir.nodes) {
    const { id, inputs } = node;
    if (node.op === "parameter" || node.op === "constant" || isRealized(node)) {
      loads[id] = node.op === "constant" || isScalar(node) ? 0 : 1;
      continue;
    }
    const view = isView(node);
    let nodeLoads = 0;
    let nodeWork = view ? 0 : 1;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i] as IrNode;
      if (inputs.indexOf(input) < i) continue;
      // An operand much smaller than the result stays in cache: its loads are nearly free.
      if (input.size * 8 > node.size) nodeLoads += loads[input.id] as number;
      nodeWork += work[input.id] as number;
    }
    if (!view) {
      const isFree = nodeLoads === 0 && nodeWork <= 1 && node.op !== "random_bits" && node.op !== "check";
      const shared = (uses[id] as number) > 1 && !(isCheap(node) && nodeLoads <= 1 && nodeWork <= 3);
      if (nodeWork > maxExpression || ((shared || expanded[id] === 1) && !isFree)) {
        realize(node);
        nodeLoads = 1;
        nodeWork = 0;
      }
    }
    loads[id] = nodeLoads;
    work[id] = nodeWork;
  }
}

function isScalar(node: IrNode): boolean {
  return node.op === "parameter" && node.params.kind === "scalar";
}

/** By node id: how many nodes use a value, through views; and whether some user reads its elements more than once. */
function countUses(ir: IrProgram): { readonly uses: Float64Array; readonly expanded: Uint8Array; readonly size: number } {
  const size = (ir.nodes[ir.nodes.length - 1]?.id ?? 0) + 1;
  const uses = new Float64Array(size);
  const expanded = new Uint8Array(size);
  for (let n = ir.nodes.length - 1; n >= 0; n--) {
    const node = ir.nodes[n] as IrNode;
    const { inputs, id } = node;
    const view = isView(node);
    const stretches = node.op === "broadcast" || isElementwise(node);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i] as IrNode;
      if (inputs.indexOf(input) < i) continue;
      uses[input.id] = (uses[input.id] as number) + (view ? (uses[id] as number) : 1);
      if ((stretches && node.size > input.size) || (view && expanded[id] === 1)) expanded[input.id] = 1;
    }
  }
  return { uses, expanded, size };
}
