import {
  checkpoint, compile, createRegistry, customGradient, DeviceError, DTypeError, grad, GradientError, GradientTape, hessian, inferThrough, jacobian,
  jvp, type NeuriteError, type Plugin, setDefaultDevice, setExecutionMode, ShapeError, type Tensor, tensor, toValue, traceGraph, valueAndGrad, ValueError,
  Variable, vjp, withDevice, withExecutionMode, withScope,
} from "@neurite/core"; // prettier-ignore
import { reference } from "@neurite/backend-reference";
import { beforeEach, expect, test } from "vitest";

beforeEach(() => setDefaultDevice(reference()));

type ErrorClass = new (message: string) => NeuriteError;
// The calls are wrong on purpose; their types say so, which types.test.ts checks.
const anything = (x: unknown): never => x as never;
const square = (x: Tensor): Tensor => x.mul(x);
const scalar = (x: Tensor): Tensor => x.mul(x).sum();

const cases: [name: string, run: () => unknown, error: ErrorClass, message: string][] = [
  ["tensor of nothing", () => tensor(anything(undefined)), ValueError, "[tensor] element (root) is not a number, boolean or bigint: undefined"],
  ["tensor of null", () => tensor(anything(null)), ValueError, "[tensor] element (root) is not a number, boolean or bigint: null"],
  ["tensor of text", () => tensor(anything("1")), ValueError, '[tensor] element (root) is not a number, boolean or bigint: "1"'],
  ["tensor of an object", () => tensor(anything({ a: 1 })), ValueError, "an object Object"],
  ["tensor of a function", () => tensor(anything(() => 1)), ValueError, "is not a number"],
  ["tensor of a tensor", () => tensor(anything(tensor(1))), ValueError, "the data is a tensor already"],
  ["tensor with text inside", () => tensor(anything([[1], ["2"]])), ValueError, '[tensor] element [1][0] is not a number, boolean or bigint: "2"'],
  ["tensor with a hole", () => tensor(anything([1, , 3])), ValueError, "[tensor] element [1] is not a number"], // eslint-disable-line no-sparse-arrays
  ["ragged tensor", () => tensor([[1, 2], [3]]), ShapeError, "[tensor] ragged array: element [1] has length 1 where 2 elements were expected"],
  ["ragged tensor, deeper", () => tensor([[1, 2], [3, [4]]]), ShapeError, "element [1][1] has length 1 where a number was expected"],
  ["ragged tensor, flatter", () => tensor([[1, 2], 3]), ShapeError, "element [1] is a single value where an array of 2 was expected"],
  ["tensor of a DataView", () => tensor(anything(new DataView(new ArrayBuffer(4)))), ValueError, "an object DataView"],
  ["tensor with a dtype in place of options", () => tensor([1], anything("int32")), ValueError, '[tensor] options must be an object: received "int32"'],
  ["tensor with null options", () => tensor([1], anything(null)), ValueError, "[tensor] options must be an object: received null"],
  ["tensor of an unknown dtype", () => tensor([1], { dtype: anything("float") }), DTypeError, '[tensor] unknown dtype "float": one of bool'],
  ["tensor with a number as shape", () => tensor([1], { shape: anything(1) }), ShapeError, "[tensor] shape must be a list of sizes: received 1"],
  ["tensor with a negative size", () => tensor([1], { shape: [-1] }), ShapeError, "[tensor] not a shape: [-1]"],
  ["tensor of another size", () => tensor([1, 2, 3], { shape: [2] }), ShapeError, "[tensor] 3 elements do not fill shape [2], which has 2"],
  ["fractions as integers", () => tensor([1, 2.5], { dtype: "int32" }), ValueError, "[tensor] element 1 does not fit int32: 2.5"],
  ["integers out of range", () => tensor([256], { dtype: "uint8" }), ValueError, "[tensor] element 0 does not fit uint8: 256"],
  ["bigints beyond 64 bits", () => tensor([1n, 2n ** 63n]), ValueError, "[tensor] element 1 does not fit int64: 9223372036854775808"],
  ["numbers beyond 64 bits", () => tensor([2 ** 63], { dtype: "int64" }), ValueError, "[tensor] element 0 does not fit int64: 9223372036854776000"],
  ["NaN as an integer", () => tensor([NaN], { dtype: "int8" }), ValueError, "does not fit int8: NaN"],
  ["bigints among numbers", () => tensor([1, 2n]), DTypeError, "[tensor] bigints are mixed with numbers"],
  ["raw halves without a dtype", () => tensor(new Uint16Array(2)), DTypeError, 'a Uint16Array needs a dtype: { dtype: "float16" } or another'],
  ["unsigned bigints without a dtype", () => tensor(anything(new BigUint64Array(2))), DTypeError, 'a BigUint64Array needs a dtype: { dtype: "int64" } or another'],
  ["toValue of text", () => toValue(anything("x")), ValueError, "is not a number"],
  ["item of two elements", () => tensor([1, 2]).itemSync(), ShapeError, "[item] needs exactly one element: float32[2] has 2"],

  ["variable of null", () => new Variable(anything(null)), ValueError, "is not a number"],
  ["variable of text", () => new Variable(anything("w")), ValueError, "is not a number"],
  ["variable with null options", () => new Variable(1, anything(null)), ValueError, "[Variable] options must be one object, last: received null"],
  ["variable with a dtype in place of options", () => new Variable(1, anything("int32")), ValueError, '[Variable] options must be one object, last: received "int32"'],
  ["variable of an unknown dtype", () => new Variable(1, { dtype: anything("double") }), DTypeError, '[Variable] unknown dtype "double"'],
  ["variable from a tensor to an unknown dtype", () => new Variable(tensor(1), { dtype: anything("double") }), DTypeError, '[Variable] unknown dtype "double"'],
  ["variable with a number as name", () => new Variable(1, { name: anything(3) }), ValueError, "[Variable] name must be a string: received number"],
  ["assigning null", () => new Variable(1).assign(anything(null)), ValueError, "is not a number"],
  ["assigning text", () => new Variable(1).assignAdd(anything("1")), ValueError, "is not a number"],
  ["assigning another shape", () => new Variable([1], { name: "v" }).assign([1, 2]), ShapeError, '[assign] shape [2] does not fit variable "v" of shape [1]'],
  ["adding another shape", () => new Variable([1], { name: "v" }).assignAdd([1, 2]), ShapeError, '[assign] shape [2] does not fit variable "v" of shape [1]'],
  ["assigning fractions to integers", () => new Variable(1, { dtype: "int32" }).assign(tensor(0.5)), DTypeError, "would lose its fraction"],

  ["compile of nothing", () => compile(anything(undefined)), ValueError, "[compile] a function is needed: received undefined"],
  ["compile of a tensor", () => compile(anything(tensor([1]))), ValueError, "[compile] a function is needed: received a tensor float32[1]"],
  ["compile with null options", () => compile(square, anything(null)), ValueError, "[compile] options must be an object: received null"],
  ["compile with an empty cache", () => compile(square, { cacheSize: 0 }), ValueError, "[compile] cacheSize must be a positive integer: received 0"],

  ["grad of nothing", () => grad(anything(null)), ValueError, "[grad] a function is needed: received null"],
  ["grad of a tensor", () => valueAndGrad(anything(tensor(1))), ValueError, "[valueAndGrad] a function is needed: received a tensor float32[]"],
  ["grad without arguments", () => (grad(square) as () => unknown)(), ValueError, "[grad] argnums 0 is not one of the 0 arguments"],
  ["grad at null", () => grad(square)(anything(null)), GradientError, "[grad] there is nothing to differentiate with respect to: no tensors in argument 0, which is null"],
  ["grad at text", () => grad(square)(anything("1")), GradientError, 'which is "1"'],
  ["grad at a typed array", () => grad(square)(anything(new Float32Array(1))), GradientError, "which is an object Float32Array"],
  ["grad at integers", () => grad(scalar)(tensor([1], { dtype: "int32" })), DTypeError, "[grad] cannot differentiate with respect to int32[1]: cast it to float32"],
  ["grad of a vector", () => grad(square)(tensor([1, 2])), ShapeError, "[grad] the function must return a scalar: it returned shape [2]"],
  ["grad of a number", () => grad((_x: Tensor) => 3)(1), GradientError, "[grad] the function must return a scalar tensor: it returned 3"],
  ["grad of nothing returned", () => grad((_x: Tensor) => {})(1), GradientError, "it returned undefined"],
  ["grad with respect to a negative argument", () => grad(square, { argnums: anything(-1) })(1), ValueError, "[grad] argnums -1 is not one of the 1 arguments"],
  ["vjp of nothing", () => vjp(anything(null), 1), ValueError, "[vjp] a function is needed"],
  ["vjp at text", () => vjp(square, anything("x")), ValueError, "is not a number"],
  ["vjp with too many cotangents", () => vjp(square, 1)[1](1, 2), ValueError, "[vjp] 1 cotangents are needed, one for each output: received 2"],
  ["vjp with another shape", () => vjp(square, [1, 2])[1](1), ShapeError, "[vjp] shape [] does not match [2]"],
  ["jvp of nothing", () => jvp(anything(undefined), [1], [1]), ValueError, "[jvp] a function is needed"],
  ["jvp without lists", () => jvp(square, anything(tensor(1)), [1]), ValueError, "[jvp] primals must be a list of tensors: received a tensor float32[]"],
  ["jvp without tangents", () => jvp(square, [1], anything(undefined)), ValueError, "[jvp] tangents must be a list of tensors: received undefined"],
  ["jvp with too few tangents", () => jvp(square, [1], []), ValueError, "[jvp] 1 primals need as many tangents: received 0"],
  ["jvp without aux", () => jvp(square as never, [1], [1], { hasAux: true }), ValueError, "[jvp] with hasAux the function must return [result, aux]: received a tensor float32[]"],
  ["jvp with another shape", () => jvp(square, [[1, 2]], [[1]]), ShapeError, "[jvp] shape [1] does not match [2]"],
  ["jacobian of nothing", () => jacobian(anything(1)), ValueError, "[jacobian] a function is needed: received 1"],
  ["jacobian at null", () => jacobian(square)(anything(null)), ValueError, "is not a number"],
  ["jacobian of a number", () => jacobian(anything(() => 1))(1), GradientError, "[jacobian] the function must return a tensor: it returned 1"],
  ["hessian of nothing", () => hessian(anything(null)), ValueError, "[hessian] a function is needed"],
  ["hessian of a vector", () => hessian(square)([1, 2]), ShapeError, "must return a scalar"],
  ["checkpoint of nothing", () => checkpoint(anything(null)), ValueError, "[checkpoint] a function is needed"],
  ["customGradient of nothing", () => customGradient(anything(null)), ValueError, "[customGradient] a function is needed"],
  ["customGradient without a gradient", () => customGradient(anything((x: Tensor) => x))(1), GradientError, "must return { value: a tensor, gradient: a function }"],
  ["customGradient that returns nothing", () => customGradient(anything(() => null))(1), GradientError, "must return { value"],
  ["customGradient with a number as gradient", () => grad((x: Tensor) => customGradient((z) => ({ value: z, gradient: anything(() => 3) }))(x))(1), GradientError,
    "[customGradient] gradients must be a tensor, or a list of tensors and nulls: received 3"],

  ["tape without a function", () => new GradientTape().run(anything(null)), ValueError, "[GradientTape.run] a function is needed: received null"],
  ["watching a number", () => new GradientTape().watch(anything(3)), GradientError, "[GradientTape.watch] tensors or variables are needed: received 3"],
  ["gradient of nothing", () => new GradientTape().gradient(anything(null), tensor(1)), GradientError, "[GradientTape.gradient] the target must be a tensor or a list of tensors: received null"],
  ["gradient of no targets", () => new GradientTape().gradient([], tensor(1)), GradientError, "received []"],
  ["gradient of numbers", () => new GradientTape().gradient([tensor(1), anything(2)], tensor(1)), GradientError, "received 2"],
  ["gradient with respect to null", () => new GradientTape().gradient(tensor(1), null), GradientError, "sources must be tensors or variables: received null"],
  ["jacobian of a list", () => new GradientTape().jacobian(anything([tensor(1)]), tensor(1)), GradientError, "[GradientTape.jacobian] the target must be"],
  ["jacobian of what was not watched", () => new GradientTape().jacobian(tensor(1), tensor(1)), GradientError, "the source was not watched"],

  ["registry of nothing", () => createRegistry(anything(undefined)), ValueError, "[createRegistry] a list of plugins is needed: received undefined"],
  ["registry of one plugin", () => createRegistry(anything({ name: "p" })), ValueError, "a list of plugins is needed: received an object Object"],
  ["registry of null", () => createRegistry([anything(null)]), ValueError, "[createRegistry] plugin 0 must be an object with a name"],
  ["registry of a nameless plugin", () => createRegistry([{ name: "a" }, anything({ layers: {} })]), ValueError, "[createRegistry] plugin 1 must be"],
  ["registry of lists", () => createRegistry([anything({ name: "p", layers: [1] })]), ValueError, '[createRegistry] layers of plugin "p" must be an object of entries by name'],
  ["registry of an unknown kind", () => createRegistry([anything({ name: "p", layer: {} })]), ValueError, '[createRegistry] plugin "p" has "layer", which is no kind of entry: did you mean "layers"'],
  ["an unknown kind", () => createRegistry([]).get(anything("layer"), "Dense"), ValueError, '[registry] unknown kind of entry "layer": one of layers'],
  ["a number as name", () => createRegistry([]).get("layers", anything(3)), ValueError, "[registry] a name is needed, a string: received 3"],
  ["null as name", () => createRegistry([]).get("layers", anything(null)), ValueError, "received null"],
  ["an unknown name", () => createRegistry([{ name: "p", layers: { Dense: 1 } } satisfies Plugin]).get("layers", "Dens"), ValueError,
    '[registry] unknown name "Dens" among layers: did you mean "Dense"?'],

  ["a device that is none", () => setDefaultDevice(anything(null)), DeviceError, "[setDefaultDevice] a device is needed: received null"],
  ["a factory for a device", () => withDevice(anything(reference), () => 1), DeviceError, "received a function: call it, cpu()"],
  ["a promise for a device", () => setDefaultDevice(anything(Promise.resolve(reference()))), DeviceError, "received a promise: await it first"],
  ["withDevice without a function", () => withDevice(reference(), anything(3)), ValueError, "[withDevice] a function is needed: received 3"],
  ["withScope without a function", () => withScope("s", anything(undefined)), ValueError, "[withScope] a function is needed"],
  ["an unknown mode", () => withExecutionMode(anything("fast"), () => 1), ValueError, 'mode must be "lazy", "immediate" or "debug": received "fast"'],
  ["an unknown mode for all", () => setExecutionMode(anything(null)), ValueError, "received null"],
  ["a trace of nothing", () => traceGraph([], anything(null)), ValueError, "[traceGraph] a function is needed"],
  ["shapes of nothing", () => inferThrough([], anything(null)), ValueError, "[inferThrough] a function is needed"],
]; // prettier-ignore

test.each(cases)("%s", (_name, run, ErrorType, message) => {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ErrorType);
  expect((thrown as Error).message).toContain(message);
});

test("mixed booleans and numbers are numbers, booleans alone are bool, bigints alone int64", () => {
  expect([tensor([true, 2]), tensor([2, true]), tensor([true, false]), tensor([1n, 2n]), tensor([])].map(({ dtype }) => dtype)).toEqual([
    "float32", "float32", "bool", "int64", "float32",
  ]); // prettier-ignore
  expect(tensor([true, 2]).dataSync()).toEqual(new Float32Array([1, 2]));
});
