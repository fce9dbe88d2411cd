/** Primitives that move elements and compute nothing: a backend may turn them into index maps. */
import { ShapeError } from "../errors.ts";
import type { Aval, Value } from "../graph/value.ts";
import { mergeDims, sameDim } from "../shapes/dims.ts";
import { formatAval, formatAvals, formatShape } from "../shapes/format.ts";
import { resolveReshape } from "../shapes/reshape.ts";
import { dilatedSize } from "../shapes/window.ts";
import { allBatched, repeated, withRank } from "./batching.ts";
import { broadcast, concat, constant, flip, full, pad, reshape, select, slice, sum, transpose } from "./build.ts";
import { requireAxes, requireAxis, requireCount, requireIntegers, requireLength, requireSameDType, requireShape } from "./checks.ts";
import type { BatchContext, PrimitiveTable } from "./primitive.ts";
import { unbroadcast } from "./unbroadcast.ts";

function checkBroadcast(x: Aval, shape: readonly number[]): void {
  const offset = shape.length - x.shape.length;
  const fits = offset >= 0 && x.shape.every((dim, i) => dim === 1 || sameDim(dim, shape[i + offset]));
  if (!fits) throw new ShapeError(`[broadcast] ${formatAval(x)} does not broadcast to ${formatShape(shape)}`);
}

function batchedPad({ inputs: [x, value], batched, size, params }: BatchContext<"pad">): readonly Value[] {
  const [low, high, interior] = [
    [0, ...params.low],
    [0, ...params.high],
    [0, ...params.interior],
  ];
  if (!batched[1]) return [pad(x, low, high, interior, value)];
  const all = batched[0] ? x : repeated(x, size);
  const zero = x.dtype === "bool" ? false : 0;
  const grown = pad(all, low, high, interior, constant(zero, x.dtype));
  const isFiller = pad(full(all.shape, false, "bool"), low, high, interior, constant(true, "bool"));
  return [select(isFiller, reshape(value, [size, ...params.low.map(() => 1)]), grown)];
}

export const viewPrimitives: Pick<PrimitiveTable, "reshape" | "transpose" | "broadcast" | "slice" | "flip" | "pad" | "concat"> = {
  reshape: {
    infer: (inputs, { shape }) => {
      requireCount("reshape", inputs, 1);
      requireShape("reshape", shape);
      const [x] = inputs;
      return [{ dtype: x.dtype, shape: resolveReshape(x.shape, shape) }];
    },
    vjp: ({ inputs: [x], cotangents: [ct] }) => [ct && reshape(ct, x.shape)],
    batch: ({ inputs: [x], size, params: { shape } }) => [reshape(x, [size, ...shape])],
  },
  transpose: {
    infer: (inputs, { permutation }) => {
      requireCount("transpose", inputs, 1);
      const [x] = inputs;
      requireLength("transpose", "permutation", permutation, x.shape.length);
      requireAxes("transpose", permutation, x);
      return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]) }];
    },
    vjp: ({ cotangents: [ct], params: { permutation } }) => {
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return [ct && transpose(ct, inverse)];
    },
    batch: ({ inputs: [x], params: { permutation } }) => [transpose(x, [0, ...permutation.map((axis) => axis + 1)])],
  },
  broadcast: {
    infer: (inputs, { shape }) => {
      requireCount("broadcast", inputs, 1);
      requireShape("broadcast", shape);
      const [x] = inputs;
      checkBroadcast(x, shape);
      const offset = shape.length - x.shape.length;
      // A dimension of the operand that is known tells the target's, unless it is the 1 that stretches.
      return [
        {
          dtype: x.dtype,
          shape: shape.map((dim, i) => (i >= offset && x.shape[i - offset] !== 1 ? mergeDims(dim, x.shape[i - offset]) : dim)),
        },
      ];
    },
    vjp: ({ inputs: [x], cotangents: [ct] }) => [ct && unbroadcast(ct, x.shape)],
    batch: ({ inputs: [x], size, params: { shape } }) => [broadcast(withRank(x, shape.length), [size, ...shape])],
  },
  slice: {
    infer: (inputs, { start, limit, strides }) => {
      requireCount("slice", inputs, 1);
      const [x] = inputs;
      const rank = x.shape.length;
      requireLength("slice", "start", start, rank);
      requireLength("slice", "limit", limit, rank);
      requireLength("slice", "strides", strides, rank);
      requireIntegers("slice", "start", start, 0, true);
      requireIntegers("slice", "limit", limit, 0, true);
      requireIntegers("slice", "strides", strides, 1);
      const shape = x.shape.map((dim, i) => {
        if (start[i] > limit[i] || limit[i] > dim) {
          throw new ShapeError(`[slice] range is outside axis ${i}: ${start[i]} to ${limit[i]} of ${formatAval(x)}`);
        }
        return Math.ceil((limit[i] - start[i]) / strides[i]);
      });
      return [{ dtype: x.dtype, shape }];
    },
    vjp: ({ inputs: [x], cotangents: [ct], params: { start, strides } }) => {
      if (ct === null) return [null];
      const high = x.shape.map((dim, i) => dim - start[i] - dilatedSize(ct.shape[i], strides[i]));
      return [
        pad(
          ct,
          start,
          high,
          strides.map((stride) => stride - 1),
        ),
      ];
    },
    batch: ({ inputs: [x], size, params: { start, limit, strides } }) => [slice(x, [0, ...start], [size, ...limit], [1, ...strides])],
  },
  flip: {
    infer: (inputs, { axes }) => {
      requireCount("flip", inputs, 1);
      requireAxes("flip", axes, inputs[0]);
      return [inputs[0]];
    },
    vjp: ({ cotangents: [ct], params: { axes } }) => [ct && flip(ct, axes)],
    batch: ({ inputs: [x], params: { axes } }) => [
      flip(
        x,
        axes.map((axis) => axis + 1),
      ),
    ],
  },
  pad: {
    infer: (inputs, { low, high, interior }) => {
      requireCount("pad", inputs, 2);
      const [x, value] = inputs;
      const rank = x.shape.length;
      requireSameDType("pad", x, value);
      if (value.shape.length !== 0) throw new ShapeError(`[pad] value must be a scalar: received ${formatAval(value)}`);
      requireLength("pad", "low", low, rank);
      requireLength("pad", "high", high, rank);
      requireLength("pad", "interior", interior, rank);
      requireIntegers("pad", "low", low, -Infinity, true);
      requireIntegers("pad", "high", high, -Infinity, true);
      requireIntegers("pad", "interior", interior, 0);
      const shape = x.shape.map((dim, i) => {
        const size = dim + Math.max(dim - 1, 0) * interior[i] + low[i] + high[i];
        if (size < 0) {
          throw new ShapeError(`[pad] crops more than there is: low ${low[i]} and high ${high[i]} at axis ${i} of ${formatAval(x)}`);
        }
        return size;
      });
      return [{ dtype: x.dtype, shape }];
    },
    vjp: ({ inputs: [x, value], cotangents, needs, params: { low, high, interior } }) => {
      const ct = cotangents[0] as Value;
      let dx: Value | null = null;
      if (needs[0]) {
        const negate = (list: readonly number[]): number[] => list.map((entry) => -entry);
        const spread = pad(ct, negate(low), negate(high));
        const steps = interior.map((entry) => entry + 1);
        dx = steps.every((step) => step === 1) ? spread : slice(spread, negate(low).fill(0), spread.shape, steps);
      }
      if (!needs[1]) return [dx, null];
      const isFiller = pad(full(x.shape, false, "bool"), low, high, interior, constant(true, "bool"));
      const axes = ct.shape.map((_, axis) => axis);
      return [dx, reshape(sum(select(isFiller, ct, 0), axes), value.shape)];
    },
    batch: batchedPad,
  },
  concat: {
    infer: (inputs, { axis }) => {
      if (inputs.length === 0) throw new ShapeError("[concat] takes at least one operand: received none");
      requireSameDType("concat", ...inputs);
      requireAxis("concat", axis, inputs[0]);
      const shape = [...inputs[0].shape];
      for (const x of inputs.slice(1)) {
        if (x.shape.length !== shape.length || !x.shape.every((dim, i) => i === axis || sameDim(dim, shape[i]))) {
          throw new ShapeError(`[concat] shapes differ outside axis ${axis}: ${formatAvals(inputs)}`);
        }
        x.shape.forEach((dim, i) => {
          shape[i] = i === axis ? shape[i] + dim : mergeDims(shape[i], dim);
        });
      }
      return [{ dtype: inputs[0].dtype, shape }];
    },
    vjp: ({ inputs, cotangents, params: { axis } }) => {
      const ct = cotangents[0] as Value;
      const start = ct.shape.map(() => 0);
      let offset = 0;
      return inputs.map((x) => {
        const from = start.with(axis, offset);
        offset += x.shape[axis];
        return slice(ct, from, ct.shape.with(axis, offset));
      });
    },
    batch: (context) => [concat(allBatched(context), context.params.axis + 1)],
  },
};
