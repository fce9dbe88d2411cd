// Where neurite keeps what Keras keeps in a module, and why it lacks what it lacks.

/** Keras's modules with the entry point of the umbrella package that holds their names; a path goes into its namespaces. */
export const places = {
  keras: { entry: ".", also: ["./layers", "./losses", "./metrics", "./optimizers", "./initializers", "./regularizers", "./constraints"] },
  "keras.models": { entry: ".", also: ["./models"] },
  "keras.layers": { entry: "./layers" },
  "keras.activations": { entry: "./activations" },
  "keras.initializers": { entry: "./initializers" },
  "keras.regularizers": { entry: "./regularizers" },
  "keras.constraints": { entry: "./constraints" },
  "keras.losses": { entry: "./losses" },
  "keras.metrics": { entry: "./metrics" },
  "keras.optimizers": { entry: "./optimizers" },
  "keras.optimizers.schedules": { entry: "./schedules" },
  "keras.callbacks": { entry: "./callbacks" },
  "keras.ops": { entry: ".", namespace: "ops" },
  "keras.ops.image": { entry: ".", namespace: "ops.image" },
  "keras.random": { entry: ".", namespace: "random" },
  "keras.saving": { entry: "." },
  "keras.utils": { entry: ".", also: ["./utils"] },
  "keras.tree": { entry: "." },
  "keras.dtype_policies": { entry: "./layers" },
  "keras.config": { entry: ".", also: ["./layers"] },
  "keras.mixed_precision": { entry: ".", also: ["./layers", "./optimizers"] },
  "keras.preprocessing.sequence": { entry: ".", also: ["./utils"] },
};

/** Keras's name → ours, where it is not the same in camel case. */
export const renamed = {
  "keras.Input": "Input",
  "keras.KerasTensor": "SymbolicTensor",
  "keras.remat": "checkpoint",
  "keras.RematScope": "rematScope",
  "keras.models.model_from_json": "modelFromJSON",
  "keras.callbacks.ProgbarLogger": "ProgressBar",
  "keras.activations.get": "getActivation",
  "keras.initializers.get": "getInitializer",
  "keras.regularizers.get": "getRegularizer",
  "keras.constraints.get": "getConstraint",
  "keras.losses.get": "getLoss",
  "keras.metrics.get": "getMetric",
  "keras.optimizers.get": "getOptimizer",
  "keras.utils.set_random_seed": "setSeed",
  "keras.config.set_dtype_policy": "setDTypePolicy",
  "keras.config.dtype_policy": "getDTypePolicy",
  "keras.dtype_policies.get": "getDTypePolicy",
  "keras.mixed_precision.set_dtype_policy": "setDTypePolicy",
  "keras.mixed_precision.set_global_policy": "setDTypePolicy",
  "keras.mixed_precision.dtype_policy": "getDTypePolicy",
  "keras.mixed_precision.global_policy": "getDTypePolicy",
  "keras.mixed_precision.Policy": "DTypePolicy",
  "keras.utils.is_keras_tensor": "isSymbolic",
  "keras.tree.flatten": "flattenTree",
  "keras.tree.map_structure": "mapTree",
};

/** Parameters that mean nothing here, in every module. */
export const meaningless = new Map([
  ["kwargs", "options are typed"],
  ["jitCompile", "everything is compiled"],
  ["customObjects", "a registry is a value given to whoever reads, as `registry`"],
  ["aggregation", "one process, which holds each variable once"],
  ["synchronization", "one process, which holds each variable once"],
  ["layout", "one process, which holds each variable once"],
  ["recordHistory", "operations on symbolic tensors always record themselves"],
  ["safeMode", "reading a config or a file never runs code"],
]);

/** Parameters whose null means, in Keras, what its global configuration says: "channels_last", "float32", 1e-7. */
export const configuredByKeras = new Set(["dataFormat", "dtype", "epsilon"]);

/**
 * Why a name is missing: patterns over "module.name", the first that matches counts. What matches none is simply not there yet.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
export const reasons = [
  [/^keras\.applications/, "pretrained models come with their weights, in a package of their own, later"],
  [/^keras\.distribution/, "one device and one process for now"],
  [/^keras\.export/, "ONNX is written by a package of its own, later"],
  [/^keras\.quantizers/, "layers compute with weights that Keras quantized; quantizing is not there yet"],
  [/^keras\.wrappers/, "makes models of a Python library, scikit-learn"],
  [/^keras\.optimizers\.legacy/, "in Keras 3 they only raise an error"],
  [/^keras\.preprocessing/, "older names; most are in keras.utils"],
  [/^keras\.utils\.legacy/, "configs of Keras 2, which `@neurite/keras-format` reads"],
  [/^keras\.datasets/, "see `@neurite/datasets`"],
  [/^keras\.metrics\.[a-z]/, 'functions are those of keras.losses, under "neurite/losses"'],
  [/^keras\.ops\.convert_to_numpy/, "`await x.data()` and `await x.array()`"],
  [/^keras\.version/, "`npx neurite doctor`"],
  [/^keras\.backend/, "Keras's backends are its own; devices here are values"],
  [/^keras\.ops\.(linalg|nn|numpy)/, "the same names as in keras.ops"],
  [/\.(deserialize|serialize)$/, "`deserializeKerasObject` and `serializeKerasObject` do it for all kinds"],
  [/TFSMLayer|JaxLayer|FlaxLayer|TorchModuleWrapper/, "wraps code of a Python framework"],
  [
    /^keras\.layers\.(Random|Auto|Aug|MixUp|CutMix|RandAugment|Center|MaxNumBounding|Resizing|Mel|Equalization|Solarization|STFT|Pipeline)/,
    "preprocessing and augmentation, later",
  ],
  [
    /^keras\.layers\.(CategoryEncoding|Discretization|HashedCrossing|Hashing|IntegerLookup|StringLookup|TextVectorization|FeatureSpace|Normalization)/,
    "preprocessing, later",
  ],
  [/^keras\.(StatelessScope|SymbolicScope|name_scope|Function|Operation|device|Quantizer)/, "an inner part of Keras"],
  [/^keras\.callbacks\.OrbaxCheckpoint/, "writes checkpoints of a Python library"],
  [/custom_object|CustomObjectScope|registered|register_keras/, "a registry is a value given to whoever reads: `createRegistry`"],
  [
    /^keras\.saving\.KerasFileEditor/,
    "`readModelConfig` of `@neurite/keras-format` shows a config; files are changed by loading and saving",
  ],
  [/^keras\.utils\.(plot_model|model_to_dot)/, "`plotModel` and `modelToDot` of `@neurite/plot`, which brings Graphviz along"],
  [/^keras\.(distillation|visualization|utils\.bounding_boxes)/, "not there yet"],
  [/^keras\.utils\.(clear_session|.*interactive_logging)/, "there is no global state"],
  [/^keras\.utils\.Progbar/, "`ProgressBar`, a callback"],
  [/^keras\.utils\./, "see the packages for data and datasets, or later"],
  [/^keras\.config\./, "options are given where they are used; there is no global configuration"],
  [/\.FloatDTypePolicy/, "an older name of `DTypePolicy`"],
  [/^keras\.tree\./, "an inner part of Keras"],
];
