import { field, type Field, invalid, type KerasIdentity, ops, optionsOf, ShapeError, type SymbolicShape, type Tensor, ValueError, type Variable } from "@neurite/core"; // prettier-ignore
import { withFanAxes } from "../initializers/with-fan-axes.ts";
import { Float8Products } from "../quantization/float8.ts";
import { GroupedKernel } from "../quantization/grouped-kernel.ts";
import { QuantizedEinsumKernel } from "../quantization/quantized-einsum.ts";
import { roundsInputs } from "../quantization/quantized-matrix.ts";
import { GPTQDTypePolicy, GroupedDTypePolicy, QuantizedDTypePolicy, QuantizedFloat8DTypePolicy } from "../quantization/quantized-policy.ts";
import { isTraining } from "./call-context.ts";
import { layerField } from "./fields.ts";
import { kernelFields, KernelLayer, type KernelLayerOptions } from "./kernel-layer.ts";
import { InputSpec } from "./input-spec.ts";
import { loraFields } from "./low-rank.ts";
import type { LayerOptions } from "./layer.ts";

/** Options of {@link EinsumDense}. */
export interface EinsumDenseOptions extends LayerOptions, Omit<KernelLayerOptions, "useBias"> {
  /** Letters of the output that have a bias: "d". Default none. */
  readonly biasAxes?: string | null;
  /** Columns of a kernel that GPTQ packed, as configs hold it. Default null; set when such a kernel is built. */
  readonly gptqUnpackedColumnSize?: number | null;
}

/** The shapes that an equation gives the weights. */
interface Weights {
  readonly kernel: readonly number[];
  readonly bias: readonly number[] | null;
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

/**
 * A product of the inputs with a kernel along axes that an equation names, with bias and activation: `activation(einsum(x, kernel) + bias)`.
 *
 * Inputs are [batch, …], as the equation's first term names them.
 *
 * @param equation As `ops.einsum` takes it, "abc,cd->abd"; "..." may stand for axes at one end of inputs and outputs.
 * @param outputShape Sizes of the output without the batch and without what "..." stands for; null where they are those of the input.
 *
 * @example
 * // [batch, 5, 3] → [batch, 5, 4]: the kernel is [3, 4], the bias [4].
 * new EinsumDense("abc,cd->abd", [null, 4], { biasAxes: "d" })(ops.ones([2, 5, 3])).shape; // [2, 5, 4]
 */
export class EinsumDense extends KernelLayer {
  static readonly keras: KerasIdentity = { module: "keras.layers", className: "EinsumDense" };
  static override readonly fields: readonly Field[] = [
    field.string("equation"),
    field.object("outputShape", {
      expected: "a size or a list of sizes",
      resolve: (value) => {
        const list = typeof value === "number" ? [value] : value;
        return Array.isArray(list) && list.every((size) => size === null || (Number.isInteger(size) && size > 0))
          ? [...(list as unknown[])]
          : invalid;
      },
    }),
    layerField.activation("activation", { default: null }),
    field.string("biasAxes", { default: null }),
    ...kernelFields,
    layerField.regularizer("activityRegularizer"),
    field.json("quantizationConfig", { default: null }),
    field.integer("gptqUnpackedColumnSize", { default: null, min: 1, omitted: "default" }),
    ...loraFields,
  ];
  declare readonly equation: string;
  declare readonly outputShape: readonly (number | null)[];
  declare readonly biasAxes: string | null;
  declare readonly quantizationConfig: unknown;
  declare readonly gptqUnpackedColumnSize: number | null;
  /** In the place of the kernel, with a policy of 8 or 4 bits. */
  quantizedKernel: QuantizedEinsumKernel | null = null;
  /** Products in float8, with a {@link QuantizedFloat8DTypePolicy}; else null. */
  float8: Float8Products | null = null;
  /** In the place of the kernel, with the policy of GPTQ or AWQ: the kernel as a matrix, and its own shape. */
  groupedKernel: { readonly matrix: GroupedKernel; readonly shape: readonly number[] } | null = null;

  constructor(equation: string, outputShape: number | readonly (number | null)[], options: EinsumDenseOptions = {}) {
    super({ equation, outputShape, ...optionsOf("EinsumDense", options) } as LayerOptions);
  }

  /** @throws ValueError for an equation that says no product with a kernel; ShapeError for sizes that do not fit it. */
  override build(inputShape: SymbolicShape): void {
    const { kernel, bias, inputAxes, outputAxes } = this.#weightsFor(inputShape);
    this.inputSpec = new InputSpec({ ndim: inputShape.length });
    const { ownPolicy } = this;
    const isFloat8 = ownPolicy instanceof QuantizedFloat8DTypePolicy;
    if (ownPolicy instanceof GroupedDTypePolicy) {
      this.#buildGrouped(kernel, ownPolicy);
    } else if (ownPolicy instanceof QuantizedDTypePolicy && !isFloat8) {
      this.quantizedKernel = new QuantizedEinsumKernel(this, this.equation, kernel, inputShape.length, ownPolicy);
    } else this.addKernel(kernel, withFanAxes(this.kernelInitializer, inputAxes, outputAxes));
    if (bias !== null) this.addBias(bias);
    if (isFloat8) this.float8 = new Float8Products(this, ownPolicy);
    this.beginLora();
  }

  /** As Keras lays it out: the largest axis of three tells whether the kernel goes to heads or comes from them. */
  #buildGrouped(shape: readonly number[], policy: GroupedDTypePolicy): void {
    if (shape.length !== 2 && shape.length !== 3)
      throw new ShapeError(`[EinsumDense] kernels of GPTQ and AWQ have 2 or 3 axes: got shape [${shape}]`);
    const summed = shape.length === 3 && shape.indexOf(Math.max(...shape)) > 0 ? 2 : 1;
    const size = (axes: readonly number[]): number => axes.reduce((product, dim) => product * dim, 1);
    const [rows, columns] = [size(shape.slice(0, summed)), size(shape.slice(summed))];
    this.groupedKernel = { matrix: new GroupedKernel(this, [rows, columns], policy, "zero_point"), shape };
    if (policy instanceof GPTQDTypePolicy) (this as { gptqUnpackedColumnSize: number | null }).gptqUnpackedColumnSize = columns;
  }

  #weightsFor(inputShape: SymbolicShape): Weights {
    const { equation, biasAxes } = this;
    const match = /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/.exec(equation.replaceAll(" ", ""));
    const [, leftIn, input = "", rightIn, weight = "", leftOut, output = "", rightOut] = match ?? [];
    if (match === null || leftIn !== leftOut || rightIn !== rightOut || (leftIn !== undefined && rightIn !== undefined))
      throw new ValueError(`[EinsumDense] equation must be like "ab,bc->ac", "...ab,bc->...ac" or "ab...,bc->ac...": got "${equation}"`);
    const elided = inputShape.length - input.length;
    if (elided < 0 || (elided > 0 && leftIn === undefined && rightIn === undefined))
      throw new ShapeError(
        `[EinsumDense] "${equation}" takes inputs of ${input.length} axes: got shape [${inputShape.map((dim) => dim ?? "?")}]`,
      );
    const isLeft = leftIn !== undefined;
    // The batch, what "..." stands for, and the sizes given.
    const full = isLeft
      ? [...inputShape.slice(0, Math.max(1, elided)), ...this.outputShape]
      : [inputShape[0] ?? null, ...this.outputShape, ...inputShape.slice(inputShape.length - elided)];
    const outputOffset = isLeft ? full.length - output.length : 0;
    const inputOffset = isLeft ? elided : 0;
    const inOutput = (letter: string): number | null | undefined => (output.includes(letter) ? full[output.indexOf(letter) + outputOffset] : undefined); // prettier-ignore
    const inInput = (letter: string): number | null | undefined => (input.includes(letter) ? inputShape[input.indexOf(letter) + inputOffset] : undefined); // prettier-ignore
    const sizeOf = (letter: string): number => {
      const size = inOutput(letter) ?? inInput(letter);
      if (typeof size !== "number") throw new ShapeError(`[EinsumDense] the size of axis "${letter}" of "${equation}" is not known`);
      return size;
    };
    for (const letter of input) {
      const [a, b] = [inInput(letter), inOutput(letter)];
      if (typeof a === "number" && typeof b === "number" && a !== b)
        throw new ShapeError(`[EinsumDense] axis "${letter}" of "${equation}" has size ${a} in the input and ${b} in outputShape`);
    }
    const unknown = [...(biasAxes ?? "")].find((letter) => !output.includes(letter));
    if (unknown !== undefined)
      throw new ValueError(`[EinsumDense] biasAxes names "${unknown}", which is no axis of the output of "${equation}"`);
    const first = biasAxes === null ? 0 : Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
    const afterBias = rightIn === undefined ? [] : Array.from({ length: elided }, () => 1);
    const axes = [...weight].map((letter, i) => [letter, i] as const);
    return {
      kernel: axes.map(([letter]) => sizeOf(letter)),
      bias:
        biasAxes === null
          ? null
          : [
              ...output
                .slice(first)
                .split("")
                .map((letter) => (biasAxes.includes(letter) ? sizeOf(letter) : 1)),
              ...afterBias,
            ],
      inputAxes: axes.filter(([letter]) => !output.includes(letter)).map(([, i]) => i),
      outputAxes: axes.filter(([letter]) => output.includes(letter)).map(([, i]) => i),
    };
  }

  /** @throws ValueError for kernels of GPTQ, AWQ and float8. */
  protected override get loraTarget(): { readonly weight: Variable | undefined; readonly shape?: readonly number[] } {
    if (this.groupedKernel !== null || this.float8 !== null)
      throw new ValueError(`[enableLora] kernels of GPTQ, AWQ and float8 have no updates: got ${this.toString()}`);
    return this.quantizedKernel === null ? super.loraTarget : { weight: this.quantizedKernel.values, shape: this.quantizedKernel.shape };
  }

  /** What files hold, in their order. */
  override get storedWeights(): readonly Variable[] {
    const bias = this.bias === null ? [] : [this.bias];
    if (this.float8 !== null) return [this.kernel, ...bias, ...this.float8.parameters];
    if (this.groupedKernel !== null) return [...bias, ...this.groupedKernel.matrix.parameters];
    if (this.quantizedKernel === null) return super.storedWeights;
    const { values, parameters } = this.quantizedKernel;
    return [values, ...bias, ...parameters];
  }

  #product(inputs: Tensor): Tensor {
    const { quantizedKernel: quantized, groupedKernel: grouped, equation } = this;
    if (grouped !== null) {
      return ops.einsum(equation, inputs, ops.reshape(ops.cast(grouped.matrix.dequantized(), inputs.dtype), grouped.shape));
    }
    if (quantized === null) return ops.einsum(equation, inputs, this.effectiveKernel());
    const product = quantized.product(inputs, roundsInputs(this.quantizationConfig, quantized.mode), isTraining());
    return this.withUpdate(product, (a) => ops.einsum(equation, inputs, a));
  }

  override call(inputs: Tensor): Tensor {
    const { float8, bias } = this;
    if (float8 !== null) {
      const [kernel, offset] = [this.autocast(this.kernel), bias === null ? null : this.autocast(bias)];
      return this.activation(float8.compute(inputs, kernel, offset, isTraining(), (x, w) => ops.einsum(this.equation, x, w)));
    }
    const product = this.#product(inputs);
    return this.activation(this.bias === null ? product : ops.add(product, this.autocast(this.bias)));
  }
}
