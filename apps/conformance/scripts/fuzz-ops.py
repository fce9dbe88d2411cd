"""Makes cases of set D by the hundred: random calls of keras.ops with what Keras (on TensorFlow) gives and its gradients.

    python fuzz-ops.py OUT [--seed N] [--cases N] [--ops add,mean,...]

Writes OUT/D/<op>.jsonl in the format of the conformance data; then `pnpm conformance OUT --set D`. Calls that Keras refuses are left out.
Each op gets its plain cases and, at random, those where implementations tend to differ: empty shapes, broadcasting, ties, numbers that are
not finite, integers, half precision, negative axes, kept dimensions, mixed dtypes and Python scalars.
"""

import argparse
import json
import os
import sys
import zlib
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

FLOATS = ("float16", "bfloat16", "float32", "float64")


class Random:
    """Arrays and choices of one op's cases."""

    def __init__(self, seed):
        self.numpy = np.random.default_rng(seed)

    def choice(self, *options):
        return options[self.numpy.integers(len(options))]

    def chance(self, p):
        return self.numpy.random() < p

    def shape(self, least=0, most=4):
        return tuple(int(n) for n in self.numpy.integers(1, 5, size=self.numpy.integers(least, most + 1)))

    def array(self, shape, kind="normal", dtype="float32"):
        rng = self.numpy
        if dtype == "bool":
            return rng.integers(0, 2, shape).astype(bool)
        if dtype in ("int32", "int8", "uint8", "uint32", "int64"):
            low, high = {"ties": (0, 3), "positive": (1, 9), "small": (0, 4)}.get(kind, (0 if dtype[0] == "u" else -6, 9))
            return rng.integers(low, high, shape).astype(dtype)
        x = {
            "normal": lambda: rng.normal(size=shape) * 1.2,
            "wide": lambda: rng.normal(size=shape) * 30,
            "ties": lambda: rng.integers(-2, 3, shape) / 2.0,
            "positive": lambda: rng.random(shape) * 3 + 0.1,
            "unit": lambda: rng.random(shape),
            "open": lambda: rng.random(shape) * 1.8 - 0.9,
            "large": lambda: rng.random(shape) * 5 + 1.05,
            "nonfinite": lambda: rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.5, 2.5], shape),
            "special": lambda: rng.choice([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 100.0, -100.0, 1e-7, 20.0, -3.0], shape),
        }[kind]()
        return np.asarray(x).astype(np.float32).astype(dtype if dtype != "bfloat16" else tf.bfloat16.as_numpy_dtype)

    def axis(self, rank):
        return int(self.numpy.integers(-rank, rank))


def dtype_of(x):
    return str(x.dtype)


# What an op can be called with: op -> function of Random giving (args, kwargs).
CASES = {}


def cases(*names):
    def add(make):
        for name in names:
            CASES.setdefault(name, []).append(make)
        return make

    return add


def unary(domain, *names):
    @cases(*names)
    def make(r):
        shape = r.choice((0,), (2, 0, 3)) if r.chance(0.12) else r.shape(0, 3)
        kind = r.choice(domain, domain, domain, "special", "nonfinite", "ties", "wide")
        dtype = r.choice("float32", "float32", "float32", "float16", "bfloat16", "int32", "bool", "uint8", "int8", "float64")
        if dtype not in FLOATS:
            kind = "positive" if domain in ("positive", "large") else "normal"
        return [r.array(shape, kind, dtype)], {}


unary("normal", *"""abs absolute arctan arcsinh ceil conj conjugate cos cosh deg2rad elu erf erfc exp exp2 expm1 fabs floor gelu hard_shrink
hard_sigmoid hard_silu hard_tanh i0 imag isfinite isinf isnan isneginf isposinf isreal leaky_relu log_sigmoid logical_not negative
rad2deg real relu relu6 selu sigmoid sign signbit silu sin sinc sinh soft_shrink softplus softsign sparse_plus sparse_sigmoid square squareplus
tan tanh tanh_shrink trunc celu threshold cbrt angle nan_to_num copy zeros_like ones_like empty_like ravel round stop_gradient
convert_to_tensor array ndim size shape fliplr flipud""".split())
unary("positive", *"log log10 log1p log2 reciprocal rsqrt sqrt".split())
unary("open", *"arccos arcsin arctanh erfinv".split())
unary("large", "arccosh")


@cases("bitwise_invert", "bitwise_not")
def bits_unary(r):
    return [r.array(r.shape(0, 3), "normal", r.choice("int32", "uint8", "int8", "uint32", "bool", "int64"))], {}


def broadcastable(r):
    shape = list(r.shape(0, 3))
    if r.chance(0.12) and shape:
        shape[r.numpy.integers(len(shape))] = 0
    a, b = list(shape), list(shape)
    for i in range(len(shape)):
        if r.chance(0.2):
            a[i] = 1
        elif r.chance(0.2):
            b[i] = 1
    if r.chance(0.2):
        a = a[len(a) // 2 :]
    elif r.chance(0.2):
        b = b[len(b) // 2 :]
    return tuple(a), tuple(b)


def binary(kinds, dtypes, *names):
    @cases(*names)
    def make(r):
        a, b = broadcastable(r)
        da = r.choice(*dtypes)
        db = da if r.chance(0.6) else r.choice(*dtypes)
        ka, kb = r.choice(*kinds), r.choice(*kinds)
        x, y = r.array(a, ka, da), r.array(b, kb, db)
        if r.chance(0.15):
            y = r.choice(2, 0.5, -3, 1.5, True) if da in FLOATS else r.choice(2, 3, 0.5)
        elif r.chance(0.08):
            x = r.choice(2, 0.5, 3)
        return [x, y], {}


NUMBERS = ("float32", "float32", "float32", "float16", "bfloat16", "int32", "uint8", "int8", "bool", "int64", "float64")
binary(("normal", "ties", "nonfinite", "special"), NUMBERS, *"""add subtract multiply maximum minimum equal not_equal greater greater_equal less
less_equal logical_and logical_or logical_xor fmax fmin heaviside hypot isclose arctan2 logaddexp logaddexp2 nextafter allclose""".split())
binary(("positive", "normal", "ties", "special"), NUMBERS, "divide", "true_divide", "divide_no_nan", "floor_divide", "mod", "fmod")
binary(("positive", "ties", "normal"), ("float32", "float32", "int32", "float16"), "power")
binary(("normal", "positive"), ("int32", "uint8", "int8", "int64"), "gcd", "lcm", "bitwise_and", "bitwise_or", "bitwise_xor")


@cases("bitwise_left_shift", "left_shift", "bitwise_right_shift", "right_shift", "ldexp")
def shifts(r):
    a, b = broadcastable(r)
    dtype = r.choice("int32", "uint8", "int64")
    return [r.array(a, "normal", dtype), r.array(b, "small", dtype)], {}


@cases("ldexp")
def ldexp(r):
    a, b = broadcastable(r)
    return [r.array(a, "normal", r.choice("float32", "float16")), r.array(b, "small", "int32")], {}


def reduction_kwargs(r, rank, several=True):
    kwargs = {}
    if rank and r.chance(0.75):
        if several and r.chance(0.3):
            count = int(r.numpy.integers(1, rank + 1))
            kwargs["axis"] = [int(a) - (rank if r.chance(0.4) else 0) for a in r.numpy.permutation(rank)[:count]]
        else:
            kwargs["axis"] = r.axis(rank)
    if r.chance(0.35):
        kwargs["keepdims"] = True
    return kwargs


def reduction(names, dtypes, kinds=("normal", "ties", "nonfinite", "special"), several=True, empty=True):
    @cases(*names)
    def make(r):
        shape = list(r.shape(1, 4))
        if empty and r.chance(0.12):
            shape[r.numpy.integers(len(shape))] = 0
        dtype = r.choice(*dtypes)
        return [r.array(tuple(shape), r.choice(*kinds), dtype)], reduction_kwargs(r, len(shape), several)


REAL = ("float32", "float32", "float32", "float16", "bfloat16", "int32", "uint8", "bool", "float64")
reduction("sum mean prod max min amax amin all any var std ptp count_nonzero nansum nanprod nanmean nanmax nanmin nanvar nanstd".split(), REAL)
reduction(["logsumexp"], ("float32", "float32", "float16"))
reduction(["median", "nanmedian"], ("float32", "float32", "int32"), ("normal", "ties"), empty=False)
reduction("argmax argmin nanargmax nanargmin".split(), REAL, ("normal", "ties", "nonfinite"), several=False, empty=False)


@cases("moments")
def moments(r):
    shape = r.shape(1, 4)
    rank = len(shape)
    count = int(r.numpy.integers(1, rank + 1))
    kwargs = {"axes": [int(a) - (rank if r.chance(0.4) else 0) for a in r.numpy.permutation(rank)[:count]]}
    if r.chance(0.4):
        kwargs["keepdims"] = True
    return [r.array(shape, r.choice("normal", "ties"), r.choice("float32", "float16"))], kwargs


@cases("average")
def average(r):
    shape = r.shape(1, 3)
    kwargs = {}
    if r.chance(0.7):
        kwargs["axis"] = r.axis(len(shape))
    if r.chance(0.6):
        one = "axis" in kwargs and r.chance(0.5)
        kwargs["weights"] = r.array((shape[kwargs["axis"]],) if one else shape, "positive")
    return [r.array(shape, "normal", r.choice("float32", "float32", "int32"))], kwargs


@cases("quantile", "percentile", "nanquantile", "nanpercentile")
def quantiles(r):
    shape = r.shape(1, 3)
    q = r.array(r.choice((), (3,)), "unit")
    kwargs = reduction_kwargs(r, len(shape))
    if r.chance(0.6):
        kwargs["method"] = r.choice("linear", "lower", "higher", "midpoint", "nearest")
    return [r.array(shape, r.choice("normal", "ties"), r.choice("float32", "float32", "int32")), q], kwargs


@cases("cumsum", "cumprod", "nancumsum", "nancumprod")
def cumulative(r):
    shape = list(r.shape(1, 3))
    if r.chance(0.1):
        shape[0] = 0
    kwargs = {}
    if r.chance(0.75):
        kwargs["axis"] = r.axis(len(shape))
    if r.chance(0.25):
        kwargs["dtype"] = r.choice("float32", "int32")
    kind = r.choice("normal", "ties", "nonfinite")
    return [r.array(tuple(shape), kind, r.choice("float32", "float32", "float16", "int32", "bool", "uint8"))], kwargs


@cases("sort", "argsort")
def sorts(r):
    shape = r.shape(1, 3)
    kwargs = {"axis": r.axis(len(shape))} if r.chance(0.7) else {}
    return [r.array(shape, r.choice("normal", "ties"), r.choice("float32", "float32", "int32", "float16", "bool"))], kwargs


@cases("argpartition")
def argpartition(r):
    shape = r.shape(1, 3)
    axis = r.axis(len(shape))
    return [r.array(shape, "normal"), int(r.numpy.integers(shape[axis]))], {"axis": axis}


@cases("top_k")
def top_k(r):
    shape = r.shape(1, 3)
    kwargs = {"sorted": False} if r.chance(0.1) else {}
    return [r.array(shape, r.choice("normal", "ties"), r.choice("float32", "int32")), int(r.numpy.integers(0, shape[-1] + 1))], kwargs


@cases("in_top_k")
def in_top_k(r):
    n, classes = int(r.numpy.integers(1, 5)), int(r.numpy.integers(2, 6))
    return [r.array((n,), "small", "int32") % classes, r.array((n, classes), r.choice("normal", "ties")), int(r.numpy.integers(1, classes + 1))], {}


@cases("unique")
def unique(r):
    kwargs = {}
    for name in ("return_index", "return_inverse", "return_counts"):
        if r.chance(0.3):
            kwargs[name] = True
    if r.chance(0.3):
        kwargs["size"] = int(r.numpy.integers(1, 6))
        if r.chance(0.5):
            kwargs["fill_value"] = 7
    shape = r.shape(1, 2)
    if r.chance(0.3):
        kwargs["axis"] = r.axis(len(shape))
    return [r.array(shape, "ties", r.choice("float32", "int32"))], kwargs


@cases("isin")
def isin(r):
    kwargs = {"invert": True} if r.chance(0.3) else {}
    return [r.array(r.shape(0, 3), "ties", r.choice("float32", "int32")), r.array(r.shape(0, 2), "ties", r.choice("float32", "int32"))], kwargs


@cases("searchsorted", "digitize")
def searchsorted(r):
    ladder = np.sort(r.array((int(r.numpy.integers(1, 6)),), "ties"))
    return [ladder, r.array(r.shape(1, 1), "ties")], ({"side": r.choice("left", "right")} if r.chance(0.6) else {})


@cases("digitize")
def digitize(r):
    return [r.array(r.shape(1, 2), r.choice("ties", "normal"), r.choice("float32", "int32")), np.sort(r.array((3,), "ties"))], {}


@cases("bincount")
def bincount(r):
    n = int(r.numpy.integers(1, 8))
    shape = r.choice((n,), (2, n))
    kwargs = {}
    if r.chance(0.4):
        kwargs["weights"] = r.array(shape, "normal", r.choice("float32", "int32"))
    if r.chance(0.4):
        kwargs["minlength"] = int(r.numpy.integers(0, 8))
    return [r.array(shape, "small", "int32")], kwargs


@cases("histogram")
def histogram(r):
    kwargs = {}
    if r.chance(0.5):
        kwargs["bins"] = int(r.numpy.integers(1, 7))
    if r.chance(0.4):
        kwargs["range"] = (-1.0, 2.0)
    return [r.array(r.shape(1, 2), r.choice("normal", "ties"), r.choice("float32", "int32"))], kwargs


@cases("nonzero")
def nonzero(r):
    return [r.array(r.shape(1, 3), "ties", r.choice("float32", "int32", "bool"))], {}


# Shapes


@cases("reshape")
def reshape(r):
    return [r.array((2, 3, 4), "normal", r.choice("float32", "int32")), r.choice((24,), (-1, 6), (4, -1, 2), 24, (2, 12), -1)], {}


@cases("transpose")
def transpose(r):
    shape = r.shape(0, 4)
    rank = len(shape)
    if rank and r.chance(0.7):
        return [r.array(shape)], {"axes": [int(a) - (rank if r.chance(0.3) else 0) for a in r.numpy.permutation(rank)]}
    return [r.array(shape)], {}


@cases("swapaxes")
def swapaxes(r):
    shape = r.shape(1, 4)
    return [r.array(shape), r.axis(len(shape)), r.axis(len(shape))], {}


@cases("moveaxis")
def moveaxis(r):
    shape = r.shape(1, 4)
    rank = len(shape)
    if r.chance(0.5):
        return [r.array(shape), r.axis(rank), r.axis(rank)], {}
    count = int(r.numpy.integers(1, rank + 1))
    return [r.array(shape), [int(a) for a in r.numpy.permutation(rank)[:count]], [int(a) - rank for a in r.numpy.permutation(rank)[:count]]], {}


@cases("expand_dims")
def expand_dims(r):
    shape = r.shape(0, 3)
    rank = len(shape) + 1
    return [r.array(shape), r.axis(rank) if r.chance(0.7) else [0, -1]], {}


@cases("squeeze")
def squeeze(r):
    shape = r.choice((1, 3, 1), (1,), (2, 1), (1, 1, 4))
    kwargs = {"axis": r.choice(0, 1, -1, [0])} if r.chance(0.6) else {}
    return [r.array(shape)], kwargs


@cases("broadcast_to")
def broadcast_to(r):
    return [r.array(r.choice((3,), (1, 3), (2, 1), (), (2, 3)), "normal", r.choice("float32", "int32", "bool")), (4, 2, 3) if r.chance(0.5) else (2, 3)], {}


@cases("flip")
def flip(r):
    shape = r.shape(1, 3)
    axis = r.choice({}, {"axis": r.axis(len(shape))}, {"axis": [0, -1] if len(shape) > 1 else [0]})
    return [r.array(shape)], axis


@cases("roll")
def roll(r):
    shape = r.shape(1, 3)
    if r.chance(0.3):
        return [r.array(shape), int(r.numpy.integers(-5, 6))], {}
    if len(shape) > 1 and r.chance(0.3):
        return [r.array(shape), [1, -2]], {"axis": [0, 1]}
    return [r.array(shape), int(r.numpy.integers(-5, 6))], {"axis": r.axis(len(shape))}


@cases("rot90")
def rot90(r):
    shape = r.shape(2, 3)
    kwargs = {"k": int(r.numpy.integers(-3, 6))} if r.chance(0.7) else {}
    if r.chance(0.4):
        kwargs["axes"] = r.choice([1, 0], [0, -1])
    return [r.array(shape)], kwargs


@cases("tile")
def tile(r):
    shape = r.shape(0, 3)
    return [r.array(shape), r.choice(2, [2, 1], [1, 3, 2], [2, 1, 1, 2])], {}


@cases("repeat")
def repeat(r):
    shape = r.shape(1, 3)
    if r.chance(0.4):
        return [r.array(shape), int(r.numpy.integers(0, 4))], {}
    axis = r.axis(len(shape))
    repeats = r.choice(2, [int(n) for n in r.numpy.integers(0, 3, shape[axis])])
    return [r.array(shape), repeats], {"axis": axis}


@cases("concatenate", "stack", "vstack", "hstack", "dstack")
def joins(r):
    shape = list(r.shape(1, 3))
    kinds = ("float32", "int32", "float16", "bool")
    same = r.choice(*kinds)
    parts = [r.array(tuple(shape), "normal", same if r.chance(0.7) else r.choice(*kinds)) for _ in range(r.numpy.integers(1, 4))]
    return [parts], {"axis?": r.axis(len(shape))}


@cases("append")
def append(r):
    shape = r.shape(1, 3)
    kwargs = {"axis": r.axis(len(shape))} if r.chance(0.6) else {}
    return [r.array(shape, "normal", r.choice("float32", "int32")), r.array(shape, "normal", r.choice("float32", "float16"))], kwargs


@cases("split", "array_split")
def split(r):
    axis = r.choice(0, 1, -1)
    return [r.array((4, 6)), r.choice(2, 1, [1, 3], [2], [0, 2, 4], 3)], {"axis": axis}


@cases("hsplit", "vsplit", "dsplit")
def hsplit(r):
    return [r.array((4, 6, 2)), r.choice(2, [1], 1)], {}


@cases("unstack")
def unstack(r):
    shape = r.shape(1, 3)
    return [r.array(shape)], {"axis": r.axis(len(shape))}


@cases("pad")
def pad(r):
    shape = r.choice((3,), (3, 4), (2, 3, 4))
    mode = r.choice("constant", "constant", "reflect", "symmetric", "edge", "wrap")
    widths = r.choice(1, (1, 0), [[int(a), int(b)] for a, b in r.numpy.integers(0, 2, (len(shape), 2))])
    kwargs = {"mode": mode}
    if mode == "constant" and r.chance(0.5):
        kwargs["constant_values"] = r.choice(2.5, 1, -1)
    return [r.array(shape, "normal", r.choice("float32", "float32", "int32", "float16")), widths], kwargs


@cases("diag", "diagflat", "tril", "triu", "trace", "diagonal", "diff")
def diagonals(r):
    shape = r.shape(1, 3)
    return [r.array(shape, "normal", r.choice("float32", "int32", "float16", "bool"))], {"k?": int(r.numpy.integers(-2, 3)), "offset?": int(r.numpy.integers(-1, 2)), "n?": int(r.numpy.integers(1, 3)), "axis?": -1}


@cases("take")
def take(r):
    shape = r.shape(1, 3)
    axis = r.axis(len(shape))
    size = shape[axis]
    indices = r.numpy.integers(-size, size, r.shape(0, 2)).astype("int32")
    if r.chance(0.25):
        flat = int(np.prod(shape))
        return [r.array(shape), r.numpy.integers(0, flat, (3,)).astype("int32")], {}
    return [r.array(shape, "normal", r.choice("float32", "float32", "int32", "float16")), indices], {"axis": axis}


@cases("take_along_axis")
def take_along_axis(r):
    shape = r.shape(1, 3)
    axis = r.axis(len(shape))
    places = list(shape)
    places[axis] = int(r.numpy.integers(1, 4))
    return [r.array(shape), r.numpy.integers(-shape[axis], shape[axis], places).astype("int32")], {"axis": axis}


@cases("scatter")
def scatter(r):
    n = int(r.numpy.integers(1, 5))
    depth = r.choice(1, 2)
    indices = np.stack([r.numpy.integers(0, size, n) for size in (4, 3)[:depth]], -1).astype("int32")
    return [indices, r.array((n, 3)[: 2 if depth == 1 else 1], "normal", r.choice("float32", "int32")), (4, 3)], {}


@cases("scatter_update")
def scatter_update(r):
    n = int(r.numpy.integers(1, 4))
    rows = r.numpy.permutation(4)[:n] if r.chance(0.6) else r.numpy.integers(0, 4, n)
    indices = rows[:, None].astype("int32")
    kwargs = {"reduction": r.choice("add", "mul", "max", "min")} if r.chance(0.6) else {}
    if not kwargs:
        indices = r.numpy.permutation(4)[:n][:, None].astype("int32")
    dtype = r.choice("float32", "float32", "int32")
    return [r.array((4, 3), "normal", dtype), indices, r.array((n, 3), "normal", dtype)], kwargs


@cases("slice")
def slice_(r):
    return [r.array((4, 5), "normal", r.choice("float32", "int32")), [int(n) for n in r.numpy.integers(0, 3, 2)], (2, 2)], {}


@cases("slice_update")
def slice_update(r):
    return [r.array((4, 5)), [int(n) for n in r.numpy.integers(0, 3, 2)], r.array((2, 2))], {}


@cases("segment_sum", "segment_max", "segment_min", "segment_prod")
def segments(r):
    n = int(r.numpy.integers(1, 6))
    ids = r.numpy.integers(0, 4, n)
    kwargs = {}
    if r.chance(0.6):
        kwargs["num_segments"] = int(r.numpy.integers(4, 6))
    if r.chance(0.4):
        ids, kwargs["sorted"] = np.sort(ids), True
    return [r.array(r.choice((n,), (n, 2)), "normal", r.choice("float32", "float32", "int32")), ids.astype("int32")], kwargs


@cases("where")
def where(r):
    a, b = broadcastable(r)
    dtypes = ("float32", "float32", "int32", "float16")
    return [r.array(a, "ties", r.choice("bool", "bool", "int32")), r.array(a, "normal", r.choice(*dtypes)), r.array(b, "normal", r.choice(*dtypes))], {}


@cases("select")
def select(r):
    shape = r.shape(1, 2)
    kwargs = {"default": r.choice(0, 1.5, -2)} if r.chance(0.5) else {}
    return [[r.array(shape, dtype="bool") for _ in range(2)], [r.array(shape) for _ in range(2)]], kwargs


@cases("clip")
def clip(r):
    return [r.array(r.shape(0, 3), r.choice("normal", "nonfinite", "ties"), r.choice("float32", "float16", "int32")), r.choice(-1, -0.5, 0), r.choice(1, 0.5, 2)], {}


@cases("cast", "saturate_cast")
def cast(r):
    source = r.choice("float32", "float16", "int32", "uint8", "bool", "int8", "float64", "bfloat16")
    return [r.array(r.shape(0, 2), r.choice("normal", "ties", "wide"), source), r.choice("float32", "float16", "int32", "uint8", "bool", "int8", "bfloat16", "uint32", "float64", "int64")], {}


@cases("view")
def view(r):
    return [r.array((2, 4), "normal", r.choice("float32", "int32"))], {"dtype": r.choice("int32", "float32", "uint32")}


# Creation


@cases("arange")
def arange(r):
    start, stop, step = r.choice((5, None, None), (2, 9, None), (0, 1, 0.25), (10, 0, -3), (1.5, 4.0, 0.5), (3, 3, None))
    kwargs = {k: v for k, v in (("stop", stop), ("step", step)) if v is not None}
    if r.chance(0.3):
        kwargs["dtype"] = r.choice("float32", "int32", "float16", "uint8")
    return [start], kwargs


@cases("linspace", "logspace", "geomspace")
def spaces(r):
    kwargs = {"num": int(r.numpy.integers(0, 7))}
    if r.chance(0.3):
        kwargs["endpoint"] = False
    if r.chance(0.25):
        kwargs["dtype"] = r.choice("float32", "int32")
    if r.chance(0.3):
        return [r.array((2,), "positive"), r.array((2,), "positive")], kwargs | ({"axis": -1} if r.chance(0.5) else {})
    return [r.choice(1, 0.5, 2.0), r.choice(3, 8.0, 5)], kwargs


@cases("eye", "identity", "tri")
def eye(r):
    kwargs = {}
    if r.chance(0.4):
        kwargs["dtype"] = r.choice("float32", "int32", "bool", "float16")
    return [int(r.numpy.integers(1, 5))], kwargs | {"k?": int(r.numpy.integers(-2, 3)), "M?": int(r.numpy.integers(1, 5))}


@cases("full", "full_like", "ones", "zeros")
def full(r):
    kwargs = {"dtype": r.choice("float32", "int32", "bool", "float16")} if r.chance(0.5) else {}
    return ["FULL", r.shape(0, 3), r.choice(2, 1.5, True, -1)], kwargs


@cases("bartlett", "blackman", "hamming", "hanning")
def windows(r):
    return [int(r.numpy.integers(1, 9))], {}


@cases("kaiser")
def kaiser(r):
    return [int(r.numpy.integers(1, 9)), r.choice(2.0, 8.6, 0.0)], {}


@cases("vander")
def vander(r):
    kwargs = {"N": int(r.numpy.integers(0, 6))} if r.chance(0.6) else {}
    if r.chance(0.4):
        kwargs["increasing"] = True
    return [r.array((int(r.numpy.integers(1, 5)),), "normal", r.choice("float32", "int32"))], kwargs


@cases("meshgrid")
def meshgrid(r):
    return [r.array((int(r.numpy.integers(1, 4)),)) for _ in range(r.numpy.integers(1, 4))], ({"indexing": "ij"} if r.chance(0.4) else {})


@cases("one_hot", "multi_hot")
def hots(r):
    kwargs = {"axis": r.choice(-1, 0)} if r.chance(0.4) else {}
    if r.chance(0.4):
        kwargs["dtype"] = r.choice("int32", "float16", "bool")
    return [r.numpy.integers(-1 if r.chance(0.3) else 0, 5, r.shape(1, 2)).astype("int32"), 4], kwargs


@cases("unravel_index")
def unravel_index(r):
    return [r.numpy.integers(0, 24, r.shape(0, 2)).astype("int32"), (2, 3, 4)], {}


# Products


@cases("matmul", "dot", "inner", "tensordot", "vdot", "outer", "kron")
def products(r):
    a, b = r.choice(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (3, 4)), ((2, 2, 3), (2, 3, 4)), ((1, 2, 3), (2, 3, 2)), ((0, 3), (3, 2)))
    dtype = r.choice("float32", "float32", "int32", "float16", "bfloat16")
    other = dtype if r.chance(0.8) else r.choice("float32", "int32")
    return [r.array(a, "normal", dtype), r.array(b, "normal", other)], {"axes?": r.choice(1, 0)}


@cases("inner", "vdot", "cross", "cdist")
def same_shapes(r):
    shape = r.choice((3,), (2, 3), (4, 3))
    return [r.array(shape), r.array(shape)], {}


@cases("einsum")
def einsum(r):
    spec, shapes = r.choice(
        ("ij,jk->ik", ((2, 3), (3, 4))), ("bij,bjk->bik", ((2, 2, 3), (2, 3, 2))), ("ii->i", ((3, 3),)), ("ii", ((3, 3),)), ("ij->ji", ((2, 3),)),
        ("...ij,...jk->...ik", ((2, 2, 3), (3, 2))), ("i,j->ij", ((2,), (3,))), ("ijk,ilm,njm,nlk,abc->", ((2, 2, 2),) * 5), ("ij,ij->", ((2, 3),) * 2),
        ("bhqd,bhkd->bhqk", ((1, 2, 3, 2), (1, 2, 4, 2))), ("i...->...", ((2, 3),)), ("ij,j", ((2, 3), (3,))), ("abc,cd->abd", ((2, 2, 3), (3, 2))),
    )
    return [spec, *(r.array(shape, "normal", "float32") for shape in shapes)], {}


@cases("correlate")
def correlate(r):
    kwargs = {"mode": r.choice("valid", "same", "full")} if r.chance(0.8) else {}
    return [r.array((int(r.numpy.integers(1, 6)),)), r.array((int(r.numpy.integers(1, 6)),))], kwargs


@cases("corrcoef")
def corrcoef(r):
    return [r.array(r.choice((5,), (2, 5), (3, 4)))], {}


# Linear algebra


def definite(r, batch=()):
    a = r.array((*batch, 3, 3))
    return (a @ np.swapaxes(a, -1, -2) + 2 * np.eye(3)).astype("float32")


@cases("cholesky", "cholesky_inverse", "det", "inv", "slogdet", "logdet", "lu_factor", "eigh", "pinv", "matrix_rank")
def definite_matrices(r):
    return [definite(r, r.choice((), (2,)))], {"upper?": bool(r.chance(0.5))}


@cases("solve")
def solve(r):
    batch = r.choice((), (2,))
    return [definite(r, batch), r.array((*batch, 3, 2))], {}


@cases("solve_triangular")
def solve_triangular(r):
    return [np.tril(definite(r)), r.array((3, 2))], {"lower": True}


@cases("lstsq")
def lstsq(r):
    return [r.array((5, 3)), r.array(r.choice((5,), (5, 2)))], {}


@cases("qr", "svd", "pinv", "matrix_rank")
def matrices(r):
    return [r.array(r.choice((3, 3), (4, 2), (2, 4), (2, 3, 3)))], {"mode?": r.choice("reduced", "complete"), "full_matrices?": bool(r.chance(0.5)), "compute_uv?": bool(r.chance(0.7))}


@cases("norm")
def norm(r):
    shape = r.choice((4,), (2, 3), (2, 3, 2))
    kwargs = reduction_kwargs(r, len(shape))
    if isinstance(kwargs.get("axis"), list) and len(kwargs["axis"]) > 2:
        kwargs["axis"] = kwargs["axis"][:2]
    if r.chance(0.7):
        kwargs["ord"] = r.choice(1, 2, -1, -2, 0, "fro", "nuc", 3)
    return [r.array(shape, r.choice("normal", "normal", "ties"), r.choice("float32", "float32", "int32"))], kwargs


@cases("normalize")
def normalize(r):
    shape = r.shape(1, 3)
    kwargs = {"axis": r.axis(len(shape))} if r.chance(0.6) else {}
    if r.chance(0.5):
        kwargs["order"] = r.choice(1, 2, 3)
    return [r.array(shape, "normal", r.choice("float32", "float16"))], kwargs


@cases("polar")
def polar(r):
    shape = r.shape(0, 2)
    return [r.array(shape, "positive"), r.array(shape, "normal")], {}


# Neural networks


@cases("softmax", "log_softmax", "sparsemax", "glu")
def softmaxes(r):
    shape = r.choice((4,), (2, 4), (2, 4, 2))
    kwargs = {"axis": r.choice(-1, 0)} if r.chance(0.5) else {}
    return [r.array(shape, r.choice("normal", "wide", "ties", "special"), r.choice("float32", "float32", "float16", "bfloat16"))], kwargs


@cases("elu", "celu", "leaky_relu", "hard_shrink", "soft_shrink", "threshold", "gelu", "squareplus", "nan_to_num", "round")
def activations(r):
    kwargs = {"alpha?": r.choice(0.3, 1.5), "negative_slope?": r.choice(0.1, 0.3), "threshold?": r.choice(0.2, 0.7), "default_value?": 3.0,
              "approximate?": bool(r.chance(0.5)), "b?": r.choice(2, 4), "nan?": r.choice(1.0, 0.0), "posinf?": 5.0, "decimals?": int(r.numpy.integers(-1, 3))}
    return [r.array(r.shape(0, 3), r.choice("normal", "special", "nonfinite", "wide"), r.choice("float32", "float32", "float16"))], kwargs


@cases("average_pool", "max_pool")
def pools(r):
    rank = r.choice(1, 2, 2, 3)
    kwargs = {"padding": r.choice("valid", "same")}
    if r.chance(0.6):
        kwargs["strides"] = r.choice(1, 2, 3)
    data = (2, *r.numpy.integers(3, 7, rank), 2)
    return [r.array(tuple(int(n) for n in data), r.choice("normal", "ties")), r.choice(2, 3, 1)], kwargs


@cases("adaptive_average_pool", "adaptive_max_pool")
def adaptive_pools(r):
    rank = r.choice(1, 2, 3)
    return [r.array(tuple(int(n) for n in (2, *r.numpy.integers(3, 7, rank), 2))), r.choice(1, 2, 3)], {}


@cases("conv")
def conv(r):
    rank = r.choice(1, 2, 2, 3)
    groups = r.choice(1, 1, 2)
    kwargs = {"padding": r.choice("valid", "same")}
    if r.chance(0.4):
        kwargs["strides"] = r.choice(1, 2)
    elif r.chance(0.4):
        kwargs["dilation_rate"] = r.choice(1, 2)
    return [r.array((2, *(5,) * rank, 4)), r.array((*(r.choice(2, 3),) * rank, 4 // groups, 4))], kwargs


@cases("depthwise_conv")
def depthwise_conv(r):
    rank = r.choice(1, 2)
    return [r.array((2, *(5,) * rank, 3)), r.array((*(2,) * rank, 3, r.choice(1, 2)))], {"strides": r.choice(1, 2), "padding": r.choice("valid", "same")}


@cases("separable_conv")
def separable_conv(r):
    rank = r.choice(1, 2)
    m = r.choice(1, 2)
    return [r.array((2, *(5,) * rank, 3)), r.array((*(2,) * rank, 3, m)), r.array((*(1,) * rank, 3 * m, 4))], {"padding": r.choice("valid", "same")}


@cases("conv_transpose")
def conv_transpose(r):
    rank = r.choice(1, 2, 2)
    kwargs = {"strides": r.choice(1, 2, 3), "padding": r.choice("valid", "same")}
    if r.chance(0.2):
        kwargs["output_padding"] = 0
    return [r.array((2, *(4,) * rank, 3)), r.array((*(r.choice(2, 3),) * rank, 2, 3))], kwargs


@cases("batch_normalization")
def batch_normalization(r):
    shape = r.shape(2, 4)
    axis = r.axis(len(shape))
    n = (shape[axis],)
    kwargs = {k: r.array(n) for k in ("offset", "scale") if r.chance(0.6)}
    return [r.array(shape), r.array(n), r.array(n, "positive"), axis], kwargs | ({"epsilon": 0.01} if r.chance(0.4) else {})


@cases("layer_normalization", "rms_normalization")
def layer_normalization(r):
    shape = r.shape(2, 3)
    axis = r.choice(-1, [-1], [-2, -1])
    n = tuple(shape[a] for a in ([axis] if isinstance(axis, int) else axis))
    kwargs = {"axis": axis, "gamma?": r.array(n), "beta?": r.array(n), "scale?": r.array(n)}
    return [r.array(shape)], kwargs | ({"epsilon": 0.01} if r.chance(0.4) else {})


@cases("binary_crossentropy")
def binary_crossentropy(r):
    shape = r.shape(1, 2)
    logits = r.chance(0.5)
    return [r.array(shape, "unit"), r.array(shape, "normal" if logits else "unit")], {"from_logits": True} if logits else {}


@cases("categorical_crossentropy")
def categorical_crossentropy(r):
    logits = r.chance(0.5)
    return [r.array((3, 4), "unit"), r.array((3, 4), "normal" if logits else "unit")], ({"from_logits": True} if logits else {}) | ({"axis": r.choice(0, -1)} if r.chance(0.3) else {})


@cases("sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(r):
    logits = r.chance(0.5)
    return [r.numpy.integers(0, 4, (3,)).astype("int32"), r.array((3, 4), "normal" if logits else "unit")], {"from_logits": True} if logits else {}


@cases("ctc_loss")
def ctc_loss(r):
    return [r.numpy.integers(1, 4, (2, 3)).astype("int32"), r.array((2, 6, 5)), np.array([3, int(r.numpy.integers(1, 4))], "int32"), np.array([6, int(r.numpy.integers(4, 7))], "int32")], {"mask_index": 0} if r.chance(0.5) else {}


@cases("dot_product_attention")
def dot_product_attention(r):
    q, k = r.array((2, 3, 2, 4)), r.array((2, 5, 2, 4))
    kwargs = {}
    if r.chance(0.3):
        kwargs["mask"] = r.array((2, 2, 3, 5), dtype="bool") | np.eye(3, 5, dtype=bool)
    elif r.chance(0.3):
        kwargs["bias"] = r.array((2, 2, 3, 5))
    if r.chance(0.3):
        kwargs["scale"] = 0.3
    return [q, k, r.array((2, 5, 2, 4))], kwargs


@cases("psnr")
def psnr(r):
    shape = r.shape(1, 3)
    return [r.array(shape, "unit"), r.array(shape, "unit"), r.choice(1.0, 2, 255)], {}


@cases("unfold", "extract_sequences", "depth_to_space", "space_to_depth", "fold")
def rearrangements(r):
    return ["REARRANGE", r], {}


# Fourier transforms


@cases("fft", "fft2", "ifft2")
def ffts(r):
    shape = r.choice((4,), (3, 5), (2, 3, 4))
    return [(r.array(shape), r.array(shape))], {}


@cases("rfft")
def rfft(r):
    return [r.array(r.choice((5,), (2, 6), (2, 2, 4)))], ({"fft_length": r.choice(4, 7, 8)} if r.chance(0.5) else {})


@cases("irfft")
def irfft(r):
    shape = r.choice((4,), (2, 5))
    return [(r.array(shape), r.array(shape))], ({"fft_length": r.choice(4, 7, 8)} if r.chance(0.5) else {})


@cases("view_as_real", "view_as_complex")
def complex_views(r):
    return [r.array((2, 3, 2))], {}


@cases("stft")
def stft(r):
    kwargs = {"window": r.choice("hann", "hamming", None)} if r.chance(0.5) else {}
    if r.chance(0.4):
        kwargs["center"] = False
    return [r.array(r.choice((16,), (2, 20))), 8, r.choice(2, 4), r.choice(8, 16)], kwargs


@cases("istft")
def istft(r):
    shape = r.choice((5, 5), (2, 6, 5))
    return [(r.array(shape), r.array(shape)), 8, r.choice(2, 4), 8], ({"length": 10} if r.chance(0.4) else {}) | ({"center": False} if r.chance(0.3) else {})


@cases("trapezoid")
def trapezoid(r):
    shape = r.shape(1, 3)
    kwargs = {"axis": r.axis(len(shape))} if r.chance(0.5) else {}
    if r.chance(0.4):
        kwargs["dx"] = 0.5
    elif r.chance(0.4):
        kwargs["x"] = np.sort(r.array(shape, "positive"), axis=kwargs.get("axis", -1))
    return [r.array(shape, "normal", r.choice("float32", "int32"))], kwargs


@cases("get_item")
def get_item(r):
    def entry(size):
        return r.choice(
            int(r.numpy.integers(-size, size)), slice(None), slice(None, None, -1), slice(0, 2), slice(-2, None), slice(None, None, 2), None, Ellipsis
        )

    key = [entry(4), entry(3), entry(5)][: int(r.numpy.integers(1, 4))]
    if sum(k is Ellipsis for k in key) > 1:
        key = [k for k in key if k is not Ellipsis]
    return [r.array((4, 3, 5), "normal", r.choice("float32", "int32")), tuple(key)], {}


# Pictures


@cases("image.resize")
def resize(r):
    kwargs = {"interpolation": r.choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")}
    if r.chance(0.3):
        kwargs["antialias"] = True
    if r.chance(0.15):
        kwargs["crop_to_aspect_ratio"] = True
    elif r.chance(0.15):
        kwargs["pad_to_aspect_ratio"] = True
    shape = r.choice((2, 5, 6, 3), (5, 6, 1))
    return [r.array(shape, "unit", r.choice("float32", "float32", "uint8")), r.choice((3, 4), (8, 7), (5, 6), (10, 3))], kwargs


@cases("image.rgb_to_grayscale", "image.rgb_to_hsv", "image.hsv_to_rgb", "image.sobel_edges")
def colors(r):
    return [r.array(r.choice((2, 4, 5, 3), (4, 5, 3)), "unit", "float32")], {}


@cases("image.gaussian_blur")
def gaussian_blur(r):
    return [r.array(r.choice((2, 6, 5, 3), (6, 5, 1)), "unit")], {"kernel_size": r.choice([3, 3], [5, 3]), "sigma": r.choice([1.0, 1.0], [0.7, 1.5])}


@cases("image.affine_transform")
def affine_transform(r):
    transform = r.array((2, 8) if r.chance(0.5) else (8,), "normal") * 0.1 + np.array([1, 0, 0, 0, 1, 0, 0, 0], "float32")
    transform[..., 6:] = 0
    shape = (2, 5, 6, 1) if transform.ndim == 2 else (5, 6, 1)
    return [r.array(shape, "unit"), transform.astype("float32")], {"fill_mode": r.choice("constant", "nearest", "wrap", "mirror", "reflect"), "interpolation": "bilinear"}


@cases("image.map_coordinates")
def map_coordinates(r):
    return [r.array((4, 5)), r.array((2, 6), "positive"), r.choice(0, 1)], {"fill_mode": r.choice("constant", "nearest", "wrap", "mirror", "reflect")}


@cases("image.pad_images")
def pad_images(r):
    return [r.array((2, 4, 5, 3))], r.choice({"top_padding": 1, "left_padding": 2, "target_height": 7, "target_width": 8}, {"top_padding": 1, "bottom_padding": 0, "left_padding": 2, "right_padding": 1})


@cases("image.crop_images")
def crop_images(r):
    return [r.array((2, 6, 7, 3))], r.choice({"top_cropping": 1, "left_cropping": 2, "target_height": 3, "target_width": 4}, {"top_cropping": 1, "bottom_cropping": 2, "left_cropping": 0, "right_cropping": 3})


@cases("image.extract_patches")
def extract_patches(r):
    kwargs = {"size": r.choice((2, 2), (3, 2), 2), "padding": r.choice("valid", "same")}
    if r.chance(0.5):
        kwargs["strides"] = r.choice((1, 1), (2, 1), 1)
    return [r.array(r.choice((2, 5, 6, 2), (5, 6, 2)))], kwargs


@cases("image.extract_patches_3d")
def extract_patches_3d(r):
    kwargs = {"size": r.choice((2, 2, 2), 2), "padding": r.choice("valid", "same")}
    if r.chance(0.5):
        kwargs["strides"] = r.choice((1, 1, 1), 1)
    return [r.array((2, 4, 5, 4, 2))], kwargs


@cases("image.perspective_transform")
def perspective_transform(r):
    corners = np.array([[0, 0], [5, 0], [0, 4], [5, 4]], "float32")
    moved = corners + r.array((4, 2)) * 0.3
    return [r.array((2, 5, 6, 1), "unit"), np.stack([corners] * 2), np.stack([moved.astype("float32")] * 2)], {"interpolation": "bilinear", "fill_value": r.choice(0, 1)}


@cases("image.scale_and_translate")
def scale_and_translate(r):
    return [r.array((5, 6, 1), "unit"), (4, 8, 1), np.array([0.8, 1.3], "float32"), np.array([0.1, -0.2], "float32"), (0, 1), r.choice("linear", "cubic", "lanczos3", "lanczos5")], {"antialias": bool(r.chance(0.5))}


@cases("image.ssim")
def ssim(r):
    shape = r.choice((2, 12, 12, 1), (12, 13, 3))
    return [r.array(shape, "unit"), r.array(shape, "unit")], {"max_val": 1.0} if r.chance(0.7) else {}


# Running and writing


def accepted(op, kwargs):
    """Optional keywords ("axis?") where the op has them."""
    import inspect

    names = inspect.signature(op).parameters
    result = {}
    for name, value in kwargs.items():
        if not name.endswith("?"):
            result[name] = value
        elif name[:-1] in names:
            result[name[:-1]] = value
    return result


def special(name, args, r):
    if args and isinstance(args[0], str) and args[0] == "FULL":
        _, shape, value = args
        return {"full": [shape, value], "full_like": [r.array(shape), value]}.get(name, [shape]), {}
    if args and isinstance(args[0], str) and args[0] == "REARRANGE":
        if name == "unfold":
            return [r.array((2, 3, 5, 5)), r.choice(2, 3)], {"stride": r.choice(1, 2), "padding": r.choice(0, 1), "dilation": r.choice(1, 2)}
        if name == "fold":
            return [r.array((2, 12, 16)), (5, 5), (2, 2)], {}
        if name == "extract_sequences":
            return [r.array((2, 12)), r.choice(4, 6), r.choice(2, 3)], {}
        if name == "depth_to_space":
            return [r.array((2, 2, 3, 8)), 2], {}
        return [r.array((2, 4, 6, 2)), 2], {}
    return None


def encode(x):
    if isinstance(x, (bool, int, float, str)) and not isinstance(x, np.generic) or x is None:
        return "NaN" if isinstance(x, float) and np.isnan(x) else x
    if isinstance(x, slice):
        return {"slice": [x.start, x.stop, x.step]}
    if x is Ellipsis:
        return {"ellipsis": True}
    if isinstance(x, dict):
        return {key: encode(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return [encode(value) for value in x]
    x = np.asarray(x)
    name = dtype_of(x)
    if name.startswith("complex"):
        return {"dtype": name, "shape": list(x.shape), "real": numbers(x.real), "imag": numbers(x.imag)}
    return {"dtype": name, "shape": list(x.shape), "data": numbers(x)}


def numbers(x):
    flat = np.asarray(x).ravel()
    if flat.dtype == bool:
        return [bool(v) for v in flat]
    if np.issubdtype(flat.dtype, np.integer):
        return [int(v) for v in flat]
    return [float(v) if np.isfinite(v) else "NaN" if np.isnan(v) else "Infinity" if v > 0 else "-Infinity" for v in flat.astype("float64")]


def arrays_in(tree, path=()):
    if isinstance(tree, np.ndarray):
        yield path, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from arrays_in(value, (*path, key))
    elif isinstance(tree, (list, tuple)):
        for i, value in enumerate(tree):
            yield from arrays_in(value, (*path, i))


def with_tensors(tree, tensors, path=()):
    if isinstance(tree, np.ndarray):
        return tensors[path]
    if isinstance(tree, dict):
        return {key: with_tensors(value, tensors, (*path, key)) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(with_tensors(value, tensors, (*path, i)) for i, value in enumerate(tree))
    return tree


def leaves(result):
    if isinstance(result, (list, tuple)):
        return [leaf for item in result for leaf in leaves(item)]
    if isinstance(result, dict):
        return [leaf for key in result for leaf in leaves(result[key])]
    return [result]


def run(name, op, args, kwargs, r):
    call = {"args": args, "kwargs": kwargs}
    tensors = {path: tf.convert_to_tensor(x) for path, x in arrays_in(call)}
    floating = [path for path, x in tensors.items() if x.dtype.is_floating]
    with tf.GradientTape(persistent=True) as tape:
        for path in floating:
            tape.watch(tensors[path])
        given = with_tensors(call, tensors)
        result = op(*given["args"], **given["kwargs"])
        outputs = [x for x in leaves(result) if tf.is_tensor(x) and x.dtype.is_floating]
        w = [r.array(tuple(x.shape), "normal", x.dtype.name) for x in outputs]
        total = sum((tf.reduce_sum(tf.cast(x * weight, "float32")) for x, weight in zip(outputs, w)), tf.constant(0.0))
    # numpy arrays stand for tensors; anything else is a Python scalar.
    expected = leaves(result)
    expected = [x.numpy() if tf.is_tensor(x) else x for x in expected]
    shaped = list(expected) if isinstance(result, (list, tuple)) else expected[0]
    case = {"op": name, "args": encode(args), "kwargs": encode(kwargs), "expected": encode(shaped)}
    if floating and outputs:
        try:
            gradients = [tape.gradient(total, tensors[path]) for path in floating]
            gradients = [g if g is None else tf.convert_to_tensor(g) for g in gradients]
            case["w"] = encode(w)
            case["grads"] = [{"wrt": list(path), "value": None if g is None else encode(g.numpy())} for path, g in zip(floating, gradients)]
        except Exception as error:  # TensorFlow has no gradient there
            case["grads_missing"] = str(error)[:80]
    dtypes = {x.dtype.name for x in tensors.values()} | {x.dtype.name for x in outputs}
    case["rtol"], case["atol"] = (3e-2, 3e-2) if "bfloat16" in dtypes else (4e-3, 4e-3) if "float16" in dtypes else (1e-4, 1e-5)
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=12, help="cases of each op")
    parser.add_argument("--ops", default="", help="only these, separated by commas")
    options = parser.parse_args()
    folder = options.out / "D"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(options.ops.split(",")) - {""} or set(CASES)
    refused = {}
    for name in sorted(wanted):
        op = keras.ops
        for part in name.split("."):
            op = getattr(op, part, None)
        if op is None:
            continue
        lines = []
        for k in range(options.cases):
            r = Random([options.seed, zlib.crc32(name.encode()), k])
            makers = CASES[name]
            args, kwargs = makers[k % len(makers)](r)
            replaced = special(name, args, r)
            if replaced is not None:
                args, more = replaced
                kwargs = {**kwargs, **more}
            if name in ("percentile", "nanpercentile"):
                args[1] = args[1] * 100
            kwargs = accepted(op, kwargs)
            try:
                case = run(name, op, args, kwargs, r)
            except Exception as error:
                refused.setdefault(name, []).append(f"{type(error).__name__}: {str(error)[:90]}")
                continue
            lines.append(json.dumps({"id": f"{name}/s{options.seed}-{k:02d}", **case}))
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines))
    for name, why in refused.items():
        if len(why) == options.cases:
            print(f"{name}: Keras refused all: {why[0]}", file=sys.stderr)


if __name__ == "__main__":
    main()
