"""Writes src/ops/fixtures/numpy.json: calls of ops with the values that NumPy and SciPy give."""

import json
import warnings

import numpy as np
from scipy import linalg, special

rng = np.random.default_rng(7)


def f(*shape, low=-2.0, high=2.0):
    return rng.uniform(low, high, shape).astype(np.float32)


def i(*shape, low=-9, high=10):
    return rng.integers(low, high, shape).astype(np.int32)


def number(x):
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    x = float(x)
    if np.isnan(x):
        return "NaN"
    if np.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return x


def encode(a):
    a = np.asarray(a)
    dtype = {"float64": "float32", "int64": "int32", "complex128": "complex64"}.get(str(a.dtype), str(a.dtype))
    flat = a.ravel()
    if dtype == "complex64":
        flat = np.stack([flat.real, flat.imag], -1).ravel()
    return {"dtype": dtype, "shape": list(a.shape), "data": [number(x) for x in flat]}


def argument(a):
    if isinstance(a, (np.ndarray, np.generic)):
        return encode(a)
    if isinstance(a, dict):
        return {"options": {k: argument(v) for k, v in a.items()}}
    if isinstance(a, (list, tuple)):
        return [argument(x) for x in a]
    return a


cases = []


def case(op, args, expected, tolerance=1e-5):
    outputs = list(expected) if isinstance(expected, (list, tuple)) else [expected]
    cases.append({"op": op, "args": [argument(a) for a in args], "expected": [encode(e) for e in outputs], "tolerance": tolerance})


x, y = f(2, 3, 4), f(2, 3, 4)
u = f(30, low=-0.99, high=0.99)
p = f(30, low=0.05, high=9)
wide = np.array([-90, -50, -20, -5, -1, -0.1, -1e-3, -1e-6, 0, 1e-6, 1e-3, 0.1, 1, 5, 20, 50, 90], np.float32)
wide64 = wide.astype(np.float64)
endless = np.array([np.inf, -np.inf, np.nan, -0.0], np.float32)

# Elementwise, over wide ranges where the function allows
for name, fn, points in [
    ("sin", np.sin, x), ("cos", np.cos, x), ("tan", np.tan, x), ("tanh", np.tanh, wide), ("arcsin", np.arcsin, u), ("arccos", np.arccos, u),
    ("arctan", np.arctan, wide), ("arcsinh", np.arcsinh, wide), ("arccosh", np.arccosh, 1 + p), ("arctanh", np.arctanh, u), ("exp2", np.exp2, x),
    ("expm1", np.expm1, x), ("log1p", np.log1p, u), ("log2", np.log2, p), ("log10", np.log10, p), ("cbrt", np.cbrt, x), ("sinc", np.sinc, x),
    ("erf", special.erf, wide), ("erfc", special.erfc, wide[5:14]), ("erfinv", special.erfinv, u), ("i0", special.i0, x), ("deg2rad", np.deg2rad, x),
    ("rad2deg", np.rad2deg, x), ("reciprocal", np.reciprocal, p), ("square", np.square, x), ("sign", np.sign, x), ("floor", np.floor, x), ("ceil", np.ceil, x),
    ("trunc", np.trunc, x), ("round", np.round, np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, 2.6], np.float32)), ("signbit", np.signbit, wide),
]:
    case(name, [points], fn(points.astype(np.float64)) if name != "signbit" else np.signbit(points))
for name, fn in [("sinh", np.sinh), ("cosh", np.cosh), ("tanh", np.tanh), ("arctan", np.arctan), ("arcsinh", np.arcsinh), ("softplus", lambda v: np.logaddexp(v, 0)), ("erf", special.erf), ("erfc", special.erfc), ("sigmoid", special.expit)]:
    case(name, [endless], fn(endless.astype(np.float64)))
near = wide[3:14]
case("sinh", [wide[1:-1]], np.sinh(wide64[1:-1]))
case("cosh", [wide[1:-1]], np.cosh(wide64[1:-1]))
case("erfc", [np.array([1.5, 2.5, 4, 6, 9, -3], np.float32)], special.erfc(np.array([1.5, 2.5, 4, 6, 9, -3])), 2e-5)
case("sigmoid", [near], special.expit(near.astype(np.float64)))
case("sigmoid", [np.array([-80, -30, 30], np.float32)], special.expit(np.array([-80.0, -30, 30])), 2e-5)
case("logSigmoid", [wide], special.log_expit(wide64))
case("softplus", [wide], np.logaddexp(wide64, 0))
case("logaddexp", [x, y], np.logaddexp(x.astype(np.float64), y))
case("logaddexp", [np.array([1e4, -np.inf, np.inf], np.float32), np.array([1e4, -np.inf, 3], np.float32)], np.logaddexp(np.array([1e4, -np.inf, np.inf]), np.array([1e4, -np.inf, 3])))
case("logaddexp2", [x, y], np.logaddexp2(x.astype(np.float64), y))
case("hypot", [np.array([3e30, 1e-30, 0, np.inf], np.float32), np.array([4e30, 1e-30, 0, 1], np.float32)], np.hypot(np.array([3e30, 1e-30, 0, np.inf]), np.array([4e30, 1e-30, 0, 1])))
case("arctan2", [x, y], np.arctan2(x, y))
case("fmod", [x, y], np.fmod(x, y), 1e-4)
case("mod", [x, y], np.mod(x, y), 1e-4)
a, b = i(12), np.where((c := i(12)) == 0, 5, c).astype(np.int32)
for name, fn in [("mod", np.mod), ("fmod", np.fmod), ("floorDivide", np.floor_divide), ("gcd", np.gcd), ("lcm", np.lcm), ("bitwiseAnd", np.bitwise_and),
                 ("bitwiseOr", np.bitwise_or), ("bitwiseXor", np.bitwise_xor), ("maximum", np.maximum), ("multiply", np.multiply), ("subtract", np.subtract)]:
    case(name, [a, b], fn(a, b))
case("divide", [a, b], (a / b).astype(np.float32))
case("bitwiseLeftShift", [np.abs(a), np.abs(b)], np.left_shift(np.abs(a), np.abs(b)))
case("bitwiseRightShift", [a, np.abs(b)], np.right_shift(a, np.abs(b)))
case("bitwiseNot", [a], ~a)
e = i(2, 3, 4)
case("ldexp", [x, e], np.ldexp(x, e))
case("heaviside", [np.array([-1, 0, 2, np.nan], np.float32), np.float32(0.5).reshape(())], np.heaviside(np.array([-1, 0, 2, np.nan]), 0.5))
case("nextafter", [x, y], np.nextafter(x, y), 0)
case("nextafter", [np.array([0, 0, 1], np.float32), np.array([1, -1, 1], np.float32)], np.nextafter(np.array([0, 0, 1], np.float32), np.array([1, -1, 1], np.float32)), 0)
nans = np.array([1, np.nan, np.inf, -np.inf, 0], np.float32)
for name, fn in [("isnan", np.isnan), ("isinf", np.isinf), ("isfinite", np.isfinite), ("isposinf", np.isposinf), ("isneginf", np.isneginf)]:
    case(name, [nans], fn(nans))
case("nanToNum", [nans], np.nan_to_num(nans), 1e-6)
case("nanToNum", [nans, {"nan": 7, "posinf": 8, "neginf": 9}], np.nan_to_num(nans, nan=7, posinf=8, neginf=9))
case("isclose", [x, x + np.float32(1e-6)], np.isclose(x, x + np.float32(1e-6)))
case("round", [x, {"decimals": 2}], np.round(x, 2))
case("round", [np.array([15, 25, -149], np.int32), {"decimals": -1}], np.round(np.array([15, 25, -149]), -1))

# Reductions
for name, fn in [("sum", np.sum), ("mean", np.mean), ("prod", np.prod), ("max", np.max), ("min", np.min), ("std", np.std), ("var", np.var), ("ptp", np.ptp), ("median", np.median)]:
    case(name, [x], fn(x.astype(np.float64)))
    case(name, [x, {"axis": 1}], fn(x.astype(np.float64), axis=1))
    case(name, [x, {"axis": [0, -1], "keepdims": True}], fn(x.astype(np.float64), axis=(0, -1), keepdims=True))
n = x.copy()
n[0, 0, :] = np.nan
n[1, 2, 3] = np.nan
n[0, 1, 1] = np.nan
for name, fn in [("nansum", np.nansum), ("nanprod", np.nanprod), ("nanmean", np.nanmean), ("nanmax", np.nanmax), ("nanmin", np.nanmin), ("nanstd", np.nanstd), ("nanvar", np.nanvar), ("nanmedian", np.nanmedian)]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case(name, [n, {"axis": 2}], fn(n.astype(np.float64), axis=2))
        case(name, [n], fn(n.astype(np.float64)))
case("argmax", [x], np.argmax(x))
case("argmin", [x, {"axis": 1}], np.argmin(x, axis=1))
case("nanargmax", [n[1], {"axis": 0}], np.nanargmax(n[1], axis=0))
case("countNonzero", [a.reshape(3, 4), {"axis": 0}], np.count_nonzero(a.reshape(3, 4), axis=0))
case("average", [x, {"axis": 1, "weights": np.array([1, 2, 3], np.float32)}], np.average(x, axis=1, weights=[1, 2, 3]))
case("logsumexp", [wide * 10, {"axis": 0}], special.logsumexp(wide64 * 10))
for method in ["linear", "lower", "higher", "midpoint", "nearest"]:
    case("quantile", [x, np.array([0.1, 0.5, 0.77], np.float32), {"axis": 2, "method": method}], np.quantile(x.astype(np.float64), [0.1, 0.5, 0.77], axis=2, method=method))
case("percentile", [x, 30, {"keepdims": True}], np.percentile(x.astype(np.float64), 30, keepdims=True))
case("nanquantile", [n[1], 0.25, {"axis": 1}], np.nanquantile(n[1].astype(np.float64), 0.25, axis=1))
case("cumsum", [x, {"axis": 1}], np.cumsum(x, axis=1))
case("cumprod", [x], np.cumprod(x), 1e-4)
case("nancumsum", [n, {"axis": 1}], np.nancumsum(n, axis=1))
case("diff", [x, {"n": 2, "axis": 1}], np.diff(x, n=2, axis=1))
case("trapezoid", [x, {"dx": 0.5, "axis": 1}], np.trapezoid(x, dx=0.5, axis=1))
case("trapezoid", [x, {"x": np.array([0, 1, 4, 5], np.float32)}], np.trapezoid(x, x=[0, 1, 4, 5]))
case("corrcoef", [x[0]], np.corrcoef(x[0].astype(np.float64)))
for mode in ["valid", "same", "full"]:
    long, short = f(7), f(4)
    case("correlate", [long, short, {"mode": mode}], np.correlate(long, short, mode))
    case("correlate", [short, long, {"mode": mode}], np.correlate(short, long, mode))

# Shapes
case("transpose", [x], np.transpose(x))
case("moveaxis", [x, [0, 1], [2, 0]], np.moveaxis(x, [0, 1], [2, 0]))
case("tile", [x[0], [2, 1, 3]], np.tile(x[0], [2, 1, 3]))
case("repeat", [x, 2, {"axis": 1}], np.repeat(x, 2, axis=1))
case("repeat", [x[0], [1, 0, 3], {"axis": 0}], np.repeat(x[0], [1, 0, 3], axis=0))
case("roll", [x, 5], np.roll(x, 5))
case("roll", [x, [1, -2], {"axis": [0, 2]}], np.roll(x, [1, -2], axis=[0, 2]))
for k in range(4):
    case("rot90", [x, {"k": k, "axes": [1, 2]}], np.rot90(x, k, (1, 2)))
case("flip", [x, {"axis": [0, 2]}], np.flip(x, (0, 2)))
for mode in ["constant", "edge", "reflect", "symmetric", "wrap"]:
    case("pad", [x, [[0, 0], [2, 1], [3, 2]], {"mode": mode}], np.pad(x, [[0, 0], [2, 1], [3, 2]], mode=mode))
case("pad", [x[0], [7, 9], {"mode": "reflect"}], np.pad(x[0], [7, 9], mode="reflect"))
case("pad", [x[0], [7, 9], {"mode": "wrap"}], np.pad(x[0], [7, 9], mode="wrap"))
case("pad", [x[0], [7, 9], {"mode": "symmetric"}], np.pad(x[0], [7, 9], mode="symmetric"))
case("hstack", [[x[0], y[0]]], np.hstack([x[0], y[0]]))
case("vstack", [[x[0, 0], y[0, 0]]], np.vstack([x[0, 0], y[0, 0]]))
case("dstack", [[x[0], y[0]]], np.dstack([x[0], y[0]]))
case("append", [x, y, {"axis": 1}], np.append(x, y, axis=1))
case("arraySplit", [x[0, 0], 3], np.array_split(x[0, 0], 3))
case("hsplit", [x, [1, 2]], np.hsplit(x, [1, 2]))

# Creation
case("linspace", [1, 4, {"num": 7}], np.linspace(1, 4, 7))
case("linspace", [1, 4, {"num": 7, "endpoint": False}], np.linspace(1, 4, 7, endpoint=False))
case("linspace", [x[0, 0], y[0, 0], {"num": 3, "axis": 1}], np.linspace(x[0, 0], y[0, 0], 3, axis=1))
case("logspace", [0, 2, {"num": 5}], np.logspace(0, 2, 5))
case("geomspace", [1, 1000, {"num": 4}], np.geomspace(1, 1000, 4))
case("eye", [3, {"M": 4, "k": 1}], np.eye(3, 4, 1).astype(np.float32))
case("tri", [3, {"M": 5, "k": 1}], np.tri(3, 5, 1).astype(np.float32))
case("tril", [x, {"k": -1}], np.tril(x, -1))
case("triu", [x, {"k": 1}], np.triu(x, 1))
for k in [-2, 0, 1]:
    case("diag", [x[0, 0], {"k": k}], np.diag(x[0, 0], k))
    case("diag", [x[0], {"k": k}], np.diag(x[0], k))
    case("diagonal", [x, {"offset": k, "axis1": 2, "axis2": 0}], np.diagonal(x, k, 2, 0))
    case("trace", [x, {"offset": k}], np.trace(x, k))
case("vander", [x[0, 0], {"N": 3}], np.vander(x[0, 0], 3))
case("meshgrid", [x[0, 0], y[0, :, 0]], list(np.meshgrid(x[0, 0], y[0, :, 0])))
case("meshgrid", [x[0, 0], y[0, :, 0], {"indexing": "ij"}], list(np.meshgrid(x[0, 0], y[0, :, 0], indexing="ij")))
for name, fn in [("bartlett", np.bartlett), ("blackman", np.blackman), ("hamming", np.hamming), ("hanning", np.hanning)]:
    case(name, [7], fn(7), 1e-5)
case("kaiser", [7, 5], np.kaiser(7, 5), 1e-5)

# Sorting and searching
case("sort", [x, {"axis": 1}], np.sort(x, axis=1))
case("argsort", [x, {"axis": 0}], np.argsort(x, axis=0))
case("i0", [np.array([50, 88, 89, 90], np.float32)], special.i0(np.array([50, 88, 89, 90])), 2e-5)
case("hypot", [np.array([np.inf, np.nan], np.float32), np.array([np.nan, 1], np.float32)], np.hypot(np.array([np.inf, np.nan]), np.array([np.nan, 1])))
case("argpartition", [np.array([5, 3, 9, 1, 4], np.float32), 2], np.array([3, 1, 4, 0, 2], np.int32))
case("searchsorted", [np.sort(p), x[0]], np.searchsorted(np.sort(p), x[0]))
case("searchsorted", [np.array([1, 2, 2, 3], np.float32), np.array([2, 0, 9], np.float32), {"side": "right"}], np.searchsorted([1, 2, 2, 3], [2, 0, 9], side="right"))
case("digitize", [x, np.array([-1, 0, 1], np.float32)], np.digitize(x, [-1, 0, 1]))
case("bincount", [np.array([1, 4, 1, 0], np.int32), {"minlength": 3}], np.bincount([1, 4, 1, 0], minlength=3))
case("histogram", [x, {"bins": 5}], [h.astype(np.float32) for h in np.histogram(x, 5)])
case("isin", [a, np.array([1, 2, 3], np.int32)], np.isin(a, [1, 2, 3]))
d = np.array([3, 1, 3, 2, 1, 1], np.int32)
case("unique", [d, {"returnIndex": True, "returnInverse": True, "returnCounts": True}], [v.astype(np.int32) for v in np.unique(d, return_index=True, return_inverse=True, return_counts=True)])
table = np.array([[[1, 0], [0, 2]], [[0, 1], [1, 1]], [[1, 0], [0, 2]], [[0, 1], [1, 0]]], np.int32)
for axis in [0, 1, 2, -1]:
    every = np.unique(table, axis=axis, return_index=True, return_inverse=True, return_counts=True)
    case("unique", [table, {"axis": axis, "returnIndex": True, "returnInverse": True, "returnCounts": True}], [v.astype(np.int32) for v in every])
loose = np.array([[0.5, 0, 0.5, -0.0, 0.5], [np.nan, 2, 1, 2, 1]], np.float32)
case("unique", [loose, {"axis": 1}], np.unique(loose, axis=1))
case("unique", [loose], np.unique(loose, equal_nan=False))
case("unique", [loose[:, :0], {"axis": 0}], np.unique(loose[:, :0], axis=0))
case("unique", [loose[:0], {"axis": 0}], np.unique(loose[:0], axis=0))
case("unique", [table > 0, {"axis": 0}], np.unique(table > 0, axis=0))
case("nonzero", [a.reshape(3, 4)], [v.astype(np.int32) for v in np.nonzero(a.reshape(3, 4))])
case("takeAlongAxis", [x, np.argsort(y, axis=1).astype(np.int32), {"axis": 1}], np.take_along_axis(x, np.argsort(y, axis=1), 1))
case("take", [x, np.array([[0, -1], [2, 1]], np.int32), {"axis": 1}], np.take(x, [[0, -1], [2, 1]], 1))
case("unravelIndex", [np.array([5, 0, 11], np.int32), [3, 4]], [v.astype(np.int32) for v in np.unravel_index([5, 0, 11], (3, 4))])

# Products
q = f(4, 5)
for spec, ops in [
    ("ij,jk->ik", [x[0], q]), ("ij,jk", [x[0], q]), ("bij,jk->bik", [x, q]), ("bij,bkj->bik", [x, y]), ("ijk->kji", [x]), ("ijk->", [x]), ("ii->i", [f(3, 3)]),
    ("ii", [f(3, 3)]), ("iij->j", [f(3, 3, 2)]), ("i,j->ij", [x[0, 0], q[0]]), ("...j,jk->...k", [x, q]), ("...ij,...jk->...ik", [x, f(2, 4, 5)]), ("ij...,jk...->ik...", [f(2, 3, 2), f(3, 4, 2)]),
    ("ij,jk,kl->il", [x[0], q, f(5, 2)]), ("abc,abc->", [x, y]), ("abc,cd,de->be", [x, q, f(5, 2)]), ("ab,ab->a", [x[0], y[0]]), ("...,...->...", [x, y[0]]), ("ij,j->", [x[0], f(4)]), ("b...a,a->...b", [x, f(4)]),
]:
    case("einsum", [spec, *ops], np.einsum(spec, *[o.astype(np.float64) for o in ops]), 1e-4)
case("matmul", [x, y[0].T.copy()], x @ y[0].T)
m = f(5, 4, 2)
case("matmul", [x[:, None], m], x[:, None] @ m)
case("matmul", [x[0, 0], q], x[0, 0] @ q)
case("matmul", [x, x[0, 0]], x @ x[0, 0])
case("dot", [x, (t := f(3, 4, 2))], np.dot(x, t))
case("inner", [x, y[0]], np.inner(x, y[0]))
case("vdot", [x, y], np.vdot(x, y))
case("outer", [x[0, 0], y[0]], np.outer(x[0, 0], y[0]))
case("tensordot", [x, y, {"axes": [[0, 1], [0, 1]]}], np.tensordot(x, y, ([0, 1], [0, 1])))
case("tensordot", [x, q, {"axes": 1}], np.tensordot(x, q, 1))
case("kron", [x[0], q], np.kron(x[0], q))
case("kron", [x[0, 0], q], np.kron(x[0, 0], q))
case("cross", [(v3 := f(4, 3)), (w3 := f(4, 3))], np.cross(v3, w3))
case("cross", [v3.T.copy(), w3.T.copy(), {"axis": 0}], np.cross(v3.T, w3.T, axis=0))
case("cdist", [v3, w3], np.sqrt(((v3[:, None] - w3[None]) ** 2).sum(-1)))

# Linear algebra
s3 = f(2, 3, 3)
spd = (s3 @ s3.transpose(0, 2, 1) + np.eye(3) * 2).astype(np.float32)
case("det", [s3], np.linalg.det(s3.astype(np.float64)), 1e-4)
case("inv", [spd], np.linalg.inv(spd.astype(np.float64)), 1e-4)
case("pinv", [q], np.linalg.pinv(q.astype(np.float64)), 1e-4)
case("cholesky", [spd], np.linalg.cholesky(spd.astype(np.float64)), 1e-4)
case("choleskyInverse", [np.linalg.cholesky(spd)], np.linalg.inv(spd.astype(np.float64)), 1e-4)
case("slogdet", [s3], list(np.linalg.slogdet(s3.astype(np.float64))), 1e-4)
case("logdet", [spd], np.linalg.slogdet(spd.astype(np.float64))[1], 1e-4)
case("solve", [spd, s3[:, :, :2]], np.linalg.solve(spd.astype(np.float64), s3[:, :, :2]), 1e-4)
case("solve", [spd, s3[:, :, 0]], np.stack([np.linalg.solve(spd[j].astype(np.float64), s3[j, :, 0]) for j in range(2)]), 1e-4)
case("solveTriangular", [np.tril(spd[0]), s3[0], {"lower": True}], linalg.solve_triangular(np.tril(spd[0]), s3[0], lower=True), 1e-4)
case("lstsq", [q.T.copy(), (rhs := f(5))], np.linalg.lstsq(q.T.astype(np.float64), rhs, rcond=None)[0], 1e-4)
case("matrixRank", [np.stack([spd[0], np.ones((3, 3), np.float32)])], np.array([3, 1], np.int32))
case("eigh", [spd[0]], [np.linalg.eigvalsh(spd[0].astype(np.float64))], 1e-4)
case("svd", [q, {"computeUv": False}], np.linalg.svd(q.astype(np.float64), compute_uv=False), 1e-4)
for order in [None, 1, 2, 3, 0, np.inf]:
    o = {"axis": 1} if order is None else {"axis": 1, "ord": order if np.isfinite(order) else "inf"}
    case("norm", [q, o], np.linalg.norm(q.astype(np.float64), order, axis=1), 1e-4)
for order in ["fro", "nuc", 1, -1, 2, -2]:
    case("norm", [x, {"axis": [1, 2], "ord": order, "keepdims": True}], np.linalg.norm(x.astype(np.float64), order, axis=(1, 2), keepdims=True), 1e-4)

# Fourier
re, im = f(2, 8), f(2, 8)
z = re + 1j * im
parts = lambda v: [v.real.astype(np.float32), v.imag.astype(np.float32)]
case("fft", [[re, im]], parts(np.fft.fft(z)), 1e-4)
case("fft2", [[re, im]], parts(np.fft.fft2(z)), 1e-4)
case("ifft2", [[re, im]], parts(np.fft.ifft2(z)), 1e-4)
case("rfft", [re], parts(np.fft.rfft(re)), 1e-4)
case("rfft", [re, {"fftLength": 11}], parts(np.fft.rfft(re, 11)), 1e-4)
case("irfft", [[re[:, :5], im[:, :5]]], np.fft.irfft(z[:, :5]), 1e-4)
case("irfft", [[re[:, :5], im[:, :5]], {"fftLength": 9}], np.fft.irfft(z[:, :5], 9), 1e-4)

# Linear algebra of complex numbers
cplx = lambda *shape: (f(*shape) + 1j * f(*shape)).astype(np.complex64)
wide = lambda a: a.astype(np.complex128)
c3, c5, rhs = cplx(2, 3, 3), cplx(5, 3), cplx(2, 3, 2)
hermitian = (c3 @ c3.conj().transpose(0, 2, 1) + 2 * np.eye(3)).astype(np.complex64)
low = np.linalg.cholesky(wide(hermitian))
case("matmul", [c3, rhs], wide(c3) @ wide(rhs), 1e-3)
case("einsum", ["bij,bjk->ik", c3, rhs], np.einsum("bij,bjk->ik", wide(c3), wide(rhs)), 1e-3)
case("tensordot", [c3, rhs, {"axes": [[0, 2], [0, 1]]}], np.tensordot(wide(c3), wide(rhs), [[0, 2], [0, 1]]), 1e-3)
case("vdot", [c5[0], c5[1]], np.vdot(wide(c5[0]), wide(c5[1])), 1e-3)
case("det", [c3], np.linalg.det(wide(c3)), 1e-3)
case("det", [singular := np.array([[1, 1j], [1j, -1]], np.complex64)], np.linalg.det(wide(singular)), 1e-3)
case("slogdet", [c3], list(np.linalg.slogdet(wide(c3))), 1e-3)
case("logdet", [hermitian], np.linalg.slogdet(wide(hermitian))[1], 1e-3)
case("inv", [c3], np.linalg.inv(wide(c3)), 1e-3)
case("pinv", [c5], np.linalg.pinv(wide(c5)), 1e-3)
case("solve", [c3, rhs], np.linalg.solve(wide(c3), wide(rhs)), 1e-3)
case("solve", [spd[0], rhs[0]], np.linalg.solve(spd[0].astype(np.float64), wide(rhs[0])), 1e-3)
case("solve", [c3[0], s3[0, :, 0]], np.linalg.solve(wide(c3[0]), s3[0, :, 0].astype(np.float64)), 1e-3)
for lower in (True, False):
    case("solveTriangular", [c3[0], rhs[0], {"lower": lower}], linalg.solve_triangular(wide(c3[0]), wide(rhs[0]), lower=lower), 1e-3)
case("lstsq", [c5, (y5 := cplx(5, 2))], np.linalg.lstsq(wide(c5), wide(y5), rcond=None)[0], 1e-3)
case("lstsq", [c5.T.copy(), (y3 := cplx(3))], np.linalg.lstsq(wide(c5.T), wide(y3), rcond=None)[0], 1e-3)
case("cholesky", [hermitian], low, 1e-3)
case("cholesky", [hermitian, {"upper": True}], low.conj().transpose(0, 2, 1), 1e-3)
case("choleskyInverse", [low.astype(np.complex64)], np.linalg.inv(wide(hermitian)), 1e-3)
case("choleskyInverse", [low.conj().transpose(0, 2, 1).astype(np.complex64), {"upper": True}], np.linalg.inv(wide(hermitian)), 1e-3)
for m in (c3, c5, c5.T.copy(), np.diag([2, -3]).astype(np.complex64)):
    for mode in ("reduced", "complete"):
        case("qr", [m, {"mode": mode}], list(np.linalg.qr(wide(m), mode)), 1e-3)
for m in (c3, c5, c5.T.copy()):
    lu, piv = (np.stack(p) for p in zip(*[linalg.lu_factor(wide(one)) for one in m.reshape(-1, *m.shape[-2:])]))
    case("luFactor", [m], [lu.reshape(m.shape), piv.reshape(*m.shape[:-2], -1).astype(np.int32)], 1e-3)
case("svd", [c5, {"computeUv": False}], np.linalg.svd(wide(c5), compute_uv=False), 1e-3)
case("eigh", [hermitian], [np.linalg.eigvalsh(wide(hermitian))], 1e-3)
case("sign", [np.array([3 - 4j, 0, -2j], np.complex64)], np.array([0.6 - 0.8j, 0, -1j]), 1e-3)
case("corrcoef", [c5], np.corrcoef(wide(c5)), 1e-3)
case("matrixRank", [np.stack([singular, c3[0, :2, :2]])], np.array([1, 2], np.int32))
for order in ["fro", "nuc", 1, 2, -2]:
    case("norm", [c3, {"axis": [1, 2], "ord": order}], np.linalg.norm(wide(c3), order, axis=(1, 2)), 1e-3)

plane = [3e-3 - 2e-3j, 0.3 + 0.4j, -0.6 + 0.2j, 0.9 - 0.01j, -1.1 - 0.01j, 0.01 + 1.2j, 1.5 - 2.5j, -30 + 7j, 2 + 0j, 0.5j, -2e4 + 1e4j]
z = np.array(plane, np.complex64)
for name in ("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "sinc"):
    points = z if name != "sinc" else z[:7]
    case(name, [points], getattr(np, name)(points.astype(np.complex128)))
gate = np.array([0, 1 - 2j, -3 + 1j, 80 + 1j, -80 - 2j, -100 + 1j], np.complex64)
logistic = 1 / (1 + np.exp(-gate.astype(np.complex128)))
case("sigmoid", [gate], logistic)
case("silu", [gate], gate * logistic)
case("tanhShrink", [gate[:3]], gate[:3] - np.tanh(gate[:3].astype(np.complex128)))

with open("src/ops/fixtures/numpy.json", "w") as out:
    out.write('{"numpy":"%s","cases":[\n' % np.__version__)
    out.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    out.write("\n]}\n")
