"""TensorFlow without Keras's loops. Variants: eager; function and xla, one call of a tf.function a step; loop and xla-loop, the loop inside of it."""
from common import *

os.environ["KERAS_BACKEND"] = "tensorflow"
import tensorflow as tf

xla = options.variant.startswith("xla")
looped = options.variant.endswith("loop")


class Dense(tf.Module):
    """Layers with ReLU between them, and none after the last."""

    def __init__(self, sizes):
        self.pairs = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            limit = (6 / (inputs + outputs)) ** 0.5
            self.pairs.append((tf.Variable(noise(inputs, outputs) * limit), tf.Variable(tf.zeros(outputs))))

    def __call__(self, x):
        for kernel, bias in self.pairs[:-1]:
            x = tf.nn.relu(x @ kernel + bias)
        kernel, bias = self.pairs[-1]
        return x @ kernel + bias


def cross_entropy(labels, logits):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


def squares(targets, outputs):
    return tf.reduce_mean(tf.square(targets - outputs))


def training(sizes, loss, rate, x, y):
    steps = len(x) // 32
    model = Dense(sizes)
    weights = model.trainable_variables

    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x))
        for weight, gradient in zip(weights, tape.gradient(value, weights)):
            weight.assign_sub(rate * gradient)

    xs = tf.constant(x[: steps * 32].reshape(steps, 32, -1))
    ys = tf.constant(y[: steps * 32].reshape(steps, 32, *y.shape[1:]))
    if looped:
        def all_steps():
            for i in tf.range(steps):
                step(tf.ensure_shape(xs[i], xs.shape[1:]), tf.ensure_shape(ys[i], ys.shape[1:]))

        epoch = tf.function(all_steps, jit_compile=xla)
    else:
        compiled = tf.function(step, jit_compile=xla)
        batches = [(xs[i], ys[i]) for i in range(steps)]

        def epoch():
            for batch in batches:
                compiled(*batch)

    return timed("us", steps, epoch, lambda: weights[0].numpy())


def prediction(unit, name, x):
    import keras_models
    model = getattr(keras_models, name)()
    predict, x = tf.function(lambda x: model(x, training=False), jit_compile=xla), tf.constant(x)
    return repeated(unit, lambda: predict(x).numpy())


if options.variant == "eager":
    products(tf.matmul, tf.constant, lambda result: result.numpy())
elif options.work == "W5" and not looped:
    row("W5", "step by step")(lambda: training([8, 30, 1], squares, 0.001, noise(11610, 8), noise(11610, 1)))
else:
    row("W1", "step")(lambda: training([784, 300, 100, 10], cross_entropy, 0.01, *digits(55000)))
    row("W5", "step")(lambda: training([8, 30, 1], squares, 0.001, noise(11610, 8), noise(11610, 1)))
row("W3", "inference of 1")(lambda: prediction("ms", "resnet34", noise(1, 224, 224, 3)))
row("W3", "inference of 8")(lambda: prediction("ms", "resnet34", noise(8, 224, 224, 3)))
row("W4", "mlp")(lambda: prediction("us", "classifier", noise(1, 784)))
row("W4", "cnn")(lambda: prediction("us", "convolutional", noise(1, 28, 28, 1)))


@row("W7", "100 passes")
def _():
    import keras_models
    model, x = keras_models.dropout(), tf.constant(digits(10000)[0])
    draw = tf.function(lambda x: model(x, training=True))
    return timed("s", 0.1, lambda: np.stack([draw(x) for _ in range(10)]).mean(0))


serve()
