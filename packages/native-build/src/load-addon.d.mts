/** An addon, or why there is none. */
export type LoadedAddon<T> = { readonly addon: T; readonly problem: null } | { readonly addon: null; readonly problem: string };

/**
 * Loads `file` from build/Release of the package that has the module at `url` in its src/ or dist/. `title` says in messages what it is.
 *
 * @example
 * const { addon, problem } = loadAddon<Native>(import.meta.url, "neurite_cpu.node", "native engine");
 */
export function loadAddon<T>(url: string, file: string, title: string): LoadedAddon<T>;

/** What to do where an addon was not built. */
export function buildAdvice(url: string): string;
