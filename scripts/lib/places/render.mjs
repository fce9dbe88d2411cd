// The counts as a part of a page.

const [begin, end] = ["<!-- places: begin, written by scripts/count-places.mjs -->", "<!-- places: end -->"];

export function renderPlaces({ op, layer, primitives, backends }) {
  const total = (parts) => parts.reduce((sum, { files }) => sum + files, 0);
  const list = (parts) =>
    parts
      .filter(({ files }) => files > 0)
      .map(({ part, files }) => `${part} ${files}`)
      .join(", ");
  return [
    "| to add | source files that name it (median, tests left out) |",
    "|---|---|",
    `| an op | ${op} |`,
    `| a layer | ${layer} |`,
    ...primitives.map(({ kind, parts }) => `| ${kind === "elementwise" ? "an elementwise" : "a structured"} primitive, for all backends | ${total(parts)}: ${list(parts)} |`), // prettier-ignore
    "",
    "| backend | lines of TypeScript | lines of C++ |",
    "|---|---|---|",
    ...backends.map(({ name, typescript, native }) => `| ${name} | ${typescript} | ${native === 0 ? "" : native} |`),
  ].join("\n");
}

/** The page with the part between the markers replaced. */
export function replaceBetween(page, part) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no "${begin}" followed by "${end}"`);
  return `${page.slice(0, from)}${begin}\n${part}\n${page.slice(to)}`;
}
