export { normalize, type NormalizeOptions } from "./normalize.ts";
export { padSequences, type PadSequencesOptions, type Sequences } from "./pad-sequences.ts";
export { toCategorical, type ToCategoricalOptions } from "./to-categorical.ts";
