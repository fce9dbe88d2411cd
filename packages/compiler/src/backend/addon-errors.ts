import { DTypeError, DeviceError, NeuriteError, ValueError } from "@neurite/core";

/**
 * The neurite error for what a native addon threw: its `code` tells the class, and `prefix` begins messages that name no op.
 *
 * @example
 * addonError(Object.assign(new Error("no room"), { code: "NEURITE_DEVICE" }), "run"); // DeviceError: [run] no room
 */
export function addonError(error: unknown, prefix: string): unknown {
  if (!(error instanceof Error) || error instanceof NeuriteError) return error;
  const text = error.message.startsWith("[") ? error.message : `[${prefix}] ${error.message}`;
  const { code } = error as { readonly code?: unknown };
  if (code === "NEURITE_DEVICE" || code === "NEURITE_DISPOSED") return new DeviceError(text, { cause: error });
  if (code !== "NEURITE_DTYPE" && code !== "NEURITE_VALUE") return error;
  // Found out in a run, whose complaints are of the user's numbers else.
  if (/^\[\w+\] out of memory/.test(text)) return new DeviceError(text, { cause: error });
  return code === "NEURITE_DTYPE" ? new DTypeError(text, { cause: error }) : new ValueError(text, { cause: error });
}

/**
 * Calls a native addon, its errors turned into neurite's.
 *
 * @throws NeuriteError for what the addon throws.
 * @example
 * const handle = callAddon("alloc", () => native.alloc(device, bytes));
 */
export function callAddon<T>(prefix: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw addonError(error, prefix);
  }
}
