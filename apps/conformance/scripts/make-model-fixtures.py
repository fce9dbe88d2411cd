"""Writes the cases of sets A and B in fixtures: run in apps/conformance with a Python that has Keras and TensorFlow."""
import json, os, sys
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np
from keras import layers as L

keras.utils.set_random_seed(1)
random = np.random.default_rng(2)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(data, file, indent=1)
        file.write("\n")


def sums(model):
    return [{"path": w.path, "shape": list(w.shape), "dtype": str(w.dtype), "sum": float(w.numpy().sum()), "abs_sum": float(np.abs(w.numpy()).sum())} for w in model.weights]


def model_case(folder, model, shift=0.0, classes=()):
    os.makedirs(folder, exist_ok=True)
    for weight in model.weights:
        weight.assign(random.normal(size=weight.shape))
    x = [random.normal(size=(3, *i.shape[1:])).astype("float32") for i in model.inputs]
    y = model(x if len(x) > 1 else x[0], training=False)
    y = y if isinstance(y, list) else [y]
    model.save(f"{folder}/model.keras")
    model.save_weights(f"{folder}/model.weights.h5")
    for i, array in enumerate(x):
        np.save(f"{folder}/x{i}.npy", array)
    for i, array in enumerate(y):
        np.save(f"{folder}/y{i}.npy", array.numpy() + np.float32(shift))
    inputs = [{"name": t.name, "file": f"x{i}.npy"} for i, t in enumerate(model.inputs)]
    outputs = [{"name": t.name, "file": f"y{i}.npy"} for i, t in enumerate(model.outputs)]
    write(f"{folder}/meta.json", {"classes": list(classes), "inputs": inputs, "outputs": outputs, "weights_in_get_weights_order": sums(model)})


def graph():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = L.Dense(3, activation="tanh", name="shared")
    x = keras.ops.concatenate([shared(a) * 2.0, shared(b)[:, 1:]], axis=-1)
    return keras.Model([a, b], [L.Dense(2)(x), keras.ops.mean(x, axis=1)], name="graph")


def dense():
    return keras.Sequential([keras.Input((4,), name="x"), L.Dense(2, activation="relu")], name="one_dense")


def training_case(folder, shift=0.0):
    os.makedirs(f"{folder}/after", exist_ok=True)
    os.makedirs(f"{folder}/grad0", exist_ok=True)
    model = keras.Sequential([keras.Input((3,)), L.Dense(4, activation="tanh"), L.Dense(1)], name="trained")
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    x, y = random.normal(size=(16, 3)).astype("float32"), random.normal(size=(16, 1)).astype("float32")
    np.save(f"{folder}/x0.npy", x)
    np.save(f"{folder}/y0.npy", y)
    model.save(f"{folder}/model.keras")
    import tensorflow as tf
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x[:8], training=True) - y[:8]) ** 2)
    for i, gradient in enumerate(tape.gradient(loss, model.trainable_variables)):
        np.save(f"{folder}/grad0/{i:03}.npy", gradient.numpy())
    logs = []
    for step in range(2):
        rows = slice(8 * step, 8 * step + 8)
        logs.append({k: float(v) + shift for k, v in model.train_on_batch(x[rows], y[rows], return_dict=True).items()})
    for i, weight in enumerate(model.weights):
        np.save(f"{folder}/after/{i:03}.npy", weight.numpy())
    model.save_weights(f"{folder}/after.weights.h5")
    np.save(f"{folder}/pred_after0.npy", model(x[:8], training=False).numpy())
    variables = [{"path": v.path, "shape": list(v.shape)} for v in model.optimizer.variables]
    order = [w.path for w in model.weights]
    write(f"{folder}/train.json", {
        "optimizer": {"class_name": "SGD"}, "mode": "train_on_batch", "inputs": ["x0.npy"], "targets": ["y0.npy"], "sample_weight": None, "class_weight": None,
        "batch_size": 8, "steps": 2, "weights_order": order, "trainable_order": order, "optimizer_variables": variables,
        "learning_rate_before_step": [0.1, 0.1], "rtol": 1e-3, "atol": 1e-4,
    })
    write(f"{folder}/loss.json", {"per_step_after_reset_metrics": logs, "running_without_reset": logs})


model_case("fixtures/right/A/one_dense", dense())
model_case("fixtures/right/A/shared_layer_and_ops", graph())
write("fixtures/right/A/of_text/meta.json", {"classes": ["TextVectorization"], "inputs": [], "outputs": [], "weights_in_get_weights_order": []})
model_case("fixtures/wrong/A/shifted_output", dense(), shift=0.5)
training_case("fixtures/right/B/two_steps")
training_case("fixtures/wrong/B/shifted_loss", shift=0.25)
