"""Writes src/testing/fixtures/hooks.json: the order in which callbacks are called, for fit.test.ts."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np
from keras import layers as L

hooks = [f"on_{when}" for when in ("train_begin", "train_end", "epoch_begin", "epoch_end", "test_begin", "test_end", "predict_begin", "predict_end")]
hooks += [f"on_{mode}_batch_{end}" for mode in ("train", "test", "predict") for end in ("begin", "end")]


def recorder(stop=None):
    calls = []
    callback = keras.callbacks.Callback()

    def record(hook, args, logs):
        keys = sorted(logs) if logs and "predict" not in hook else None
        calls.append([hook, *args, keys])
        if stop == (hook, *args):
            callback.model.stop_training = True

    for hook in hooks:
        indexed = "epoch" in hook or "batch" in hook
        setattr(callback, hook, (lambda i, logs=None, h=hook: record(h, [i], logs)) if indexed else (lambda logs=None, h=hook: record(h, [], logs)))
    return callback, calls


x, y = np.ones((5, 3), "float32"), np.ones((5, 1), "float32")


def run(job, stop=None, **options):
    model = keras.Sequential([keras.Input((3,)), L.Dense(1)])
    model.compile(loss="mse", metrics=["mae"])
    callback, calls = recorder(stop)
    args = (x,) if job == "predict" else (x, y)
    getattr(model, job)(*args, batch_size=2, verbose=0, callbacks=[callback], **options)
    return calls


validation = dict(validation_data=(x[:3], y[:3]))
with open("src/testing/fixtures/hooks.json", "w") as file:
    print(json.dumps({
        "fit": run("fit", epochs=2, **validation),
        "stoppedInBatch": run("fit", ("on_train_batch_end", 1), epochs=3, **validation),
        "stoppedInBatchBegin": run("fit", ("on_train_batch_begin", 0), epochs=3),
        "stoppedInEpochBegin": run("fit", ("on_epoch_begin", 1), epochs=3),
        "stoppedInEpochEnd": run("fit", ("on_epoch_end", 0), epochs=3, validation_freq=2, **validation),
        "stoppedInTrainBegin": run("fit", ("on_train_begin",), epochs=2),
        "noEpochs": run("fit", epochs=0),
        "resumed": run("fit", epochs=3, initial_epoch=2),
        "evaluate": run("evaluate"),
        "predict": run("predict"),
    }), file=file)
