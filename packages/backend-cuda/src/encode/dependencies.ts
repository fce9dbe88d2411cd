/** Which launches must wait for which others: those that touch the same memory, where one of the two writes. */

/** Bytes of a memory, from `start` to before `end`. */
export interface Access {
  readonly memory: string;
  readonly start: number;
  readonly end: number;
  readonly writes: boolean;
}

/** A part of a memory that has had the same readers and writer. */
interface Segment {
  readonly start: number;
  readonly end: number;
  /** Number of the last launch that wrote it; -1 for none. */
  writer: number;
  /** Those that read it since, in order. */
  readers: number[];
}

/** For each launch, given by what it touches, the earlier ones it waits for: the last to write what it touches, and who read what it writes. */
export function dependenciesOf(launches: readonly (readonly Access[])[]): number[][] {
  const memories = new Map<string, Segment[]>();
  const all: number[][] = [];
  launches.forEach((accesses, launch) => {
    const found = new Set<number>();
    for (const access of accesses) {
      if (access.start >= access.end) continue;
      let segments = memories.get(access.memory);
      if (segments === undefined) memories.set(access.memory, (segments = []));
      for (const segment of cutOut(segments, access)) touch(segment, access.writes, launch, found);
    }
    all.push(direct(found, all));
  });
  return all;
}

/** The segments that make up `access`, cut out of `segments`, which are in order and apart. */
function cutOut(segments: Segment[], { start, end }: Access): Segment[] {
  const first = firstEndingAfter(segments, start);
  const inside: Segment[] = [];
  const around: Segment[] = [];
  let at = start;
  let next = first;
  for (let segment = segments[next]; segment !== undefined && segment.start < end; segment = segments[++next]) {
    if (segment.start > at) inside.push(untouched(at, segment.start));
    if (segment.start < start) around.push(part(segment, segment.start, start));
    const whole = segment.start >= start && segment.end <= end;
    inside.push(whole ? segment : part(segment, Math.max(segment.start, start), Math.min(segment.end, end)));
    if (segment.end > end) around.push(part(segment, end, segment.end));
    at = Math.min(segment.end, end);
  }
  if (at < end) inside.push(untouched(at, end));
  const replaced = [...around, ...inside].sort((a, b) => a.start - b.start);
  segments.splice(first, next - first, ...replaced);
  return inside;
}

function firstEndingAfter(segments: readonly Segment[], place: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle] as Segment).end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

const untouched = (start: number, end: number): Segment => ({ start, end, writer: -1, readers: [] });

const part = ({ writer, readers }: Segment, start: number, end: number): Segment => ({ start, end, writer, readers: [...readers] });

/** Notes what `launch` does to a segment, and puts whom it waits for into `found`. */
function touch(segment: Segment, writes: boolean, launch: number, found: Set<number>): void {
  const { writer, readers } = segment;
  if (writer >= 0 && writer !== launch) found.add(writer);
  if (!writes) {
    if (readers.at(-1) !== launch) readers.push(launch);
    return;
  }
  for (const reader of readers) if (reader !== launch) found.add(reader);
  segment.writer = launch;
  segment.readers = [];
}

/** `found` without those that others of it wait for. */
function direct(found: ReadonlySet<number>, all: readonly (readonly number[])[]): number[] {
  const covered = new Set([...found].flatMap((launch) => all[launch] as readonly number[]));
  return [...found].filter((launch) => !covered.has(launch)).sort((a, b) => a - b);
}
