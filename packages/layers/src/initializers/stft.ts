import { type DType, field, type Field, type KerasIdentity, ops, ShapeError, type Tensor, tensor } from "@neurite/core";
import { Initializer } from "./initializer.ts";
import { type SignalWindowName, windowField, windowValues } from "./signal-window.ts";

/** Options of {@link STFT}. */
export interface STFTOptions {
  /** Which part of the transform. Default "real". */
  readonly side?: "real" | "imag";
  /** Name of a window as SciPy has them, its values, or null for none. Default "hann". */
  readonly window?: SignalWindowName | readonly number[] | null;
  /** Divides the window by its norm ("density"), by the sum of its magnitudes ("spectrum"), or by nothing. Default "density". */
  readonly scaling?: "density" | "spectrum" | null;
  /** A window for spectra, as if it began again after its end, rather than a symmetric one. Default false. */
  readonly periodic?: boolean;
}

/**
 * Kernels of a convolution that is a short-time Fourier transform, for {@link STFTSpectrogram}: [frame, 1, fftLength / 2 + 1].
 * Identifier "stft".
 *
 * @example
 * new STFT({ window: null })([2, 1, 2]); // [[[1, 1]], [[1, -1]]]
 */
export class STFT extends Initializer {
  static readonly keras: KerasIdentity = { module: "keras.initializers", className: "STFT" };
  static override readonly fields: readonly Field[] = [
    field.choice("side", ["real", "imag"], { default: "real" }),
    windowField,
    field.boolean("periodic", { default: false }),
    field.choice("scaling", ["density", "spectrum"], { default: "density", nullable: true }),
  ];
  declare readonly side: "real" | "imag";
  declare readonly window: SignalWindowName | readonly number[] | null;
  declare readonly scaling: "density" | "spectrum" | null;
  declare readonly periodic: boolean;

  constructor(options: STFTOptions = {}) {
    super(options);
  }

  /** @throws ShapeError unless the shape is [frame, 1, bins]; ValueError for a window of another length. */
  override call(shape: readonly number[], { dtype }: { readonly dtype: DType }): Tensor {
    const [frame, channels, bins] = shape as readonly [number, number, number];
    if (shape.length !== 3 || channels !== 1) throw new ShapeError(`[STFT] a weight of shape [frame, 1, bins] is needed: got [${shape}]`);
    const samples = Math.max(1, 2 * (bins - 1));
    // Whole turns are taken off while they are whole numbers.
    const places = ops.multiply(ops.reshape(ops.arange(frame, { dtype: "int32" }), [frame, 1, 1]), ops.arange(bins, { dtype: "int32" }));
    const angles = ops.multiply(ops.cast(ops.mod(places, samples), dtype === "float64" ? dtype : "float32"), (-2 * Math.PI) / samples);
    const waves = this.side === "real" ? ops.cos(angles) : ops.sin(angles);
    if (this.window === null) return ops.cast(waves, dtype) as Tensor;
    const values = windowValues(this.window, frame, this.periodic);
    const total = this.scaling === null ? 1 : this.scaling === "density" ? Math.hypot(...values) : values.reduce((sum, x) => sum + Math.abs(x), 0); // prettier-ignore
    const window = tensor(values.map((value) => [[value / total]]), { dtype: angles.dtype }); // prettier-ignore
    return ops.cast(ops.multiply(waves, window), dtype) as Tensor;
  }
}
