"""Writes src/testing/keras-values.ts and src/testing/keras-configs.ts: results of Keras's metrics after each of two batches, and configs."""

from keras import metrics
from keras_values import described, keras, np, plain, serialize, write
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

CASES = [
    ("Mean", {}, None, None),
    ("Sum", {}, None, None),
    ("Accuracy", {}, classes, np.array([0, 1, 1, 2])),
    ("BinaryAccuracy", {}, binary, chances),
    ("BinaryAccuracy", {"threshold": 0.7}, binary[:, :1], chances[:, :1]),
    ("BinaryAccuracy", {}, binary[:, 0], chances[:, :1]),
    ("CategoricalAccuracy", {}, one_hot, probabilities),
    ("SparseCategoricalAccuracy", {}, classes, probabilities),
    ("SparseCategoricalAccuracy", {}, classes[:, None], probabilities),
    ("TopKCategoricalAccuracy", {"k": 2}, one_hot, probabilities),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, classes, probabilities),
    ("SparseTopKCategoricalAccuracy", {"k": 2, "from_sorted_ids": True}, classes, np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 2, 1]])),
    ("MeanSquaredError", {}, values, guesses),
    ("RootMeanSquaredError", {}, values, guesses),
    ("MeanAbsoluteError", {}, values, guesses),
    ("MeanAbsolutePercentageError", {}, values, guesses),
    ("MeanSquaredLogarithmicError", {}, positive, positive_guess),
    ("LogCoshError", {}, values, guesses),
    ("CosineSimilarity", {}, values, guesses),
    ("Hinge", {}, binary, guesses),
    ("SquaredHinge", {}, binary, guesses),
    ("CategoricalHinge", {}, one_hot, probabilities),
    ("KLDivergence", {}, one_hot, probabilities),
    ("Poisson", {}, positive, positive_guess),
    ("BinaryCrossentropy", {}, binary, chances),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, binary, logits),
    ("CategoricalCrossentropy", {}, one_hot, probabilities),
    ("CategoricalCrossentropy", {"from_logits": True}, one_hot, logits),
    ("SparseCategoricalCrossentropy", {}, classes, probabilities),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, classes, logits),
    ("Precision", {}, binary, chances),
    ("Precision", {"thresholds": [0.3, 0.6]}, binary, chances),
    ("Precision", {"top_k": 2}, binary, chances),
    ("Precision", {"class_id": 1}, binary, chances),
    ("Recall", {}, binary, chances),
    ("Recall", {"thresholds": 0.4}, binary, chances),
    ("TruePositives", {}, binary, chances),
    ("TrueNegatives", {}, binary, chances),
    ("FalsePositives", {}, binary, chances),
    ("FalseNegatives", {"thresholds": [0.2, 0.8]}, binary, chances),
    ("AUC", {}, binary, chances),
    ("AUC", {"curve": "PR", "num_thresholds": 20}, binary, chances),
    ("AUC", {"multi_label": True}, binary, chances),
    ("AUC", {"summation_method": "minoring", "from_logits": True}, binary, logits),
    ("F1Score", {}, one_hot, probabilities),
    ("F1Score", {"average": "macro"}, one_hot, probabilities),
    ("F1Score", {"average": "micro", "threshold": 0.3}, one_hot, probabilities),
    ("FBetaScore", {"beta": 2.0, "average": "weighted"}, one_hot, probabilities),
    ("R2Score", {}, values, guesses),
    ("R2Score", {"class_aggregation": None}, values, guesses),
    ("MeanIoU", {"num_classes": 3}, classes, np.array([0, 1, 1, 2])),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, classes, np.array([0, 1, 1, 2])),
    ("BinaryIoU", {}, binary, chances),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0]}, one_hot, probabilities),
    ("OneHotMeanIoU", {"num_classes": 3}, one_hot, probabilities),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, classes[:, None], probabilities),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, classes, probabilities),
    ("PrecisionAtRecall", {"recall": 0.5}, binary, chances),
    ("RecallAtPrecision", {"precision": 0.5}, binary, chances),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, binary, chances),
    ("SpecificityAtSensitivity", {"sensitivity": 0.5}, binary, chances),
    ("PearsonCorrelation", {}, values, guesses),
    ("ConcordanceCorrelation", {}, values, guesses),
]
OF_VALUES = [normal(4), normal(3, 2)]


def results(metric, batches, **options):
    for batch in batches:
        metric.update_state(*batch, **options)
        yield plain(metric.result())


def case(cls, options, targets, guess):
    make = lambda: getattr(metrics, cls)(**options)
    first, second = ([x] for x in OF_VALUES) if targets is None else ((targets, guess), (targets[::-1][:3].copy(), guess[:3]))
    found = {**described(cls, options), "batches": [[plain(x) for x in batch] for batch in (first, second)]}
    found["results"] = list(results(make(), [first, second]))
    try:
        [weighted] = results(make(), [first], sample_weight=sample_weight)
        found |= {"sampleWeight": plain(sample_weight), "weighted": weighted}
    except Exception as error:
        print(f"{cls} takes no weights here: {str(error)[:80]}")
    metric = make()
    list(results(metric, [first]))
    return found | {"variables": [[variable.name, list(variable.shape)] for variable in metric.variables]}


def config(cls, options):
    keras.backend.clear_session()
    return {**described(cls, options), "serialized": serialize(getattr(metrics, cls)(**options))}


CONFIGS = {str(entry[:2]): entry[:2] for entry in CASES}
write("src/testing/keras-values.ts", kerasMetrics=[case(*entry) for entry in CASES])
write("src/testing/keras-configs.ts", kerasConfigs=[config(*entry) for entry in CONFIGS.values()])
