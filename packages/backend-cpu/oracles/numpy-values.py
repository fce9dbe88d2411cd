"""Writes src/testing/fixtures/numpy-values.json: what NumPy (and SciPy's erf) gives, for numpy-values.test.ts."""
import json
import math
import numpy as np

random = np.random.default_rng(7)
np.seterr(all="ignore")


def plain(x):
    """Elements as JSON holds them: complex numbers as two, infinities and NaN as text, large integers as text."""
    x = np.asarray(x)
    if np.iscomplexobj(x):
        x = np.stack([x.real, x.imag], -1)
    if x.dtype == np.int64:
        return [str(v) for v in x.ravel().tolist()]
    return [v if isinstance(v, (bool, int)) or math.isfinite(v) else str(v) for v in x.ravel().tolist()]


def record(name, dtype, shape, x, result, result_dtype, **more):
    return {"name": name, "dtype": dtype, "shape": list(shape), "x": plain(x), "result": plain(result), "resultDtype": result_dtype, **more}


cases = []
doubles = np.concatenate([random.normal(size=24) * 3, [0.0, -0.0, 1e-300, 1e300, math.inf, -math.inf, math.nan, 710.0, -745.0, 1e-17]])
for name in ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt", "floor", "ceil", "rint", "sign", "abs"]:
    cases.append(record({"rint": "round"}.get(name, name), "float64", doubles.shape, doubles, getattr(np, name)(doubles), "float64"))
cases.append(record("erf", "float64", doubles.shape, doubles, [math.erf(v) for v in doubles], "float64"))

complexes = (random.normal(size=24) + 1j * random.normal(size=24)).astype(np.complex64)
for name in ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sqrt"]:
    exact = getattr(np, name)(complexes.astype(np.complex128))
    cases.append(record(name, "complex64", complexes.shape, complexes, exact.astype(np.complex64), "complex64"))
cases.append(record("abs", "complex64", complexes.shape, complexes, np.abs(complexes.astype(np.complex128)).astype(np.float32), "float32"))

halves = np.concatenate([random.normal(size=40).astype(np.float16), np.array([0, -0.0, 6e-8, 65504, math.inf, math.nan], np.float16)])
for name in ["exp", "log1p", "tanh", "sqrt", "sin"]:
    exact = getattr(np, name)(halves.astype(np.float64)).astype(np.float16)
    cases.append(record(name, "float16", halves.shape, halves, exact, "float16"))

longs = np.concatenate([random.integers(-(2**62), 2**62, 10), [0, 1, -1, 2**63 - 1, -(2**63)]]).astype(np.int64)
cases.append(record("abs", "int64", longs.shape, longs, np.abs(longs), "int64"))
cases.append(record("sign", "int64", longs.shape, longs, np.sign(longs), "int64"))
cases.append(record("square", "int64", longs.shape, longs, longs * longs, "int64"))
cases.append(record("cumsum", "int64", longs.shape, longs, np.cumsum(longs), "int64"))
cases.append(record("to float32", "int64", longs.shape, longs, longs.astype(np.float32), "float32"))
cases.append(record("to float64", "int64", longs.shape, longs, longs.astype(np.float64), "float64"))
cases.append(record("to int32", "int64", longs.shape, longs, longs.astype(np.int32), "int32"))

for n in [1, 5, 16]:
    a = random.normal(size=(n, n))
    s = a + a.T
    cases.append(record("eigvalsh", "float64", s.shape, s, np.linalg.eigvalsh(s), "float64"))
    cases.append(record("svdvals", "float64", a.shape, a, np.linalg.svd(a, compute_uv=False), "float64"))
    d = a @ a.T + n * np.eye(n)
    cases.append(record("cholesky", "float64", d.shape, d, np.linalg.cholesky(d), "float64"))
    r = np.linalg.qr(a, mode="r")
    cases.append(record("qr r", "float64", a.shape, a, r, "float64"))
    values = np.linalg.eigvals(a.astype(np.float32).astype(np.float64))
    order = np.lexsort((np.round(values.imag, 6), np.round(values.real, 6)))
    cases.append(record("eigvals", "float32", a.shape, a.astype(np.float32), values[order].astype(np.complex64), "complex64"))
for n in [1, 8, 17, 30]:
    z = (random.normal(size=(2, n)) + 1j * random.normal(size=(2, n))).astype(np.complex64)
    cases.append(record("fft", "complex64", z.shape, z, np.fft.fft(z.astype(np.complex128)).astype(np.complex64), "complex64"))
    cases.append(record("ifft", "complex64", z.shape, z, np.fft.ifft(z.astype(np.complex128)).astype(np.complex64), "complex64"))
keys = np.array([3, 1, math.nan, 1, -0.0, 0.0, math.inf, -math.inf, math.nan, 3, 2], np.float32)
cases.append(record("argsort", "float32", keys.shape, keys, np.argsort(keys, kind="stable").astype(np.int32), "int32"))
with open("src/testing/fixtures/numpy-values.json", "w") as file:
    print(json.dumps({"numpy": np.__version__, "cases": cases}, indent=None, separators=(",", ":")), file=file)
