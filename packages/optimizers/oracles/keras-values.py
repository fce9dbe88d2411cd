"""Writes src/testing/keras-values.ts: weights after each of five steps of Keras's optimizers, and the state they end with."""

from keras import optimizers
from keras_values import described, draws, keras, plain, serialize, tf, write

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"clipnorm": 0.5}),
    ("SGD", {"clipvalue": 0.2}),
    ("SGD", {"global_clipnorm": 0.7}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2}),
    ("SGD", {"gradient_accumulation_steps": 2, "momentum": 0.5}),
    ("SGD", {"loss_scale_factor": 4.0}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.9, "centered": True, "rho": 0.8}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "learning_rate": 0.05}),
    ("Adam", {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-4}),
    ("Adam", {"gradient_accumulation_steps": 2}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.05, "beta_1": 0.8}),
    ("AdamW", {}),
    ("Adagrad", {"learning_rate": 0.1}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adamax", {"learning_rate": 0.01}),
    ("Ftrl", {"learning_rate": 0.1}),
    (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.03,
            "beta": 0.1,
        },
    ),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.01, "weight_decay": 0.1}),
    ("Adam", {}, ("ExponentialDecay", [0.1, 2, 0.5])),
    ("Adafactor", {}),
    ("Adafactor", {"learning_rate": 0.5, "relative_step": False, "clip_threshold": 0.5, "beta_2_decay": -0.6}),
    ("Lamb", {}),
    ("Lamb", {"learning_rate": 0.05, "weight_decay": 0.1}),
    ("Muon", {}),
    ("Muon", {"learning_rate": 0.02, "nesterov": False, "rms_rate": None, "weight_decay": None, "ns_steps": 3}),
    ("Muon", {"learning_rate": 0.01, "exclude_layers": ["kern"], "adam_lr_ratio": 0.5}),
]
normal, _ = draws(0)
start = [normal(2, 3), normal(3)]
gradients = [[normal(2, 3), normal(3)] for _ in range(5)]


def case(cls, options, schedule=None):
    keras.backend.clear_session()
    rate = {} if schedule is None else {"learning_rate": getattr(optimizers.schedules, schedule[0])(*schedule[1])}
    optimizer = getattr(optimizers, cls)(**options, **rate)
    weights = [keras.Variable(value, name=name) for value, name in zip(start, ("kernel", "bias"))]
    after_each = []
    for step in gradients:
        optimizer.apply([tf.constant(gradient) for gradient in step], weights)
        after_each.append([plain(weight.numpy()) for weight in weights])
    return {
        **described(cls, options),
        "afterEach": after_each,
        "variables": [[variable.name.split("/")[-1], list(variable.shape)] for variable in optimizer.variables],
        "state": [plain(variable.numpy()) for variable in optimizer.variables],
        "serialized": serialize(optimizer),
        **({} if schedule is None else {"schedule": schedule}),
    }


write(
    "src/testing/keras-values.ts",
    kerasOptimizers=[case(*entry) for entry in CASES],
    start=[plain(value) for value in start],
    gradients=[[plain(gradient) for gradient in step] for step in gradients],
)
