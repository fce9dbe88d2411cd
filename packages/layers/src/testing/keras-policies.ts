/** Values computed by Keras 3.15.1 on TensorFlow 2.21.0 (float32). */

// prettier-ignore
export const kerasPolicies = [
  {"name": "float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": null, "serialized": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}},
  {"name": "mixed_bfloat16", "computeDtype": "bfloat16", "variableDtype": "float32", "quantizationMode": null, "serialized": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}, "registered_name": null}},
  {"name": "int8_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "int8", "serialized": {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}, "registered_name": null}},
  {"name": "int8_from_mixed_bfloat16", "computeDtype": "bfloat16", "variableDtype": "float32", "quantizationMode": "int8", "serialized": {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "mixed_bfloat16"}, "registered_name": null}},
  {"name": "int4_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "int4", "serialized": {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy", "config": {"mode": "int4", "source_name": "float32"}, "registered_name": null}},
  {"name": "int4/128_from_bfloat16", "computeDtype": "bfloat16", "variableDtype": "bfloat16", "quantizationMode": "int4", "serialized": {"module": "keras.dtype_policies", "class_name": "Int4DTypePolicy", "config": {"mode": "int4/128", "source_name": "bfloat16"}, "registered_name": null}},
  {"name": "int4/-1_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "int4", "serialized": {"module": "keras.dtype_policies", "class_name": "Int4DTypePolicy", "config": {"mode": "int4/-1", "source_name": "float32"}, "registered_name": null}},
  {"name": "float8_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "float8", "serialized": {"module": "keras.dtype_policies", "class_name": "QuantizedFloat8DTypePolicy", "config": {"mode": "float8", "source_name": "float32", "amax_history_length": 1024}, "registered_name": null}},
  {"name": "float8_from_mixed_float16", "computeDtype": "float16", "variableDtype": "float32", "quantizationMode": "float8", "serialized": {"module": "keras.dtype_policies", "class_name": "QuantizedFloat8DTypePolicy", "config": {"mode": "float8", "source_name": "mixed_float16", "amax_history_length": 1024}, "registered_name": null}},
  {"name": "gptq/4/128_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "gptq", "serialized": {"module": "keras.dtype_policies", "class_name": "GPTQDTypePolicy", "config": {"mode": "gptq/4/128", "source_name": "float32"}, "registered_name": null}},
  {"name": "gptq/2/-1_from_mixed_bfloat16", "computeDtype": "bfloat16", "variableDtype": "float32", "quantizationMode": "gptq", "serialized": {"module": "keras.dtype_policies", "class_name": "GPTQDTypePolicy", "config": {"mode": "gptq/2/-1", "source_name": "mixed_bfloat16"}, "registered_name": null}},
  {"name": "awq/4/32_from_float32", "computeDtype": "float32", "variableDtype": "float32", "quantizationMode": "awq", "serialized": {"module": "keras.dtype_policies", "class_name": "AWQDTypePolicy", "config": {"mode": "awq/4/32", "source_name": "float32"}, "registered_name": null}},
] as const;

// prettier-ignore
export const wrongPolicies = [
  {"name": "int8_from_float16"},
  {"name": "int8_from_mixed_float16"},
  {"name": "int8_from_float31"},
  {"name": "int8_from"},
  {"name": "int4/0_from_float32"},
  {"name": "int4/x_from_float32"},
  {"name": "int8/4_from_float32"},
  {"name": "float8/2_from_float32"},
  {"name": "gptq_from_float32"},
  {"name": "gptq/5/128_from_float32"},
  {"name": "gptq/4/0_from_float32"},
  {"name": "awq/4_from_float32"},
  {"name": "awq/8/128_from_float32"},
  {"name": "int2_from_float32"},
] as const;
