// Who may import whom. check-imports.mjs holds every package's sources, manifest and project references against this table.

/**
 * One line a package, by folder name:
 * - `imports`: the workspace packages that its sources may import ("*" for all packages);
 * - `node`: whether its sources may import Node's built-in modules: "never" for what must run in a browser as it is, "dynamic" for
 *   packages that reach for them only inside a function with `await import("node:fs/promises")`, "always" for what runs in Node alone.
 *
 * A package that is not listed here is an error, and so is a name in `imports` that has no line. Lines may stand here before their package exists.
 */
export const packageRules = {
  core: { imports: [], node: "never" },

  compiler: { imports: ["core"], node: "never" },
  "backend-reference": { imports: ["core"], node: "never" },
  // Used by install scripts alone.
  "native-build": { imports: [], node: "always" },
  "backend-cpu": { imports: ["compiler", "core", "native-build"], node: "always" },
  "backend-webgpu": { imports: ["compiler", "core"], node: "dynamic" },
  "backend-cuda": { imports: ["compiler", "core", "native-build"], node: "always" },
  testkit: { imports: ["backend-reference", "core"], node: "always" },

  layers: { imports: ["core"], node: "never" },
  losses: { imports: ["core"], node: "never" },
  metrics: { imports: ["core", "losses"], node: "never" },
  schedules: { imports: ["core"], node: "never" },
  optimizers: { imports: ["core", "schedules"], node: "never" },
  callbacks: { imports: ["core"], node: "dynamic" },
  // Models find optimizers by name in the registry they are given, so they import none.
  models: { imports: ["callbacks", "core", "layers", "losses", "metrics"], node: "dynamic" },

  plot: { imports: ["core", "layers", "models"], node: "dynamic" },
  tensorboard: { imports: ["callbacks", "core"], node: "dynamic" },
  data: { imports: ["core"], node: "dynamic" },
  datasets: { imports: ["core"], node: "dynamic" },
  "keras-format": { imports: ["core", "layers", "models"], node: "dynamic" },
  safetensors: { imports: ["core", "models"], node: "dynamic" },
  onnx: { imports: ["core", "models"], node: "dynamic" },

  neurite: { imports: "*", node: "always" },
};

/** Apps may import everything. */
export const appRule = { imports: "*", node: "always" };
