"""Writes src/testing/keras-layers.ts, src/testing/keras-more-layers.ts and src/testing/keras-layer-configs.ts: outputs and configs of Keras's
layers without recurrence or attention."""

from keras import layers
from keras_values import described, draws, keras, np, plain, serialize, write

normal, _ = draws(0)
image, image4, sequence, volume, matrix = normal(2, 4, 5, 4), normal(2, 4, 4, 4), normal(2, 5, 4), normal(1, 3, 4, 3, 2), normal(4, 3)
CASES = [
    ("Dense", [5], {"activation": "elu"}, matrix),
    ("Dense", [2], {"use_bias": False}, normal(2, 3, 4)),
    ("Activation", ["softmax"], {}, matrix),
    ("Flatten", [], {}, image),
    ("Flatten", [], {"data_format": "channels_first"}, image),
    ("Reshape", [[2, -1]], {}, image),
    ("Conv2D", [3, 3], {}, image),
    ("Conv2D", [3, 2], {"padding": "same", "strides": 2, "activation": "relu"}, image),
    ("Conv2D", [4, [1, 3]], {"padding": "same", "groups": 2, "use_bias": False}, image),
    ("Conv2D", [2, 2], {"dilation_rate": 2}, image),
    ("Conv2D", [3, 3], {"padding": "same", "strides": [2, 1]}, image),
    ("Conv1D", [3, 3], {"padding": "causal"}, sequence),
    ("Conv1D", [3, 2], {"strides": 2, "padding": "same"}, sequence),
    ("Conv3D", [2, 2], {}, volume),
    ("MaxPooling2D", [], {}, image),
    ("MaxPooling2D", [], {"pool_size": 3, "strides": 2, "padding": "same"}, image),
    ("AveragePooling2D", [2], {"padding": "same"}, image),
    ("AveragePooling2D", [[2, 3]], {"strides": 1}, image),
    ("MaxPooling1D", [], {}, sequence),
    ("AveragePooling1D", [3], {"strides": 2}, sequence),
    ("MaxPooling3D", [], {}, volume),
    ("AveragePooling3D", [2], {}, volume),
    ("GlobalAveragePooling2D", [], {}, image),
    ("GlobalAveragePooling2D", [], {"keepdims": True, "data_format": "channels_first"}, image),
    ("GlobalMaxPooling2D", [], {}, image),
    ("GlobalAveragePooling1D", [], {}, sequence),
    ("GlobalMaxPooling1D", [], {}, sequence),
    ("GlobalAveragePooling3D", [], {}, volume),
    ("GlobalMaxPooling3D", [], {}, volume),
    ("BatchNormalization", [], {}, matrix),
    ("BatchNormalization", [], {"momentum": 0.9, "epsilon": 0.01, "scale": False}, image),
    ("BatchNormalization", [], {"axis": 1, "center": False}, image),
    ("LayerNormalization", [], {}, image),
    ("LayerNormalization", [], {"axis": [1, 2], "epsilon": 1e-5}, image),
    ("LayerNormalization", [], {"scale": False, "center": False}, matrix),
    ("Dropout", [0.5], {}, matrix),
    ("AlphaDropout", [0.2], {}, matrix),
    ("ZeroPadding2D", [], {}, image),
    ("ZeroPadding2D", [], {"padding": [[1, 0], [2, 3]]}, image),
    ("Concatenate", [], {}, [matrix, normal(4, 2)]),
    ("Concatenate", [], {"axis": 1}, [normal(2, 3, 2), normal(2, 1, 2)]),
    ("Add", [], {}, [matrix, normal(4, 3), normal(4, 1)]),
    ("Subtract", [], {}, [matrix, normal(4, 3)]),
    ("Multiply", [], {}, [matrix, normal(4, 3)]),
    ("Average", [], {}, [matrix, normal(4, 3), normal(4, 3)]),
    ("Maximum", [], {}, [matrix, normal(4, 3)]),
    ("Minimum", [], {}, [matrix, normal(4, 3)]),
    ("Add", [], {}, [image, normal(2, 4)]),
]
MORE_CASES = [
    ("ReLU", [], {}, matrix),
    ("ReLU", [], {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, matrix),
    ("LeakyReLU", [], {}, matrix),
    ("ELU", [], {"alpha": 0.5}, matrix),
    ("PReLU", [], {}, matrix),
    ("PReLU", [], {"shared_axes": [1, 2]}, image),
    ("Softmax", [], {}, matrix),
    ("Softmax", [], {"axis": [1, 2]}, sequence),
    ("Permute", [[2, 1]], {}, sequence),
    ("RepeatVector", [3], {}, matrix),
    ("Cropping1D", [], {"cropping": [1, 2]}, sequence),
    ("Cropping2D", [], {"cropping": [[1, 0], [2, 1]]}, image),
    ("Cropping2D", [], {"cropping": 1, "data_format": "channels_first"}, image4),
    ("Cropping3D", [], {}, normal(1, 3, 4, 3, 2)),
    ("ZeroPadding1D", [], {"padding": [0, 2]}, sequence),
    ("ZeroPadding1D", [], {"data_format": "channels_first"}, sequence),
    ("ZeroPadding3D", [], {"padding": [1, 0, 2]}, volume),
    ("UpSampling1D", [], {"size": 3}, sequence),
    ("UpSampling2D", [], {}, image),
    ("UpSampling2D", [], {"size": [2, 3], "interpolation": "bilinear"}, image),
    ("UpSampling3D", [], {}, volume),
    ("Dot", [1], {}, [matrix, normal(4, 3)]),
    ("Dot", [[2, 1]], {"normalize": True}, [normal(2, 3, 4), normal(2, 4, 2)]),
    ("Dot", [-1], {}, [normal(2, 3, 4), normal(2, 5, 4)]),
    ("Embedding", [7, 3], {}, np.array([[1, 0, 6], [2, 2, 5]], np.int32)),
    ("Identity", [], {}, matrix),
    ("Rescaling", [2.5], {"offset": -1.0}, matrix),
    ("Rescaling", [[1.0, 2.0, 3.0]], {"offset": [0.0, 1.0, 2.0]}, matrix),
    ("GaussianNoise", [0.1], {}, matrix),
    ("GaussianDropout", [0.1], {}, matrix),
    ("SpatialDropout1D", [0.1], {}, sequence),
    ("SpatialDropout2D", [0.1], {}, image),
    ("SpatialDropout3D", [0.1], {}, volume),
    ("UnitNormalization", [], {}, matrix),
    ("RMSNormalization", [], {}, matrix),
    ("GroupNormalization", [], {"groups": 2}, image),
    ("GroupNormalization", [], {"groups": -1, "epsilon": 0.01}, sequence),
    ("GroupNormalization", [], {"groups": 2, "axis": 1, "scale": False}, normal(2, 4, 3, 3)),
    ("ActivityRegularization", [], {"l1": 0.1, "l2": 0.2}, matrix),
    ("Conv1DTranspose", [3, 3], {"strides": 2}, sequence),
    ("Conv2DTranspose", [3, 3], {"strides": 2, "padding": "same"}, image),
    ("Conv2DTranspose", [2, [2, 3]], {"strides": [3, 2], "output_padding": [1, 0], "activation": "tanh"}, image),
    ("Conv3DTranspose", [2, 2], {"strides": 2}, volume),
    ("DepthwiseConv1D", [3], {"depth_multiplier": 2}, sequence),
    ("DepthwiseConv2D", [3], {"padding": "same", "strides": 2}, image),
    ("DepthwiseConv2D", [2], {"depth_multiplier": 2, "dilation_rate": 2}, image),
    ("SeparableConv1D", [5, 3], {"padding": "same"}, sequence),
    ("SeparableConv2D", [3, [3, 2]], {"depth_multiplier": 2, "activation": "relu"}, image),
]
CONFIGS = [
    ("InputLayer", [], {"shape": [28, 28]}),
    ("InputLayer", [], {"shape": [3], "batch_size": 4, "dtype": "int32", "name": "ids"}),
    (
        "Dense",
        [3],
        {
            "kernel_regularizer": "l2",
            "bias_constraint": "non_neg",
            "kernel_initializer": "he_normal",
            "activity_regularizer": "l1",
            "dtype": "mixed_bfloat16",
            "name": "head",
            "trainable": False,
        },
    ),
]


def drawn(weight):
    value = normal(*weight.shape)
    return np.abs(value) + 0.1 if "variance" in weight.name else value


def case(cls, args, options, inputs):
    keras.backend.clear_session()
    layer = getattr(layers, cls)(*args, **options)
    layer(inputs)
    values = [drawn(weight) for weight in layer.weights]
    layer.set_weights(values)
    several = isinstance(inputs, list)
    output = layer(inputs)
    found = {
        **described(cls, options, args),
        "inputs": [plain(x) for x in inputs] if several else plain(inputs),
        "several": several,
        "weights": [{"name": w.name, "shape": list(w.shape), "value": plain(value)} for w, value in zip(layer.weights, values)],
        "output": plain(output),
        "outputShape": list(output.shape),
        "losses": [plain(loss) for loss in layer.losses],
    }
    if cls == "BatchNormalization":
        found["trainingOutput"] = plain(layer(inputs, training=True))
        found["weightsAfter"] = [plain(weight.numpy()) for weight in layer.weights]
    return found | {"serialized": serialize(layer)}


def config(cls, args, options):
    keras.backend.clear_session()
    return {**described(cls, options, args), "serialized": serialize(getattr(layers, cls)(*args, **options))}


write("src/testing/keras-layers.ts", kerasLayers=[case(*entry) for entry in CASES])
write("src/testing/keras-more-layers.ts", kerasMoreLayers=[case(*entry) for entry in MORE_CASES])
write("src/testing/keras-layer-configs.ts", kerasLayerConfigs=[config(*entry) for entry in CONFIGS])
