import { opInfo, ops } from "@neurite/core";
import { NotBuilt } from "../../conformance-set.ts";
import { camelCase } from "../../format/naming.ts";

/** A public op, of whatever arguments. */
export type AnyOp = (...args: readonly unknown[]) => unknown;

/** An op and the names of its positional parameters. */
export interface FoundOp {
  readonly op: AnyOp;
  readonly params: readonly string[];
}

/**
 * The op of Keras's name: "log_softmax" is `ops.logSoftmax`, "image.resize" is `ops.image.resize`.
 * @throws NotBuilt if there is none.
 */
export function findOp(name: string): FoundOp {
  const path = name.split(".").map(camelCase);
  let found: unknown = ops;
  for (const part of path) found = (found as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (typeof found !== "function") throw new NotBuilt(`ops.${path.join(".")} is not built`);
  const info = opInfo(found);
  if (info === null) throw new TypeError(`ops.${path.join(".")} has no opInfo: it was not made with defineOp`);
  return { op: found as AnyOp, params: info.params };
}
