import { type AnyTensor, assignOptions, configOf, describeValue, type DType, DTypeError, field, type Field, flattenTree, invalid, isTensor, type KerasIdentity, objectFromConfig, createRegistry, ShapeError, type SymbolicShape, ValueError } from "@neurite/core"; // prettier-ignore

/** Options of {@link InputSpec}: what is not given may be anything. */
export interface InputSpecOptions {
  readonly dtype?: DType | null;
  /** [batch, …]; null where any size will do. It says the number of axes too. */
  readonly shape?: SymbolicShape | null;
  /** Number of axes. */
  readonly ndim?: number | null;
  /** Most axes. */
  readonly maxNdim?: number | null;
  /** Fewest axes. */
  readonly minNdim?: number | null;
  /** Sizes of some axes: `{ "-1": 3 }`. */
  readonly axes?: Readonly<Record<number, number | null>> | null;
  /** Lets a last axis of size 1 be there or not, in `shape` as in inputs. Default false. */
  readonly allowLastAxisSqueeze?: boolean;
  /** Key of the input, where inputs come as an object. */
  readonly name?: string | null;
  /** What the axes are, for errors: "[batch, timesteps, features]". */
  readonly layout?: string | null;
  /** Whether null will do. Default false. */
  readonly optional?: boolean;
}

const ndim = (name: string): Field => field.integer(name, { default: null, min: 0 });

const axesField = field.object(
  "axes",
  {
    expected: "an object of sizes by axis",
    resolve: (value) =>
      value === null ||
      (typeof value === "object" &&
        Object.entries(value).every(([axis, size]) => Number.isInteger(Number(axis)) && (size === null || Number.isInteger(size))))
        ? { ...(value as object | null) }
        : invalid,
  },
  { default: {} },
);

/**
 * What a layer takes as input: dtype, shape [batch, …], number of axes. A layer whose `inputSpec` is one, or a list or object of them for several
 * inputs, refuses other inputs when it is called.
 *
 * @example
 * class Norm extends Layer {
 *   override inputSpec = new InputSpec({ minNdim: 2 });
 *   call(x: Tensor): Tensor {
 *     return ops.norm(x, { axis: -1 });
 *   }
 * }
 * new Norm()(tensor([3, 4])); // throws ShapeError: [Norm] the input must have 2 axes or more: got float32 [2]
 */
export class InputSpec {
  static readonly keras: KerasIdentity = { module: "keras", className: "InputSpec" };
  static readonly fields: readonly Field[] = [
    field.dtype("dtype", { default: null }),
    field.shape("shape", { default: null }),
    ndim("ndim"),
    ndim("maxNdim"),
    ndim("minNdim"),
    axesField,
    field.boolean("allowLastAxisSqueeze", { default: false, omitted: "always" }),
    field.string("name", { default: null, omitted: "always" }),
    field.string("layout", { default: null, omitted: "always" }),
    field.boolean("optional", { default: false }),
  ];
  declare readonly dtype: DType | null;
  declare readonly shape: SymbolicShape | null;
  declare readonly ndim: number | null;
  declare readonly maxNdim: number | null;
  declare readonly minNdim: number | null;
  declare readonly axes: Readonly<Record<number, number | null>>;
  declare readonly allowLastAxisSqueeze: boolean;
  declare readonly name: string | null;
  declare readonly layout: string | null;
  declare readonly optional: boolean;

  /** @throws ValueError for unknown and wrong options, and for an axis beyond the number of axes. */
  constructor(options: InputSpecOptions = {}) {
    assignOptions(this, options as Readonly<Record<string, unknown>>);
    if (this.shape !== null) (this as { ndim: number }).ndim = this.shape.length;
    const most = this.ndim ?? this.maxNdim ?? Infinity;
    const beyond = Object.keys(this.axes).find((axis) => Number(axis) >= most || Number(axis) < -most);
    if (beyond !== undefined) throw new ValueError(`[InputSpec] axes names axis ${beyond}: the input has ${most} axes at most`);
  }

  static fromConfig(config: Readonly<Record<string, unknown>>): InputSpec {
    return objectFromConfig(InputSpec, config, createRegistry([]));
  }

  /** The options as Keras writes them. */
  getConfig(): Record<string, unknown> {
    return configOf(this);
  }
}

/** What a layer takes: for one input, or for a list or an object of them. null: anything. */
export type InputSpecTree = InputSpec | null | readonly InputSpecTree[] | { readonly [key: string]: InputSpecTree };

const text = (dim: number | null): string => (dim === null || Number.isNaN(dim) ? "?" : String(dim));
const axesText = (count: number): string => `${count} ${count === 1 ? "axis" : "axes"}`;
const isAny = (dim: number | null | undefined): boolean => dim === null || Number.isNaN(dim);
const alike = (a: readonly (number | null)[], b: readonly (number | null)[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i] || isAny(dim) || isAny(b[i]));

/** How many axes there must be, in words, where there are `given`; null where that is right. */
function ranksOf({ ndim, minNdim, maxNdim, allowLastAxisSqueeze }: InputSpec, given: number): string | null {
  if (ndim !== null && given !== ndim && !allowLastAxisSqueeze) return axesText(ndim);
  if (minNdim !== null && given < minNdim) return `${axesText(minNdim)} or more`;
  if (maxNdim !== null && given > maxNdim) return `${axesText(maxNdim)} or fewer`;
  return null;
}

/** What is wrong with an input, as an error; null where it fits. */
function problemOf(spec: InputSpec, input: AnyTensor, layer: string, which = "the input"): Error | null {
  const must = (what: string): string => `[${layer}] ${which} must ${what}: got ${input.dtype} [${input.shape.map(text)}]`;
  const ranks = ranksOf(spec, input.ndim);
  if (ranks !== null) return new ShapeError(must(`have ${ranks}${spec.layout === null ? "" : `, ${spec.layout}`}`));
  if (spec.dtype !== null && input.dtype !== spec.dtype) return new DTypeError(must(`be of dtype ${spec.dtype}`));
  for (const [axis, size] of Object.entries(spec.axes)) {
    const got = input.shape.at(Number(axis));
    if (size !== null && got !== size && !isAny(got)) return new ShapeError(must(`have size ${size} along axis ${axis}`));
  }
  if (spec.shape === null) return null;
  const squeezed = (shape: readonly (number | null)[]): readonly (number | null)[] =>
    spec.allowLastAxisSqueeze && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  return alike(squeezed(spec.shape), squeezed(input.shape)) ? null : new ShapeError(must(`have shape [${spec.shape.map(text)}]`));
}

/**
 * Holds the inputs of a layer to what it takes.
 *
 * @throws ShapeError, DTypeError or ValueError, whatever does not fit.
 */
export function checkInputs(layer: string, tree: InputSpecTree, inputs: unknown): void {
  if (tree === null) return;
  if (tree instanceof InputSpec && isTensor(inputs)) return fail(problemOf(tree, inputs, layer));
  const specs = flattenTree(tree) as (InputSpec | null)[];
  const given = byName(layer, specs, inputs) ?? flattenTree(inputs);
  if (given.length !== specs.length) {
    throw new ValueError(`[${layer}] ${specs.length} input${specs.length === 1 ? " is" : "s are"} needed: got ${given.length}`);
  }
  for (const [i, spec] of specs.entries()) {
    const input = given[i];
    if (spec === null || (spec.optional && input === null)) continue;
    const which = specs.length === 1 ? "the input" : `input ${spec.name === null ? i : JSON.stringify(spec.name)}`;
    if (!isTensor(input)) throw new ValueError(`[${layer}] ${which} must be a tensor: got ${describeValue(input)}`);
    fail(problemOf(spec, input, layer, which));
  }
}

/** The inputs in the order of their specs, where they are an object and all specs have names. */
function byName(layer: string, specs: readonly (InputSpec | null)[], inputs: unknown): unknown[] | null {
  if (typeof inputs !== "object" || inputs === null || isTensor(inputs) || Array.isArray(inputs)) return null;
  const names = specs.map((spec) => spec?.name ?? null);
  if (names.includes(null)) return null;
  return (names as string[]).map((name) => {
    if (Object.hasOwn(inputs, name)) return (inputs as Record<string, unknown>)[name];
    throw new ValueError(`[${layer}] input ${JSON.stringify(name)} is missing: got ${Object.keys(inputs).join(", ")}`);
  });
}

function fail(problem: Error | null): void {
  if (problem !== null) throw problem;
}
