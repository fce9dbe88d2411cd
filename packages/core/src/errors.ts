/**
 * The errors neurite throws. A message reads `[op] what is wrong: what was received`, then where, then a hint.
 * Tell them apart by `error.name` or `instanceof`; all extend {@link NeuriteError}.
 *
 * @example
 * try {
 *   ops.matmul(ops.ones([2, 3]), ops.ones([4, 2]));
 * } catch (error) {
 *   if (error instanceof NeuriteError) console.log(error.name); // ShapeError
 * }
 */
export class NeuriteError extends Error {
  override name = "NeuriteError";
}

/**
 * Shapes, ranks or axes that do not fit.
 *
 * @example
 * ops.matmul(ops.ones([2, 3]), ops.ones([4, 2])); // throws ShapeError: [matmul] inner dimensions differ
 */
export class ShapeError extends NeuriteError {
  override name = "ShapeError";
}

/**
 * An element type that an operation or a device does not take.
 *
 * @example
 * ops.bitwiseAnd(tensor([1.5]), 1); // throws DTypeError: [bitwise_and] takes integers or bool: received float32
 */
export class DTypeError extends NeuriteError {
  override name = "DTypeError";
}

/**
 * A value outside what is allowed: an unknown name, a wrong option, data out of range.
 *
 * @example
 * ops.meshgrid(tensor([1]), tensor([2]), { indexing: "yx" }); // throws ValueError: [meshgrid] indexing must be "xy" or "ij"
 */
export class ValueError extends NeuriteError {
  override name = "ValueError";
}

/**
 * No device, a device that lacks something, tensors on two devices, or out of memory.
 *
 * @example
 * setDefaultDevice(() => device); // throws DeviceError: [setDefaultDevice] a device is needed
 */
export class DeviceError extends NeuriteError {
  override name = "DeviceError";
}

/**
 * A gradient that does not exist, or a tape used wrongly.
 *
 * @example
 * grad((x) => x)("a"); // throws GradientError: [grad] there is nothing to differentiate with respect to
 */
export class GradientError extends NeuriteError {
  override name = "GradientError";
}

/**
 * Something that cannot be done while a function is being traced.
 *
 * @example
 * compile((x: Tensor) => x.add(x.itemSync()))(tensor(1)); // throws TraceError
 */
export class TraceError extends NeuriteError {
  override name = "TraceError";
}

/**
 * A tensor or a variable that was disposed.
 *
 * @example
 * const variable = new Variable([1, 2]);
 * variable.dispose();
 * variable.add(1); // throws DisposedError: [add] an operand was disposed
 */
export class DisposedError extends NeuriteError {
  override name = "DisposedError";
}

/**
 * A config or a file that cannot be read or written.
 *
 * @example
 * deserializeKerasObject({ class_name: "Dens", config: {} }, createRegistry([])); // throws SerializationError: [deserialize] nothing is called "Dens"
 */
export class SerializationError extends NeuriteError {
  override name = "SerializationError";
}
