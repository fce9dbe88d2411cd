import { NeuriteError } from "@neurite/core";

/** A file on the network, with its checksum. */
export interface RemoteFile {
  readonly url: string;
  /** Name in the cache. */
  readonly name: string;
  readonly md5: string;
}

/** Where downloads are kept: NEURITE_HOME/datasets, else XDG_CACHE_HOME/neurite/datasets, else ~/.cache/neurite/datasets. */
export async function cacheFolder(): Promise<string> {
  const [{ homedir }, { join }] = await Promise.all([import("node:os"), import("node:path")]);
  const { NEURITE_HOME, XDG_CACHE_HOME } = process.env;
  return join(NEURITE_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "neurite"), "datasets");
}

/**
 * A file's bytes, from the cache or the network. A damaged copy in the cache is fetched anew; nothing half-written is left.
 * @throws NeuriteError when there is no network or the checksum differs, naming the file and where it may be put by hand.
 */
export async function fetchFile(file: RemoteFile): Promise<Uint8Array> {
  const [{ mkdir, readFile, rename, rm, writeFile }, { createHash, randomUUID }, { join }] = await Promise.all([
    import("node:fs/promises"),
    import("node:crypto"),
    import("node:path"),
  ]);
  const md5 = (data: Uint8Array): string => createHash("md5").update(data).digest("hex");

  const folder = await cacheFolder();
  const path = join(folder, file.name);
  const cached = await readFile(path).catch(() => null);
  if (cached !== null && md5(cached) === file.md5) return cached;

  const hint = `put the file at ${path} by hand, or use the embedded digits: digits.loadData()`;
  let data: Uint8Array;
  try {
    const response = await fetch(file.url);
    if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`);
    data = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new NeuriteError(`[datasets] ${file.url} cannot be downloaded (${reasonOf(cause)}): without a network, ${hint}`, { cause });
  }
  const sum = md5(data);
  if (sum !== file.md5) {
    throw new NeuriteError(`[datasets] ${file.url} is damaged or was changed: md5 ${sum} where ${file.md5} was expected; ${hint}`);
  }
  await mkdir(folder, { recursive: true });
  // Written beside and renamed, so that a process that dies here leaves no file that looks whole.
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, data, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return data;
}

/** fetch() says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message !== "" ? cause.message : ((cause as NodeJS.ErrnoException).code ?? error.message);
}
