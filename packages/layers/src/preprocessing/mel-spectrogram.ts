import { field, type Field, invalid, type KerasIdentity, ops, type Tensor, ValueError } from "@neurite/core";
import { uncast } from "../core/fields.ts";
import { InputSpec } from "../core/input-spec.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Samples that are transformed at once. Default 2048. */
  readonly fftLength?: number;
  /** Samples from one frame to the next. Default 512. */
  readonly sequenceStride?: number;
  /** Samples of a frame, at most `fftLength`. Default: `fftLength`. */
  readonly sequenceLength?: number | null;
  /** Default "hann". null: none. */
  readonly window?: "hann" | "hamming" | readonly number[] | null;
  /** Samples a second. Default 16000. */
  readonly samplingRate?: number;
  /** Default 128. */
  readonly numMelBins?: number;
  /** Hertz. Default 20. */
  readonly minFreq?: number;
  /** Hertz. Default: half of `samplingRate`. */
  readonly maxFreq?: number | null;
  /** Gives decibels. Default true. */
  readonly powerToDb?: boolean;
  /** Decibels below the loudest that what is quieter is raised to. Default 80. */
  readonly topDb?: number;
  /** 1 for magnitudes, 2 for power. Default 2. */
  readonly magExp?: number;
  /** Power below which nothing is told apart. Default 1e-10. */
  readonly minPower?: number;
  /** Power that is 0 decibels. Default 1. */
  readonly refPower?: number;
}

const mels = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

/**
 * How loud a signal is at each time and in each band of the mel scale, in which equal steps sound equal: [samples] gives [numMelBins, frames],
 * [batch, samples] gives [batch, numMelBins, frames].
 *
 * @example
 * const layer = new MelSpectrogram({ numMelBins: 64, samplingRate: 8000, sequenceStride: 256 });
 * layer(ops.ones([16000])).shape; // [64, 63]
 */
export class MelSpectrogram extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "MelSpectrogram" };
  static override readonly fields: readonly Field[] = [
    uncast,
    field.integer("fftLength", { default: 2048, min: 1 }),
    field.integer("sequenceStride", { default: 512, min: 1 }),
    field.integer("sequenceLength", { default: null, min: 1 }),
    field.object(
      "window",
      { expected: '"hann", "hamming" or a list of numbers', resolve: (value) => windowOf(value) },
      { default: "hann", nullable: true },
    ),
    field.number("samplingRate", { default: 16000, min: 1 }),
    field.integer("numMelBins", { default: 128, min: 1 }),
    field.number("minFreq", { default: 20, min: 0 }),
    field.number("maxFreq", { default: null, min: 0 }),
    field.boolean("powerToDb", { default: true }),
    field.number("topDb", { default: 80 }),
    field.number("magExp", { default: 2 }),
    field.number("minPower", { default: 1e-10 }),
    field.number("refPower", { default: 1 }),
  ];
  declare readonly fftLength: number;
  declare readonly sequenceStride: number;
  declare readonly sequenceLength: number;
  declare readonly window: "hann" | "hamming" | readonly number[] | null;
  declare readonly samplingRate: number;
  declare readonly numMelBins: number;
  declare readonly minFreq: number;
  declare readonly maxFreq: number;
  declare readonly powerToDb: boolean;
  declare readonly topDb: number;
  declare readonly magExp: number;
  declare readonly minPower: number;
  declare readonly refPower: number;
  override readonly inputSpec: InputSpec = new InputSpec({ minNdim: 1, maxNdim: 2, layout: "[samples] or [batch, samples]" });

  /** @throws ValueError for frames longer than `fftLength`. */
  constructor(options: MelSpectrogramOptions = {}) {
    super(options);
    const chosen = this as { sequenceLength: number | null; maxFreq: number | null };
    chosen.sequenceLength ??= this.fftLength;
    chosen.maxFreq ??= Math.floor(this.samplingRate / 2);
    if (this.fftLength < this.sequenceLength)
      throw new ValueError(`[MelSpectrogram] fftLength must be at least sequenceLength ${this.sequenceLength}: got ${this.fftLength}`);
  }

  override call(inputs: Tensor): Tensor {
    const { fftLength, sequenceLength, sequenceStride, window, computeDtype } = this;
    const [real, imag] = ops.stft(ops.cast(inputs, "float32"), sequenceLength, sequenceStride, fftLength, { window });
    const magnitude = ops.sqrt(ops.add(ops.square(real), ops.square(imag)));
    const bands = ops.matmul(ops.power(magnitude, this.magExp), this.#melWeights(real.shape.at(-1) as number));
    const loudness = this.powerToDb ? this.#decibels(bands) : bands;
    return ops.cast(ops.swapaxes(loudness, -1, -2), computeDtype) as Tensor;
  }

  /** [bins, numMelBins]: triangles over the frequencies, each of height 1 and from the middle of the one below to that of the one above. */
  #melWeights(bins: number): Tensor {
    const { numMelBins, samplingRate } = this;
    const hertz = ops.multiply(ops.arange(bins, { dtype: "float32" }), samplingRate / 2 / (bins - 1));
    const step = (mels(this.maxFreq) - mels(this.minFreq)) / (numMelBins + 1);
    const scale = ops.divide(ops.subtract(ops.multiply(ops.log1p(ops.divide(hertz, 700)), 1127), mels(this.minFreq)), step);
    const rising = ops.subtract(ops.expandDims(scale, 1), ops.arange(numMelBins, { dtype: "float32" }));
    const triangles = ops.maximum(ops.minimum(rising, ops.subtract(2, rising)), 0);
    // The mean of the signal is no tone.
    return ops.where(ops.expandDims(ops.greater(hertz, 0), 1), triangles, 0);
  }

  #decibels(power: Tensor): Tensor {
    const decibels = ops.multiply(ops.log10(ops.maximum(power, this.minPower)), 10);
    const relative = ops.subtract(decibels, 10 * Math.log10(Math.max(Math.abs(this.refPower), this.minPower)));
    return ops.maximum(relative, ops.subtract(ops.max(relative), this.topDb));
  }
}

function windowOf(value: unknown): unknown {
  if (value === "hann" || value === "hamming") return value;
  const values = ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value;
  return Array.isArray(values) && values.every((each) => typeof each === "number") ? values : invalid;
}
