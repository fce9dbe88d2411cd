/** Beam search over CTC's label sequences, on the host: the sequences it follows depend on data. */

/** A sequence of labels and the logarithms of the probabilities that it ends in nothing, or in its last label. */
interface Beam {
  readonly labels: readonly number[];
  blank: number;
  label: number;
}

/** The most probable label sequences of one example, best first, with the logarithms of their probabilities. */
export interface DecodedPath {
  readonly labels: readonly number[];
  readonly score: number;
}

function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

/** log softmax of a row. */
function logProbabilities(logits: ArrayLike<number>, start: number, classes: number): number[] {
  const row = Array.from({ length: classes }, (_, c) => logits[start + c] as number);
  const largest = row.reduce((most, x) => Math.max(most, x), -Infinity);
  const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0)) + largest;
  return row.map((x) => x - total);
}

/**
 * Prefix beam search (Graves 2012): `beamWidth` sequences are followed, the `topPaths` best are given.
 *
 * @param logits Row-major [time, classes] from `offset` on.
 * @param blank The class that stands for nothing.
 */
export function beamSearch(
  logits: ArrayLike<number>,
  offset: number,
  time: number,
  classes: number,
  blank: number,
  beamWidth: number,
  topPaths: number,
): DecodedPath[] {
  const total = (beam: Beam): number => logAdd(beam.blank, beam.label);
  let beams: Beam[] = [{ labels: [], blank: 0, label: -Infinity }];
  for (let t = 0; t < time; t++) {
    const logs = logProbabilities(logits, offset + t * classes, classes);
    const next = new Map<string, Beam>();
    const at = (labels: readonly number[]): Beam => {
      const key = labels.join();
      let beam = next.get(key);
      if (beam === undefined) next.set(key, (beam = { labels, blank: -Infinity, label: -Infinity }));
      return beam;
    };
    for (const beam of beams) {
      const same = at(beam.labels);
      same.blank = logAdd(same.blank, total(beam) + (logs[blank] as number));
      const last = beam.labels.at(-1);
      for (let c = 0; c < classes; c++) {
        if (c === blank) continue;
        const log = logs[c] as number;
        // The last label again is the same sequence, unless nothing came between.
        if (c === last) same.label = logAdd(same.label, beam.label + log);
        const longer = at([...beam.labels, c]);
        longer.label = logAdd(longer.label, (c === last ? beam.blank : total(beam)) + log);
      }
    }
    beams = [...next.values()].sort((a, b) => total(b) - total(a)).slice(0, beamWidth);
  }
  return beams.slice(0, topPaths).map((beam) => ({ labels: beam.labels, score: total(beam) }));
}
