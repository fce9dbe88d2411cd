import { readFileSync } from "node:fs";

/** The version in neurite's own manifest. */
export function neuriteVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
