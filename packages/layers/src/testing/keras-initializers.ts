/** Values computed by Keras 3.15.1 on TensorFlow 2.21.0 (float32). */

// prettier-ignore
export const kerasInitializers = [
  {"class": "Zeros", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}},
  {"class": "Ones", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "Ones", "config": {}, "registered_name": null}},
  {"class": "Constant", "options": {"value": 2.5}, "serialized": {"module": "keras.initializers", "class_name": "Constant", "config": {"value": 2.5}, "registered_name": null}},
  {"class": "Identity", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "Identity", "config": {}, "registered_name": null}},
  {"class": "RandomNormal", "options": {"mean": 0.5, "stddev": 0.1, "seed": 1}, "serialized": {"module": "keras.initializers", "class_name": "RandomNormal", "config": {"seed": 1, "mean": 0.5, "stddev": 0.1}, "registered_name": null}},
  {"class": "RandomUniform", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "RandomUniform", "config": {"seed": null, "minval": -0.05, "maxval": 0.05}, "registered_name": null}},
  {"class": "TruncatedNormal", "options": {"stddev": 2.0}, "serialized": {"module": "keras.initializers", "class_name": "TruncatedNormal", "config": {"seed": null, "mean": 0.0, "stddev": 2.0}, "registered_name": null}},
  {"class": "VarianceScaling", "options": {"scale": 2.0, "mode": "fan_out", "distribution": "uniform"}, "serialized": {"module": "keras.initializers", "class_name": "VarianceScaling", "config": {"seed": null, "scale": 2.0, "mode": "fan_out", "distribution": "uniform", "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "GlorotUniform", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "GlorotNormal", "options": {"seed": 7}, "serialized": {"module": "keras.initializers", "class_name": "GlorotNormal", "config": {"seed": 7, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "HeNormal", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "HeNormal", "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "HeUniform", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "HeUniform", "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "LecunNormal", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "LecunNormal", "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "LecunUniform", "options": {}, "serialized": {"module": "keras.initializers", "class_name": "LecunUniform", "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null}},
  {"class": "Orthogonal", "options": {"gain": 2.0}, "serialized": {"module": "keras.initializers", "class_name": "Orthogonal", "config": {"seed": null, "gain": 2.0}, "registered_name": null}},
] as const;
