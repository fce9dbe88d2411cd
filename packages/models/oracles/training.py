"""Values of training.test.ts, computed by Keras: run with a Python that has Keras and TensorFlow; prints JSON."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np
from keras import layers as L

f = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)
x, labels, target = f((50, 6), 0.7, 0.1), (np.arange(50) * 7 % 3).astype("int32"), f((50, 1), 0.31, 0.5)


def fill(model):
    # Weights by formula; variances must not be negative.
    values = [f(w.shape, 0.37 + 0.11 * i, i) * 0.5 for i, w in enumerate(model.weights)]
    model.set_weights([np.abs(v) + 0.5 if "variance" in w.path else v for v, w in zip(values, model.weights)])


def train(name, layers, y, compile, **fit):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((6,)), *layers])
    model.compile(**compile)
    fill(model)
    history = model.fit(x, y, shuffle=False, verbose=0, batch_size=8, epochs=3, **fit).history
    return name, {"history": {k: [float(v) for v in vs] for k, vs in history.items()},
                  "evaluate": [float(v) for v in np.atleast_1d(model.evaluate(x, y, verbose=0))],
                  "predict": model.predict(x[:2], verbose=0).ravel().tolist()}


out = dict([
    train("regression", [L.Dense(5, activation="tanh"), L.Dense(1)], target, dict(loss="mse", optimizer=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), metrics=["mae"]), validation_split=0.2),
    train("classification", [L.Dense(8, activation="elu"), L.BatchNormalization(), L.Dense(3, activation="softmax")], labels, dict(loss="sparse_categorical_crossentropy", optimizer="nadam", metrics=["accuracy"]), validation_data=(x[:10], labels[:10])),
    train("weighted", [L.Dense(4, activation="selu", kernel_regularizer="l2"), L.Dense(1, activation="sigmoid")], (labels > 0).astype("float32")[:, None], dict(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"], weighted_metrics=["mse"]), sample_weight=np.linspace(0.1, 1, 50).astype("float32")),
    train("classWeighted", [L.Dense(3, activation="softmax")], labels, dict(loss="sparse_categorical_crossentropy", optimizer="sgd", metrics=["accuracy"]), class_weight={0: 2.0, 1: 0.5, 2: 1.0}),
    train("rmsprop", [L.Dense(5, activation="relu"), L.Dense(1)], target, dict(loss="mae", optimizer=keras.optimizers.RMSprop(0.01)), ),
])
print(json.dumps(out, indent=1))
