"""Keras. Variants: tensorflow, jax or torch, its backend, and tensorflow-xla (jit_compile=True)."""
from common import *

backend, _, xla = options.variant.partition("-")
os.environ["KERAS_BACKEND"] = backend
import keras
import keras_models as models

if backend == "torch":
    import torch
    torch.set_num_threads(options.threads)


class Epochs(keras.callbacks.Callback):
    """Seconds of the last epoch, without what `fit` does before and after."""

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.start


def training(unit, model, optimizer, x, y, batch=32, loss="sparse_categorical_crossentropy", metrics=()):
    model.compile(loss=loss, optimizer=optimizer, metrics=list(metrics), **({"jit_compile": True} if xla else {}))
    epochs, steps = Epochs(), -(-len(x) // batch)

    def turn():
        model.fit(x, y, batch_size=batch, epochs=1, verbose=0, callbacks=[epochs])
        return epochs.seconds * PER_SECOND[unit] / steps

    turn()
    return turn


def sgd(rate):
    return keras.optimizers.SGD(rate)


@row("W1", "step")
def _():
    return training("us", models.classifier(), sgd(0.01), *digits(55000))


@row("W1", "step with accuracy")
def _():
    return training("us", models.classifier(), sgd(0.01), *digits(55000), metrics=["accuracy"])


@row("W2", "step")
def _():
    x, y = digits(384)
    return training("ms", models.convolutional(), "nadam", x.reshape(-1, 28, 28, 1), y)


@row("W3", "training step")
def _():
    return training("ms", models.resnet34(), sgd(0.01), noise(16, 224, 224, 3), classes(16), batch=8)


@row("W5", "step")
def _():
    return training("us", models.regressor(), sgd(0.001), noise(11610, 8), noise(11610, 1), loss="mse")


@row("W5", "step by step")
def _():
    model = models.regressor()
    model.compile(loss="mse", optimizer=sgd(0.001), **({"jit_compile": True} if xla else {}))
    x, y = noise(32, 8), noise(32, 1)
    return repeated("us", lambda: model.train_on_batch(x, y))


@row("W6", "step")
def _():
    return training("us", models.batch_norm(), "nadam", *digits(9600))


@row("W7", "100 passes")
def _():
    x, model = digits(10000)[0], models.dropout()
    numpy = keras.ops.convert_to_numpy
    return timed("s", 0.1, lambda: np.stack([numpy(model(x, training=True)) for _ in range(10)]).mean(0))


@row("W11", "step")
def _():
    return training("ms", models.lstm(), "adam", noise(640, 100, 64), classes(640))


@row("W12", "step")
def _():
    return training("ms", models.encoder(), "adam", noise(48, 128, 256), classes(48), batch=16)


def prediction(unit, model, x):
    return repeated(unit, lambda: model.predict_on_batch(x))


row("W3", "inference of 1")(lambda: prediction("ms", models.resnet34(), noise(1, 224, 224, 3)))
row("W3", "inference of 8")(lambda: prediction("ms", models.resnet34(), noise(8, 224, 224, 3)))
row("W4", "mlp")(lambda: prediction("us", models.classifier(), noise(1, 784)))
row("W4", "cnn")(lambda: prediction("us", models.convolutional(), noise(1, 28, 28, 1)))
serve()
