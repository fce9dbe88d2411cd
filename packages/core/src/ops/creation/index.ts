export { type DTypeOption, empty, emptyLike, full, fullLike, ones, onesLike, zeros, zerosLike } from "./fill.ts";
export { arange, type ArangeOptions } from "./ranges.ts";
