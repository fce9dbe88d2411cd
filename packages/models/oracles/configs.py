"""Writes src/testing/fixtures/configs.json: configs, orders of layers and weights, and outputs of models, for config.test.ts."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np
from keras import layers as L

f = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)


def flat():
    return keras.Sequential([keras.Input((6,), name="in"), L.Dense(4, activation="elu", kernel_initializer="he_normal", name="a"), L.Dropout(0.5, name="drop"), L.Dense(2, activation="softmax", name="b")], name="flat")


def unbuilt():
    return keras.Sequential([L.Dense(4, name="a"), L.Dense(2, name="b")], name="unbuilt")


def encoder(name):
    x = keras.Input((6,), name=f"{name}_in")
    return keras.Model(x, L.Dense(3, activation="tanh", name=f"{name}_dense")(x), name=name)


def nested():
    inner = keras.Sequential([keras.Input((3,), name="inner_in"), L.Dense(5, activation="relu", name="inner_dense")], name="inner")
    return keras.Sequential([keras.Input((6,), name="in"), encoder("encoder"), inner, L.Dense(1, name="out")], name="nested")


def two_heads():
    a, b = keras.Input((2,), name="wide"), keras.Input((6,), name="deep")
    hidden = L.Dense(4, activation="relu", name="hidden")(b)
    main = L.Dense(1, name="main")(L.Concatenate(name="joined")([a, hidden]))
    return keras.Model([a, b], [main, L.Dense(3, activation="softmax", name="aux")(hidden)], name="two_heads")


def named():
    a, b = keras.Input((2,), name="wide"), keras.Input((6,), name="deep")
    hidden = L.Dense(4, name="hidden")(b)
    joined = L.Concatenate(name="joined", axis=1)([hidden, a])
    return keras.Model({"wide": a, "deep": b}, {"price": L.Dense(1, name="main")(joined), "kind": L.Dense(3, name="aux")(hidden)}, name="named")


def shared_model():
    # The same model on two inputs, and a layer that is applied at several depths.
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    code = encoder("code")
    l, r = code(left), code(right)
    twist = L.Dense(3, activation="sigmoid", name="twist")
    x = twist(L.Add(name="sum")([twist(l), r]))
    return keras.Model([left, right], [L.Dense(1, name="score")(twist(x)), r], name="shared_model")


def two_outputs():
    inner = two_heads()
    a, b = keras.Input((2,), name="a"), keras.Input((6,), name="b")
    main, aux = inner([a, b])
    return keras.Model([a, b], L.Concatenate(name="both")([aux, main]), name="outer")


def frozen():
    x = keras.Input((6,), name="x")
    model = keras.Model(x, L.BatchNormalization(name="norm")(L.Dense(3, name="first")(x)), name="frozen")
    model.trainable = False
    return model


def skips():
    # Branches of different lengths: the order of layers goes by the distance to the outputs.
    x = keras.Input((6,), name="x")
    long = x
    for i in range(3):
        long = L.Dense(6, activation="tanh", name=f"long{i}")(long)
    short = L.Dense(6, name="short")(x)
    return keras.Model(x, L.Average(name="mean")([short, long, x]), name="skips")


def unused():
    a, b, c = (keras.Input((6,), name=name) for name in "abc")
    return keras.Model([a, b, c], L.Dense(2, name="out")(b), name="unused")


def always_training():
    x = keras.Input((6,), name="x")
    return keras.Model(x, L.BatchNormalization(name="norm")(x, training=True), name="always")


def describe(model):
    model_inputs = None
    if model.built:
        model.set_weights([np.abs(f(w.shape, 0.37 + 0.11 * i, i) * 0.5) + (0.5 if "variance" in w.path else 0) for i, w in enumerate(model.weights)])
        inputs = {t._keras_history.operation.name: f((3, *t.shape[1:]), 0.7, 0.1 + i) for i, t in enumerate(model.inputs)}
        if isinstance(getattr(model, "_inputs_struct", None), dict):
            given = inputs
        else:
            given = [inputs[t._keras_history.operation.name] for t in model.inputs]
            given = given[0] if len(given) == 1 else given
        outputs = model(given, training=False)
        leaves = list(outputs.values()) if isinstance(outputs, dict) else outputs if isinstance(outputs, (list, tuple)) else [outputs]
        model_inputs = {k: v.shape[1:] for k, v in inputs.items()}
    return {"config": model.get_config(), "layers": [l.name for l in model.layers], "weights": [list(w.shape) for w in model.weights],
            "trainable": len(model.trainable_weights),
            "inputs": model_inputs, "outputs": [[float(f"{v:.7g}") for v in np.array(leaf).ravel()] for leaf in leaves] if model_inputs else None}


makers = [flat, unbuilt, nested, two_heads, named, shared_model, two_outputs, frozen, skips, unused, always_training]
with open("src/testing/fixtures/configs.json", "w") as file:
    print("{\n" + ",\n".join(f"{json.dumps(make.__name__)}: {json.dumps(describe(make()))}" for make in makers) + "\n}", file=file)
