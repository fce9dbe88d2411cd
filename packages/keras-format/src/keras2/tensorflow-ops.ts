/** TensorFlow functions in functional models of Keras 2, as ops of keras.ops. */
import { SerializationError } from "@neurite/core";
import type { LayerEntry } from "./convert-config.ts";
import { convertNode, type Node } from "./convert-nodes.ts";

type Json = Record<string, unknown>;

/** An op of Keras 3: its class, and what TensorFlow calls its arguments and options; "key=name" where Keras calls `name` otherwise. */
type Translation = readonly [className: string, args: readonly string[], config?: readonly string[]];

const unary = (className: string, name = "x"): Translation => [className, [name]];
const binary = (className: string): Translation => [className, ["x", "y"]];
const reduction = (className: string): Translation => [className, ["input_tensor"], ["axis", "keepdims"]];

const translations: Readonly<Record<string, Translation>> = {
  "__operators__.add": binary("numpy.Add"),
  "math.add": binary("numpy.Add"),
  "math.subtract": binary("numpy.Subtract"),
  "math.multiply": binary("numpy.Multiply"),
  "math.divide": binary("numpy.TrueDivide"),
  "math.truediv": binary("numpy.TrueDivide"),
  "math.floordiv": binary("numpy.FloorDivide"),
  "math.floormod": binary("numpy.Mod"),
  "math.pow": binary("numpy.Power"),
  "math.maximum": binary("numpy.Maximum"),
  "math.minimum": binary("numpy.Minimum"),
  "math.greater": binary("numpy.Greater"),
  "math.greater_equal": binary("numpy.GreaterEqual"),
  "math.less": binary("numpy.Less"),
  "math.less_equal": binary("numpy.LessEqual"),
  "math.equal": binary("numpy.Equal"),
  "math.not_equal": binary("numpy.NotEqual"),
  "math.logical_and": binary("numpy.LogicalAnd"),
  "math.logical_or": binary("numpy.LogicalOr"),
  "math.logical_not": unary("numpy.LogicalNot"),
  "math.negative": unary("numpy.Negative"),
  "math.abs": unary("numpy.Absolute"),
  "math.square": unary("numpy.Square"),
  "math.sqrt": unary("numpy.Sqrt"),
  "math.rsqrt": unary("math.Rsqrt"),
  "math.exp": unary("numpy.Exp"),
  "math.log": unary("numpy.Log"),
  "math.log1p": unary("numpy.Log1p"),
  "math.sin": unary("numpy.Sin"),
  "math.cos": unary("numpy.Cos"),
  "math.sign": unary("numpy.Sign"),
  "math.floor": unary("numpy.Floor"),
  "math.ceil": unary("numpy.Ceil"),
  "math.tanh": unary("numpy.Tanh"),
  "math.sigmoid": unary("nn.Sigmoid"),
  "math.softplus": unary("nn.Softplus", "features"),
  "nn.tanh": unary("numpy.Tanh"),
  "nn.sigmoid": unary("nn.Sigmoid"),
  "nn.relu": unary("nn.Relu", "features"),
  "nn.relu6": unary("nn.Relu6", "features"),
  "nn.elu": unary("nn.Elu", "features"),
  "nn.selu": unary("nn.Selu", "features"),
  "nn.silu": unary("nn.Silu", "features"),
  "nn.gelu": ["nn.Gelu", ["features"], ["approximate"]],
  "nn.softplus": unary("nn.Softplus", "features"),
  "nn.softmax": ["nn.Softmax", ["logits"], ["axis"]],
  "math.softmax": ["nn.Softmax", ["logits"], ["axis"]],
  "nn.log_softmax": ["nn.LogSoftmax", ["logits"], ["axis"]],
  "math.reduce_mean": reduction("numpy.Mean"),
  "math.reduce_sum": reduction("numpy.Sum"),
  "math.reduce_max": reduction("numpy.Max"),
  "math.reduce_min": reduction("numpy.Min"),
  "math.reduce_prod": reduction("numpy.Prod"),
  "math.reduce_std": reduction("numpy.Std"),
  "math.reduce_variance": reduction("numpy.Var"),
  "math.reduce_logsumexp": reduction("math.Logsumexp"),
  "math.reduce_any": reduction("numpy.Any"),
  "math.reduce_all": reduction("numpy.All"),
  "math.argmax": ["numpy.Argmax", ["input"], ["axis"]],
  "math.argmin": ["numpy.Argmin", ["input"], ["axis"]],
  "math.cumsum": ["numpy.Cumsum", ["x"], ["axis"]],
  "math.l2_normalize": ["nn.Normalize", ["x"], ["axis"]],
  "linalg.matmul": ["numpy.Matmul", ["a", "b"]],
  cast: ["core.Cast", ["x"], ["dtype"]],
  clip_by_value: ["numpy.Clip", ["t"], ["x_min=clip_value_min", "x_max=clip_value_max"]],
  concat: ["numpy.Concatenate", ["values"], ["axis"]],
  stack: ["numpy.Stack", ["values"], ["axis"]],
  unstack: ["core.Unstack", ["value"], ["num", "axis"]],
  split: ["numpy.Split", ["value"], ["indices_or_sections=num_or_size_splits", "axis"]],
  reshape: ["numpy.Reshape", ["tensor"], ["newshape=shape"]],
  expand_dims: ["numpy.ExpandDims", ["input"], ["axis"]],
  squeeze: ["numpy.Squeeze", ["input"], ["axis"]],
  "compat.v1.squeeze": ["numpy.Squeeze", ["input"], ["axis"]],
  transpose: ["numpy.Transpose", ["a"], ["axes=perm"]],
  "compat.v1.transpose": ["numpy.Transpose", ["a"], ["axes=perm"]],
  tile: ["numpy.Tile", ["input"], ["repeats=multiples"]],
  where: ["numpy.Where", ["condition", "x", "y"]],
  stop_gradient: ["core.StopGradient", ["input"]],
  identity: ["numpy.Copy", ["input"]],
  ones_like: ["numpy.OnesLike", ["input"]],
  zeros_like: ["numpy.ZerosLike", ["input"]],
  gather: ["numpy.Take", ["params", "indices"], ["axis"]],
};

/** Options of TensorFlow that change nothing when they are as here; an op that has another cannot be translated. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  name: [],
  transpose_a: [false], transpose_b: [false], adjoint_a: [false], adjoint_b: [false], a_is_sparse: [false], b_is_sparse: [false],
  exclusive: [false], reverse: [false], batch_dims: [0], conjugate: [false], output_type: ["int64"], epsilon: [1e-12],
  axis: [null], validate_indices: [null], num: [null], output_dtype: [null], keepdims: [false, null],
}; // prettier-ignore

/** The op that a TFOpLambda or SlicingOpLambda layer of Keras 2 stands for. */
export function convertTensorFlowOp(entry: LayerEntry): LayerEntry {
  const { name, function: called } = entry.config as { name: string; function: string };
  const nodes = ((entry.inbound_nodes ?? []) as readonly unknown[]).map(convertNode);
  if (entry.class_name === "SlicingOpLambda") {
    const inbound = nodes.map(({ args, kwargs }) => ({ args: [args[0], slices(kwargs["slice_spec"])], kwargs: {} }));
    return operation("numpy.GetItem", name, {}, inbound);
  }
  const translation = translations[called];
  if (translation === undefined)
    throw new SerializationError(`[load] operation ${JSON.stringify(name)}: the TensorFlow function tf.${called} has no counterpart here`);
  const [className, args, keys = []] = translation;
  const config: Json = {};
  const inbound = nodes.map((node) => {
    const given = argumentsOf(node, args);
    for (const key of keys) {
      const [own, theirs = own] = key.split("=") as [string, string?];
      if (given.has(theirs) && given.get(theirs) !== null) config[own] = given.get(theirs);
      given.delete(theirs);
    }
    const values = args.map((arg) => given.get(arg) ?? null);
    args.forEach((arg) => given.delete(arg));
    for (const [option, value] of given) {
      if (option === "name" || neutral[option]?.includes(value) === true) continue;
      throw new SerializationError(
        `[load] operation ${JSON.stringify(name)}: tf.${called} with ${option} = ${JSON.stringify(value)} has no counterpart here`,
      );
    }
    return { args: values, kwargs: {} };
  });
  if (className === "numpy.Split" && Array.isArray(config["indices_or_sections"]))
    config["indices_or_sections"] = edges(config["indices_or_sections"]);
  return operation(className, name, config, inbound);
}

function argumentsOf({ args, kwargs }: Node, names: readonly string[]): Map<string, unknown> {
  return new Map<string, unknown>([[names[0] as string, args[0]], ...Object.entries(kwargs)]);
}

function operation(className: string, name: string, config: Json, nodes: readonly Node[]): LayerEntry {
  const [module, cls] = className.split(".") as [string, string];
  return { module: `keras.src.ops.${module}`, class_name: cls, config, registered_name: cls, name, inbound_nodes: nodes };
}

/** Sizes of parts as the places where they meet. */
function edges(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.slice(0, -1).map((size) => (end += size));
}

function slices(spec: unknown): unknown {
  const one = (item: unknown): unknown => {
    if (typeof item !== "object" || item === null) return item;
    return "start" in item ? { class_name: "__slice__", config: item } : { class_name: "__ellipsis__", config: {} };
  };
  return Array.isArray(spec) ? spec.map(one) : one(spec);
}
