import { SerializationError, type WrittenFile } from "@neurite/core";

/** Where a model file goes: a path, or a `file:` URL. */
export type ModelTarget = string | URL;

/** A place for files, on disk. */
export interface TargetFolder {
  /** Name of the first file, which tells its format. */
  readonly name: string;
  /** @throws SerializationError where `overwrite` is false and the target is there already. */
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
  const refuse = (file: string): never => {
    throw new SerializationError(`[${op}] ${JSON.stringify(file)} is there already, and overwrite is false`);
  };
  return {
    name,
    async check(overwrite) {
      if (!overwrite && (await exists(whole))) refuse(whole);
    },
    async write(files, overwrite) {
      const mark = `.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.tmp`;
      const places: string[] = [];
      try {
        for (const file of files) {
          const named = path.join(folder, file.name);
          if (file.name.includes("/")) await fs.mkdir(path.dirname(named), { recursive: true });
          // Where the name is a link, what it leads to is replaced.
          const place = await fs.realpath(named).catch(() => named);
          places.push(place);
          await fs.writeFile(place + mark, file.bytes, { flush: true });
        }
        for (const place of overwrite ? [] : places.slice(0, 1)) if (await exists(place)) refuse(place);
        for (const place of places.toReversed()) await fs.rename(place + mark, place);
      } catch (cause) {
        await Promise.all(places.map((place) => fs.rm(place + mark, { force: true }).catch(() => {})));
        if (cause instanceof SerializationError) throw cause;
        throw new SerializationError(`[${op}] cannot write ${JSON.stringify(whole)}: ${(cause as Error).message}`, { cause });
      }
    },
  };
}
