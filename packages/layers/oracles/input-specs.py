"""Writes src/testing/keras-input-specs.ts: which inputs Keras's input specs, and its layers, take. NEURITE_PYTHON packages/layers/oracles/input-specs.py"""

import os

from keras_values import camel, keras, np, write
from keras.src.layers.input_spec import assert_input_compatibility

shapes = [[], [3], [2, 3], [2, 1], [2, 5, 3], [2, 3, 1], [2, 3, 5], [2, 4, 5, 3], [2, 4, 5, 3, 1], [2, 4, 5, 6, 3], [2, 3, 4, 5, 6, 3]]


def takes(check, *inputs):
    try:
        check(*inputs)
        return True
    except Exception:
        return False


def alike(*shapes):
    """Whether both have as many axes, a last one of size 1 not counted."""
    return len({len(shape) - (shape[-1:] == [1]) for shape in shapes}) == 1


specs = []
for options in (
    {},
    {"dtype": "int32"},
    {"ndim": 2},
    {"min_ndim": 2},
    {"max_ndim": 2},
    {"min_ndim": 2, "max_ndim": 4},
    {"axes": {-1: 3}},
    {"ndim": 3, "axes": {-1: 3, 1: 5}},
    {"min_ndim": 2, "axes": {1: None}},
    {"shape": [None, 3]},
    {"shape": [2, None, 3]},
    {"shape": [None, 3, 1], "allow_last_axis_squeeze": True},
    {"shape": [None, 3], "allow_last_axis_squeeze": True},
):
    spec = keras.InputSpec(**options)
    fits = []
    for shape in shapes:
        if options.get("axes") and len(shape) < 1 or "allow_last_axis_squeeze" in options and not alike(shape, options["shape"]):
            continue  # Keras itself breaks down where the axis is not there, and squeezing compares as many axes as there are
        for dtype in ("float32", "int32"):
            fits.append([dtype, shape, takes(lambda: assert_input_compatibility(spec, np.zeros(shape, dtype), "layer"))])
    specs.append({"options": camel(options), "config": spec.get_config(), "fits": fits})

built = []
for name, args, shape in (
    ("Dense", [4], [2, 3]),
    ("BatchNormalization", [], [2, 5, 3]),
    ("PReLU", [], [2, 5, 3]),
    ("Conv1D", [4, 2], [2, 5, 3]),
    ("Conv2D", [4, 2], [2, 4, 5, 3]),
    ("Conv2DTranspose", [4, 2], [2, 4, 5, 3]),
    ("DepthwiseConv2D", [2], [2, 4, 5, 3]),
    ("SeparableConv1D", [4, 2], [2, 5, 3]),
    ("MaxPooling1D", [2], None),
    ("AveragePooling2D", [2], None),
    ("GlobalAveragePooling1D", [], None),
    ("GlobalMaxPooling2D", [], None),
    ("SpatialDropout1D", [0.5], None),
    ("SpatialDropout2D", [0.5], None),
    ("UpSampling1D", [], None),
    ("UpSampling2D", [], None),
    ("UpSampling3D", [], None),
    ("Cropping1D", [0], None),
    ("Cropping2D", [0], None),
    ("Cropping3D", [0], None),
    ("ZeroPadding1D", [], None),
    ("ZeroPadding2D", [], None),
    ("ZeroPadding3D", [], None),
    ("RepeatVector", [2], None),
    ("Flatten", [], None),
    ("Permute", [[2, 1]], None),
    ("LSTM", [2], [2, 5, 3]),
    ("GRU", [2], [2, 5, 3]),
    ("SimpleRNN", [2], [2, 5, 3]),
    ("ConvLSTM1D", [2, 2], [2, 4, 5, 3]),
):
    layer = getattr(keras.layers, name)(*args)
    if shape is not None:
        layer(np.zeros(shape, "float32"))
    # Convolutions of TensorFlow take more axes before the spatial ones.
    most = len(shape) if "Conv" in name else 6
    taken = [[each, takes(layer, np.zeros(each, "float32"))] for each in shapes if len(each) <= most]
    built.append({"class": name, "args": args, "built": shape, "taken": taken})

here = os.path.dirname(os.path.abspath(__file__))
write(os.path.join(here, "../src/testing/keras-input-specs.ts"), kerasInputSpecs=specs, kerasLayerInputs=built)
