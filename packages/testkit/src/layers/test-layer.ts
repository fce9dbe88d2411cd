/** One call that holds a layer to what every layer must do, as Keras's run_layer_test. */
import {
  type AnyTensor,
  compile,
  type DType,
  flattenTree,
  getDefaultDevice,
  GradientTape,
  isFloating,
  isTensor,
  mapTree,
  ops,
  type Registry,
  type SymbolicShape,
  symbolicInput,
  SymbolicTensor,
  type Tensor,
  tensor,
  type Variable,
} from "@neurite/core";
import { collectGarbage } from "../engine/collect-garbage.ts";
import { small } from "../samples/values.ts";
import { assert, assertEqual } from "../suite/assert.ts";

/** What the test needs of a layer: what `Layer` of `@neurite/layers` gives. */
export interface LayerLike {
  (inputs: never, options?: never): unknown;
  readonly name: string;
  readonly built: boolean;
  readonly computeDtype: DType;
  readonly weights: readonly Variable[];
  readonly trainableWeights: readonly Variable[];
  readonly nonTrainableWeights: readonly Variable[];
  readonly losses: readonly Tensor[];
  setWeights(values: readonly Tensor[]): void;
  getConfig(): Record<string, unknown>;
  computeOutputShape(inputShape: never): unknown;
}

/** A class of layers. */
export interface LayerClass {
  new (...args: never[]): LayerLike;
  fromConfig(config: never, registry?: Registry): LayerLike;
}

/** Options of {@link testLayer}. */
export interface LayerTestOptions {
  /**
   * Arguments of the constructor: `[4, { activation: "relu" }]`. A function of the dtype policy (default undefined) where each layer needs its own, of
   * layers for example. Default none.
   */
  readonly args?: readonly unknown[] | ((dtype?: string) => readonly unknown[]);
  /** Shape of the input with its batch, `[batch, …]`; a list of shapes for a layer of several inputs. */
  readonly inputShape: readonly number[] | readonly (readonly number[])[];
  /** Default "float32". */
  readonly inputDtype?: DType;
  /** The input itself, where small random numbers will not do. Made on the default device. */
  readonly makeInput?: () => AnyTensor | readonly AnyTensor[];
  /** How the layer is called, where its inputs are not one argument: `(layer, [query, value], options) => layer(query, value, options)`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whoever writes the function knows what the layer takes
  readonly call?: (layer: any, inputs: any, options: Readonly<Record<string, unknown>>) => unknown;
  /** Options of each call, such as `{ mask }`. */
  readonly callOptions?: () => Readonly<Record<string, unknown>>;
  /** Shape of the output with its batch; a list where there are several. */
  readonly expectedOutputShape?: readonly number[] | readonly (readonly number[])[];
  /** Default: the layer's compute dtype, for floating inputs. */
  readonly expectedOutputDtype?: DType;
  readonly expectedTrainableWeights?: number;
  readonly expectedNonTrainableWeights?: number;
  /** Scalars among `layer.losses` after a call in training. */
  readonly expectedLosses?: number;
  /** Whether a training step is done and gradients are checked. Default true; false where nothing is differentiable. */
  readonly trains?: boolean;
  /** Whether two calls in inference give the same. Default true. */
  readonly deterministic?: boolean;
  /** Dtype policies tried beside the default one; default mixed_float16, mixed_bfloat16 and float64, as far as the device has their dtypes. */
  readonly policies?: readonly string[];
  /** Batch sizes the layer is applied to after it was built; default 1 and 5. Empty where the batch is fixed. */
  readonly batchSizes?: readonly number[];
  /** Where names in the config are looked up; default the umbrella package's. */
  readonly registry?: Registry;
}

type Inputs = AnyTensor | readonly AnyTensor[];
type Shape = readonly number[];

const isListOfShapes = (shape: LayerTestOptions["inputShape"]): shape is readonly Shape[] => Array.isArray(shape[0]);
const mapInputs = <T>(shape: LayerTestOptions["inputShape"], map: (shape: Shape, i: number) => T): T | T[] =>
  isListOfShapes(shape) ? shape.map(map) : map(shape, 0);

const tensorsOf = (tree: unknown): AnyTensor[] => flattenTree(tree).filter(isTensor) as AnyTensor[];
const numbersOf = async (x: AnyTensor): Promise<number[]> => Array.from((await ops.cast(x, "float32").data()) as ArrayLike<number>, Number);

/**
 * Tests a layer: its config comes back as it was and makes a layer with the same outputs; symbolic, eager, inferred and compiled calls
 * agree in shape, dtype and values; other batch sizes work; a step of gradient descent has finite gradients for every trainable weight
 * and changes the weights; dtype policies are respected; repeated steps hold no more memory.
 *
 * Uses the default device. Throws an Error that says what is wrong; call it in a test of any runner.
 *
 * @example
 * test("LSTM", () => testLayer(LSTM, { args: [4], inputShape: [2, 3, 5], expectedOutputShape: [2, 4], expectedTrainableWeights: 3 }));
 */
export async function testLayer(cls: LayerClass, options: LayerTestOptions): Promise<void> {
  const { args = [] } = options;
  const make = (extra: object = {}): LayerLike =>
    construct(cls, typeof args === "function" ? args((extra as { dtype?: string }).dtype) : args, extra);
  const layer = make();
  checkConfig(cls, layer, options);
  const input = inputOf(options);
  const outputs = apply(layer, input, options);
  checkOutputs(layer, outputs, options);
  checkWeights(layer, options);
  await checkFinite("the output", tensorsOf(outputs));
  checkSymbolic(make(), layer, input, outputs, options);
  await checkRestored(cls, layer, input, options);
  await checkCompiled(layer, input, options);
  await checkBatches(layer, options);
  if (options.trains ?? true) {
    await checkTraining(make(), options);
    await checkMemory(make(), options);
  }
  await checkPolicies(make, options);
}

/** Makes a layer; `extra` joins the options that end the arguments. */
function construct(cls: LayerClass, args: readonly unknown[], extra: object): LayerLike {
  const last = args.at(-1);
  const isOptions = typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  const all = isOptions ? [...args.slice(0, -1), { ...last, ...extra }] : Object.keys(extra).length > 0 ? [...args, extra] : args;
  return new cls(...(all as never[]));
}

function inputOf({ inputShape, inputDtype = "float32", makeInput }: LayerTestOptions): Inputs {
  if (makeInput !== undefined) return makeInput();
  return mapInputs(inputShape, (shape, i) => tensor(small(inputDtype, shape, i + 1).data as number[], { shape, dtype: inputDtype }));
}

function apply(layer: LayerLike, input: unknown, { call, callOptions }: LayerTestOptions, extra: object = {}): unknown {
  const options = { ...callOptions?.(), ...extra };
  return call === undefined ? layer(input as never, options as never) : call(layer, input, options);
}

function checkConfig(cls: LayerClass, layer: LayerLike, { registry }: LayerTestOptions): void {
  const config = layer.getConfig();
  const text = JSON.stringify(config);
  assertEqual(JSON.parse(text), config, "getConfig(), read back from JSON");
  const again = cls.fromConfig(JSON.parse(text) as never, registry);
  assertEqual(again.getConfig(), config, "getConfig() of a layer made by fromConfig()");
}

function checkOutputs(layer: LayerLike, outputs: unknown, options: LayerTestOptions): void {
  const found = tensorsOf(outputs);
  const { expectedOutputShape: shape, inputDtype = "float32" } = options;
  if (shape !== undefined) assertEqual(found.map((x) => x.shape), isListOfShapes(shape) ? shape : [shape], "shapes of the output"); // prettier-ignore
  const dtype = options.expectedOutputDtype ?? (isFloating(inputDtype) ? layer.computeDtype : null);
  if (dtype !== null) for (const output of found) assertEqual(output.dtype, dtype, "dtype of the output");
}

function checkWeights(layer: LayerLike, { expectedTrainableWeights, expectedNonTrainableWeights }: LayerTestOptions): void {
  assert(layer.built, "the layer is not built after its first call");
  if (expectedTrainableWeights !== undefined) assertEqual(layer.trainableWeights.length, expectedTrainableWeights, "trainable weights");
  if (expectedNonTrainableWeights !== undefined) assertEqual(layer.nonTrainableWeights.length, expectedNonTrainableWeights, "weights that are not trained"); // prettier-ignore
  const names = layer.weights.map(({ name }) => name);
  assertEqual(new Set(names).size, names.length, `different names among [${names}]`);
}

async function checkFinite(what: string, tensors: readonly AnyTensor[]): Promise<void> {
  for (const x of tensors) {
    if (!isFloating(x.dtype)) continue;
    const bad = (await numbersOf(x)).findIndex((value) => !Number.isFinite(value));
    assert(bad < 0, `${what}, ${x.dtype}[${x.shape}], is not finite at element ${bad}`);
  }
}

/** The symbolic call of a layer that was not built yet, and the inference of shapes, agree with the eager call. */
function checkSymbolic(fresh: LayerLike, layer: LayerLike, input: Inputs, outputs: unknown, options: LayerTestOptions): void {
  const shapeOf = ({ shape }: AnyTensor): SymbolicShape => [null, ...shape.slice(1)];
  const isList = Array.isArray(input);
  const list = (isList ? input : [input]) as readonly AnyTensor[];
  const operation = { name: "input", apply: () => undefined };
  const symbols = list.map((x) => symbolicInput({ ...operation }, { dtype: x.dtype, shape: shapeOf(x) }));
  const fixed = (options.batchSizes ?? [1]).length === 0;
  if (!fixed && options.callOptions === undefined) {
    const found = flattenTree(apply(fresh, isList ? symbols : symbols[0], options)).filter((x): x is SymbolicTensor => x instanceof SymbolicTensor); // prettier-ignore
    const expected = tensorsOf(outputs);
    assertEqual(found.length, expected.length, "symbolic outputs");
    found.forEach(({ shape, dtype }, i) => {
      assertEqual(dtype, expected[i].dtype, "dtype of the symbolic output");
      const fits = shape.length === expected[i].shape.length && shape.every((dim, axis) => dim === null || dim === expected[i].shape[axis]);
      assert(fits, `the symbolic output has shape [${shape.map((dim) => dim ?? "?")}], the eager one [${expected[i].shape}]`);
    });
    assertEqual(fresh.weights.map(({ shape }) => shape), layer.weights.map(({ shape }) => shape), "shapes of the weights of a layer built symbolically"); // prettier-ignore
  }
  if (options.call !== undefined) return;
  const inferred = layer.computeOutputShape((isList ? list.map(({ shape }) => shape) : list[0].shape) as never);
  assertEqual(inferred, mapTree(outputs, (x) => (isTensor(x) ? x.shape : x)), "computeOutputShape()"); // prettier-ignore
}

/** Throws unless two trees of tensors hold the same numbers. */
async function assertSame(found: unknown, expected: unknown, tolerance: number, what: string): Promise<void> {
  const [a, b] = [tensorsOf(found), tensorsOf(expected)];
  assertEqual(a.length, b.length, `${what}: number of outputs`);
  for (const [i, x] of a.entries()) {
    assertEqual(x.shape, b[i].shape, `${what}: shape`);
    const [left, right] = [await numbersOf(x), await numbersOf(b[i])];
    const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const bad = left.findIndex((value, k) => !(Math.abs(value - right[k]) <= tolerance * scale));
    assert(bad < 0, `${what}: element ${bad} is ${left[bad]} instead of ${right[bad]}`);
  }
}

/** A layer made from the config computes the same once it has the same weights. */
async function checkRestored(cls: LayerClass, layer: LayerLike, input: Inputs, options: LayerTestOptions): Promise<void> {
  if (options.deterministic === false) return;
  const again = cls.fromConfig(layer.getConfig() as never, options.registry);
  apply(again, input, options);
  again.setWeights(layer.weights.map((weight) => weight.read() as Tensor));
  await assertSame(apply(again, input, options), apply(layer, input, options), 1e-6, "outputs of a layer made by fromConfig(), with the same weights"); // prettier-ignore
}

async function checkCompiled(layer: LayerLike, input: Inputs, options: LayerTestOptions): Promise<void> {
  if (options.deterministic === false) return;
  const compiled = compile((x: Inputs) => apply(layer, x, options));
  await assertSame(compiled(input), apply(layer, input, options), 1e-5, "outputs of the compiled layer");
}

async function checkBatches(layer: LayerLike, options: LayerTestOptions): Promise<void> {
  if (options.makeInput !== undefined || options.callOptions !== undefined) return;
  for (const batch of options.batchSizes ?? [1, 5]) {
    const inputShape = mapInputs(options.inputShape, (shape) => [batch, ...shape.slice(1)]) as LayerTestOptions["inputShape"];
    const outputs = tensorsOf(apply(layer, inputOf({ ...options, inputShape }), options));
    await checkFinite(`the output for a batch of ${batch}`, outputs);
  }
}

/** A scalar that depends on every floating output, and the layer's own penalties. */
function lossOf(layer: LayerLike, input: Inputs, options: LayerTestOptions): Tensor {
  const outputs = tensorsOf(apply(layer, input, options, { training: true })).filter(({ dtype }) => isFloating(dtype));
  const terms = outputs.map((output) => ops.mean(ops.square(ops.subtract(ops.cast(output, "float32"), 0.5))));
  return [...terms, ...layer.losses].reduce((total: AnyTensor, term) => ops.add(total, term), tensor(0)) as Tensor;
}

function descend(layer: LayerLike, input: Inputs, options: LayerTestOptions): { loss: Tensor; gradients: readonly (Tensor | null)[] } {
  const tape = new GradientTape();
  const loss = tape.run(() => lossOf(layer, input, options));
  const gradients = tape.gradient(loss, [...layer.trainableWeights]) as readonly (Tensor | null)[];
  layer.trainableWeights.forEach((weight, i) => gradients[i] !== null && weight.assignSub(ops.multiply(gradients[i], 0.01) as never));
  return { loss, gradients };
}

async function checkTraining(layer: LayerLike, options: LayerTestOptions): Promise<void> {
  const input = inputOf(options);
  apply(layer, input, options);
  const before = await Promise.all(layer.trainableWeights.map(numbersOf));
  const { loss, gradients } = descend(layer, input, options);
  await checkFinite("the loss", [loss]);
  if (options.expectedLosses !== undefined) assertEqual(layer.losses.length, options.expectedLosses, "losses");
  layer.trainableWeights.forEach(({ name }, i) => assert(gradients[i] !== null, `no gradient reaches the weight "${name}"`));
  await checkFinite("a gradient", gradients as readonly Tensor[]);
  const after = await Promise.all(layer.trainableWeights.map(numbersOf));
  await checkFinite("a weight after a step", layer.weights);
  const changed = after.some((values, i) => values.some((value, k) => value !== before[i][k]));
  assert(changed || layer.trainableWeights.length === 0, "a step of gradient descent changed no weight");
}

async function checkMemory(layer: LayerLike, options: LayerTestOptions): Promise<void> {
  const device = getDefaultDevice();
  const input = inputOf(options);
  apply(layer, input, options);
  const step = compile((x: Inputs) => descend(layer, x, options).loss, { onRetrace: () => {} });
  const run = async (steps: number): Promise<void> => {
    for (let i = 0; i < steps; i++) {
      const loss = step(input);
      await loss.data();
      loss.dispose();
    }
    await device.sync();
  };
  const collected = async (): Promise<number> => {
    await collectGarbage();
    return device.memory().storages;
  };
  await run(3);
  // Without a pause no finalizer runs: a step that frees by itself what it allocates needs no garbage collected, which takes longer than all the rest.
  const { storages } = device.memory();
  for (let i = 0; i < 20; i++) step(input).dispose();
  const freed = device.memory().storages <= storages;
  await device.sync();
  if (freed) return;
  const first = await collected();
  await run(20);
  const second = await collected();
  assert(second <= first + 1, `${first} storages live after 3 compiled steps, ${second} after 23`);
}

const defaultPolicies: Readonly<Record<string, readonly [compute: DType, variable: DType]>> = {
  mixed_float16: ["float16", "float32"],
  mixed_bfloat16: ["bfloat16", "float32"],
  float64: ["float64", "float64"],
};

async function checkPolicies(make: (extra: object) => LayerLike, options: LayerTestOptions): Promise<void> {
  const { dtypes } = getDefaultDevice().capabilities;
  const { inputDtype = "float32", expectedOutputDtype } = options;
  for (const policy of options.policies ?? Object.keys(defaultPolicies)) {
    const [compute, variable] = defaultPolicies[policy] ?? [policy as DType, policy as DType];
    if (!dtypes.has(compute) || !dtypes.has(variable)) continue;
    const layer = make({ dtype: policy });
    const outputs = tensorsOf(apply(layer, inputOf(options), options));
    for (const output of outputs) {
      if (expectedOutputDtype === undefined && isFloating(inputDtype)) assertEqual(output.dtype, compute, `dtype of the output under the policy ${policy}`); // prettier-ignore
    }
    for (const weight of layer.weights) if (isFloating(weight.dtype)) assertEqual(weight.dtype, variable, `dtype of the weight "${weight.name}" under the policy ${policy}`); // prettier-ignore
    await checkFinite(`the output under the policy ${policy}`, outputs);
  }
}
