import { SerializationError, type WrittenFile } from "@neurite/core";

/** Where a model file goes: a path, or a `file:` URL. */
export type ModelTarget = string | URL;

/** A place for files, on disk. */
export interface TargetFolder {
  /** Name of the first file, which tells its format. */
  readonly name: string;
  /** @throws SerializationError where `overwrite` is false and the first file is there already. */
  check(overwrite: boolean): Promise<void>;
  /**
   * Writes all files beside their places first; then whole ones take the places of those that were there, the first of them last.
   * @throws SerializationError, with its cause, where they cannot be written; or, unless `overwrite`, where the first is there already.
   */
  write(files: readonly WrittenFile[], overwrite: boolean): Promise<void>;
}

/** @throws SerializationError for what is no path, for the web, and where there is no file system. */
export async function targetFolder(op: string, target: ModelTarget): Promise<TargetFolder> {
  if ((typeof target !== "string" && !(target instanceof URL)) || target === "")
    throw new SerializationError(
      `[${op}] the place for a file is its path or file: URL: received ${typeof target === "string" ? '""' : typeof target}`,
    );
  const isUrl = target instanceof URL || /^[a-z][a-z\d+.-]+:\/\//i.test(target);
  if (isUrl && new URL(target).protocol !== "file:") {
    throw new SerializationError(`[${op}] nothing can be written to ${String(target)}: give a path, or send what modelToBytes gives`);
  }
  const [fs, path, url] = await Promise.all([import("node:fs/promises"), import("node:path"), import("node:url")]).catch(
    (cause: unknown) => {
      throw new SerializationError(`[${op}] there is no file system here: take the bytes of the file, by modelToBytes or weightsToBytes`, {
        cause,
      });
    },
  );
  const whole = isUrl ? url.fileURLToPath(target) : (target as string);
  const folder = path.dirname(whole);
  const name = path.basename(whole);
  const exists = (file: string): Promise<boolean> => fs.access(file).then(() => true, () => false); // prettier-ignore
  const check = async (overwrite: boolean): Promise<void> => {
    if (!overwrite && (await exists(whole)))
      throw new SerializationError(`[${op}] ${JSON.stringify(whole)} is there already, and overwrite is false`);
  };
  return {
    name,
    check,
    async write(files, overwrite) {
      // Where the name is a link, what it leads to is replaced.
      const places = await Promise.all(
        files.map(async (file) => {
          const place = path.join(folder, file.name);
          return { place: await fs.realpath(place).catch(() => place), bytes: file.bytes };
        }),
      );
      const mark = `.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.tmp`;
      try {
        for (const { place, bytes } of places) await fs.writeFile(place + mark, bytes, { flush: true });
        await check(overwrite);
        for (const { place } of [...places].reverse()) await fs.rename(place + mark, place);
      } catch (cause) {
        await Promise.all(places.map(({ place }) => fs.rm(place + mark, { force: true }).catch(() => {})));
        if (cause instanceof SerializationError) throw cause;
        throw new SerializationError(`[${op}] cannot write ${JSON.stringify(whole)}: ${(cause as Error).message}`, { cause });
      }
    },
  };
}
