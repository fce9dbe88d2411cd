"""Writes src/testing/keras-values.ts: rates of Keras's schedules."""

from keras.optimizers import schedules
from keras_values import described, plain, serialize, tf, write

CASES = [
    ("ExponentialDecay", [0.1, 10, 0.5], {}),
    ("ExponentialDecay", [0.1, 10, 0.5], {"staircase": True}),
    ("InverseTimeDecay", [0.1, 10, 0.5], {}),
    ("InverseTimeDecay", [0.1, 10, 0.5], {"staircase": True}),
    ("PolynomialDecay", [0.1, 20], {}),
    ("PolynomialDecay", [0.1, 20], {"end_learning_rate": 0.01, "power": 0.5, "cycle": True}),
    ("PiecewiseConstantDecay", [[5, 12], [0.1, 0.05, 0.01]], {}),
    ("CosineDecay", [0.1, 25], {}),
    ("CosineDecay", [0.1, 25], {"alpha": 0.2}),
    ("CosineDecay", [0.0, 20], {"warmup_target": 0.1, "warmup_steps": 8}),
    ("CosineDecayRestarts", [0.1, 8], {}),
    ("CosineDecayRestarts", [0.1, 8], {"t_mul": 1.0, "m_mul": 0.9, "alpha": 0.1}),
    ("CosineDecayRestarts", [0.1, 8], {"t_mul": 1.5, "m_mul": 0.8}),
]
STEPS = [0, 1, 2, 5, 6, 8, 10, 11, 13, 20, 24, 25, 33, 40]


def case(cls, args, options):
    schedule = getattr(schedules, cls)(*args, **options)
    rates = [plain(schedule(tf.constant(step))) for step in STEPS]
    return {**described(cls, options, args), "steps": STEPS, "rates": rates, "serialized": serialize(schedule)}


write("src/testing/keras-values.ts", kerasSchedules=[case(*entry) for entry in CASES])
