"""Writes src/testing/keras-policies.ts: what Keras makes of names of dtype policies. NEURITE_PYTHON packages/layers/oracles/policies.py"""

import os

from keras_values import keras, serialize, write

NAMES = """float32 mixed_bfloat16 int8_from_float32 int8_from_mixed_bfloat16 int4_from_float32 int4/128_from_bfloat16 int4/-1_from_float32
float8_from_float32 float8_from_mixed_float16 gptq/4/128_from_float32 gptq/2/-1_from_mixed_bfloat16 awq/4/32_from_float32
int8_from_float16 int8_from_mixed_float16 int8_from_float31 int8_from int4/0_from_float32 int4/x_from_float32 int8/4_from_float32 float8/2_from_float32
gptq_from_float32 gptq/5/128_from_float32 gptq/4/0_from_float32 awq/4_from_float32 awq/8/128_from_float32 int2_from_float32""".split()


def read(name):
    try:
        policy = keras.dtype_policies.get(name)
    except ValueError:
        return {"name": name}
    return {"name": policy.name, "computeDtype": policy.compute_dtype, "variableDtype": policy.variable_dtype, "quantizationMode": policy.quantization_mode, "serialized": serialize(policy)}  # fmt: skip


found = [read(name) for name in NAMES]
here = os.path.dirname(os.path.abspath(__file__))
write(os.path.join(here, "../src/testing/keras-policies.ts"), kerasPolicies=[policy for policy in found if len(policy) > 1], wrongPolicies=[policy for policy in found if len(policy) == 1])
