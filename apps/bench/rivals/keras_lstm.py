"""W11 in Keras: LSTM(128) over 100 steps at batch 32, trained. One JSON line: seconds of each epoch after the first.

    python keras_lstm.py --backend tensorflow|torch [--threads N]
"""
import argparse, json, os, time

parser = argparse.ArgumentParser()
parser.add_argument("--backend", required=True, choices=["tensorflow", "torch"])
parser.add_argument("--threads", type=int, default=0)
parser.add_argument("--samples", type=int, default=640)
parser.add_argument("--features", type=int, default=64)
parser.add_argument("--epochs", type=int, default=4)
a = parser.parse_args()
os.environ["KERAS_BACKEND"] = a.backend
if a.threads:
    os.environ["OMP_NUM_THREADS"] = os.environ["TF_NUM_INTRAOP_THREADS"] = str(a.threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"

import numpy as np
import keras
from keras import layers

if a.backend == "torch" and a.threads:
    import torch
    torch.set_num_threads(a.threads)

random = np.random.RandomState(0)
x = random.randn(a.samples, 100, a.features).astype("float32")
y = random.randint(0, 10, a.samples)
model = keras.Sequential([layers.Input((100, a.features)), layers.LSTM(128), layers.Dense(10, "softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")


class Times(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


times = Times()
model.fit(x, y, batch_size=32, epochs=a.epochs + 1, verbose=0, callbacks=[times])
print(json.dumps({"framework": "keras-" + a.backend, "seconds": times.seconds[1:]}))
