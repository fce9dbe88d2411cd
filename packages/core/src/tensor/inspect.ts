import type { Value } from "../graph/value.ts";
import type { AnyTensor } from "./base.ts";

const edge = 3;
const maxElements = 1000;

function formatNumber(value: number | bigint | boolean): string {
  if (typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-4 ? value.toExponential(4) : String(Number(value.toPrecision(5)));
}

/** Shape, dtype, device and summarised values: `float32[2,3] on cpu\n[[1, 2, 3],\n [4, 5, 6]]`. Never computes and never throws. */
export function inspectTensor(tensor: AnyTensor, value: Value): string {
  const kind = "isVariable" in tensor ? `Variable ${JSON.stringify((tensor as unknown as { name: string }).name)} ` : "Tensor ";
  const head = `${kind}${value.dtype}[${value.shape.map((dim) => (Number.isNaN(dim) ? "?" : dim)).join(",")}]`;
  if (value.disposed) return `${head} (disposed)`;
  if (value.storage === null) return `${head} (${value.node?.trace || value.node?.op === "input" ? "traced" : "pending"})`;
  const where = `${head} on ${value.device?.name ?? "?"}`;
  if (value.device?.readSync === undefined) return where;
  try {
    return `${where}\n${summarise(tensor)}`;
  } catch (error) {
    return `${where} (${(error as Error).message})`;
  }
}

function summarise(tensor: AnyTensor): string {
  const { shape } = tensor;
  const data = tensor.dataSync() as unknown as ArrayLike<number | bigint>;
  const shorten = tensor.size > maxElements;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const show = (index: number): string => {
    const element = data[index] as number | bigint;
    if (tensor.dtype === "complex64") return `${formatNumber(data[2 * index] as number)}+${formatNumber(data[2 * index + 1] as number)}i`;
    return tensor.dtype === "bool" ? String(element !== 0) : formatNumber(element);
  };
  const build = (axis: number, offset: number, indent: string): string => {
    if (axis === shape.length) return show(offset);
    const dim = shape[axis] as number;
    const parts: string[] = [];
    for (let i = 0; i < dim; i++) {
      if (shorten && dim > 2 * edge && i === edge) {
        parts.push("…");
        i = dim - edge;
      }
      parts.push(build(axis + 1, offset + i * (strides[axis] as number), `${indent} `));
    }
    return `[${parts.join(axis === shape.length - 1 ? ", " : `,\n${indent} `)}]`;
  };
  return build(0, 0, "");
}
