import type { Site } from "@neurite/compiler";

/** What a complaint of `site` says to the user. */
export function formatSite(site: Site): string {
  const where = site.scope === "" ? "" : `, in layer "${site.scope}"`;
  return `[${site.op}] ${site.message}${where}`;
}
