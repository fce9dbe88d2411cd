import { createRegistry, type Registry } from "@neurite/core";
import { layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";

/** What neurite's own packages call by name. */
export type DefaultPlugins = readonly [typeof layersPlugin, typeof lossesPlugin, typeof metricsPlugin];

/** A registry of everything that neurite's own packages call by name. */
export function createDefaultRegistry(): Registry<DefaultPlugins> {
  return createRegistry([layersPlugin, lossesPlugin, metricsPlugin]);
}
