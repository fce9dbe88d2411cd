"""What the rivals share: their options, how many threads they use, their data, and how they answer what `src/compare/protocol.ts` asks for.

    python torch_works.py W1 --variant eager --threads 2 --data FOLDER
"""
import argparse, json, os, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("work")
parser.add_argument("--variant", default="")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--data", default=".", help="folder with digits.f32 and labels.i32")
options = parser.parse_args()

# Before a framework is imported: each reads how many threads it may have from a place of its own.
for name in "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS":
    os.environ[name] = str(options.threads)
os.environ["TF_NUM_INTEROP_THREADS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])  # JAX takes as many as there are.

import numpy as np
from memory import peak_memory

PER_SECOND = {"us": 1e6, "ms": 1e3, "s": 1}
rows = {}


def row(work, name):
    """What follows makes this row ready and gives its turn."""
    return lambda prepare: rows.setdefault((work, name), prepare)


def nothing():
    pass


def timed(unit, calls, body, wait=nothing):
    """A turn that calls `body`, which does `calls` of what is measured; it gives the mean time of one."""
    body()
    wait()

    def turn():
        start = time.perf_counter()
        body()
        wait()
        return (time.perf_counter() - start) * PER_SECOND[unit] / calls

    return turn


def repeated(unit, call, wait=nothing):
    """A turn that repeats `call` for about a fifth of a second."""
    calls, seconds = 1, 0
    while True:
        def body(calls=calls):
            for _ in range(calls):
                call()

        start = time.perf_counter()
        body()
        wait()
        seconds = time.perf_counter() - start
        if seconds > 0.15:
            return timed(unit, calls, body, wait)
        calls = int(calls * min(10, 0.25 / max(seconds, 1e-9))) + 1


def digits(samples):
    """Images [samples, 784] in 0…1 and labels, over again from the first where there are not as many."""
    x = np.fromfile(os.path.join(options.data, "digits.f32"), np.float32).reshape(-1, 784)
    y = np.fromfile(os.path.join(options.data, "labels.i32"), np.int32)
    order = np.arange(samples) % len(y)
    return x[order], y[order]


def noise(*shape):
    return np.random.RandomState(0).uniform(-1, 1, shape).astype(np.float32)


def classes(samples):
    return (np.arange(samples) % 10).astype(np.int32)


SHAPES = [(256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (4096, 4096, 4096),
          (32, 784, 300), (32, 300, 100), (128, 784, 300), (784, 32, 300)]


def products(multiply, array, wait=lambda result: None):
    """The rows of W0."""
    for m, k, n in SHAPES:
        def prepare(m=m, k=k, n=n):
            a, b = array(noise(m, k)), array(noise(k, n))
            inner = max(1, int(5e8 / (2 * m * k * n)))

            def some():
                for _ in range(inner):
                    result = multiply(a, b)
                wait(result)

            turn = repeated("us", some)
            return lambda: turn() / inner

        rows["W0", f"gemm {m}x{k}x{n}"] = prepare


def serve():
    turns = {}
    if options.work in ("W2", "W3"):
        # Of what was measured before it: nothing, where a rival only infers.
        rows[options.work, "peak memory"] = lambda: peak_memory if turns else None
    for line in sys.stdin:
        request = json.loads(line)
        name = request["row"]
        try:
            if request["do"] == "turn":
                answer = {"value": turns[name]()}
            else:
                turn = rows.get((options.work, name), nothing)()
                if turn is not None:
                    turns[name] = turn
                answer = {"absent": True} if turn is None else {"ready": True}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print("\n" + json.dumps(answer), flush=True)
