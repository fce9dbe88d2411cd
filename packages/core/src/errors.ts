/**
 * The errors neurite throws. A message reads `[op] what is wrong: what was received`, then where, then a hint.
 * Tell them apart by `error.name` or `instanceof`; all extend {@link NeuriteError}.
 */
export class NeuriteError extends Error {
  override name = "NeuriteError";
}

/** Shapes, ranks or axes that do not fit. */
export class ShapeError extends NeuriteError {
  override name = "ShapeError";
}

/** An element type that an operation or a device does not take. */
export class DTypeError extends NeuriteError {
  override name = "DTypeError";
}

/** A value outside what is allowed: an unknown name, a wrong option, data out of range. */
export class ValueError extends NeuriteError {
  override name = "ValueError";
}

/** No device, a device that lacks something, tensors on two devices, or out of memory. */
export class DeviceError extends NeuriteError {
  override name = "DeviceError";
}

/** A gradient that does not exist, or a tape used wrongly. */
export class GradientError extends NeuriteError {
  override name = "GradientError";
}

/** Something that cannot be done while a function is being traced. */
export class TraceError extends NeuriteError {
  override name = "TraceError";
}

/** A tensor or a variable that was disposed. */
export class DisposedError extends NeuriteError {
  override name = "DisposedError";
}

/** A config or a file that cannot be read or written. */
export class SerializationError extends NeuriteError {
  override name = "SerializationError";
}
