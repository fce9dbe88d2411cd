/**
 * What the types promise. `pnpm types` checks this file; run as a test it makes sure that the values are what the types say.
 */
import {
  type AnyTensor, compile, type CompiledFunction, createRegistry, customGradient, type DType, grad, GradientTape, hessian, jacobian, jvp, ops,
  type Plugin, type PreparedCall, setDefaultDevice, type Tensor, tensor, type TensorLike, valueAndGrad, Variable, vjp,
} from "@neurite/core"; // prettier-ignore
import { reference } from "@neurite/backend-reference";
import { beforeAll, expect, expectTypeOf, test } from "vitest";

beforeAll(() => setDefaultDevice(reference()));

test("tensors are typed by dtype alone, and read as the typed array of it", () => {
  const ints = tensor([1, 2], { dtype: "int32" });
  expectTypeOf(ints).toEqualTypeOf<Tensor<"int32">>();
  expectTypeOf(ints.dtype).toEqualTypeOf<"int32">();
  expectTypeOf(ints.dataSync()).toEqualTypeOf<Int32Array>();
  expectTypeOf(ints.data()).resolves.toEqualTypeOf<Int32Array>();
  expect(ints.dataSync()).toBeInstanceOf(Int32Array);
  expectTypeOf(tensor([1])).toEqualTypeOf<Tensor>();
  expectTypeOf(tensor([1]).dtype).toEqualTypeOf<DType>();
  expectTypeOf(tensor([1n], { dtype: "int64" }).dataSync()).toEqualTypeOf<BigInt64Array>();
  expectTypeOf(ints.cast("bool")).toEqualTypeOf<Tensor<"bool">>();
  // A tensor of a known dtype is a tensor; one of any dtype is not one of a known dtype.
  expectTypeOf<Tensor<"int32">>().toExtend<Tensor>();
  expectTypeOf<Tensor<"int64">>().toExtend<Tensor>();
  expectTypeOf<Tensor>().not.toExtend<Tensor<"int32">>();
  expectTypeOf<Tensor<"int32">>().not.toExtend<Tensor<"float32">>();
  // @ts-expect-error not a dtype
  expect(() => tensor([1], { dtype: "float" })).toThrow("unknown dtype");
  // @ts-expect-error not tensor-like
  expect(() => tensor("1")).toThrow("not a number");
});

test("variables keep their dtype, and are tensor-like but no tensors", () => {
  const v = new Variable(0, { dtype: "int32" });
  expectTypeOf(v).toEqualTypeOf<Variable<"int32">>();
  expectTypeOf(v.read()).toEqualTypeOf<Tensor<"int32">>();
  expectTypeOf(v.assign(1)).toEqualTypeOf<Variable<"int32">>();
  expectTypeOf(v.dataSync()).toEqualTypeOf<Int32Array>();
  expectTypeOf<Variable<"int32">>().toExtend<Variable>();
  expectTypeOf<Variable>().toExtend<AnyTensor>();
  expectTypeOf<Variable>().toExtend<TensorLike>();
  expectTypeOf<Variable>().not.toExtend<Tensor>();
});

test("compile keeps the types of arguments and result", () => {
  const f = compile((x: Tensor, options: { scale: Tensor; names: string[] }) => ({ y: x.mul(options.scale), name: options.names[0] }));
  expectTypeOf(f).parameters.toEqualTypeOf<[x: Tensor, options: { scale: Tensor; names: string[] }]>();
  expectTypeOf(f).returns.toEqualTypeOf<{ y: Tensor; name: string }>();
  const result = f(tensor([2]), { scale: tensor([3]), names: ["a"] });
  expect(result.y.dataSync()).toEqual(new Float32Array([6]));
  expect(result.name).toBe("a");
  expectTypeOf(f.prepare).returns.toEqualTypeOf<PreparedCall<{ y: Tensor; name: string }>>();
  expectTypeOf(compile(() => {})).toEqualTypeOf<CompiledFunction<[], void>>();
  const half = compile((x: Tensor<"float16">): Tensor<"bool"> => x.cast("bool"));
  expectTypeOf(half).parameters.toEqualTypeOf<[x: Tensor<"float16">]>();
  expectTypeOf(half).returns.toEqualTypeOf<Tensor<"bool">>();
  // @ts-expect-error float32 is not float16
  half(tensor([1], { dtype: "float32" }));
  // @ts-expect-error no function
  expect(() => compile(3)).toThrow("function is needed");
});

test("grad takes numbers for tensors, gives tensors, and nests without casts", async () => {
  const f = (x: Tensor): Tensor => x.mul(x).mul(x);
  const slope = grad(f);
  expectTypeOf(slope).parameters.toEqualTypeOf<[x: AnyTensor | number]>();
  expectTypeOf(slope).returns.toEqualTypeOf<Tensor>();
  expect(await slope(2).item()).toBe(12);
  expect(await slope(tensor(2)).item()).toBe(12);
  expect(await slope(new Variable(2)).item()).toBe(12);
  const third = grad(grad(grad(f)));
  expectTypeOf(third).toEqualTypeOf<(x: AnyTensor | number) => Tensor>();
  expect(await third(5).item()).toBe(6);
  expect(await grad(grad((x: Tensor) => x.exp()))(0).item()).toBe(1);
  expect(await grad(compile(f))(1).item()).toBe(3);
  // @ts-expect-error text has no gradient
  expect(() => slope("2")).toThrow("nothing to differentiate");
});

test("gradients have the tree of their argument", async () => {
  type Params = { w: Tensor; layers: { b: Tensor }[]; rate: number };
  const loss = (p: Params, x: Tensor, training: boolean): Tensor =>
    training
      ? p.w
          .mul(x)
          .add((p.layers[0] as { b: Tensor }).b)
          .sum()
      : x;
  const gradient = grad(loss);
  const params = { w: tensor([2]), layers: [{ b: tensor([1]) }], rate: 1 };
  const tree = gradient(params, 3, true);
  expectTypeOf(tree).toEqualTypeOf<{ w: Tensor; layers: { b: Tensor }[]; rate: Tensor }>();
  expect([await tree.w.array(), await tree.layers[0]?.b.array(), await tree.rate.item()]).toEqual([[3], [1], 0]);
  const second = grad(loss, { argnums: 1 })(params, tensor([1]), true);
  expectTypeOf(second).toEqualTypeOf<Tensor>();
  expect(await second.array()).toEqual([2]);
  const [toX, toParams] = grad(loss, { argnums: [1, 0] })(params, tensor([5]), true);
  expectTypeOf(toX).toEqualTypeOf<Tensor>();
  expectTypeOf(toParams.layers).toEqualTypeOf<{ b: Tensor }[]>();
  expect([await toX.array(), await toParams.w.array()]).toEqual([[2], [5]]);
  // @ts-expect-error a boolean is wanted
  gradient(params, 3, tensor(1));
});

test("valueAndGrad, vjp, jvp, jacobian and hessian", async () => {
  const [value, slope] = valueAndGrad((x: Tensor) => x.mul(x))(3);
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expectTypeOf(slope).toEqualTypeOf<Tensor>();
  expect([await value.item(), await slope.item()]).toEqual([9, 6]);
  const [[loss, extra], gradient] = valueAndGrad((x: Tensor): [Tensor, string] => [x.mul(2), "more"])(3);
  expectTypeOf(extra).toEqualTypeOf<string>();
  expect([await loss.item(), extra, await gradient.item()]).toEqual([6, "more", 2]);

  const [y, pull] = vjp((a: Tensor, b: Tensor) => ({ product: a.mul(b) }), [1, 2], [3, 4]);
  expectTypeOf(y).toEqualTypeOf<{ product: Tensor }>();
  const pulled = pull([1, 1]);
  expectTypeOf(pulled).toEqualTypeOf<(Tensor | null)[]>();
  expect(await pulled[0]?.array()).toEqual([3, 4]);

  const [z, tangent] = jvp((x: Tensor) => x.square(), [3], [1]);
  expectTypeOf(z).toEqualTypeOf<Tensor>();
  expectTypeOf(tangent).toEqualTypeOf<Tensor>();
  expect(await tangent.item()).toBe(6);

  const scaled = jacobian((x: Tensor, factor: number) => x.square().mul(factor));
  expectTypeOf(scaled).parameters.toEqualTypeOf<[x: TensorLike, factor: number]>();
  expect(await scaled([1, 2], 3).array()).toEqual([[6, 0], [0, 12]]); // prettier-ignore
  expect(await hessian((x: Tensor) => x.square().sum())([1, 2]).array()).toEqual([[2, 0], [0, 2]]); // prettier-ignore
  expect(await jacobian(grad((x: Tensor) => ops.sum(x.square())))([1, 2]).array()).toEqual([[2, 0], [0, 2]]); // prettier-ignore
});

test("a tape's gradients have the tree of its sources, null where nothing connects", () => {
  const w = new Variable([1]);
  const tape = new GradientTape({ persistent: true });
  const y = tape.run(() => w.mul(2).sum());
  expectTypeOf(y).toEqualTypeOf<Tensor>();
  expectTypeOf(tape.gradient(y, w)).toEqualTypeOf<Tensor | null>();
  expectTypeOf(tape.gradient(y, { w, list: [w] })).toEqualTypeOf<{ w: Tensor | null; list: (Tensor | null)[] }>();
  // @ts-expect-error the body must be synchronous
  expect(() => tape.run(async () => w.mul(2))).toThrow("async");
  const relu = customGradient((x) => ({ value: x.relu(), gradient: (upstream) => upstream }));
  expectTypeOf(relu).toEqualTypeOf<(...args: TensorLike[]) => Tensor>();
});

test("a registry knows the names of its plugins", () => {
  const layers = { name: "layers", layers: { Dense: class {}, Flatten: class {} } } satisfies Plugin;
  const optimizers: { readonly name: "optimizers"; readonly optimizers: { readonly adam: unknown } } = {
    name: "optimizers",
    optimizers: { adam: 1 },
  };
  const registry = createRegistry([layers, optimizers]);
  expectTypeOf<Parameters<typeof registry.get<"layers">>[1]>().toEqualTypeOf<"Dense" | "Flatten" | (string & {})>();
  expectTypeOf<Parameters<typeof registry.get<"optimizers">>[1]>().toEqualTypeOf<"adam" | (string & {})>();
  const more = registry.with({ name: "mine", layers: { Mine: 1 } });
  expectTypeOf<Parameters<typeof more.get<"layers">>[1]>().toEqualTypeOf<"Dense" | "Flatten" | "Mine" | (string & {})>();
  expect(more.names("layers")).toEqual(["Dense", "Flatten", "Mine"]);
  // @ts-expect-error not a kind of entry
  expect(() => registry.get("layer", "Dense")).toThrow("unknown kind");
});
