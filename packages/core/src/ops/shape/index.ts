export { append, concatenate, dstack, hstack, stack, vstack } from "./join.ts";
export { broadcastTo, copy, expandDims, moveaxis, ravel, reshape, squeeze, swapaxes, transpose } from "./reshape.ts";
