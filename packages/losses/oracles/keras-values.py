"""Writes src/testing/keras-values.ts and src/testing/keras-configs.ts: values, gradients and configs of Keras's losses."""

from keras import losses
from keras_values import described, np, plain, serialize, tf, write
from samples import (
    binary,
    chances,
    classes,
    guesses,
    logits,
    normal,
    one_hot,
    positive,
    positive_guess,
    probabilities,
    sample_weight,
    values,
)

embeddings = normal(5, 4)
embeddings /= np.linalg.norm(embeddings, axis=-1, keepdims=True)
CASES = [
    ("MeanSquaredError", {}, values, guesses),
    ("MeanAbsoluteError", {}, values, guesses),
    ("MeanAbsolutePercentageError", {}, values, guesses),
    ("MeanSquaredLogarithmicError", {}, positive, positive_guess),
    ("LogCosh", {}, values, guesses),
    ("Huber", {}, values, guesses),
    ("Huber", {"delta": 0.3}, values, guesses),
    ("Poisson", {}, positive, positive_guess),
    ("KLDivergence", {}, one_hot, probabilities),
    ("Hinge", {}, binary, guesses),
    ("Hinge", {}, binary * 2 - 1, guesses),
    ("SquaredHinge", {}, binary, guesses),
    ("CategoricalHinge", {}, one_hot, probabilities),
    ("CosineSimilarity", {}, values, guesses),
    ("CosineSimilarity", {"axis": 0}, values, guesses),
    ("BinaryCrossentropy", {}, binary, chances),
    ("BinaryCrossentropy", {"from_logits": True}, binary, logits),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, binary, chances),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, binary, logits),
    ("BinaryFocalCrossentropy", {}, binary, chances),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "gamma": 3.0, "from_logits": True}, binary, logits),
    ("CategoricalCrossentropy", {}, one_hot, probabilities),
    ("CategoricalCrossentropy", {"from_logits": True}, one_hot, logits),
    ("CategoricalCrossentropy", {"label_smoothing": 0.3}, one_hot, probabilities),
    ("CategoricalCrossentropy", {}, one_hot, one_hot),
    ("CategoricalFocalCrossentropy", {}, one_hot, probabilities),
    ("CategoricalFocalCrossentropy", {"from_logits": True, "alpha": 0.5, "gamma": 1.5}, one_hot, logits),
    ("SparseCategoricalCrossentropy", {}, classes, probabilities),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, classes, logits),
    ("CategoricalFocalCrossentropy", {"alpha": [0.2, 0.5, 0.9]}, one_hot, probabilities),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, classes, probabilities),
    ("SparseCategoricalCrossentropy", {"ignore_class": -1, "from_logits": True}, np.array([-1, 2, 1, -1]), logits),
    ("SparseCategoricalCrossentropy", {}, classes[:, None], probabilities),
    ("Dice", {}, binary, chances),
    ("Dice", {"axis": [1]}, binary, chances),
    ("Tversky", {"alpha": 0.3, "beta": 0.7}, binary, chances),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.7}, classes, probabilities),
    ("Circle", {}, np.array([0, 0, 1, 1, 2]), embeddings),
    ("MeanSquaredError", {}, values[:, 0], guesses[:, :1]),
    ("BinaryCrossentropy", {}, binary[:, 0], chances[:, :1]),
    ("CTC", {}, np.array([[1, 2, 0], [2, 2, 1]], "int32"), normal(2, 6, 4)),
]
# One number for all samples: weights and other reductions of samples say nothing.
OF_THE_BATCH = {"Circle", "Dice", "Tversky", "CTC"}


def case(cls, options, targets, guess):
    loss = lambda **more: getattr(losses, cls)(**options, **more)
    variable = tf.Variable(guess)
    with tf.GradientTape() as tape:
        value = loss()(targets, variable)
    gradient = tape.gradient(value, variable)
    found = {
        **described(cls, options),
        "yTrue": plain(targets),
        "yPred": plain(guess),
        "loss": plain(value),
        "gradient": plain(np.zeros_like(guess) if gradient is None else gradient),
    }
    if cls not in OF_THE_BATCH and options.get("axis") != 0:
        weighted = lambda **more: plain(loss(**more)(targets, guess, sample_weight=sample_weight))
        found["sampleWeight"] = plain(sample_weight)
        found["weighted"] = weighted()
        found["weightedMean"] = weighted(reduction="mean_with_sample_weight")
        found["sum"] = weighted(reduction="sum")
    found["unreduced"] = plain(loss(reduction=None)(targets, guess))
    return found


CONFIGS = [(cls, {}) for cls in dict.fromkeys(cls for cls, *_ in CASES) if cls != "CTC"] + [
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1, "name": "mine", "reduction": "sum"}),
    ("SparseCategoricalCrossentropy", {"ignore_class": 3, "reduction": None}),
    ("Tversky", {"alpha": 0.2, "axis": [1, 2]}),
]

write("src/testing/keras-values.ts", kerasLosses=[case(*entry) for entry in CASES])
write(
    "src/testing/keras-configs.ts",
    kerasConfigs=[{**described(cls, options), "serialized": serialize(getattr(losses, cls)(**options))} for cls, options in CONFIGS],
)
