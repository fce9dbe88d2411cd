/** Values computed by Keras 3.15.1 on TensorFlow 2.21 (float32). */

// prettier-ignore
export const kerasRegularizers = [
  {"class": "L1", "options": {}, "x": [[0.772, 0.824, 2.163], [1.337, -0.369, -0.239], [1.1, 0.655, 0.64], [-1.617, -0.024, -0.738]], "y": 0.104779996, "serialized": {"module": "keras.regularizers", "class_name": "L1", "config": {"l1": 0.009999999776482582}, "registered_name": null}},
  {"class": "L2", "options": {"l2": 0.3}, "x": [[0.772, 0.824, 2.163], [1.337, -0.369, -0.239], [1.1, 0.655, 0.64], [-1.617, -0.024, -0.738]], "y": 3.9428742, "serialized": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.3}, "registered_name": null}},
  {"class": "L1L2", "options": {"l1": 0.1, "l2": 0.2}, "x": [[0.772, 0.824, 2.163], [1.337, -0.369, -0.239], [1.1, 0.655, 0.64], [-1.617, -0.024, -0.738]], "y": 3.6763825, "serialized": {"module": "keras.regularizers", "class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}, "registered_name": null}},
  {"class": "OrthogonalRegularizer", "options": {}, "x": [[0.772, 0.824, 2.163], [1.337, -0.369, -0.239], [1.1, 0.655, 0.64], [-1.617, -0.024, -0.738]], "y": 0.0062185605, "serialized": {"module": "keras.regularizers", "class_name": "OrthogonalRegularizer", "config": {"factor": 0.009999999776482582, "mode": "rows"}, "registered_name": null}},
  {"class": "OrthogonalRegularizer", "options": {"factor": 0.1, "mode": "columns"}, "x": [[0.772, 0.824, 2.163], [1.337, -0.369, -0.239], [1.1, 0.655, 0.64], [-1.617, -0.024, -0.738]], "y": 0.05793195, "serialized": {"module": "keras.regularizers", "class_name": "OrthogonalRegularizer", "config": {"factor": 0.10000000149011612, "mode": "columns"}, "registered_name": null}},
] as const;
