"""Writes src/testing/fixtures/early-stopping.json: what Keras's EarlyStopping does on given metrics, for early-stopping.test.ts."""
import contextlib, io, itertools, json, warnings
import keras
from keras.src.trainers.compile_utils import MetricsList

warnings.simplefilter("ignore")


class FakeModel:
    """Weights are the number of the last epoch."""
    stop_training = False
    weights = None

    def __init__(self):
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy"), keras.metrics.MeanAbsoluteError(name="mae")]
        self.metrics = [MetricsList(metrics)]

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def run(options, values):
    stopping, model = keras.callbacks.EarlyStopping(**options), FakeModel()
    stopping.set_model(model)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        stopping.on_train_begin()
        epochs = 0
        for epoch, value in enumerate(values):
            model.weights, epochs = epoch, epoch + 1
            stopping.on_epoch_end(epoch, {} if value is None else {options.get("monitor", "val_loss"): value})
            if model.stop_training:
                break
        stopping.on_train_end()
    return {"options": options, "values": values, "epochs": epochs, "stoppedEpoch": stopping.stopped_epoch, "bestEpoch": stopping.best_epoch,
            "best": None if stopping.best is None else float(stopping.best), "weights": model.weights, "printed": printed.getvalue()}


falling = [1.0, 0.8, 0.85, 0.84, 0.7, 0.72, 0.69, 0.69, 0.75, 0.71, 0.7]
rising = [0.1, 0.5, 0.45, 0.5, 0.52, 0.51, 0.6, 0.6, 0.55, 0.3, 0.7]
flat = [0.5] * 6
skipped = [None, 1.0, None, None, 0.5, None, 0.6, None, 0.7, 0.8]
runs = []
for patience, restore, delta in itertools.product([0, 1, 2, 3], [False, True], [0, 0.02, -0.02]):
    common = {"patience": patience, "restore_best_weights": restore, "min_delta": delta, "verbose": 1}
    runs.append(run(common, falling))
    runs.append(run({**common, "monitor": "val_accuracy"}, rising))
    runs.append(run({**common, "monitor": "accuracy", "mode": "min"}, falling))
    runs.append(run({**common, "monitor": "mae", "mode": "max"}, rising))
    runs.append(run(common, flat))
    runs.append(run(common, skipped))
for start, baseline, restore in itertools.product([0, 2, 5, 20], [None, 0.75, 0.1], [False, True]):
    options = {"patience": 2, "start_from_epoch": start, "baseline": baseline, "restore_best_weights": restore}
    runs.append(run(options, falling))
    runs.append(run({**options, "monitor": "accuracy"}, rising))
with open("src/testing/fixtures/early-stopping.json", "w") as file:
    print("[\n" + ",\n".join(map(json.dumps, runs)) + "\n]", file=file)
