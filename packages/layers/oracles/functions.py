"""Writes src/testing/keras-activations.ts, src/testing/keras-regularizers.ts, src/testing/keras-constraints.ts and
src/testing/keras-initializers.ts: values and configs of Keras's small functions."""

from keras_values import described, draws, keras, np, plain, serialize, tf, write

normal, _ = draws(0)
ACTIVATIONS = (
    "celu elu exponential gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid log_softmax mish relu relu6 "
    "selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink"
).split()
INITIALIZERS = [
    ("Zeros", {}),
    ("Ones", {}),
    ("Constant", {"value": 2.5}),
    ("Identity", {}),
    ("RandomNormal", {"mean": 0.5, "stddev": 0.1, "seed": 1}),
    ("RandomUniform", {}),
    ("TruncatedNormal", {"stddev": 2.0}),
    ("VarianceScaling", {"scale": 2.0, "mode": "fan_out", "distribution": "uniform"}),
    ("GlorotUniform", {}),
    ("GlorotNormal", {"seed": 7}),
    ("HeNormal", {}),
    ("HeUniform", {}),
    ("LecunNormal", {}),
    ("LecunUniform", {}),
    ("Orthogonal", {"gain": 2.0}),
]
x = np.array([-8, -3, -2.5, -1, -0.5, -0.1, 0, 0.1, 0.4, 1, 2, 2.9, 3, 6, 7.5], "float32")
halves, kernel, kernel4 = normal(2, 6), normal(4, 3), normal(2, 2, 3, 4)
REGULARIZERS = [
    ("L1", {}, kernel),
    ("L2", {"l2": 0.3}, kernel),
    ("L1L2", {"l1": 0.1, "l2": 0.2}, kernel),
    ("OrthogonalRegularizer", {}, kernel),
    ("OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}, kernel),
]
CONSTRAINTS = [
    ("MaxNorm", {"max_value": 1.0}, kernel),
    ("MaxNorm", {"max_value": 1.5, "axis": [0, 1, 2]}, kernel4),
    ("NonNeg", {}, kernel),
    ("UnitNorm", {}, kernel),
    ("UnitNorm", {"axis": 1}, kernel),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 0.9}, kernel),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 0.9, "rate": 0.4}, kernel),
]


def activation(name, x):
    return {"name": name, "x": plain(x), "y": plain(keras.activations.get(name)(x[None])[0])}


def applied(module, cls, options, x):
    function = getattr(module, cls)(**options)
    return {**described(cls, options), "x": plain(x), "y": plain(function(tf.constant(x))), "serialized": serialize(function)}


def initializer(cls, options):
    return {**described(cls, options), "serialized": serialize(getattr(keras.initializers, cls)(**options))}


write("src/testing/keras-activations.ts", kerasActivations=[activation(name, x) for name in ACTIVATIONS] + [activation("glu", halves)])
write("src/testing/keras-regularizers.ts", kerasRegularizers=[applied(keras.regularizers, *entry) for entry in REGULARIZERS])
write("src/testing/keras-constraints.ts", kerasConstraints=[applied(keras.constraints, *entry) for entry in CONSTRAINTS])
write("src/testing/keras-initializers.ts", kerasInitializers=[initializer(*entry) for entry in INITIALIZERS])
