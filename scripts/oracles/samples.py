"""Targets and guesses that losses and metrics of Keras are given, four samples each."""

from keras_values import draws, np

normal, uniform = draws(0)
probabilities = uniform(4, 3)
probabilities = np.round(probabilities / probabilities.sum(-1, keepdims=True), 4).astype("float32")
classes = np.array([0, 2, 1, 2], "int32")
one_hot = np.eye(3, dtype="float32")[classes]
values, guesses = normal(4, 3), normal(4, 3)
binary = (uniform(4, 3) > 0.5).astype("float32")
chances = uniform(4, 3)
logits = normal(4, 3) * 3
positive, positive_guess = np.abs(normal(4, 3)), np.abs(normal(4, 3))
sample_weight = np.array([1, 0.5, 2, 0], "float32")
