export { append, concatenate, dstack, hstack, stack, vstack } from "./join.ts";
export { broadcastTo, copy, expandDims, moveaxis, ravel, reshape, squeeze, swapaxes, transpose } from "./reshape.ts";
export { pad, type PadMode, type PadOptions, type PadWidth } from "./pad.ts";
export { flip, fliplr, flipud, repeat, roll, rot90, tile } from "./repeat.ts";
export { arraySplit, dsplit, hsplit, split, unstack, vsplit } from "./split.ts";
export { rearrange } from "./rearrange.ts";
