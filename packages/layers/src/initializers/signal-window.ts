import { field, type Field, invalid, ValueError } from "@neurite/core";

/** Windows by the names that SciPy has for them; "…_periodic" and "…_symmetric" say how they end, whatever else does. */
export type SignalWindowName = AnyName | `${AnyName}_periodic` | `${AnyName}_symmetric`;

type AnyName = WindowName | SecondName;

type WindowName =
  | "boxcar" | "triang" | "bartlett" | "barthann" | "bohman" | "cosine" | "exponential" | "lanczos" | "parzen" | "tukey" | "hann" | "hamming"
  | "blackman" | "blackmanharris" | "nuttall" | "flattop" | "taylor"; // prettier-ignore

type SecondName =
  | "box" | "ones" | "rect" | "rectangular" | "triangle" | "tri" | "bart" | "brt" | "brthan" | "bth" | "bman" | "bmn" | "halfcosine" | "poisson"
  | "sinc" | "parz" | "par" | "tuk" | "han" | "hamm" | "ham" | "black" | "blk" | "blackharr" | "bkh" | "nutl" | "nut" | "flat" | "flt" | "taylorwin"; // prettier-ignore

const secondNames: Readonly<Record<SecondName, WindowName>> = {
  box: "boxcar", ones: "boxcar", rect: "boxcar", rectangular: "boxcar", triangle: "triang", tri: "triang", bart: "bartlett", brt: "bartlett",
  brthan: "barthann", bth: "barthann", bman: "bohman", bmn: "bohman", halfcosine: "cosine", poisson: "exponential", sinc: "lanczos",
  parz: "parzen", par: "parzen", tuk: "tukey", han: "hann", hamm: "hamming", ham: "hamming", black: "blackman", blk: "blackman",
  blackharr: "blackmanharris", bkh: "blackmanharris", nutl: "nuttall", nut: "nuttall", flat: "flattop", flt: "flattop", taylorwin: "taylor",
}; // prettier-ignore

/** What a window is at place `n` of `size`: symmetric, 1 at most. */
type Shape = (n: number, size: number) => number;

/** From -1 to 1 over the window. */
const position: Shape = (n, size) => (2 * n) / (size - 1) - 1;

const cosines =
  (...weights: readonly number[]): Shape =>
  (n, size) =>
    weights.reduce((sum, weight, k) => sum + weight * Math.cos(k * Math.PI * position(n, size)), 0);

function parzen(n: number, size: number): number {
  const x = Math.abs((2 * n - size + 1) / size);
  return Math.abs(n - (size - 1) / 2) <= (size - 1) / 4 ? 1 - 6 * x ** 2 + 6 * x ** 3 : 2 * (1 - x) ** 3;
}

function bohman(n: number, size: number): number {
  const x = Math.abs(position(n, size));
  return x === 1 ? 0 : (1 - x) * Math.cos(Math.PI * x) + Math.sin(Math.PI * x) / Math.PI;
}

function tukey(n: number, size: number): number {
  const x = 2 * (1 - Math.abs(position(n, size)));
  return x >= 1 ? 1 : (1 - Math.cos(Math.PI * x)) / 2;
}

function lanczos(n: number, size: number): number {
  const x = Math.PI * position(n, size);
  return x === 0 ? 1 : Math.sin(x) / x;
}

/** Taylor's window as a sum of cosines: the first side lobes, 4 with the main one, lie 30 dB below it. It is 1 in the middle. */
function taylor(n: number, size: number): number {
  const lobes = [1, 2, 3];
  const a = Math.acosh(10 ** (30 / 20)) / Math.PI;
  const widening = 4 ** 2 / (a ** 2 + 3.5 ** 2);
  const product = (factor: (k: number) => number): number => lobes.reduce((result, k) => result * factor(k), 1);
  const weights = lobes.map((m) => {
    const zeros = product((k) => 1 - m ** 2 / widening / (a ** 2 + (k - 0.5) ** 2));
    return ((m % 2 === 1 ? 1 : -1) * zeros) / product((k) => (k === m ? 1 : 1 - (m / k) ** 2));
  });
  const at = (x: number): number => weights.reduce((sum, weight, i) => sum + weight * Math.cos((2 * Math.PI * (i + 1) * x) / size), 1);
  return at(n - (size - 1) / 2) / at(0);
}

const shapes: Readonly<Record<WindowName, Shape>> = {
  boxcar: () => 1,
  triang: (n, size) => 1 - Math.abs(2 * n - size + 1) / (size % 2 === 0 ? size : size + 1),
  bartlett: (n, size) => 1 - Math.abs(position(n, size)),
  barthann: (n, size) => 0.62 - 0.24 * Math.abs(position(n, size)) + 0.38 * Math.cos(Math.PI * position(n, size)),
  bohman,
  cosine: (n, size) => Math.sin((Math.PI / size) * (n + 0.5)),
  exponential: (n, size) => Math.exp(-Math.abs(n - (size - 1) / 2)),
  lanczos,
  parzen,
  tukey,
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  taylor,
};

/** The window of a name, and how the name says it ends; null for names of none. */
function windowNamed(name: string): { readonly shape: Shape; readonly periodic: boolean | null } | null {
  const [, stem = "", end] = /^(.*?)(_periodic|_symmetric)?$/.exec(name) ?? [];
  const first = Object.hasOwn(secondNames, stem) ? secondNames[stem as SecondName] : stem;
  if (!Object.hasOwn(shapes, first)) return null;
  return { shape: shapes[first as WindowName], periodic: end === undefined ? null : end === "_periodic" };
}

/** The option `window`: a name, the values, or null for none. */
export const windowField: Field = field.object(
  "window",
  {
    expected: `one of ${Object.keys(shapes).join(", ")}, or a list of numbers`,
    resolve: (window) => {
      const values = ArrayBuffer.isView(window) ? [...(window as Float32Array)] : window;
      return (typeof values === "string" && windowNamed(values) !== null) ||
        (Array.isArray(values) && values.every((value) => typeof value === "number"))
        ? values
        : invalid;
    },
  },
  { default: "hann", nullable: true },
);

/**
 * The values of a window of `size` samples.
 *
 * @param periodic For spectra: as if it began again after its end.
 * @throws ValueError for values of another number.
 */
export function windowValues(window: SignalWindowName | readonly number[], size: number, periodic: boolean): readonly number[] {
  if (typeof window === "string") {
    const { shape, periodic: ends } = windowNamed(window) as NonNullable<ReturnType<typeof windowNamed>>;
    return Array.from({ length: size }, (_, n) => (size === 1 ? 1 : shape(n, (ends ?? periodic) ? size + 1 : size)));
  }
  if (window.length !== size) throw new ValueError(`[window] there must be ${size} values, as long as a frame: got ${window.length}`);
  return window;
}
