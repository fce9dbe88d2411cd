import type { Value } from "../graph/value.ts";
import * as build from "../primitives/build.ts";
import { Tensor } from "../tensor/tensor.ts";
import { sizeOf } from "./positions.ts";

/** Elements of `x` at rows of coordinates int32 [n, rank], which lie inside: [n]. */
export function gatherNd(x: Value, indices: Value): Tensor {
  const count = indices.shape[0] as number;
  let place = build.full([count], 0, "int32");
  x.shape.forEach((size, axis) => {
    const column = build.reshape(build.slice(indices, [0, axis], [count, axis + 1]), [count]);
    place = build.add(build.mul(place, size), column);
  });
  return new Tensor(build.gather(build.reshape(x, [sizeOf(x.shape)]), place, 0));
}
