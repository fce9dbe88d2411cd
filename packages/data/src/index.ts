export { normalize, type NormalizeOptions } from "./utils/normalize.ts";
export { padSequences, type PadSequencesOptions, type Sequences } from "./utils/pad-sequences.ts";
export { toCategorical, type ToCategoricalOptions } from "./utils/to-categorical.ts";
