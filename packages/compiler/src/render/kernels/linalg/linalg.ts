import { DeviceError } from "@neurite/core";
import type { LinalgKernel } from "../../../plan/plan.ts";
import type { Writer } from "../../writer.ts";
import { writeEigh } from "./eigh.ts";
import { writeLu } from "./lu.ts";
import { Matrices } from "./matrices.ts";
import { writeQr } from "./qr.ts";
import { writeSvd } from "./svd.ts";
import { writeCholesky, writeTriangularSolve } from "./triangular.ts";

/** Gives the number of threads. */
export function writeLinalg(writer: Writer, kernel: LinalgKernel): number {
  const { op, batch, m, n, columns } = kernel;
  if (batch === 0 || (op === "triangular_solve" && n * columns === 0)) return 0;
  const matrices = new Matrices(writer, kernel, Math.max(m, n));
  switch (op) {
    case "cholesky":
      writeCholesky(matrices);
      break;
    case "triangular_solve":
      writeTriangularSolve(matrices);
      break;
    case "lu":
      writeLu(matrices);
      break;
    case "qr":
      writeQr(matrices);
      break;
    case "eigh":
      writeEigh(matrices);
      break;
    case "svd":
      writeSvd(matrices);
      break;
    case "eig":
      throw new DeviceError(`[eig] has no ${writer.dialect.name} kernel`);
  }
  return matrices.threads;
}
