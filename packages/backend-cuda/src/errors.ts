import { DTypeError, DeviceError, NeuriteError, ValueError } from "@neurite/core";

/** The neurite error for what the addon threw: its `code` tells the class. */
export function translateError(error: unknown, op: string): unknown {
  if (!(error instanceof Error) || error instanceof NeuriteError) return error;
  const text = `[${op}] ${error.message}`;
  switch ((error as { code?: unknown }).code) {
    case "NEURITE_DTYPE":
      return new DTypeError(text, { cause: error });
    case "NEURITE_VALUE":
      return new ValueError(text, { cause: error });
    case "NEURITE_DEVICE":
      return new DeviceError(text, { cause: error });
    default:
      return error;
  }
}

/** Calls the addon, its errors turned into neurite's; `op` begins their messages. */
export function translated<T>(op: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translateError(error, op);
  }
}
