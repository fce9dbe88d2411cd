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
    # Keras calls inputs without a name of their own otherwise in model.inputs than in the config.
    a, b = keras.Input((4,)), keras.Input((4,))
    shared = L.Dense(3, activation="tanh", name="shared")
    x = keras.ops.concatenate([shared(a) * 2.0, shared(b)[:, 1:]], axis=-1)
    return keras.Model([a, b], [L.Dense(2)(x), keras.ops.mean(x, axis=1)], name="graph")


def dense():
    return keras.Sequential([keras.Input((4,), name="x"), L.Dense(2, activation="relu")], name="one_dense")


def trained():
    model = keras.Sequential([keras.Input((3,)), L.Dense(4, activation="tanh"), L.Dense(1)], name="trained")
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mse", metrics=["mae"])
    return model, random.normal(size=(16, 3)).astype("float32"), random.normal(size=(16, 1)).astype("float32")


def named_outputs():
    x = keras.Input((3,))
    model = keras.Model(x, {"value": L.Dense(2, name="value")(x), "kind": L.Dense(3, activation="softmax", name="kind")(x)})
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss={"value": "mse", "kind": "sparse_categorical_crossentropy"}, metrics={"kind": ["accuracy"]})
    return model, random.normal(size=(16, 3)).astype("float32"), {"kind": random.integers(0, 3, 16), "value": random.normal(size=(16, 2)).astype("float32")}


def one_hot():
    model = keras.Sequential([keras.Input((3,)), L.Dense(3, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="categorical_crossentropy", metrics=["accuracy"])
    return model, random.normal(size=(16, 3)).astype("float32"), np.eye(3, dtype="float32")[random.integers(0, 3, 16)]


def training_case(folder, made, shift=0.0, class_weight=None):
    os.makedirs(f"{folder}/after", exist_ok=True)
    os.makedirs(f"{folder}/grad0", exist_ok=True)
    model, x, y = made
    model.optimizer.build(model.trainable_variables)
    targets = [y[name] for name in sorted(y)] if isinstance(y, dict) else [y]
    np.save(f"{folder}/x0.npy", x)
    for i, array in enumerate(targets):
        np.save(f"{folder}/y{i}.npy", array)
    model.save(f"{folder}/model.keras")
    import tensorflow as tf
    first = tf.nest.map_structure(lambda array: tf.constant(array[:8]), y)
    weights = None if class_weight is None else tf.constant([class_weight[label] for label in y[:8].argmax(-1)])
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x[:8], y=first, y_pred=model(x[:8], training=True), sample_weight=weights)
    for i, gradient in enumerate(tape.gradient(loss, model.trainable_variables)):
        np.save(f"{folder}/grad0/{i:03}.npy", gradient.numpy())
    model.reset_metrics()

    def steps(model, reset):
        logs = []
        for step in range(2):
            if reset:
                model.reset_metrics()
            rows = tf.nest.map_structure(lambda array: array[8 * step : 8 * step + 8], y)
            batch = model.train_on_batch(x[8 * step : 8 * step + 8], rows, class_weight=class_weight, return_dict=True)
            logs.append({k: float(v) + shift for k, v in batch.items()})
        return logs

    running = steps(keras.models.load_model(f"{folder}/model.keras"), False)
    logs = steps(model, True)
    for i, weight in enumerate(model.weights):
        np.save(f"{folder}/after/{i:03}.npy", weight.numpy())
    model.save_weights(f"{folder}/after.weights.h5")
    for i, array in enumerate(tf.nest.flatten(model(x[:8], training=False))):
        np.save(f"{folder}/pred_after{i}.npy", array.numpy())
    variables = [{"path": v.path, "shape": list(v.shape)} for v in model.optimizer.variables]
    order = [w.path for w in model.weights]
    write(f"{folder}/train.json", {
        "optimizer": {"class_name": "SGD"}, "mode": "train_on_batch", "inputs": ["x0.npy"], "targets": [f"y{i}.npy" for i in range(len(targets))],
        "sample_weight": None, "class_weight": class_weight,
        "batch_size": 8, "steps": 2, "weights_order": order, "trainable_order": order, "optimizer_variables": variables,
        "learning_rate_before_step": [model.optimizer.learning_rate.numpy().item()] * 2, "rtol": 1e-3, "atol": 1e-4,
    })
    write(f"{folder}/loss.json", {"per_step_after_reset_metrics": logs, "running_without_reset": running})


model_case("fixtures/right/A/one_dense", dense())
model_case("fixtures/right/A/shared_layer_and_ops", graph())
write("fixtures/right/A/of_text/meta.json", {"classes": ["TextVectorization"], "inputs": [], "outputs": [], "weights_in_get_weights_order": []})
model_case("fixtures/wrong/A/shifted_output", dense(), shift=0.5)
training_case("fixtures/right/B/two_steps", trained())
training_case("fixtures/wrong/B/shifted_loss", trained(), shift=0.25)
training_case("fixtures/right/B/named_outputs", named_outputs())
training_case("fixtures/right/B/class_weights_of_one_hot", one_hot(), class_weight={0: 0.5, 1: 1.0, 2: 3.0})
