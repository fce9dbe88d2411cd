import { ValueError } from "@neurite/core";

/** What a drawing shows of each layer, and how it is laid out. */
export interface DotOptions {
  /** Shapes of inputs and outputs. Default false. */
  readonly showShapes?: boolean;
  /** Dtypes of outputs. Default false. */
  readonly showDtype?: boolean;
  /** Names of layers beside their classes. Default true; of {@link plotModel} false. */
  readonly showLayerNames?: boolean;
  /** From top to bottom, left to right, bottom to top or right to left. Default "TB". */
  readonly rankdir?: "TB" | "LR" | "BT" | "RL";
  /** Nested models as frames around their layers, not as one box. Default false. */
  readonly expandNested?: boolean;
  /** Dots per inch; default 200. */
  readonly dpi?: number;
  /** Activations of layers that have one. Default false. */
  readonly showLayerActivations?: boolean;
  /** Whether layers with weights are trained. Default false. */
  readonly showTrainable?: boolean;
  /** How edges run: right-angled ("ortho", the default), "curved", "polyline", "spline" or "line". */
  readonly splines?: "ortho" | "curved" | "polyline" | "spline" | "line";
}

/** With its defaults. */
export type ResolvedDotOptions = Required<DotOptions>;

const choices = { rankdir: ["TB", "LR", "BT", "RL"], splines: ["ortho", "curved", "polyline", "spline", "line"] } as const;
const defaults: ResolvedDotOptions = {
  showShapes: false,
  showDtype: false,
  showLayerNames: true,
  rankdir: "TB",
  expandNested: false,
  dpi: 200,
  showLayerActivations: false,
  showTrainable: false,
  splines: "ortho",
};

/** @throws ValueError for unknown options and wrong values. */
export function resolveOptions(what: string, options: DotOptions, more: readonly string[] = []): ResolvedDotOptions {
  if (typeof options !== "object" || options === null)
    throw new ValueError(`[${what}] options must be an object: received ${show(options)}`);
  const known = [...Object.keys(defaults), ...more];
  const extra = Object.keys(options).filter((key) => !known.includes(key));
  if (extra.length > 0) throw new ValueError(`[${what}] unknown option ${JSON.stringify(extra[0])}: there are ${known.join(", ")}`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved = { ...defaults, ...given } as ResolvedDotOptions;
  for (const key of ["rankdir", "splines"] as const) {
    if (!(choices[key] as readonly string[]).includes(resolved[key]))
      throw new ValueError(`[${what}] ${key} must be one of ${choices[key].join(", ")}: received ${show(resolved[key])}`);
  }
  if (!(typeof resolved.dpi === "number" && resolved.dpi > 0 && Number.isFinite(resolved.dpi)))
    throw new ValueError(`[${what}] dpi must be a positive number: received ${show(resolved.dpi)}`);
  return resolved;
}

const show = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));
