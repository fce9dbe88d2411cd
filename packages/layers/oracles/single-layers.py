"""Writes src/testing/keras-single-layers.json: what real Keras computes with single layers. python packages/layers/oracles/single-layers.py"""

import json
import os
import re

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras
import numpy as np
from keras import layers

random = np.random.RandomState(11)


def draw(*shape):
    return np.round(random.randn(*shape), 3).astype("float32")


def camel(name):
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def numbers(x):
    return [float(v) for v in np.asarray(x).reshape(-1)] if np.ndim(x) == 0 else [numbers(v) if np.ndim(v) else float(v) for v in np.asarray(x)]


cases = []


def case(name, args, options, x, **call):
    keras.backend.clear_session()
    layer = getattr(layers, name)(*args, **options)
    layer(x, **call)
    if name not in ("STFTSpectrogram", "MelSpectrogram"):
        layer.set_weights([np.abs(draw(*w.shape)) if "variance" in w.name else draw(*w.shape) for w in layer.weights])
    y = layer(x, **call)
    cases.append(
        {
            "class": name,
            "args": args,
            "options": {camel(key): value for key, value in options.items()},
            "call": {camel(key): value for key, value in call.items()},
            "inputs": numbers(x),
            "weights": [{"name": w.name, "shape": list(w.shape), "value": numbers(w)} for w in layer.weights],
            "output": numbers(y),
            "outputShape": list(y.shape),
            "serialized": keras.saving.serialize_keras_object(layer),
        }
    )


rows, grid, ids = draw(4, 6), draw(2, 3, 4), np.array([[0, 2, 4], [1, 1, 3]], "int32")
case("LayerNormalization", [], {"rms_scaling": True}, rows)
case("LayerNormalization", [], {"rms_scaling": True, "axis": [1, 2], "scale": False, "epsilon": 0.01}, grid)
case("BatchNormalization", [], {"synchronized": True}, rows)
case("Embedding", [5, 3], {"lora_rank": 2}, ids)
case("LSTM", [2], {"use_cudnn": False}, grid)
case("GRU", [2], {"use_cudnn": "auto"}, grid)
case("ReversibleEmbedding", [5, 3], {}, ids)
case("ReversibleEmbedding", [5, 4], {"logit_soft_cap": 0.5}, grid, reverse=True)
case("ReversibleEmbedding", [5, 4], {"tie_weights": False, "reverse_dtype": "float32"}, grid, reverse=True)
case("EinsumDense", ["abc,cd->abd", [None, 5]], {"bias_axes": "d", "lora_rank": 2, "lora_alpha": 3}, grid)
case("EinsumDense", ["abc,cde->abde", [3, 2, 5]], {"lora_rank": 1, "kernel_regularizer": "l2"}, grid)

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../src/testing/keras-single-layers.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")
