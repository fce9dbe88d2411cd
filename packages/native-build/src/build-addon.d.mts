/** A .node file to link. */
export interface Variant {
  /** "neurite_cpu.node". */
  readonly output: string;
  /** Name of a unit to leave out: folder and file name joined by `_`, without extension. */
  readonly without?: string;
}

export interface AddonOptions {
  /** Name of the package, for messages: "@neurite/backend-cpu". */
  readonly name: string;
  /** What it builds, for messages: "native engine". */
  readonly title: string;
  /** Folder of the package: sources are in `src/native`, results go to `<folder>/Release`. */
  readonly root: string;
  /** Where to build, seen from `root`. Default "build". */
  readonly folder?: string;
  readonly variants: readonly Variant[];
  /** Flags for the units of one base name: `{ isa_avx2: ["-mavx2"] }`. Other units named `isa_…` are left out. */
  readonly unitFlags?: Readonly<Record<string, readonly string[]>>;
  readonly libraries?: readonly string[];
}

/**
 * Compiles and links what changed. Without a compiler, or when the build fails, it says so in one line and ends the process with code 0,
 * or 1 where NEURITE_REQUIRE_NATIVE=1.
 */
export function buildAddon(options: AddonOptions): Promise<void>;
