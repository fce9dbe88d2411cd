/** What follows the name of an example: `--quick` for a small run, `--path FILE` and the like. */
export const quick: boolean = process.argv.includes("--quick");

/** The value after an option on the command line; null where it is not given. */
export function optionValue(name: string): string | null {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : (process.argv[at + 1] ?? null);
}

export const percent = (fraction: number | undefined): string => `${((fraction ?? 0) * 100).toFixed(1)}%`;
