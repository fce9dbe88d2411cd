"""Writes src/testing/fixtures/containers.keras and containers.json: a model whose layers are in lists and dictionaries of lists, and what it gives."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras, numpy as np
from keras import layers as L

formula = lambda shape, a, b: np.sin(np.arange(np.prod(shape), dtype="float64") * a + b).astype("float32").reshape(shape)


@keras.saving.register_keras_serializable("mine")
class Pair(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.sides = {"left": [L.Dense(3)], "right": [L.Dense(3)]}

    def call(self, x):
        return self.sides["left"][0](x) * self.sides["right"][0](x)


@keras.saving.register_keras_serializable("mine")
class Stages(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stages = [[1, 2], [L.Dense(4), L.Dense(3)], {"pair": Pair(), "more": [[L.Dense(2)]]}]

    def call(self, x):
        for layer in [*self.stages[1], self.stages[2]["pair"], self.stages[2]["more"][0][0]]:
            x = layer(x)
        return x


model = Stages()
x = formula((8, 4), 0.7, 0.1)
model(x)
for i, w in enumerate(model.weights):
    w.assign(0.4 * formula(w.shape, 0.3, i))
model.save("src/testing/fixtures/containers.keras")
output = model(x).numpy().tolist()
with open("src/testing/fixtures/containers.json", "w") as file:
    json.dump({"output": output}, file)
