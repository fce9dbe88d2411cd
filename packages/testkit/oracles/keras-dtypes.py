"""Writes src/ops/fixtures/keras-dtypes.json: dtypes of what keras.ops gives for each dtype, and for each two of them and plain numbers."""

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
with open("src/ops/fixtures/keras-dtypes.json", "w") as file:
    json.dump({"keras": keras.__version__, "dtypes": dtypes, "operands": list(operands), "one": one, "two": two, "matrices": matrices}, file)
