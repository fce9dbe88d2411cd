"""Reads calls of linear algebra with their results from standard input, and prints how far each is off: its error by NumPy's float64 arithmetic,
in units of the dtype's precision, beside that of NumPy (LAPACK) at the same dtype."""

import base64
import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
np.seterr(all="ignore")


def decode(x):
    array = np.frombuffer(base64.b64decode(x["data"]), dtype=np.float64).reshape(x["shape"] + ([2] if x["complex"] else []))
    return array[..., 0] + 1j * array[..., 1] if x["complex"] else array


def size(a):
    return np.linalg.norm(a, axis=(-2, -1)) if a.ndim > 1 else np.linalg.norm(a)


def off(difference, scale):
    """The largest of a batch of relative differences; what is not finite is infinitely off."""
    if difference.size == 0:
        return 0.0
    with np.errstate(invalid="ignore"):
        ratio = size(difference) / np.where(scale == 0, np.finfo(np.float64).tiny, scale)
    ratio = np.where(size(difference) == 0, 0, ratio)
    return float(np.max(np.where(np.isfinite(ratio), ratio, np.inf)))


def t(a):
    return np.swapaxes(a, -1, -2)


def orthogonal(q):
    return off(t(q) @ q - np.eye(q.shape[-1]), np.ones(q.shape[:-2]))


def triangle(a, lower):
    return 0.0 if np.array_equal(np.tril(a) if lower else np.triu(a), a) else np.inf


def sinks(values):
    return 0.0 if np.all(np.diff(values) <= 0) and np.all(values >= 0) else np.inf


def permuted(lu, pivots):
    m, n = lu.shape[-2:]
    k = min(m, n)
    product = (np.tril(lu[..., :, :k], -1) + np.eye(m, k)) @ np.triu(lu[..., :k, :])
    flat, exchanges = product.reshape(-1, m, n).copy(), pivots.reshape(-1, k).astype(int)
    for matrix, swaps in zip(flat, exchanges):
        for i in reversed(range(k)):
            matrix[[i, swaps[i]]] = matrix[[swaps[i], i]]
    return flat.reshape(product.shape)


def cholesky(inputs, results):
    (a,), (l,) = inputs, results
    return max(off(l @ t(l) - a, size(a)), triangle(l, True))


def inverse(inputs, results):
    (a,), (x,) = inputs, results
    return off(a @ x - np.eye(a.shape[-1]), size(a) * size(x))


def solved(inputs, results):
    (a, b), (x,) = inputs, results
    return off(a @ x - b, size(a) * size(x) + size(b))


def orthogonal_factors(inputs, results):
    (a,), (q, r) = inputs, results
    return max(off(q @ r - a, size(a)), orthogonal(q), triangle(r, False))


def singular(inputs, results):
    (a,), (u, s, vt) = inputs, results
    k = s.shape[-1]
    again = (u[..., :, :k] * s[..., None, :]) @ vt[..., :k, :]
    return max(off(again - a, size(a)), orthogonal(u), orthogonal(t(vt)), sinks(s))


def symmetric(inputs, results):
    (a,), (w, v) = inputs, results
    return max(off(a @ v - v * w[..., None, :], size(a)), orthogonal(v), sinks(-w - np.min(-w, initial=0)))


def general(inputs, results):
    (a,), (w, v) = inputs, results
    lengths = np.abs(np.linalg.norm(v, axis=-2) - 1)
    return max(off(a @ v - v * w[..., None, :], size(a)), float(np.max(lengths, initial=0)))


def triangular_factors(inputs, results):
    (a,), (lu, pivots) = inputs, results
    return off(permuted(lu, pivots) - a, size(a))


def pseudo(inputs, results):
    (a,), (x,) = inputs, results
    return off(a @ x @ a - a, size(a) ** 2 * size(x))


def least_squares(inputs, results):
    (a, b), (x,) = inputs, results
    scale = size(a) * size(x) + size(b)
    # The smallest of all solutions lies in the space of a's rows.
    outside = x - np.linalg.pinv(a) @ (a @ x)
    return max(off(t(a) @ (a @ x - b), size(a) * scale), off(outside, size(np.linalg.pinv(a)) * scale))


def itself(wanted, *inputs):
    return np.abs(wanted)


def relative(expected, scale=itself):
    def judge(inputs, results):
        worst = 0.0
        for found, wanted in zip(results, expected(*inputs)):
            found, wanted = np.asarray(found), np.asarray(wanted)
            same = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
            differ = np.where(same, 0, np.abs(found - wanted) / np.maximum(scale(wanted, *inputs), np.finfo(np.float64).tiny))
            worst = max(worst, float(np.max(np.where(np.isnan(differ), np.inf, differ), initial=0)))
        return worst

    return judge


def least(a, b):
    flat = [np.linalg.lstsq(x, y, rcond=None)[0] for x, y in zip(a.reshape(-1, *a.shape[-2:]), b.reshape(-1, *b.shape[-2:]))]
    return np.reshape(flat, a.shape[:-2] + (a.shape[-1], b.shape[-1])).astype(a.dtype)


def lu(a):
    from scipy.linalg import lu_factor

    flat = [lu_factor(x) for x in a.reshape(-1, *a.shape[-2:])]
    k = min(a.shape[-2:])
    return np.reshape([f for f, _ in flat], a.shape), np.reshape([p for _, p in flat], a.shape[:-2] + (k,))


def many(fn):
    return lambda *inputs: (fn(*inputs),)


def norms(order, axis):
    return many(lambda x: np.linalg.norm(x, order, axis))


def matrix_norms(order):
    # The smallest singular value is as exact as the largest.
    expected = norms(order, (-2, -1))
    return relative(expected, lambda wanted, a: np.maximum(wanted, size(a))), expected


# What judges an op, and NumPy's own.
judges = {
    "cholesky": (cholesky, many(np.linalg.cholesky)),
    "inv": (inverse, many(np.linalg.inv)),
    "solve": (solved, many(np.linalg.solve)),
    "solveTriangular": (solved, many(np.linalg.solve)),
    "qr": (orthogonal_factors, np.linalg.qr),
    "qr complete": (orthogonal_factors, lambda a: np.linalg.qr(a, mode="complete")),
    "svd": (singular, np.linalg.svd),
    "svd reduced": (singular, lambda a: np.linalg.svd(a, full_matrices=False)),
    "eigh": (symmetric, np.linalg.eigh),
    "eig": (general, np.linalg.eig),
    "luFactor": (triangular_factors, lu),
    "pinv": (pseudo, many(np.linalg.pinv)),
    "lstsq": (least_squares, many(least)),
    "det": (relative(many(np.linalg.det), lambda wanted, a: np.abs(wanted) * np.linalg.cond(a)), many(np.linalg.det)),
    "slogdet": (relative(np.linalg.slogdet), np.linalg.slogdet),
    "matrixRank": (relative(many(np.linalg.matrix_rank)), many(np.linalg.matrix_rank)),
    **{f"norm {order}": matrix_norms(order) for order in ["fro", "nuc", 1, -1, 2, -2]},
    **{f"norm of vectors {order}": (relative(norms(order, -1)), norms(order, -1)) for order in [1, 2, 3, 0]},
}


def main():
    for line in sys.stdin:
        case = json.loads(line)
        judge, own = judges[case["op"]]
        inputs, results = [[decode(x) for x in case[key]] for key in ("inputs", "results")]
        dtype = np.dtype(case["dtype"])
        unit = float(np.finfo(dtype).eps)
        try:
            theirs = [np.asarray(x, dtype=np.complex128 if np.iscomplexobj(x) else np.float64) for x in own(*[x.astype(dtype) for x in inputs])]
            peer = judge(inputs, theirs) / unit
        except np.linalg.LinAlgError as error:
            peer = str(error)
        print(json.dumps({"error": judge(inputs, results) / unit, "peer": peer}))


main()
