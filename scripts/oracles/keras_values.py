"""What the oracles in packages share that write values of Keras for tests: cases as the tests read them, and files of such cases."""

import json, os, re

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras, numpy as np, tensorflow as tf

serialize = keras.saving.serialize_keras_object


def draws(seed):
    """Functions of shapes that draw from a normal distribution, and between 0 and 1, with three digits: exact in the file."""
    random = np.random.RandomState(seed)
    normal = lambda *shape: np.round(random.randn(*shape), 3).astype("float32")
    uniform = lambda *shape: np.round(random.rand(*shape) * 0.98 + 0.01, 3).astype("float32")
    return normal, uniform


def plain(x):
    """Elements as JSON holds them: the shortest decimals that float32 reads back; what is not finite as text."""
    x = np.asarray(x)
    if x.dtype.kind in "biu" or x.size == 0:
        return x.tolist()
    return np.vectorize(lambda v: float(str(v)) if np.isfinite(v) else str(v), otypes=[object])(x.astype("float32")).tolist()


def camel(options):
    return {re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), key): value for key, value in options.items()}


def described(cls, options, *args):
    """How a case names what it makes."""
    return {"class": cls, **({"args": list(args[0])} if args else {}), "options": camel(options)}


def write(path, **constants):
    """Writes a TypeScript file that exports constants, lists with a line an entry."""
    versions = f"Keras {keras.__version__} on TensorFlow {tf.__version__}"
    with open(path, "w") as file:
        file.write(f"/** Values computed by {versions} (float32). */\n")
        for name, entries in constants.items():
            lines = "".join(f"  {json.dumps(entry, ensure_ascii=False)},\n" for entry in entries)
            file.write(f"\n// prettier-ignore\nexport const {name} = [\n{lines}] as const;\n")
