/** Random numbers: `random.normal([2, 3], { seed: 1 })`. */
export { isSeedGenerator, type Seed, SeedGenerator, setSeed } from "./generator.ts";
export {
  bernoulli,
  categorical,
  gumbel,
  normal,
  type NormalOptions,
  randint,
  type RandomOptions,
  truncatedNormal,
  uniform,
  type UniformOptions,
} from "./distributions.ts";
export { dropout, type DropoutOptions, permutation, shuffle } from "./masks.ts";
export { beta, binomial, gamma } from "./gamma.ts";
