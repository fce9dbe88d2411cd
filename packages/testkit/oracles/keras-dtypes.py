"""Writes src/ops/fixtures/keras-dtypes.json: dtypes of what keras.ops gives for each dtype, and for each two of them and plain numbers; and
values of calls whose dtypes are not those of their operands."""

import json, os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np, tensorflow as tf

dtypes = ["bool", "int8", "uint8", "int32", "uint32", "int64", "float16", "bfloat16", "float32", "float64", "complex64"]
numbers = {"whole number": 1, "fraction": 0.5}
one_of = """abs arccosh arcsinh arctan bitwise_not cbrt ceil conj cos cosh deg2rad elu exp exp2 expm1 floor gelu i0 imag isfinite leaky_relu
    log log10 log1p log2 logical_not rad2deg real relu relu6 round rsqrt sigmoid sign sin sinh softplus sqrt square tan tanh trunc
    all any argmax argsort count_nonzero cumprod cumsum max mean median min nanmean nansum nanvar prod ptp sort std sum var
    diff fabs flip isnan nan_to_num negative nonzero ones_like reciprocal softmax transpose trapezoid vander zeros_like""".split()
two_of = """add append arctan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor concatenate divide divide_no_nan dot
    equal floor_divide fmax fmin fmod gcd greater heaviside hypot inner kron lcm ldexp less logaddexp logaddexp2 logical_and matmul maximum
    minimum mod multiply nextafter not_equal outer power stack subtract tensordot true_divide vdot where""".split()


def result(op, *operands):
    """The dtype of the result, or of the first one; None where Keras refuses."""
    try:
        if op in ("concatenate", "stack"):
            operands = [operands]
        if op == "where":
            operands = [np.array([True, False]), *operands]
        out = getattr(keras.ops, op)(*operands, **({"axes": 1} if op == "tensordot" else {}))
    except Exception:
        return None
    return keras.backend.standardize_dtype((out[0] if isinstance(out, (list, tuple)) else out).dtype)


def tensor(dtype):
    return tf.cast(tf.constant([1.0, 1.0]), dtype)


one = {op: [result(op, tensor(a)) for a in dtypes] for op in one_of}
operands = {**{name: tensor(name) for name in dtypes}, **numbers}
two = {
    op: {a: [None if a in numbers and b in numbers else result(op, x, y) for b, y in operands.items()] for a, x in operands.items()}
    for op in two_of
}
matrices = {op: [result(op, *given, m, m) for m in [tf.cast(tf.eye(2), d) for d in dtypes]] for op, given in (("matmul", []), ("einsum", ["ij,jk"]))}
def encode(x):
    name = keras.backend.standardize_dtype(x.dtype)
    if name == "bfloat16":
        x = tf.cast(x, "float32")
    x = x.numpy() if isinstance(x, tf.Tensor) else np.asarray(x)
    return {"dtype": name, "shape": list(x.shape), "data": [str(v) if name == "int64" else v if np.isfinite(v) else str(v).replace("inf", "Infinity") for v in x.ravel().tolist()]}


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


cases = []


def case(op, *args, tolerance=1e-5, **options):
    function = keras.ops
    for part in op.split("."):
        function = getattr(function, part)
    expected = function(*args, **options)
    given = [encode(a) if isinstance(a, (tf.Tensor, np.ndarray)) else [encode(b) for b in a] if isinstance(a, tuple) else a for a in args]
    if options:
        given.append({"options": {camel(k): encode(v) if isinstance(v, (tf.Tensor, np.ndarray)) else v for k, v in options.items()}})
    outputs = [encode(x) for x in (expected if isinstance(expected, (list, tuple)) else [expected])]
    cases.append({"op": camel(op), "args": given, "expected": outputs, "tolerance": tolerance})


numbers_of = lambda dtype, *values: tf.cast(tf.constant(values), dtype)
ids = np.array([0, 0, 2, 2, 2, 4], "int32")
for dtype in ("int8", "uint8", "int32", "int64", "float32"):
    data = numbers_of(dtype, 3.0, 1.0, 2.0, 5.0, 4.0, 7.0)
    for op in ("segment_max", "segment_min"):
        case(op, data, ids, num_segments=6)
        case(op, data, ids, sorted=True)
    case("unravel_index", data[:3], [2, 3]) if dtype != "float32" else None
    case("bincount", data, weights=numbers_of("int32", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    case("bincount", numbers_of("int32", 1.0, 0.0, 1.0), weights=data[:3])
    case("adaptive_max_pool", tf.reshape(data, [1, 6, 1]), 2)
    case("full", [2], data[0])
    case("full_like", data, 2.75)
for dtype in ("bool", "float32", "float16", "int8"):
    case("one_hot", numbers_of(dtype, 1.0, 0.0, 1.5), 3)
    case("multi_hot", numbers_of(dtype, 1.0, 0.0, 1.5), num_classes=3)
    case("bincount", numbers_of(dtype, 1.0, 0.0, 1.0))
case("full", [2], 2.75, dtype="int32")
case("scatter", np.array([[0], [2], [0]]), np.array([True, False, True]), [4])
case("trapezoid", numbers_of("float16", 1.0, 2.0, 4.0), x=numbers_of("float32", 0.0, 1.0, 3.0))
case("trapezoid", numbers_of("int32", 1.0, 2.0, 4.0), x=numbers_of("float16", 0.0, 1.0, 3.0))
case("geomspace", numbers_of("float16", 1.0)[0], numbers_of("float16", 8.0)[0], num=4)
parts = (np.arange(18, dtype="float32").reshape(6, 3) / 8, np.cos(np.arange(18, dtype="float32")).reshape(6, 3))
for options in ({}, {"center": False}, {"center": False, "window": None}, {"center": False, "length": 9}, {"length": 40}):
    case("istft", parts, 4, 2, 4, **options)
case("ctc_decode", tf.reshape(numbers_of("float16", 1.0, 1.75, 2.5, 0.5, 3.5, 1.5), [1, 2, 3]), np.array([2], "int32"))
flat = np.array([[0.5, -1.25, 2], [0, -3, 1]], "float32")
for op in ("softmax", "log_softmax"):
    case(op, flat, axis=None)
case("sparse_sigmoid", np.array([np.nan, -1, 1, 0.5, np.inf, -np.inf], "float32"))
case("angle", np.array([np.inf, -np.inf, 0, -2], "float32"))
pictures, kernel = np.cos(np.arange(126, dtype="float32")).reshape(1, 7, 9, 2), np.sin(np.arange(24, dtype="float32")).reshape(3, 2, 2, 2)
for padding in ("valid", "same"):
    case("depthwise_conv", pictures, kernel, strides=2, padding=padding, dilation_rate=2)
bits = {"int8": [[1, -2, 3, -128, 127, 0, 9, -9]], "uint8": [[1, 200, 0, 63, 0, 0, 128, 63]], "int32": [[1, -2], [2**31 - 1, -(2**31)]],
        "uint32": [[1, 2**32 - 1]], "float32": [[1.0, -2.5], [3e-20, 7.25]], "int64": [[1, -2], [2**40 + 7, -(2**50)]], "float64": [[1.0, -0.1]]}
for a, values in bits.items():
    for b in bits:
        # NaN with other bits are NaN all the same, and not compared.
        if a != b and not (b.startswith("float") and a in ("int8", "uint32", "int64")):
            case("view", np.array(values, a), dtype=b)
# Every kind of half: normal, subnormal, infinite, both zeros.
halves = {"float16": numbers_of("float16", 1.0, -2.5, 6e-8, -3e-6, 65504.0, np.inf, 0.0, -0.0), "bfloat16": numbers_of("bfloat16", 1.0, -2.5, 3e38, np.inf, 0.0, -0.0, 1e-30, 7.0)}
for name, values in halves.items():
    for b in ("int8", "uint8", "int32", "uint32", "int64"):
        case("view", values, dtype=b)
    case("view", keras.ops.view(values, dtype="uint8"), dtype=name)
    case("view", keras.ops.view(values, dtype="int32"), dtype=name)
    case("view", tf.reshape(keras.ops.view(values, dtype="int64"), [2, 1]), dtype=name)
one_number = lambda value, dtype: tf.cast(tf.constant(value), dtype)
case("arange", one_number(4, "int64"))
case("arange", one_number(2, "int8"), stop=one_number(7, "int32"))
case("arange", 1, stop=one_number(4.5, "float64"))
case("arange", one_number(0.5, "float32"), stop=3, step=one_number(0.75, "float32"))
case("arange", 7, stop=one_number(1, "uint8"), step=-2, dtype="float16")
case("arange", one_number(3.0, "float16"))
case("arange", one_number(3.0, "bfloat16"), dtype="int32")
case("arange", one_number(2**40, "int64"), stop=one_number(2**40 + 3, "int64"))
table = np.round(np.cos(np.arange(24.0)) * 10, 1).reshape(2, 3, 4)
shares = np.array([[0.1, 0.5], [0.75, 1.0]], "float32")
for method in ("linear", "lower", "higher", "nearest", "midpoint"):
    case("quantile", table.astype("float32"), shares, method=method)
    case("quantile", table, shares, axis=(0, -1), method=method, keepdims=True)
    case("quantile", table.astype("int32"), [0.25, 0.6], axis=1, method=method)
    case("percentile", tf.cast(table, "float16"), [[20.0], [55.0]], axis=(-1, 1), method=method, tolerance=2e-3)
case("quantile", np.array([1, np.inf, 3], "float32"), 1.0)
case("nanquantile", np.array([1, np.nan, np.inf, -np.inf], "float32"), 1.0)
case("nanmedian", np.zeros([0, 2], "float32"))
invertible = tf.cast([[2.0, 1.0], [0.5, 4.0]], "float16")
case("inv", invertible, tolerance=2e-3)
for mode in ("reduced", "complete"):
    case("qr", tf.cast([[2.0, 1.0], [0.5, 4.0], [1.0, -1.0]], "float16"), mode=mode, tolerance=2e-2)
for ord in (2, "nuc"):
    case("norm", np.array([[2, 1], [0, 3]], "int32"), ord=ord)
places = np.array([[0.4, 1.6, 2.4, 5.0], [0.6, 1.4, 4.5, 1.0]], "float32")
for dtype in ("bool", "int8", "uint8", "int32", "int64", "float16", "bfloat16", "float32"):
    picture = tf.cast(tf.reshape(tf.range(12) * 7 % 5, [3, 4]), dtype)
    for order in (0, 1):
        for fill_mode in ("constant", "nearest", "wrap"):
            case("image.map_coordinates", picture, places, order, fill_mode=fill_mode, fill_value=1.5, tolerance={"float16": 2e-3, "bfloat16": 1e-2}.get(dtype, 1e-5))
case("image.map_coordinates", tf.cast(tf.reshape(tf.range(12) * 7, [3, 4]) / 5, "float16"), places * 0.3, 1, tolerance=1e-3)
wide = np.array([-9, -4.5, -2, -1, -0.3, 0, 1e-9, 0.4, 1, 1.5, 3, 5.5, 8.5, 20], "float64")
for op in ("erf", "erfc", "i0"):
    case(op, wide, tolerance=1e-13)
case("i0", np.array([2, 40], "int64"), tolerance=1e-13)
case("erfinv", np.array([-0.999, -0.9, -0.5, -1e-9, 0, 0.2, 0.75, 1], "float64"), tolerance=1e-13)
for a, b in (("int64", "int32"), ("int64", "float16"), ("uint8", "bool")):
    case("correlate", numbers_of(a, 1.0, 2.0, 4.0), numbers_of(b, 1.0, 0.0))
for op in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
    case(op, numbers_of("float32", 1.0, 2.5, -2.0), dtype="bool")
case("argsort", one_number(3, "int32"))
case("array", [[3.5, -1.75], [0.2, 2.0]], dtype="int8")
case("convert_to_tensor", 2.75, dtype="int64")
case("one_hot", np.array([1, 2**40 + 2, -(2**40) + 1, 2**32], "int64"), 3)
case("one_hot", np.array([1, 2**32 - 1, 2**31], "uint32"), 3)
for op in ("hard_shrink", "soft_shrink"):
    case(op, numbers_of("int32", 3.0, -2.0, 1.0, 0.0), threshold=1)
    case(op, numbers_of("int8", -3.0, 2.0, 1.0, 0.0), threshold=1)
for side in ("left", "right"):
    case("searchsorted", np.array([1, 2, 5], "float32"), np.array([-1, 2, 9], "float32"), side=side)
case("searchsorted", np.array([1, 2, 5], "float32"), np.array([np.nan, 2], "float32"), side="right")
case("digitize", np.array([np.nan, 1, 7], "float32"), [1.0, 2.0])
case("kaiser", 5, tf.constant(3.5))
for initial in (0.5, 2, True):
    case("max", np.array([False, False]), initial=initial)
    case("min", np.array([True, True]), initial=initial)

with open("src/ops/fixtures/keras-dtypes.json", "w") as file:
    json.dump({"keras": keras.__version__, "dtypes": dtypes, "operands": list(operands), "one": one, "two": two, "matrices": matrices, "cases": cases}, file)
