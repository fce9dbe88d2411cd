import {
  type AnyTensor,
  applySymbolically,
  anySymbolic,
  autoName,
  checkpoint,
  classOf,
  currentScope,
  type DType,
  field,
  type Field,
  flattenTree,
  identityOf,
  inferThrough,
  isFloating,
  isSymbolic,
  isTensor,
  mapTree,
  ops,
  ShapeError,
  snakeCase,
  type SymbolicShape,
  type SymbolicTensor,
  Tensor,
  type TensorLike,
  type Variable,
  withScope,
} from "@neurite/core";
import type { RegularizerFunction } from "../regularizers/index.ts";
import { regularizerField } from "../regularizers/regularizer-field.ts";
import { insideCall, withTraining } from "./call-context.ts";
import { lossesApart } from "./call-losses.ts";
import type { DTypePolicy } from "./dtype-policy.ts";
import { dtypePolicyField } from "./dtype-policy-field.ts";
import { DTypePolicyMap } from "./dtype-policy-map.ts";
import { firstTensors } from "./first-application.ts";
import { FurtherInputWanted, optionsOrInput } from "./further-input.ts";
import { checkInputs, type InputSpecTree } from "./input-spec.ts";
import { giveMasks, masksOf, type MaskTree } from "./masks.ts";
import { asTensors, isCallOptions, nameLayerIn } from "./layer-inputs.ts";
import type { CallOptions, LayerOptions } from "./layer-options.ts";
import { currentRematScope, rematerializes, withinActivations, withinRemat } from "./remat-scope.ts";
import { brandLayer } from "./layer-state.ts";
import { graphShape, mapShapes, type ShapeTree, shapesOf, symbolicShape } from "./shapes.ts";
import { WeightHolder } from "./weight-holder.ts";

export type { CallOptions, LayerOptions } from "./layer-options.ts";

/** What calling a layer gives is one tensor, unless the call says otherwise: `lstm<[Tensor, Tensor, Tensor]>(x)` for one with `returnState`. */
export interface Layer {
  /** Applied to symbolic tensors it becomes part of a functional model. */
  <R extends object = SymbolicTensor>(inputs: SymbolicTensor | readonly SymbolicTensor[], options?: CallOptions): NoInfer<R>;
  /** Applied to tensors or arrays it computes; its weights are made at the first call. */
  <R extends object = Tensor>(inputs: TensorLike | readonly TensorLike[], options?: CallOptions): NoInfer<R>;
  /** Layers that take several arguments: attention(query, value, { key }), cell(inputs, states). */
  <R extends object = SymbolicTensor>(
    inputs: SymbolicTensor,
    second: SymbolicTensor | readonly SymbolicTensor[],
    ...rest: unknown[]
  ): NoInfer<R>;
  <R extends object = Tensor>(inputs: TensorLike, second: TensorLike | readonly TensorLike[], ...rest: unknown[]): NoInfer<R>;
}

/**
 * Base of layers and models: weights, and a function of tensors that uses them. A subclass makes weights in `build` and computes in
 * `call`; layers held in fields are found, with their weights.
 *
 * Inputs and outputs are tensors, or lists and objects of tensors, of the shapes that `call` takes and gives: [batch, …] as a rule.
 *
 * @example
 * class Residual extends Layer {
 *   readonly dense = new Dense(30, { activation: "elu" });
 *   call(x: Tensor): Tensor {
 *     return ops.add(x, this.dense(x));
 *   }
 * }
 * const y = new Residual()(x);
 */
export abstract class Layer extends WeightHolder {
  static override readonly fields: readonly Field[] = [
    field.string("name", { default: null }),
    field.boolean("trainable", { default: true }),
    dtypePolicyField("dtype", { default: null, property: "dtypePolicy" }),
    regularizerField("activityRegularizer", { omitted: "default" }),
    field.boolean("autocast", { default: true, omitted: "always", property: "castsFloats" }),
    field.shape("inputShape", { default: null, omitted: "always" }),
  ];

  static {
    brandLayer(this.prototype);
  }

  declare readonly dtypePolicy: DTypePolicy;
  declare readonly activityRegularizer: RegularizerFunction | null;
  /** The option `autocast`: whether floating inputs and weights are cast to {@link computeDtype}. */
  declare readonly castsFloats: boolean;
  /** Shape of one sample, where it was given as an option. */
  declare readonly inputShape: SymbolicShape | null;
  /** What it takes as its first argument; other inputs are refused when it is called. null: anything. */
  inputSpec: InputSpecTree = null;

  #path: string | null = null;
  #buildShape: ShapeTree | null = null;
  #namedShapes: Readonly<Record<string, ShapeTree>> | null = null;
  readonly #remat = currentRematScope();

  /** @throws ValueError for unknown and wrong options. */
  constructor(options: LayerOptions = {}) {
    super(options);
    // What users call makes the weights once and in the layer's scope, whoever calls it; what classes write is a step of that.
    Object.defineProperty(this, "build", {
      value: (inputShape: ShapeTree): void => {
        this.buildFor(inputShape);
        this.#buildHeld(inputShape);
      },
      writable: true,
      configurable: true,
    });
    if (this.name === null) (this as { name: string }).name = autoName(snakeCase(identityOf(classOf(this)).innerName ?? this.className));
  }

  /**
   * What the layer computes. Takes the inputs as tensors in the compute dtype, further arguments of the call likewise, and its options, last.
   * `isTraining()` and `options.training` tell the mode.
   */
  abstract call(inputs: unknown, ...rest: unknown[]): unknown;

  /**
   * Makes the weights, by `addWeight`. Called once, with the shapes of the inputs (null where not known), before the first call; one that is built
   * stays as it is. A layer that only holds others needs none: theirs are made as `call` uses them.
   */
  build(_inputShape: ShapeTree): void {}

  /** Where it stands among the layers that hold it: "encoder/attention/query". null before it was built. */
  get path(): string | null {
    return this.#path;
  }

  /** Its policy: in a {@link DTypePolicyMap} that of its path, the default one before there is a path. */
  protected get ownPolicy(): DTypePolicy {
    const { dtypePolicy } = this;
    if (!(dtypePolicy instanceof DTypePolicyMap)) return dtypePolicy;
    return this.#path === null ? dtypePolicy.defaultPolicy : dtypePolicy.get(this.#path);
  }

  /** Dtype of the computations. */
  get computeDtype(): DType {
    return this.ownPolicy.computeDtype;
  }

  /** Dtype of the weights. */
  override get variableDtype(): DType {
    return this.ownPolicy.variableDtype;
  }

  /** A weight as the computation wants it: in the compute dtype, unless the option `autocast` of the layer or the weight is false. */
  protected autocast(weight: Variable): AnyTensor {
    return this.castsFloats && weight.autocast && isFloating(weight.dtype) && weight.dtype !== this.computeDtype
      ? ops.cast(weight, this.computeDtype)
      : weight;
  }

  /** Whether floating inputs are cast to {@link computeDtype}. */
  protected get castsInputs(): boolean {
    return this.castsFloats;
  }

  /** Makes the weights for inputs of these shapes, if that was not done yet. */
  buildFor(inputShape: ShapeTree): void {
    if (this.built) return;
    this.#buildShape = inputShape;
    const inScope = currentScope().split("/").at(-1) === this.name;
    const make = (): void => {
      this.#path ??= currentScope();
      (classOf(this).prototype as Layer).build.call(this, inputShape);
    };
    if (inScope) make();
    else withScope(this.name, make);
    this.built = true;
  }

  /** Makes the weights of layers that it only holds, by what `call` does with them. */
  #buildHeld(inputShape: ShapeTree, options: CallOptions = {}): void {
    const says = (classOf(this).prototype as Layer).build !== Layer.prototype.build;
    if (!says && this.sublayers.some(({ built }) => !built)) this.#outputShape(inputShape, options);
  }

  /**
   * Whether `call` looks at `options.mask`. The mask that goes with the inputs is then passed where the caller gave none: a tensor, or for a list of
   * inputs a list.
   */
  get takesMask(): boolean {
    return false;
  }

  /**
   * Whether what a sample gives depends on the others of its batch or on earlier calls, as statistics of batches and states do. `TimeDistributed`
   * applies such a layer step by step. By default what it holds decides.
   */
  get mixesSamples(): boolean {
    return this.sublayers.some((layer) => layer.mixesSamples);
  }

  /** Whether a call outside of all layers is in training mode unless told otherwise. */
  protected get trainsAlone(): boolean {
    return false;
  }

  /**
   * The mask that goes with the outputs, for the inputs and theirs (null where there is none). By default that of the inputs.
   * Layers whose outputs have no steps give null.
   */
  computeMask(_inputs: unknown, mask: MaskTree): MaskTree {
    return mask;
  }

  /** Options of a call that stand for masks of its arguments: those the caller did not give. */
  protected maskOptions(args: readonly unknown[], options: CallOptions): Readonly<Record<string, unknown>> {
    if (!this.takesMask || options.mask !== undefined) return {};
    // As in Keras, nothing is masked by itself where there are more tensors than those of the first argument, such as initial states.
    if (flattenTree([args.slice(1), Object.values(options)]).some((x) => isTensor(x) || isSymbolic(x))) return {};
    // Graphs hold the mask of a single input as an argument; those of lists are found again when the graph is run.
    if (anySymbolic(args) && !isSymbolic(args[0])) return {};
    const mask = masksOf(args[0]);
    return mask === null ? {} : { mask };
  }

  protected override invoke(inputs: unknown, ...rest: unknown[]): unknown {
    const given = (isCallOptions(rest.at(-1)) ? rest.at(-1) : {}) as CallOptions;
    const args = [inputs, ...rest.filter((argument) => argument !== given && argument !== undefined)];
    const masks = this.maskOptions(args, given);
    const options = Object.keys(masks).length === 0 ? given : { ...given, ...masks };
    // The call may take it away.
    const before = masksOf(inputs);
    const outputs = anySymbolic(args, options) ? this.#applySymbolically(args, options) : this.#run(args, options);
    giveMasks(outputs, this.computeMask(inputs, before));
    return outputs;
  }

  /**
   * What it was first applied to in a functional model: a symbolic tensor, or a list of them; an empty one for an input.
   *
   * @throws ValueError before it was applied to symbolic tensors.
   */
  get input(): unknown {
    return firstTensors(this, "inputs");
  }

  /**
   * What came out when it was first applied in a functional model: a symbolic tensor, or a list of them.
   *
   * @throws ValueError before it was applied to symbolic tensors.
   * @example
   * const features = new Model({ inputs: model.input, outputs: model.getLayer("pool").output });
   */
  get output(): unknown {
    return firstTensors(this, "outputs");
  }

  /** Applies the layer again to the arguments of a recorded node. */
  apply(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
    return this.invoke(...(args as [unknown, ...unknown[]]), kwargs);
  }

  #applySymbolically(args: readonly unknown[], options: CallOptions): unknown {
    return applySymbolically(this, args, options, (values, kwargs) => this.#run(values, kwargs as CallOptions));
  }

  #run(args: readonly unknown[], options: CallOptions): unknown {
    const outermost = !insideCall();
    if (outermost) for (const losses of this.callLosses) losses.values = [];
    try {
      return withScope(this.name, () =>
        withTraining(options.training ?? (outermost && this.trainsAlone ? true : null), () => {
          this.#path ??= currentScope();
          const [inputs, ...extra] = args.map((argument) => asTensors(argument, this.computeDtype, this.castsInputs));
          checkInputs(this.className, this.inputSpec, inputs);
          if (!this.built) this.#namedShapes = this.shapesByName([inputs, ...extra], options);
          this.buildFor(shapesOf(inputs));
          const outputs = this.#compute([inputs, ...extra, options]);
          if (this.activityRegularizer !== null) this.#penalize(outputs, this.activityRegularizer);
          return outputs;
        }),
      );
    } catch (error) {
      throw nameLayerIn(error, this);
    }
  }

  /** What `call` gives; in a scope of rematerialization gradients compute it again. */
  #compute(args: readonly unknown[]): unknown {
    const compute = (...values: readonly unknown[]): unknown =>
      (this.call as (...given: readonly unknown[]) => unknown).call(this, ...values);
    const outputSize = (): number => {
      const avals = lossesApart(this.callLosses, () =>
        inferThrough([], () => tensorsIn(compute(...args)).map(({ value }) => value)),
      ).result;
      return avals.reduce((total, { shape }) => total + shape.reduce((size, dim) => size * (Number.isNaN(dim) ? 1 : dim), 1), 0);
    };
    if (!this.canRematerialize || !rematerializes(this.#remat, this.name, outputSize))
      return withinActivations(this.#remat, this, () => compute(...args));
    const family = this.callLosses;
    const again = checkpoint((...values: readonly unknown[]) => lossesApart(family, () => withinRemat(() => compute(...values))));
    const { result, losses } = again(...args);
    family.forEach((each, i) => each.values.push(...(losses[i] ?? [])));
    return result;
  }

  /** Whether scopes of rematerialization are about it; models leave that to their layers. */
  protected get canRematerialize(): boolean {
    return true;
  }

  #penalize(outputs: unknown, regularizer: RegularizerFunction): void {
    for (const output of tensorsIn(outputs)) {
      const penalty = regularizer(output);
      const batch = output.shape[0];
      this.addLoss(batch === undefined ? penalty : ops.divide(penalty, batch));
    }
  }

  /** Shape of what comes out for inputs of this shape (null where not known). Makes the weights if there are none. */
  computeOutputShape(inputShape: ShapeTree): ShapeTree {
    return this.#outputShape(inputShape, {});
  }

  #outputShape(inputShape: ShapeTree, options: CallOptions): ShapeTree {
    const shapes: SymbolicShape[] = [];
    mapShapes(inputShape, (shape) => shapes.push(shape));
    if (shapes.length === 0)
      throw new ShapeError(`[computeOutputShape] layer ${this.toString()} needs the shape of an input: received none`);
    let outputs: unknown;
    const given = shapes.map((shape) => ({ dtype: this.computeDtype, shape: graphShape(shape) }));
    // The penalties of the last call stay: those of this one have no elements.
    const { result: avals } = lossesApart(this.callLosses, () =>
      inferThrough(given, (values) => {
        let next = 0;
        outputs = this.#run([mapShapes(inputShape, () => new Tensor(values[next++] as never))], options);
        return tensorsIn(outputs).map(({ value }) => value);
      }),
    );
    let next = 0;
    return mapTree(outputs, () => symbolicShape((avals[next++] as { shape: readonly number[] }).shape)) as ShapeTree;
  }

  /** What its weights were made for, as files hold it; null before. */
  getBuildConfig(): Record<string, unknown> | null {
    if (this.#buildShape === null || !this.built) return null;
    return this.#namedShapes === null ? { input_shape: this.#buildShape } : { shapes_dict: this.#namedShapes };
  }

  /**
   * Makes the weights as {@link getBuildConfig} says. Those of layers that it holds wait for a call where that wants more than one input.
   * @throws What `build`, or a `call` that takes one input, throws for that shape.
   */
  buildFromConfig(config: Record<string, unknown>): void {
    const shapes = (config["shapes_dict"] ?? null) as Readonly<Record<string, ShapeTree>> | null;
    if (shapes !== null) {
      this.#namedShapes = shapes;
      this.buildForShapes(shapes);
    } else if (config["input_shape"] !== undefined && config["input_shape"] !== null) {
      const shape = config["input_shape"] as ShapeTree;
      this.buildFor(shape);
      try {
        this.#buildHeld(shape, this.call.length < 2 ? {} : optionsOrInput);
      } catch (error) {
        // A call that wants more than one input makes the weights when it comes.
        if (!(error instanceof FurtherInputWanted)) throw error;
      }
    }
  }

  /** What {@link shapesByName} gave before the weights were made. */
  protected get namedShapes(): Readonly<Record<string, ShapeTree>> | null {
    return this.#namedShapes;
  }

  /** The shapes of several arguments as files hold them, by name ("query_shape"); null, the default, where the first is all that matters. */
  protected shapesByName(_args: readonly unknown[], _options: CallOptions): Readonly<Record<string, ShapeTree>> | null {
    return null;
  }

  /** Makes the weights for several arguments, whose shapes files hold by name ("query_shape"). By default the first is all that matters. */
  protected buildForShapes(shapes: Readonly<Record<string, ShapeTree>>): void {
    const [first] = Object.values(shapes);
    if (first !== undefined && first !== null) this.buildFor(first);
  }
}

function tensorsIn(tree: unknown): AnyTensor[] {
  return flattenTree(tree).filter(isTensor) as AnyTensor[];
}
