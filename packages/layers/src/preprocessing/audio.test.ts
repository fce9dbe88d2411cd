import { reference } from "@neurite/backend-reference";
import {
  createRegistry, deserializeKerasObject, DTypeError, ops, resetAutoNames, serializeKerasObject, setDefaultDevice, setDefaultRegistry, ShapeError, type Tensor, tensor, ValueError,
} from "@neurite/core"; // prettier-ignore
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dense, Dropout, Embedding, Flatten, GlobalAveragePooling1D, Input, isTraining, Layer, layersPlugin, MelSpectrogram, Pipeline, Rescaling, STFT, STFTSpectrogram } from "../index.ts"; // prettier-ignore
import { kerasAudioLayers, kerasKernels, kerasPipelines } from "../testing/keras-audio.ts";

const registry = createRegistry([layersPlugin]);
beforeAll(() => {
  setDefaultDevice(reference());
  setDefaultRegistry(() => registry);
});
beforeEach(() => resetAutoNames());

const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [Number(x)]);

async function expectClose(actual: Tensor, expected: unknown, tolerance: number, turn = Infinity): Promise<void> {
  const [got, want] = [flat(await actual.array()), flat(expected)];
  expect(got).toHaveLength(want.length);
  for (const [i, value] of want.entries()) {
    const difference = Math.abs(got[i]! - value);
    const least = Math.min(difference, Math.abs(turn - difference)) / Math.max(1, Math.abs(value));
    expect(least, `${i}: ${got[i]} for ${value}`).toBeLessThan(tolerance);
  }
}

/** Without what weights were made for: Keras's pipelines do not tell. */
const plain = (json: unknown): unknown =>
  JSON.parse(JSON.stringify(json, (key, value: unknown) => (key === "build_config" ? undefined : value))) as unknown;

type Call = (x: Tensor) => Tensor;
const classes = layersPlugin.layers as Readonly<Record<string, new (options: object) => Layer & Call>>;

describe("kernels of the Fourier transform are Keras's, with SciPy's windows", () => {
  for (const { options, shape, value, serialized } of kerasKernels) {
    it(`${JSON.stringify(options)} ${JSON.stringify(shape)}`, async () => {
      const made = new STFT(options as object);
      await expectClose(made(shape), value, 2e-6);
      expect(serializeKerasObject(made)).toEqual(serialized);
      expect(serializeKerasObject(deserializeKerasObject(serialized, registry))).toEqual(serialized);
    });
  }

  it("in other dtypes, and by name", async () => {
    expect(await new STFT({ window: null })([2, 1, 2], { dtype: "float64" }).data()).toBeInstanceOf(Float64Array);
    expect(new STFT()([4, 1, 3], { dtype: "bfloat16" }).dtype).toBe("bfloat16");
    expect(new Dense(2, { kernelInitializer: "stft" }).kernelInitializer).toBeInstanceOf(STFT);
  });

  it.each([
    ["a shape", () => new STFT()([4, 2, 3]), ShapeError, /\[STFT\] a weight of shape \[frame, 1, bins\] is needed: got \[4,2,3\]/],
    ["a window", () => new STFT({ window: [1, 2] })([4, 1, 3]), ValueError, /there must be 4 values, as long as a frame: got 2/],
    ["a name", () => new STFT({ window: "hanning" as never }), ValueError, /\[STFT\] window must be one of boxcar, .*: got "hanning"/],
    ["a side", () => new STFT({ side: "left" as never }), ValueError, /\[STFT\] side must be "real" or "imag": got "left"/],
  ] as const)("%s that cannot be is refused", (_what, run, error, message) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});

describe("layers of signals give what Keras's give", () => {
  for (const { class: name, options, x, y, weights, parameters, serialized } of kerasAudioLayers) {
    it(`${name} ${JSON.stringify(options)}`, async () => {
      const layer = new classes[name]!(options);
      await expectClose(
        layer(tensor(x as never)),
        y,
        1e-4,
        name === "STFTSpectrogram" && layer.getConfig()["mode"] === "angle" ? 2 * Math.PI : Infinity,
      );
      expect(layer.weights.map((weight) => weight.name.split("/").at(-1))).toEqual(weights);
      expect(layer.weights.map((weight) => Number(weight.trainable))).toEqual(parameters);
      expect(serializeKerasObject(layer)).toEqual(serialized);
      expect(serializeKerasObject(deserializeKerasObject(serialized, registry))).toEqual(serialized);
    });
  }

  it("in functional models batch and length may be unknown", () => {
    const shape = (layer: Layer, ...dims: (number | null)[]): unknown => (layer(Input({ shape: dims })) as { shape: unknown }).shape;
    expect(shape(new STFTSpectrogram({ frameLength: 8 }), null, 2)).toEqual([null, null, 10]);
    expect(shape(new STFTSpectrogram({ frameLength: 8, expandDims: true, padding: "same" }), 40, 2)).toEqual([null, 10, 5, 2]);
    expect(shape(new MelSpectrogram({ fftLength: 64, sequenceStride: 32, numMelBins: 6 }), 300)).toEqual([null, 6, 10]);
  });

  it("a spectrogram in half precision computes in float32, and integers are signals, too", async () => {
    const options = { fftLength: 16, sequenceStride: 8, numMelBins: 3, samplingRate: 100 };
    const signal = Array.from({ length: 40 }, (_, i) => (i * 7) % 5);
    const half = new MelSpectrogram({ ...options, dtype: "bfloat16" })(tensor(signal, { dtype: "int32" }));
    expect(half.dtype).toBe("bfloat16");
    await expectClose(half, await new MelSpectrogram(options)(tensor(signal)).array(), 0.01);
  });

  it.each([
    ["a step", () => new STFTSpectrogram({ frameLength: 4, frameStep: 5 }), ValueError, /frameStep must be at most frameLength 4: got 5/],
    ["a transform", () => new STFTSpectrogram({ frameLength: 4, fftLength: 3 }), ValueError, /fftLength must be at least frameLength 4: got 3/],
    ["a mode", () => new STFTSpectrogram({ mode: "power" as never }), ValueError, /mode must be "log", "magnitude", .*: got "power"/],
    ["axes", () => new STFTSpectrogram()(ops.zeros([2, 300])), ShapeError, /must have 3 axes, \[batch, steps, channels\]: got float32 \[2,300\]/],
    ["integers", () => new STFTSpectrogram()(ops.zeros([2, 300, 1], { dtype: "int32" })), DTypeError, /signals must be floating: got int32/],
    ["channels", () => new STFTSpectrogram()(Input({ shape: [300, null] })), ShapeError, /the number of channels must be known/],
    ["frames", () => new MelSpectrogram({ fftLength: 4, sequenceLength: 5 }), ValueError, /fftLength must be at least sequenceLength 5: got 4/],
    ["a window", () => new MelSpectrogram({ window: "parzen" as never }), ValueError, /window must be "hann", "hamming" or a list of numbers/],
    ["images", () => new MelSpectrogram()(ops.zeros([2, 30, 30])), ShapeError, /must have 2 axes or fewer, \[samples\] or \[batch, samples\]/],
  ] as const)("%s that cannot be: refused", (_what, run, error, message) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  }); // prettier-ignore
});

describe("a pipeline", () => {
  for (const [i, { x, y, serialized }] of kerasPipelines.entries()) {
    it(`gives what Keras's gives, and is written alike (${i})`, async () => {
      const layer = deserializeKerasObject(serialized, registry) as Pipeline & Call;
      await expectClose(layer(tensor(x as never)), y, 1e-5);
      expect(plain(serializeKerasObject(layer))).toEqual(plain(serialized));
    });
  }

  it("has the weights of its layers, made for the shapes they see", () => {
    const pipeline = new Pipeline([new Flatten(), new Dense(3), new Dense(2)]);
    pipeline.build([null, 4, 2]);
    expect(pipeline.weights.map(({ shape }) => [...shape])).toEqual([[8, 3], [3], [3, 2], [2]]);
  });

  it("trains when called by itself, and goes by the model around it otherwise", () => {
    const modes: boolean[] = [];
    class Spy extends Layer {
      override call(x: Tensor): Tensor {
        modes.push(isTraining());
        return x;
      }
    }
    class Around extends Layer {
      readonly prepare = new Pipeline([new Spy()]);
      override call(x: Tensor): Tensor {
        return this.prepare(x);
      }
    }
    const [prepare, around] = [new Pipeline([new Spy()]), new Around()];
    prepare(tensor([1]));
    prepare(tensor([1]), { training: false });
    around(tensor([1]));
    around(tensor([1]), { training: true });
    expect(modes).toEqual([true, false, false, true]);
    expect(new Pipeline([])(tensor([1])).itemSync()).toBe(1);
  });

  it("hands masks on", async () => {
    const embedding = new Embedding(3, 1, { maskZero: true, embeddingsInitializer: "ones" });
    const mean = new Pipeline([embedding, new Rescaling(2), new GlobalAveragePooling1D()]);
    expect(await mean(tensor([[1, 0], [0, 0]], { dtype: "int32" })).array()).toEqual([[2], [NaN]]); // prettier-ignore
    const masked = new Pipeline([new GlobalAveragePooling1D()]);
    expect(await masked(tensor([[[1], [5]]]), { mask: tensor([[true, false]]) }).array()).toEqual([[1]]);
  });

  it("takes layers alone", () => {
    expect(() => new Pipeline([new Dropout(0.5), 3 as never])).toThrow(/\[Pipeline\] layers must be a list of layers/);
    expect(() => new Pipeline(null as never)).toThrow(/\[Pipeline\] layers must be a list of layers: got null/);
  });
});
