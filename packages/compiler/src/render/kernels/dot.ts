import type { DotKernel } from "../../plan/plan.ts";
import { writeBody } from "../body.ts";
import type { Writer } from "../writer.ts";
import { type Product, writeAlone, writeShared } from "./product.ts";

/** Gives the number of threads. */
export function writeDot(writer: Writer, kernel: DotKernel): number {
  const tile = writer.dialect.tile(kernel.m, kernel.n, kernel.k);
  const product: Product = {
    ...kernel,
    lhs: (batch, m, k, put) => put(writer.load(kernel.lhs, [...batch, m, k])),
    rhs: (batch, k, n, put) => put(writer.load(kernel.rhs, [...batch, k, n])),
    store: (batch, m, n, sum) => writeBody(writer, kernel.epilogue, [...batch, m, n], [sum]),
  };
  return tile === null ? writeAlone(writer, product) : writeShared(writer, product, tile);
}
