import { checkpoint, optionsOf, type Tensor, ValueError } from "@neurite/core";

/** Which layers {@link rematScope} is about. */
export interface RematScopeOptions {
  /**
   * "full" (default): all; "activations": of those with an activation function that alone; "larger_than": those with outputs of more elements
   * than `outputSizeThreshold`; "list_of_layers": those of `layerNames`; null: none, within a scope around it.
   */
  readonly mode?: "full" | "activations" | "larger_than" | "list_of_layers" | null;
  /** Default 1024. */
  readonly outputSizeThreshold?: number;
  /** Default none. */
  readonly layerNames?: readonly string[] | null;
}

const modes: readonly unknown[] = ["full", "activations", "larger_than", "list_of_layers", null];

let current: RematScopeOptions | null = null;
let computing = false;

/**
 * Layers made inside `body` keep nothing of what they compute in training but their outputs, [batch, …]: gradients compute it again, which
 * saves memory for time. See `checkpoint`, which does it for functions. Of layers in each other the outermost counts; models are no more than
 * their layers. It is Keras's RematScope, and as there no part of a layer's config: what is loaded, cloned or made from a config inside `body`
 * is in the scope, and what is saved forgets it.
 *
 * @throws ValueError for another mode, a threshold that is no number, or a body that is no function.
 * @example
 * const model = rematScope({}, () => new Sequential(Array.from({ length: 24 }, () => new TransformerBlock())));
 */
export function rematScope<T>(options: RematScopeOptions, body: () => T): T {
  const { mode = "full", outputSizeThreshold = 1024 } = optionsOf("rematScope", options);
  if (!modes.includes(mode))
    throw new ValueError(
      `[rematScope] mode must be "full", "activations", "larger_than", "list_of_layers" or null: received ${JSON.stringify(mode)}`,
    );
  if (typeof outputSizeThreshold !== "number")
    throw new ValueError(`[rematScope] outputSizeThreshold must be a number: received ${JSON.stringify(outputSizeThreshold)}`);
  if (typeof body !== "function")
    throw new ValueError(`[rematScope] body must be a function: received ${body === null ? "null" : typeof body}`);
  const before = current;
  current = mode === null ? null : { ...options, mode, outputSizeThreshold };
  try {
    return body();
  } finally {
    current = before;
  }
}

/** The scope that a layer is made in. */
export function currentRematScope(): RematScopeOptions | null {
  return current;
}

/** Whether a layer of a scope is to be computed again, unless one around it is. `outputSize` gives the elements of its outputs. */
export function rematerializes(scope: RematScopeOptions | null, name: string, outputSize: () => number): boolean {
  if (scope === null || computing || scope.mode === "activations") return false;
  if (scope.mode === "list_of_layers") return scope.layerNames?.includes(name) === true;
  return scope.mode === "full" || withinRemat(outputSize) > (scope.outputSizeThreshold as number);
}

/** Runs a layer's computation; in a scope of mode "activations" gradients compute the layer's `activation` again. */
export function withinActivations<T>(scope: RematScopeOptions | null, layer: object, body: () => T): T {
  const { activation } = layer as { activation?: unknown };
  const isOwn = typeof activation === "function" && Object.hasOwn(layer, "activation");
  if (scope?.mode !== "activations" || computing || !isOwn) return body();
  const held = layer as { activation: unknown };
  held.activation = checkpoint(activation as (x: Tensor) => Tensor);
  try {
    return body();
  } finally {
    held.activation = activation;
  }
}

/** Runs a layer's computation, whose inner layers are part of it. */
export function withinRemat<T>(body: () => T): T {
  const before = computing;
  computing = true;
  try {
    return body();
  } finally {
    computing = before;
  }
}
