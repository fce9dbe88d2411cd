/**
 * The error function in double precision: a Taylor expansion about the nearest multiple of a quarter.
 * The coefficients follow from g(x) = e^(-x²), g' = -2x·g, and are computed once, when first needed.
 */

const spacing = 0.25;
const terms = 18;
/** From here on erf rounds to ±1. */
const limit = 6;
const twoOverRootPi = 2 / Math.sqrt(Math.PI);

let table: Float64Array | null = null;

/** erf by its series with positive terms; good for moderate `x` ≥ 0, slow. */
function series(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; term > total * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return twoOverRootPi * Math.exp(-x * x) * total;
}

/** 1 - erf by its continued fraction; good for `x` ≥ 2. */
function complement(x: number): number {
  let fraction = x;
  for (let n = 120; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

function makeTable(): Float64Array {
  const centers = limit / spacing + 1;
  const coefficients = new Float64Array(centers * terms);
  for (let index = 0; index < centers; index++) {
    const center = index * spacing;
    const base = index * terms;
    coefficients[base] = center < 2 ? series(center) : 1 - complement(center);
    // g = Σ gₙ hⁿ with (n+1)·gₙ₊₁ = -2(center·gₙ + gₙ₋₁); erf's coefficient n+1 is 2/√π · gₙ / (n+1).
    let previous = 0;
    let current = Math.exp(-center * center);
    for (let n = 0; n + 1 < terms; n++) {
      coefficients[base + n + 1] = (twoOverRootPi * current) / (n + 1);
      const next = (-2 * (center * current + previous)) / (n + 1);
      previous = current;
      current = next;
    }
  }
  return coefficients;
}

/** The error function, to about 2 units in the last place of a double. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < limit)) return magnitude >= limit ? Math.sign(x) : NaN;
  table ??= makeTable();
  const center = Math.round(magnitude / spacing);
  const h = magnitude - center * spacing;
  const base = center * terms;
  let value = table[base + terms - 1];
  for (let n = terms - 2; n >= 0; n--) value = value * h + table[base + n];
  return x < 0 || Object.is(x, -0) ? -value : value;
}
