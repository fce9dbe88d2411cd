"""Writes src/testing/fixtures/training.json: values of training.test.ts, computed by Keras."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np
from keras import layers as L, ops

f = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)
x, labels, target = f((50, 6), 0.7, 0.1), (np.arange(50) * 7 % 3).astype("int32"), f((50, 1), 0.31, 0.5)
binary = (labels > 0).astype("float32")[:, None]
wide = f((50, 2), 0.2, 0.3)
weights = np.linspace(0.1, 1, 50).astype("float32")
one_hot = np.eye(3, dtype="float32")[labels]


def fill(model):
    # Weights by formula; variances must not be negative. What products in float8 are scaled by begins as it is.
    for i, w in enumerate(model.weights):
        if "_scale" not in w.path and "_amax_" not in w.path:
            value = f(w.shape, 0.37 + 0.11 * i, i) * 0.5
            w.assign(np.abs(value) + 0.5 if "variance" in w.path else value)


def stack(*layers):
    return lambda: keras.Sequential([keras.Input((6,)), *layers])


def two_heads():
    a, b = keras.Input((2,), name="wide"), keras.Input((6,), name="deep")
    hidden = L.Dense(4, activation="relu", name="hidden")(b)
    main = L.Dense(1, name="main")(L.Concatenate(name="joined")([a, hidden]))
    return keras.Model([a, b], [main, L.Dense(3, activation="softmax", name="aux")(hidden)])


def named_heads():
    model = two_heads()
    main, aux = model.outputs
    return keras.Model({"wide": model.inputs[0], "deep": model.inputs[1]}, {"price": main, "kind": aux})


def in_float8():
    model = stack(L.Dense(8, activation="tanh"), L.Dense(1, use_bias=False))()
    model.quantize("float8")
    return model


class Penalty(L.Layer):
    def call(self, x):
        self.add_loss(0.01 * ops.sum(ops.square(x)))
        return x


def squared(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


def shown(logs):
    return {k: float(v) for k, v in logs.items()}


def train(name, build, y, compile, inputs=x, evaluate=None, before=None, **fit):
    keras.utils.clear_session()
    model = build()
    model.compile(**compile())
    fill(model)
    if before:
        before(model)
    fit = {"epochs": 3, "batch_size": 8, **fit}
    history = model.fit(inputs, y, shuffle=False, verbose=0, **fit).history
    few = inputs[:2] if isinstance(inputs, np.ndarray) else {k: v[:2] for k, v in inputs.items()} if isinstance(inputs, dict) else [v[:2] for v in inputs]
    predictions = model.predict(few, verbose=0)
    leaves = list(predictions.values()) if isinstance(predictions, dict) else predictions if isinstance(predictions, list) else [predictions]
    return name, {"history": {k: [float(v) for v in vs] for k, vs in history.items()},
                  "evaluate": shown(model.evaluate(inputs, y, verbose=0, return_dict=True, **({"batch_size": 10} if isinstance(y, (list, dict)) else evaluate or {}))),
                  "predict": [float(v) for leaf in leaves for v in leaf.ravel()]}


def freeze_first(model):
    model.fit(x, target, shuffle=False, verbose=0, batch_size=8)
    model.layers[0].trainable = False
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.05))


# Batches of several outputs have one size: TensorFlow's graphs do not know that of the last batch, and weigh it as much as the others.
sgd = lambda: keras.optimizers.SGD(0.05)
out = dict([
    train("regression", stack(L.Dense(5, activation="tanh"), L.Dense(1)), target, lambda: dict(loss="mse", optimizer=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), metrics=["mae"]), validation_split=0.2),
    train("float8", in_float8, target, lambda: dict(loss="mse", optimizer=keras.optimizers.Adam(0.02, clipnorm=0.5))),
    train("classification", stack(L.Dense(8, activation="tanh"), L.BatchNormalization(), L.Dense(3, activation="softmax")), labels, lambda: dict(loss="sparse_categorical_crossentropy", optimizer="nadam", metrics=["accuracy"]), validation_data=(x[:10], labels[:10])),
    train("weighted", stack(L.Dense(4, activation="selu", kernel_regularizer="l2"), L.Dense(1, activation="sigmoid")), binary, lambda: dict(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"], weighted_metrics=["mse"]), sample_weight=weights, validation_data=(x[:20], binary[:20], weights[:20]), evaluate=dict(sample_weight=weights)),
    train("classWeighted", stack(L.Dense(3, activation="softmax")), labels, lambda: dict(loss="sparse_categorical_crossentropy", optimizer="sgd", metrics=["accuracy"], weighted_metrics=["accuracy"]), class_weight={0: 2.0, 1: 0.5}, validation_split=0.2),
    train("oneHotClassWeighted", stack(L.Dense(3, activation="softmax")), one_hot, lambda: dict(loss="crossentropy", optimizer="sgd", metrics=["accuracy"]), class_weight={0: 2.0, 1: 0.5, 2: 1.0}),
    train("rmsprop", stack(L.Dense(5, activation="relu"), L.Dense(1)), target, lambda: dict(loss="mae", optimizer=keras.optimizers.RMSprop(0.01))),
    train("flatTargets", stack(L.Dense(5, activation="relu"), L.Dense(1)), target[:, 0], lambda: dict(loss=squared, optimizer=sgd(), metrics=[keras.metrics.MeanAbsoluteError(name="off"), squared])),
    train("movingAverage", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.9))),
    train("scaledLoss", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=keras.optimizers.SGD(0.05, loss_scale_factor=8.0))),
    train("accumulated", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=keras.optimizers.SGD(0.05, gradient_accumulation_steps=3))),
    train("addedLosses", stack(L.Dense(4, activity_regularizer="l2"), Penalty(), L.Dense(1)), target, lambda: dict(loss="mse", optimizer=sgd())),
    train("onlyAddedLosses", stack(L.Dense(4), Penalty()), None, lambda: dict(optimizer=sgd())),
    train("frozen", stack(L.Dense(4, activation="tanh"), L.Dense(1)), target, lambda: dict(loss="mse", optimizer=sgd()), before=freeze_first),
    train("stepsPerEpoch", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=sgd()), epochs=5, steps_per_epoch=3),
    train("stepsWithoutBatchSize", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=sgd()), batch_size=None, steps_per_epoch=4, evaluate=dict(steps=3)),
    train("validationOptions", stack(L.Dense(1)), target, lambda: dict(loss="mse", optimizer=sgd()), epochs=5, validation_data=(x[:30], target[:30]), validation_freq=[1, 4], validation_steps=2, validation_batch_size=4),
    train("twoHeads", two_heads, [target, labels], lambda: dict(loss=["mse", "sparse_categorical_crossentropy"], loss_weights=[0.9, 0.2], metrics=["mae", ["accuracy", "sparse_categorical_crossentropy"]], optimizer=sgd()), inputs=[wide, x], batch_size=10),
    train("twoHeadsByName", two_heads, [target, labels], lambda: dict(loss={"aux": "sparse_categorical_crossentropy", "main": "mse"}, loss_weights={"aux": 0.2, "main": 0.9}, metrics={"aux": ["accuracy"]}, weighted_metrics={"aux": ["accuracy"], "main": ["mae"]}, optimizer=sgd()), inputs=[wide, x], sample_weight=[weights, weights[::-1].copy()], batch_size=10),
    train("namedHeads", named_heads, {"kind": labels, "price": target}, lambda: dict(loss={"kind": "sparse_categorical_crossentropy", "price": "mse"}, metrics={"kind": ["accuracy"]}, optimizer=sgd()), inputs={"wide": wide, "deep": x}, batch_size=10),
    train("oneLossOfTwo", two_heads, [target, labels], lambda: dict(loss=["mse", None], metrics=[["mae"], None], optimizer=sgd()), inputs=[wide, x]),
])
rounded = lambda v: {k: rounded(e) for k, e in v.items()} if isinstance(v, dict) else [rounded(e) for e in v] if isinstance(v, list) else float(f"{v:.7g}")
with open("src/testing/fixtures/training.json", "w") as file:
    print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(rounded(run))}" for name, run in out.items()) + "\n}", file=file)
