import { DTypeError, field, type Field, isFloating, type KerasIdentity, ops, type SymbolicShape, type Tensor, ValueError, type Variable } from "@neurite/core"; // prettier-ignore
import { type DataFormat, knownChannels } from "../core/spatial-inputs.ts";
import { layerField } from "../core/fields.ts";
import { Layer, type LayerOptions } from "../core/layer.ts";
import { spatialInputs } from "../core/spatial-inputs.ts";
import { type SignalWindowName, windowField } from "../initializers/signal-window.ts";
import { STFT } from "../initializers/stft.ts";

const modes = ["log", "magnitude", "psd", "real", "imag", "angle", "stft"] as const;

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramOptions extends LayerOptions {
  /** What comes out: the magnitude or its logarithm, the power density, a part of the transform, its angle, or both parts. Default "log". */
  readonly mode?: (typeof modes)[number];
  /** Samples of a frame. Default 256. */
  readonly frameLength?: number;
  /** Samples from one frame to the next. Default: half a frame. */
  readonly frameStep?: number | null;
  /** Frequencies of a full transform, at least `frameLength`. Default: the next power of two. */
  readonly fftLength?: number | null;
  /** Name of a window as SciPy has them, its values, or null for none. Default "hann". */
  readonly window?: SignalWindowName | readonly number[] | null;
  /** A window as if it began again after its end, rather than a symmetric one. Default false. */
  readonly periodic?: boolean;
  /** Divides the window by its norm ("density"), by the sum of its magnitudes ("spectrum"), or by nothing. Default "density". */
  readonly scaling?: "density" | "spectrum" | null;
  /** Default "valid". */
  readonly padding?: "valid" | "same";
  /** Gives frequencies an axis of their own, as images have. Default false. */
  readonly expandDims?: boolean;
  /** Default "channels_last". */
  readonly dataFormat?: DataFormat | null;
}

/**
 * The spectrum of each frame of a signal, by a convolution whose kernels can be trained: [batch, samples, channels] gives
 * [batch, frames, channels · (fftLength / 2 + 1)], or with `expandDims` [batch, frames, fftLength / 2 + 1, channels]. Twice as many frequencies
 * with mode "stft".
 *
 * Weights, each [frameLength, 1, fftLength / 2 + 1]: real_kernel and imag_kernel, as far as the mode needs them.
 *
 * @example
 * const layer = new STFTSpectrogram({ frameLength: 8, mode: "magnitude", trainable: false });
 * layer(ops.ones([2, 32, 1])).shape; // [2, 7, 5]
 */
export class STFTSpectrogram extends Layer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "STFTSpectrogram" };
  static override readonly fields: readonly Field[] = [
    field.choice("mode", modes, { default: "log" }),
    field.integer("frameLength", { default: 256, min: 1 }),
    field.integer("frameStep", { default: null, min: 1 }),
    field.integer("fftLength", { default: null, min: 1 }),
    windowField,
    field.boolean("periodic", { default: false }),
    field.choice("scaling", ["density", "spectrum"], { default: "density", nullable: true }),
    field.choice("padding", ["valid", "same"], { default: "valid" }),
    layerField.dataFormat(),
    field.boolean("expandDims", { default: false }),
  ];
  declare readonly mode: (typeof modes)[number];
  declare readonly frameLength: number;
  declare readonly frameStep: number | null;
  declare readonly fftLength: number | null;
  declare readonly window: SignalWindowName | readonly number[] | null;
  declare readonly periodic: boolean;
  declare readonly scaling: "density" | "spectrum" | null;
  declare readonly padding: "valid" | "same";
  declare readonly dataFormat: DataFormat;
  declare readonly expandDims: boolean;
  /** There once the layer is built, unless the mode is "imag". */
  realKernel: Variable | null = null;
  /** There once the layer is built, unless the mode is "real". */
  imagKernel: Variable | null = null;

  /** @throws ValueError for a step longer, or a transform shorter than a frame. */
  constructor(options: STFTSpectrogramOptions = {}) {
    super(options);
    const { frameLength, frameStep, fftLength } = this;
    if (frameStep !== null && frameStep > frameLength)
      throw new ValueError(`[STFTSpectrogram] frameStep must be at most frameLength ${frameLength}: got ${frameStep}`);
    if (fftLength !== null && fftLength < frameLength)
      throw new ValueError(`[STFTSpectrogram] fftLength must be at least frameLength ${frameLength}: got ${fftLength}`);
    this.inputSpec = spatialInputs(1, this.dataFormat);
  }

  /** @throws ShapeError when the number of channels is not known. */
  override build(inputShape: SymbolicShape): void {
    this.inputSpec = spatialInputs(1, this.dataFormat, knownChannels("STFTSpectrogram", inputShape, this.dataFormat));
    const { window, scaling, periodic } = this;
    const bins = Math.floor((this.fftLength ?? 2 ** Math.ceil(Math.log2(this.frameLength))) / 2) + 1;
    const kernel = (side: "real" | "imag"): Variable => {
      const initializer = new STFT({ side, window, scaling, periodic });
      return this.addWeight({ name: `${side}_kernel`, shape: [this.frameLength, 1, bins], initializer });
    };
    if (this.mode !== "imag") this.realKernel = kernel("real");
    if (this.mode !== "real") this.imagKernel = kernel("imag");
  }

  /** @throws DTypeError for signals of integers. */
  override call(inputs: Tensor): Tensor {
    if (!isFloating(inputs.dtype)) throw new DTypeError(`[STFTSpectrogram] signals must be floating: got ${inputs.dtype}`);
    // [batch, channels, samples, 1]: frames are windows of one channel.
    const signals = ops.expandDims(this.dataFormat === "channels_last" ? ops.transpose(inputs, { axes: [0, 2, 1] }) : inputs, -1);
    const spectra = this.#spectra(signals);
    if (this.expandDims) return this.dataFormat === "channels_last" ? ops.transpose(spectra, { axes: [0, 2, 3, 1] }) : spectra;
    const [batch, channels, frames, bins] = spectra.shape as readonly [number, number, number, number];
    return this.dataFormat === "channels_last"
      ? ops.reshape(ops.transpose(spectra, { axes: [0, 2, 1, 3] }), [batch, frames, channels * bins])
      : ops.reshape(ops.transpose(spectra, { axes: [0, 1, 3, 2] }), [batch, channels * bins, frames]);
  }

  /** [batch, channels, samples, 1] → [batch, channels, frames, bins]. */
  #spectra(signals: Tensor): Tensor {
    const strides = [1, this.frameStep ?? Math.floor(this.frameLength / 2)];
    const part = (kernel: Variable): Tensor =>
      ops.conv(signals, ops.cast(ops.expandDims(kernel, 0), signals.dtype) as Tensor, { strides, padding: this.padding });
    const { mode, realKernel, imagKernel } = this;
    if (realKernel === null || imagKernel === null) return part((realKernel ?? imagKernel) as Variable);
    const [real, imag] = [part(realKernel), part(imagKernel)];
    if (mode === "angle") return ops.arctan2(imag, real);
    if (mode === "stft") return ops.concatenate([real, imag], { axis: 3 });
    const power = ops.add(ops.square(real), ops.square(imag));
    if (mode === "psd") return ops.add(power, withoutEnds(power));
    const magnitude = ops.sqrt(ops.maximum(power, 1e-7));
    return mode === "magnitude" ? magnitude : ops.log(ops.maximum(magnitude, 1e-7));
  }
}

/** Zero at the lowest and the highest frequency: the others stand for a negative one, too. */
function withoutEnds(power: Tensor): Tensor {
  const bins = power.shape[3] as number;
  const inner = ops
    .arange(bins)
    .greater(0)
    .logicalAnd(ops.arange(bins).less(bins - 1));
  return ops.where(inner, power, ops.zerosLike(power));
}
