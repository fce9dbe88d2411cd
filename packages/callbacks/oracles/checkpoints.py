"""Writes src/testing/fixtures/checkpoints.json: what Keras's ModelCheckpoint saves on given metrics, and how Python formats numbers."""
import contextlib, io, itertools, json, os, tempfile, warnings
import keras
from keras.src.trainers.compile_utils import MetricsList

warnings.simplefilter("ignore")
out = os.path.abspath("src/testing/fixtures/checkpoints.json")
os.chdir(tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp")))


class FakeModel:
    """Writes down what it is asked to save."""

    def __init__(self):
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy"), keras.metrics.MeanAbsoluteError(name="mae")]
        self.metrics = [MetricsList(metrics)]
        self.saved = []

    def save(self, path, overwrite):
        self.saved.append(["save", path])

    def save_weights(self, path, overwrite):
        self.saved.append(["saveWeights", path])


def run(filepath, options, values, batches=4):
    checkpoint, model = keras.callbacks.ModelCheckpoint(filepath, **options), FakeModel()
    checkpoint.set_model(model)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        checkpoint.on_train_begin()
        # Keras finds out which direction is better at the end of the first epoch, and fails on batches before.
        checkpoint._set_monitor_op()
        for epoch, value in enumerate(values):
            checkpoint.on_epoch_begin(epoch)
            for batch in range(batches):
                checkpoint.on_train_batch_end(batch, {"loss": 1 / (1 + epoch * batches + batch)})
            checkpoint.on_epoch_end(epoch, {"loss": 0.5, "val_loss": value, "accuracy": value, "mae": value})
    best = None if checkpoint.best is None else float(checkpoint.best)
    lines = [line for line in printed.getvalue().split("\n") if line]
    return {"filepath": filepath, "options": options, "values": values, "batches": batches, "saved": model.saved, "best": best, "printed": lines}


values = [1.0, 0.8, 0.85, 0.84, 0.7, 0.72, 0.69, 0.69, 0.75]
runs = []
for weights, best, verbose in itertools.product([False, True], [False, True], [0, 1]):
    end = ".weights.h5" if weights else ".keras"
    common = {"save_weights_only": weights, "save_best_only": best, "verbose": verbose}
    runs.append(run("a/{epoch:02d}-{val_loss:.2f}" + end, common, values))
    runs.append(run("last" + end, {**common, "monitor": "accuracy"}, values))
    runs.append(run("{epoch}" + end, {**common, "monitor": "mae", "mode": "max", "initial_value_threshold": 0.9}, values))
    runs.append(run("{epoch}" + end, {**common, "initial_value_threshold": 0.75}, values))
    for freq in [1, 3, 5]:
        runs.append(run("{epoch}-{batch:03d}-{loss:.3f}" + end, {**common, "monitor": "loss", "save_freq": freq}, values[:4]))

formats = ["", "d", "02d", "5d", "<5d", "^7d", "+d", " d", "*>6d", "=+6d", "05d", "f", ".2f", ".0f", "08.3f", "+.1f", "e", ".2e", "E", "g", ".3g", "G", ".2%", "%", "10", "<10.3f", "F"]
numbers = [0, 3, 12, -7, 0.5, 0.125, -2.5, 1234.5678, 1e-7, 1e22, 123456789.0, 0.1, float("inf"), float("nan")]
formatted = []
for format, number in itertools.product(formats, numbers):
    try:
        text = ("{x:" + format + "}").format(x=number)
    except ValueError:
        text = None
    # What Python calls a float may be an integer in JavaScript, which has one kind of numbers.
    if isinstance(number, float) and number == int(number) if number == number and abs(number) != float("inf") else False:
        continue
    formatted.append([format, str(number), text])
with open(out, "w") as file:
    print(json.dumps({"runs": runs, "formatted": formatted}), file=file)
