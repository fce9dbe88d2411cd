export { type DTypeOption, empty, emptyLike, full, fullLike, ones, onesLike, zeros, zerosLike } from "./fill.ts";
export { arange, type ArangeOptions } from "./ranges.ts";
export { bartlett, blackman, hamming, hanning, kaiser, meshgrid, type MeshgridOptions } from "./grids.ts";
export {
  diag,
  diagflat,
  diagonal,
  type DiagonalOptions,
  eye,
  identity,
  type MatrixOptions,
  trace,
  tri,
  tril,
  triu,
  vander,
  type VanderOptions,
} from "./matrices.ts";
export { geomspace, linspace, type LinspaceOp, logspace, type SpaceOptions } from "./spaces.ts";
