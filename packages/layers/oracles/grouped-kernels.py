"""Writes src/testing/keras-grouped-kernels.ts: what Dense and EinsumDense of Keras compute with kernels of GPTQ and AWQ. NEURITE_PYTHON packages/layers/oracles/grouped-kernels.py"""

import os

from keras_values import draws, keras, np, plain, serialize, write

normal, uniform = draws(9)
integers = np.random.RandomState(3)


def dense(mode, inputs, units, **options):
    keras.backend.clear_session()
    return filled(keras.layers.Dense(units, dtype=f"{mode}_from_float32", **options), mode, normal(2, inputs))


def einsum(mode, x, equation, output_shape, **options):
    keras.backend.clear_session()
    return filled(keras.layers.EinsumDense(equation, output_shape, dtype=f"{mode}_from_float32", **options), mode, x)


def filled(layer, mode, x):
    """The layer with random weights, in the order of files, its input and output."""
    layer.build(x.shape)
    algorithm, bits = mode.split("/")[0], int(mode.split("/")[1])
    weights = []
    for name in layer.variable_serialization_spec[algorithm]:
        variable = getattr(layer, name)
        if variable is None:
            continue
        if name == "g_idx":
            value = np.arange(variable.shape[0]) * layer.kernel_scale.shape[1] // variable.shape[0]
        elif variable.dtype == "uint8":
            value = integers.randint(0, 256 if name == "quantized_kernel" and bits == 4 else 2**bits, variable.shape)
        else:
            value = uniform(*variable.shape)
        variable.assign(np.asarray(value).astype(variable.dtype))
        weights.append(plain(variable))
    # As after loading.
    layer.is_gptq_calibrated, layer.is_awq_calibrated = algorithm == "gptq", algorithm == "awq"
    return {"mode": mode, "x": plain(x), "weights": weights, "y": plain(layer(x)), "serialized": serialize(layer)}


here = os.path.dirname(os.path.abspath(__file__))
write(
    os.path.join(here, "../src/testing/keras-grouped-kernels.ts"),
    kerasGroupedKernels=[
        dense("gptq/4/2", 6, 3),
        dense("gptq/4/-1", 4, 2, use_bias=False),
        dense("gptq/8/3", 6, 3, activation="relu"),
        dense("gptq/2/6", 6, 2),
        dense("awq/4/2", 4, 3),
        dense("awq/4/-1", 5, 4, use_bias=False),
        einsum("gptq/4/3", normal(2, 3, 6), "abc,cd->abd", (None, 3), bias_axes="d"),
        einsum("gptq/8/-1", normal(2, 3, 6), "abc,cde->abde", (None, 2, 3), bias_axes="de", activation="relu"),
        einsum("awq/4/2", normal(2, 3, 2, 2), "abcd,cde->abe", (None, 5)),
    ],
)
