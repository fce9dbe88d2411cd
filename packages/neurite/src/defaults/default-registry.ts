import { createRegistry, opsPlugin, type Registry } from "@neurite/core";
import { kerasFormatPlugin } from "@neurite/keras-format";
import { layersPlugin } from "@neurite/layers";
import { lossesPlugin } from "@neurite/losses";
import { metricsPlugin } from "@neurite/metrics";
import { modelsPlugin } from "@neurite/models";
import { optimizersPlugin } from "@neurite/optimizers";
import { schedulesPlugin } from "@neurite/schedules";

/** What neurite's own packages call by name. */
export type DefaultPlugins = readonly [
  typeof kerasFormatPlugin,
  typeof layersPlugin,
  typeof lossesPlugin,
  typeof metricsPlugin,
  typeof modelsPlugin,
  typeof opsPlugin,
  typeof optimizersPlugin,
  typeof schedulesPlugin,
];

/** A registry of everything that neurite's own packages call by name. */
export function createDefaultRegistry(): Registry<DefaultPlugins> {
  return createRegistry([
    kerasFormatPlugin,
    layersPlugin,
    lossesPlugin,
    metricsPlugin,
    modelsPlugin,
    opsPlugin,
    optimizersPlugin,
    schedulesPlugin,
  ]);
}
