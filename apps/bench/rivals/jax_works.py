"""JAX. Variants: jit, one call a step, and scan, a whole epoch in one call."""
from common import *
import jax
import jax.numpy as jnp
from jax import lax

wait = jax.block_until_ready


def dense(sizes):
    limit = [(6 / (inputs + outputs)) ** 0.5 for inputs, outputs in zip(sizes, sizes[1:])]
    return [(jnp.asarray(noise(i, o) * scale), jnp.zeros(o)) for i, o, scale in zip(sizes, sizes[1:], limit)]


def classify(weights, x):
    *hidden, (kernel, bias) = weights
    for inner, offset in hidden:
        x = jax.nn.relu(x @ inner + offset)
    return x @ kernel + bias


KERNELS = [(7, 1, 64), (3, 64, 128), (3, 128, 128), (3, 128, 256), (3, 256, 256)]


def convolutions():
    scaled = [noise(size, size, i, o) * (6 / (size * size * i)) ** 0.5 for size, i, o in KERNELS]
    return [(jnp.asarray(kernel), jnp.zeros(kernel.shape[-1])) for kernel in scaled], dense([2304, 128, 64, 10])


def convolve(weights, x, key=None):
    """Dropout only with a key."""
    kernels, (*hidden, (kernel, bias)) = weights
    for at, (inner, offset) in enumerate(kernels):
        x = jax.nn.relu(lax.conv_general_dilated(x, inner, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + offset)
        if at % 2 == 0:
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = x.reshape(len(x), -1)
    for at, (inner, offset) in enumerate(hidden):
        x = jax.nn.relu(x @ inner + offset)
        if key is not None:
            x = jnp.where(jax.random.bernoulli(jax.random.fold_in(key, at), 0.5, x.shape), 2 * x, 0)
    return x @ kernel + bias


def cross_entropy(labels, logits):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()


def squares(targets, outputs):
    return jnp.mean((targets - outputs) ** 2)


def training(sizes, loss, rate, x, y):
    steps = len(x) // 32

    def step(weights, x, y):
        gradients = jax.grad(lambda weights: loss(y, classify(weights, x)))(weights)
        return jax.tree.map(lambda weight, gradient: weight - rate * gradient, weights, gradients)

    state = [dense(sizes)]
    if options.variant == "scan":
        xs = jnp.asarray(x[: steps * 32].reshape(steps, 32, -1))
        ys = jnp.asarray(y[: steps * 32].reshape(steps, 32, *y.shape[1:]))
        loop = jax.jit(lambda weights: lax.scan(lambda weights, batch: (step(weights, *batch), None), weights, (xs, ys))[0], donate_argnums=0)

        def epoch():
            state[0] = loop(state[0])
    else:
        compiled = jax.jit(step, donate_argnums=0)

        def epoch():
            for at in range(0, steps * 32, 32):
                state[0] = compiled(state[0], x[at : at + 32], y[at : at + 32])

    return timed("us", steps, epoch, lambda: wait(state[0]))


def nadam(rate):
    """Keras's Nadam; its schedule of momenta is part of the state."""
    def start(weights):
        zeros = jax.tree.map(jnp.zeros_like, weights)
        return zeros, zeros, jnp.float32(0), jnp.float32(1)

    def update(weights, gradients, state):
        first, second, count, product = state
        count = count + 1
        now, after = (0.9 * (1 - 0.5 * 0.96 ** t) for t in (count, count + 1))
        product = product * now
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)

        def moved(weight, gradient, m, v):
            mean = after * m / (1 - product * after) + (1 - now) * gradient / (1 - product)
            return weight - rate * mean / (jnp.sqrt(v / (1 - 0.999 ** count)) + 1e-7)

        return jax.tree.map(moved, weights, gradients, first, second), (first, second, count, product)

    return start, update


@row("W2", "step")
def _():
    x, y = digits(384)
    x = x.reshape(-1, 28, 28, 1)
    start, update = nadam(1e-3)
    weights = convolutions()
    state = [weights, start(weights), jax.random.key(0)]

    @jax.jit
    def step(weights, slots, key, x, y):
        key, own = jax.random.split(key)
        gradients = jax.grad(lambda weights: cross_entropy(y, convolve(weights, x, own)))(weights)
        return *update(weights, gradients, slots), key

    def epoch():
        for at in range(0, 384, 32):
            state[:] = step(*state, x[at : at + 32], y[at : at + 32])

    return timed("ms", 12, epoch, lambda: wait(state[0]))


def prediction(predict, weights, x):
    compiled, x = jax.jit(predict), jnp.asarray(x)
    return repeated("us", lambda: np.asarray(compiled(weights, x)))


if options.variant == "jit":
    products(jax.jit(jnp.matmul), jnp.asarray, wait)
    row("W4", "mlp")(lambda: prediction(classify, dense([784, 300, 100, 10]), noise(1, 784)))
    row("W4", "cnn")(lambda: prediction(convolve, convolutions(), noise(1, 28, 28, 1)))
row("W1", "step")(lambda: training([784, 300, 100, 10], cross_entropy, 0.01, *digits(55000)))
row("W5", "step" if options.variant == "scan" else "step by step")(
    lambda: training([8, 30, 1], squares, 0.001, noise(11610, 8), noise(11610, 1)))
serve()
