import { reference } from "@neurite/backend-reference";
import { compile, isInexact, ops, type PrimitiveName, primitives, setDefaultDevice, Tensor, tensor, vjp, vmap } from "@neurite/core";
import { beforeAll, describe, expect, test } from "vitest";
import type { GradientCase, GradientInput } from "../gradients/case.ts";
import { gradientCases } from "../gradients/cases.ts";
import { batchingCases } from "./cases.ts";

beforeAll(() => setDefaultDevice(reference()));

const lanes = 3;

/** The input of one example: floats scaled (definite stays definite), integers and bools in another order, keys counted on. */
function inLane({ dtype, shape, data }: GradientInput, lane: number): Tensor {
  let varied = data.map((x) => x * (1 + 0.25 * lane));
  if (dtype === "uint32") varied = data.map((x) => x + lane);
  else if (!isInexact(dtype)) varied = data.map((_, i) => data[(i + lane) % data.length] as number);
  if (dtype === "bool") varied = data.map((x) => (lane === 1 ? 1 - x : x));
  if (dtype === "complex64") {
    const parts = [0, 1].map((part) => tensor(varied.filter((_, i) => i % 2 === part)).reshape(shape));
    return ops.viewAsComplex(ops.stack(parts, { axis: -1 }));
  }
  return tensor(varied, { dtype, shape }) as Tensor;
}

const asFunction =
  ({ fn }: GradientCase) =>
  (...xs: Tensor[]): Tensor[] =>
    fn(xs.map(({ value }) => value)).map((value) => new Tensor(value));

/** Which inputs are batched: each alone, all, and all but each. */
function choices(count: number): boolean[][] {
  const all = new Array<boolean>(count).fill(true);
  const lists = [all, ...all.flatMap((_, i) => [all.map((_, k) => k === i), all.map((_, k) => k !== i)])];
  return [...new Map(lists.filter((list) => list.includes(true)).map((list) => [list.join(), list])).values()];
}

async function flat(x: Tensor): Promise<number[]> {
  return Array.from((await x.data()) as ArrayLike<number | bigint>, Number);
}

/** Equal up to rounding: sums may be taken in another order. */
async function expectEqual(found: readonly Tensor[], expected: readonly Tensor[]): Promise<void> {
  expect(found.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(expected.map(({ dtype, shape }) => ({ dtype, shape })));
  for (const [i, tensors] of found.entries()) {
    const [a, b] = [await flat(tensors), await flat(expected[i] as Tensor)];
    const scale = Math.max(1, ...b.filter(Number.isFinite).map(Math.abs));
    const tolerance = { float64: 1e-9, float32: 1e-5, complex64: 1e-5 }[found[i]?.dtype as string] ?? 0;
    a.forEach((x, k) => {
      const y = b[k] as number;
      if (!Object.is(x, y) && !(Math.abs(x - y) <= tolerance * scale)) expect.fail(`element ${k} of output ${i}: ${x} instead of ${y}`);
    });
  }
}

function stacked(rows: readonly (readonly Tensor[])[]): Tensor[] {
  return (rows[0] as readonly Tensor[]).map((_, i) => ops.stack(rows.map((row) => row[i] as Tensor)));
}

/** Gradients of the sum of everything that comes out (real parts), for the inexact inputs. */
const gradients =
  (fn: (...xs: Tensor[]) => Tensor[]) =>
  (...xs: Tensor[]): Tensor[] => {
    const wanted = xs.map(({ dtype }) => isInexact(dtype));
    const [outputs, pull] = vjp(
      (...given: Tensor[]) => {
        let next = 0;
        return fn(...xs.map((x, i) => (wanted[i] ? (given[next++] as Tensor) : x))).filter(({ dtype }) => isInexact(dtype));
      },
      ...xs.filter((_, i) => wanted[i]),
    );
    const seeds = (outputs as Tensor[]).map((output, i) => ops.onesLike(output).mul(1 + i));
    return pull(...seeds).map((gradient, i) => gradient ?? ops.zerosLike(xs.filter((_, k) => wanted[k])[i] as Tensor));
  };

const cases = [...gradientCases, ...batchingCases];
/** Hand-made rules that close over values of the mapped function: only what is passed to a rule is batched. */
const closingOver = new Set(["scan: a rule inside uses an outer value", "cond: rules inside use outer values"]);

describe("vmap(f) is a loop of f", () => {
  test.each(cases)("$name", async (example) => {
    const fn = asFunction(example);
    for (const batched of choices(example.inputs.length)) {
      const laneInputs = Array.from({ length: lanes }, (_, lane) => example.inputs.map((input, i) => inLane(input, batched[i] ? lane : 0)));
      const args = example.inputs.map((_, i) =>
        batched[i] ? ops.stack(laneInputs.map((inputs) => inputs[i] as Tensor)) : (laneInputs[0]?.[i] as Tensor),
      );
      const inAxes = batched.map((is) => (is ? 0 : null));
      await expectEqual(vmap(fn, { inAxes })(...args), stacked(laneInputs.map((inputs) => fn(...inputs))));
    }
  });
});

describe("gradients: of what is mapped, and mapped", () => {
  test.each(gradientCases.filter(({ name }) => !closingOver.has(name)))("$name", async (example) => {
    const fn = asFunction(example);
    const laneInputs = Array.from({ length: lanes }, (_, lane) => example.inputs.map((input) => inLane(input, lane)));
    const args = example.inputs.map((_, i) => ops.stack(laneInputs.map((inputs) => inputs[i] as Tensor)));
    const expected = stacked(laneInputs.map((inputs) => gradients(fn)(...inputs)));
    if (expected.length === 0) return;
    await expectEqual(vmap(gradients(fn))(...args), expected);
    await expectEqual(gradients(vmap(fn))(...args), expected);
    // An operand that all examples share gets the sum of what they send.
    const shared = example.inputs.findIndex(({ dtype }) => isInexact(dtype));
    const sharedInputs = laneInputs.map((inputs) => inputs.with(shared, laneInputs[0]?.[shared] as Tensor));
    const inAxes = example.inputs.map((_, i) => (i === shared ? null : 0));
    if (inAxes.every((axis) => axis === null)) return;
    const sums = stacked(sharedInputs.map((inputs) => gradients(fn)(...inputs)));
    const found = gradients(vmap(fn, { inAxes }))(...args.with(shared, laneInputs[0]?.[shared] as Tensor));
    await expectEqual([found[0] as Tensor], [ops.sum(sums[0] as Tensor, { axis: 0 })]);
  });
});

test("every primitive that takes operands has a case", () => {
  const covered = new Set(cases.map(({ primitive }) => primitive));
  const batchable = (Object.keys(primitives) as PrimitiveName[]).filter((name) => primitives[name].batch !== "none");
  expect(batchable.filter((name) => !covered.has(name))).toEqual([]);
});

test("nested maps, and maps in compiled functions", async () => {
  const distance = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().sum();
  const pairwise = vmap(vmap(distance, { inAxes: [null, 0] }), { inAxes: [0, null] });
  const x = tensor([
    [0, 0],
    [3, 4],
    [1, 1],
  ]);
  const y = tensor([
    [0, 0],
    [1, 0],
  ]);
  const expected = [
    [0, 1],
    [25, 20],
    [2, 1],
  ];
  expect(await pairwise(x, y).array()).toEqual(expected);
  expect(await compile(pairwise)(x, y).array()).toEqual(expected);
});
