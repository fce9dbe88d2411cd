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
  readonly writer: number;
  /** Those that read it since. */
  readonly readers: readonly number[];
}

/** For each launch, given by what it touches, the earlier ones it waits for: the last to write what it touches, and who read what it writes. */
export function dependenciesOf(launches: readonly (readonly Access[])[]): number[][] {
  const memories = new Map<string, Segment[]>();
  const all: number[][] = [];
  launches.forEach((accesses, launch) => {
    const found = new Set<number>();
    for (const access of accesses) {
      if (access.start >= access.end) continue;
      const segments = memories.get(access.memory) ?? [];
      memories.set(
        access.memory,
        segments
          .flatMap((segment) => split(segment, access))
          .concat(gaps(segments, access))
          .map((segment) => touched(segment, access, launch, found)),
      );
    }
    all.push(direct(found, all));
  });
  return all;
}

/** Cut where `access` begins and ends. */
function split(segment: Segment, { start, end }: Access): Segment[] {
  const cuts = [start, end].filter((cut) => cut > segment.start && cut < segment.end);
  const borders = [segment.start, ...cuts, segment.end];
  return borders.slice(1).map((border, i) => ({ ...segment, start: borders[i] as number, end: border }));
}

/** The parts of `access` that nobody has touched yet. */
function gaps(segments: readonly Segment[], { start, end }: Access): Segment[] {
  const result: Segment[] = [];
  let at = start;
  for (const each of [...segments].sort((a, b) => a.start - b.start)) {
    if (each.end <= at || each.start >= end) continue;
    if (each.start > at) result.push({ start: at, end: each.start, writer: -1, readers: [] });
    at = each.end;
  }
  if (at < end) result.push({ start: at, end, writer: -1, readers: [] });
  return result;
}

/** The segment after `launch`, with whom it waits for put into `found`. */
function touched(segment: Segment, { start, end, writes }: Access, launch: number, found: Set<number>): Segment {
  if (segment.start < start || segment.end > end) return segment;
  const { writer, readers } = segment;
  if (writer >= 0 && writer !== launch) found.add(writer);
  if (!writes) return readers.includes(launch) ? segment : { ...segment, readers: [...readers, launch] };
  for (const reader of readers) if (reader !== launch) found.add(reader);
  return { ...segment, writer: launch, readers: [] };
}

/** `found` without those that others of it wait for. */
function direct(found: ReadonlySet<number>, all: readonly (readonly number[])[]): number[] {
  const covered = new Set([...found].flatMap((launch) => all[launch] as readonly number[]));
  return [...found].filter((launch) => !covered.has(launch)).sort((a, b) => a - b);
}
