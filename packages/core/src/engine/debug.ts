import type { Backend } from "../backend/backend.ts";
import { isFloating, viewArray } from "../dtypes/dtype.ts";
import { NeuriteError, ValueError } from "../errors.ts";
import { inLayer } from "../graph/located.ts";
import type { Value } from "../graph/value.ts";
import { context, type ExecutionMode, withContext } from "./context.ts";
import { refuseAsync } from "./user-function.ts";

/** The first line of a stack that is not neurite's own. */
function userLine(stack: string | undefined): string {
  const lines = (stack ?? "").split("\n").slice(1);
  const line = lines.find(
    (text) =>
      !/[\\/](packages|@neurite)[\\/](core|layers|losses|metrics|optimizers|models|callbacks)[\\/](src|dist)[\\/](?!.*\.test\.)/.test(text),
  );
  return (line ?? lines[0] ?? "").trim().replace(/^at /, "");
}

/** In debug mode, after each op: throws at the first NaN or infinity, naming the op, the layer and the line of user code. */
export function checkFinite(device: Backend, values: readonly Value[]): void {
  if (device.readSync === undefined) throw new NeuriteError(`[debug] ${device.name} cannot be read synchronously, which debug mode needs`);
  for (const value of values) {
    if (!isFloating(value.dtype) || value.storage === null || value.node === null) continue;
    if (value.dtype !== "float32" && value.dtype !== "float64") continue;
    const { op, scope, stack } = value.node;
    if (op === "constant") continue;
    const data = viewArray(value.dtype, device.readSync(value.storage, 0, value.storage.bytes), 0) as Float32Array;
    const bad = data.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw new ValueError(
        `[${op}] gave ${data[bad]} at element ${bad} of ${value.dtype}[${value.shape}]` + `${inLayer(scope?.path)}, at ${userLine(stack)}`,
      );
    }
  }
}

/**
 * Runs the synchronous `body` in another mode: "lazy" (the default; work is done when somebody looks), "immediate" (each op at once)
 * or "debug" (each op at once, stopping at the first NaN or infinity with op, layer and line). Compiled functions run op by op too.
 *
 * @throws TraceError for an async function; ValueError for an unknown mode; in debug mode ValueError at the first NaN or infinity.
 * @example
 * withExecutionMode("debug", () => model.call(x));
 */
export function withExecutionMode<T>(mode: ExecutionMode, body: () => T): T {
  refuseAsync("withExecutionMode", body);
  return withContext({ mode: checkMode("withExecutionMode", mode) }, body);
}

/**
 * Sets the mode for all code from here on; see {@link withExecutionMode}.
 *
 * @throws ValueError for another mode.
 *
 * @example
 * // Each operation runs at once and is searched for NaN and infinities.
 * setExecutionMode("debug");
 * setExecutionMode("lazy");
 */
export function setExecutionMode(mode: ExecutionMode): void {
  context.mode = checkMode("setExecutionMode", mode);
}

function checkMode(what: string, mode: unknown): ExecutionMode {
  if (mode !== "lazy" && mode !== "immediate" && mode !== "debug") {
    throw new ValueError(`[${what}] mode must be "lazy", "immediate" or "debug": received ${JSON.stringify(mode)}`);
  }
  return mode;
}
