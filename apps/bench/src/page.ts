import { readFile, writeFile } from "node:fs/promises";

/** Replaces what stands between the marks of a section: `<!-- name: begin -->` and `<!-- name: end -->`. Throws where they are not there. */
export function replaceSection(page: string, name: string, body: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`[bench] the page has no section "${name}". Hint: it begins with ${begin} and ends with ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${body.trim()}\n\n${page.slice(to)}`;
}

/** Writes sections into a page, by their names. */
export async function writeSections(file: string, sections: Readonly<Record<string, string>>): Promise<void> {
  let page = await readFile(file, "utf8");
  for (const [name, body] of Object.entries(sections)) page = replaceSection(page, name, body);
  await writeFile(file, page);
}

/** Where and when numbers were taken, as a line above them. */
export function provenance(machine: string): string {
  return `${new Date().toISOString().slice(0, 10)}, ${machine}.`;
}
