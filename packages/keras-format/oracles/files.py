"""Writes src/testing/fixtures: one small model in each kind of file, what it gives, and what it does in training."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import h5py, keras, numpy as np
from keras import layers as L

out = "src/testing/fixtures"
os.makedirs(out, exist_ok=True)
formula = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)

x, y = formula((8, 4), 0.7, 0.1), formula((8, 2), 0.9, 0.4)
a = keras.Input((4,), name="a")
h = L.BatchNormalization(name="norm")(L.Dense(3, activation="tanh", name="hidden")(a))
model = keras.Model(a, L.Dense(2, name="out")(h * 2.0), name="plain")
for i, w in enumerate(model.weights):
    w.assign(np.abs(formula(w.shape, 0.3, i)) + 0.1 if "variance" in w.path else formula(w.shape, 0.3, i))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
model.train_on_batch(x, y)
model.save(f"{out}/plain.keras")
model.save_weights(f"{out}/plain.weights.h5")
expected = {"output": model(x, training=False).numpy().tolist(), "weights": [w.numpy().tolist() for w in model.weights],
            "optimizer": [np.asarray(v.numpy(), "float64").tolist() for v in model.optimizer.variables]}
expected["next"] = {k: float(v) for k, v in model.train_on_batch(x, y, return_dict=True).items()}

stack = keras.Sequential([keras.Input((4,)), L.Dense(3, activation="relu", name="first"), L.Dense(2, name="second")], name="stack")
for i, w in enumerate(stack.weights):
    w.assign(formula(w.shape, 0.5, i))
stack.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mse")
stack.train_on_batch(x, y)
stack.save(f"{out}/stack.h5")
stack.save_weights(f"{out}/stack.weights.json", max_shard_size=1e-7)
expected["stack"] = {"output": stack(x, training=False).numpy().tolist(), "weights": [w.numpy().tolist() for w in stack.weights],
                     "optimizer": [np.asarray(v.numpy(), "float64").tolist() for v in stack.optimizer.variables]}

policies = keras.dtype_policies.DTypePolicyMap("float32", {"attention/query": keras.dtype_policies.DTypePolicy("float64"), "attention/.*_output": keras.dtype_policies.DTypePolicy("float64")})
rows = L.Reshape((2, 2))(keras.Input((4,), name="rows"))
mapped = keras.Model(rows._keras_history.operation.input, L.MultiHeadAttention(2, 3, dtype=policies, name="attention")(rows, rows), name="mapped")
for i, w in enumerate(mapped.weights):
    w.assign(formula(w.shape, 0.5, i))
mapped.save(f"{out}/mapped.keras")
expected["mapped"] = {"output": keras.ops.cast(mapped(x, training=False), "float32").numpy().tolist(), "dtypes": [w.dtype for w in mapped.weights],
                      "weights": [keras.ops.cast(w, "float32").numpy().tolist() for w in mapped.weights], "optimizer": []}

ids = keras.Input((4,), name="ids")
e = L.Embedding(2, 3, mask_zero=True, name="embedding")(keras.ops.cast(ids > 0.3, "int32"))
parts = [L.MultiHeadAttention(2, 2, name="one")(e, e), L.MultiHeadAttention(1, 2, name="two")(e, e), L.GroupQueryAttention(2, 2, 1, name="three")(e, e)]
masked = keras.Model(ids, keras.ops.concatenate(parts, axis=-1), name="masked")
for i, w in enumerate(masked.weights):
    w.assign(formula(w.shape, 0.5, i))
masked.save(f"{out}/masked.keras")
expected["masked"] = {"output": masked(x, training=False).numpy().tolist(), "weights": [w.numpy().tolist() for w in masked.weights], "optimizer": []}

# Keras wraps the optimizer of such a model, and does not say so in the config.
keras.config.set_dtype_policy("mixed_float16")
scaled = keras.Sequential([keras.Input((4,)), L.Dense(2, dtype="float32")], name="scaled")
for i, w in enumerate(scaled.weights):
    w.assign(formula(w.shape, 0.5, i))
scaled.compile(optimizer="adam", loss="mse")
scaled.train_on_batch(x, y)
keras.config.set_dtype_policy("float32")
scaled.save(f"{out}/scaled.keras")
expected["scaled"] = {"output": scaled(x, training=False).numpy().tolist(), "weights": [w.numpy().tolist() for w in scaled.weights], "optimizer": []}

text = keras.Sequential([keras.Input((4,)), L.Lambda(lambda t: t * 2)], name="scripted")
text.save(f"{out}/lambda.keras")


@keras.saving.register_keras_serializable("mine")
class Twice(L.Layer):
    def call(self, t):
        return t * 2


keras.Sequential([keras.Input((4,)), Twice(name="twice")], name="own").save(f"{out}/own_layer.keras")


@keras.saving.register_keras_serializable("mine")
class Own(keras.Model):
    """Holds layers by names before and after "layers", which is an attribute of models, too."""

    def __init__(self, **options):
        super().__init__(**options)
        self.hidden, self.out = L.Dense(3, activation="tanh", name="hidden"), L.Dense(2, name="out")

    def call(self, t):
        return self.out(self.hidden(t))


own = Own(name="own_model")
own(x)
for i, w in enumerate(own.weights):
    w.assign(formula(w.shape, 0.6, i))
own.save(f"{out}/own_model.keras")
expected["own"] = {"output": own(x).numpy().tolist(), "weights": [w.numpy().tolist() for w in own.weights], "optimizer": []}

with h5py.File(f"{out}/dtypes.weights.h5", "w") as file:
    for k, (kernel, bias) in enumerate([("float16", "float64"), (">f4", "int64")]):
        group = file.create_group(f"layers/dense{'' if k == 0 else '_1'}/vars")
        shape = [(4, 3), (3, 2)][k]
        group.create_dataset("0", data=np.arange(np.prod(shape)).reshape(shape).astype(kernel))
        group.create_dataset("1", data=np.arange(shape[1]).astype(bias), chunks=(1,), compression="gzip")
with h5py.File(f"{out}/bfloat16.weights.h5", "w") as file:
    for k, shape in enumerate([(4, 3), (3, 2)]):
        group = file.create_group(f"layers/dense{'' if k == 0 else '_1'}/vars")
        bits = (np.arange(np.prod(shape), dtype="float32").reshape(shape).view("uint32") >> 16).astype("uint16")
        group.create_dataset("0", data=bits.view("V2")).attrs["dtype"] = "bfloat16"
        group.create_dataset("1", data=np.ones(shape[1], "float32"))
with open(f"{out}/expected.json", "w") as file:
    json.dump(expected, file)
