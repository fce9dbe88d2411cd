import { DTypeError, DeviceError, NeuriteError, ValueError } from "@neurite/core";

/** The neurite error for what the addon threw: its `code` tells the class. */
export function translateError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof NeuriteError) return error;
  const text = error.message.startsWith("[") ? error.message : `[cpu] ${error.message}`;
  switch ((error as { code?: unknown }).code) {
    case "NEURITE_DTYPE":
      if (text.startsWith("[cpu] out of memory")) return new DeviceError(text, { cause: error });
      return new DTypeError(text, { cause: error });
    case "NEURITE_VALUE":
      if (text.startsWith("[cpu] out of memory")) return new DeviceError(text, { cause: error });
      return new ValueError(text, { cause: error });
    case "NEURITE_DISPOSED":
    case "NEURITE_DEVICE":
      return new DeviceError(text, { cause: error });
    default:
      return error;
  }
}

/** Calls the addon, its errors turned into neurite's. */
export function translated<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translateError(error);
  }
}
