"""Writes models of Keras with what they give, as cases of conformance set A: every layer with several option sets, ops of keras.ops in graphs,
and ways to connect models. Run with a Python that has Keras and TensorFlow, then compare:

    python oracles/models.py /tmp/models && pnpm conformance /tmp/models --set A
"""
import json, os, shutil, sys
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import keras, numpy as np
from keras import layers as L, ops

out = os.path.join(sys.argv[1], "A")
random = np.random.default_rng(7)
only = sys.argv[2] if len(sys.argv) > 2 else ""


def classes(model):
    found = set()

    def visit(json):
        if isinstance(json, dict):
            if "class_name" in json and not str(json.get("module")).startswith("keras.src.ops"):
                found.add(json["class_name"])
            for value in json.values():
                visit(value)
        elif isinstance(json, list):
            for value in json:
                visit(value)

    visit(json.loads(model.to_json()))
    return sorted(name for name in found if not name.startswith("__"))


def case(name, model, inputs=None, rtol=1e-4, atol=1e-5, h5=False):
    if only not in name:
        return
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    for w in model.weights:
        if "float" in str(w.dtype):
            value = random.normal(size=w.shape) * 0.4
            w.assign(np.abs(value) + 0.3 if "variance" in w.path or "stddev" in w.path else value)
    if inputs is None:
        inputs = [random.normal(size=(2, *[d or 5 for d in i.shape[1:]])).astype("float32") if "float" in i.dtype else random.integers(0, 6, size=(2, *[d or 5 for d in i.shape[1:]])).astype(i.dtype) for i in model.inputs]
    structure = keras.tree.pack_sequence_as(model._inputs_struct, inputs) if hasattr(model, "_inputs_struct") else inputs[0]
    flat = keras.tree.flatten(model(structure, training=False))
    model.save(f"{folder}/model.keras")
    if h5:
        model.save_weights(f"{folder}/model.weights.h5")
        model.save(f"{folder}/model.h5")
    for i, x in enumerate(inputs):
        np.save(f"{folder}/x{i}.npy", x)
    for i, y in enumerate(flat):
        np.save(f"{folder}/y{i}.npy", keras.ops.convert_to_numpy(ops.cast(y, "float32") if y.dtype == "bfloat16" else y))
    weights = [{"path": w.path, "shape": list(w.shape), "dtype": str(w.dtype), "sum": float(np.sum(w.numpy(), dtype="float64")), "abs_sum": float(np.sum(np.abs(w.numpy()), dtype="float64"))} for w in model.weights]
    meta = {"classes": classes(model), "inputs": [{"name": t.name, "file": f"x{i}.npy"} for i, t in enumerate(model.inputs)], "outputs": [{"name": str(i), "file": f"y{i}.npy", "dtype": str(y.dtype.name if hasattr(y.dtype, "name") else y.dtype)} for i, y in enumerate(flat)], "weights_in_get_weights_order": weights, "legacy_h5": h5, "rtol": rtol, "atol": atol}
    with open(f"{folder}/meta.json", "w") as file:
        json.dump(meta, file)


def attempt(name, build):
    if only not in name:
        return
    try:
        build()
    except Exception as error:  # Some options are beyond TensorFlow on a CPU.
        shutil.rmtree(os.path.join(out, name), ignore_errors=True)
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")


counts = {}


def layer(shape, make, dtype="float32", **options):
    """A Sequential of one layer, and a functional model of it."""
    built = make()
    base = keras.src.utils.naming.to_snake_case(built.__class__.__name__)
    counts[base] = counts.get(base, 0) + 1
    name = f"layer_{base}_{counts[base]}"
    attempt(name, lambda: case(name, keras.Sequential([keras.Input(shape, dtype=dtype), built]), **options))


vector, sequence, image, volume = (6,), (7, 4), (8, 7, 3), (5, 6, 4, 2)
regular = dict(kernel_initializer="he_normal", bias_initializer="ones", kernel_regularizer="l2", bias_constraint="max_norm")
for options in [{}, dict(activation="tanh", use_bias=False), regular, dict(activation=keras.layers.LeakyReLU(negative_slope=0.3)), dict(activation=keras.activations.gelu), dict(trainable=False), dict(dtype="float64"), dict(dtype="mixed_bfloat16", rtol=2e-2)]:
    tolerance = {"rtol": options.pop("rtol")} if "rtol" in options else {}
    layer(vector, lambda: L.Dense(5, **options), **({**tolerance, "atol": 2e-2} if tolerance else {}))
layer(sequence, lambda: L.Dense(3))
for name in ["elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh", "celu", "glu", "hard_shrink", "hard_tanh", "log_sigmoid", "soft_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "tanh_shrink"]:
    layer(vector, lambda: L.Activation(name))
layer(vector, lambda: L.ELU(alpha=0.5))
layer(vector, lambda: L.LeakyReLU(negative_slope=0.1))
layer(image, lambda: L.PReLU(shared_axes=[1, 2]))
layer(vector, lambda: L.PReLU(alpha_initializer="ones"))
layer(vector, lambda: L.ReLU(max_value=1.0, negative_slope=0.2, threshold=0.1))
layer(vector, lambda: L.Softmax(axis=-1))
layer(sequence, lambda: L.Softmax(axis=[1, 2]))
for kernel, options in [(3, {}), (2, dict(padding="same", activation="relu")), (3, dict(strides=2, padding="same")), (2, dict(dilation_rate=2, use_bias=False)), (1, dict(groups=1, **regular))]:
    for cls, shape in [(L.Conv1D, sequence), (L.Conv2D, image), (L.Conv3D, volume)]:
        layer(shape, lambda: cls(4, kernel, **options))
    for cls, shape in [(L.Conv1DTranspose, sequence), (L.Conv2DTranspose, image), (L.Conv3DTranspose, volume)]:
        layer(shape, lambda: cls(4, kernel, **{k: v for k, v in options.items() if k != "groups"}))
    for cls, shape in [(L.SeparableConv1D, sequence), (L.SeparableConv2D, image), (L.DepthwiseConv1D, sequence), (L.DepthwiseConv2D, image)]:
        plain = {k: v for k, v in options.items() if not k.startswith("kernel") and k != "groups"}
        layer(shape, lambda: cls(4, kernel, depth_multiplier=2, **plain) if cls in (L.SeparableConv1D, L.SeparableConv2D) else cls(kernel, depth_multiplier=2, **plain))
layer(sequence, lambda: L.Conv1D(4, 3, padding="causal", dilation_rate=2))
layer((8, 7, 4), lambda: L.Conv2D(6, 3, groups=2))
layer((8, 7, 4), lambda: L.Conv2D(6, (3, 2), strides=(2, 1), padding="same"))
for options in [{}, dict(padding="same"), dict(strides=1), dict(strides=3, padding="same")]:
    for cls, shape in [(L.MaxPooling1D, sequence), (L.MaxPooling2D, image), (L.MaxPooling3D, volume), (L.AveragePooling1D, sequence), (L.AveragePooling2D, image), (L.AveragePooling3D, volume)]:
        layer(shape, lambda: cls(2, **options))
for options in [{}, dict(keepdims=True)]:
    for cls, shape in [(L.GlobalMaxPooling1D, sequence), (L.GlobalMaxPooling2D, image), (L.GlobalMaxPooling3D, volume), (L.GlobalAveragePooling1D, sequence), (L.GlobalAveragePooling2D, image), (L.GlobalAveragePooling3D, volume)]:
        layer(shape, lambda: cls(**options))
for cls, shape, size in [(L.AdaptiveAveragePooling1D, sequence, 3), (L.AdaptiveAveragePooling2D, image, (3, 2)), (L.AdaptiveAveragePooling3D, volume, 2), (L.AdaptiveMaxPooling1D, sequence, 3), (L.AdaptiveMaxPooling2D, image, 4), (L.AdaptiveMaxPooling3D, volume, (2, 3, 2))]:
    layer(shape, lambda: cls(size))
for options in [{}, dict(momentum=0.5, epsilon=0.01), dict(center=False), dict(scale=False), dict(center=False, scale=False), dict(renorm=True), dict(beta_regularizer="l1", gamma_constraint="non_neg")]:
    layer(image, lambda: L.BatchNormalization(**options))
layer(image, lambda: L.BatchNormalization(axis=1))
for options in [{}, dict(axis=[1, 2]), dict(center=False), dict(scale=False), dict(epsilon=0.1)]:
    layer(sequence, lambda: L.LayerNormalization(**options))
layer((5, 6), lambda: L.GroupNormalization(groups=3))
layer((5, 6), lambda: L.GroupNormalization(groups=-1, center=False))
layer((5, 6), lambda: L.GroupNormalization(groups=1, scale=False, epsilon=0.01))
layer(sequence, lambda: L.RMSNormalization())
layer(sequence, lambda: L.UnitNormalization(axis=1))
layer(image, lambda: L.SpectralNormalization(L.Conv2D(3, 2), power_iterations=2))
layer(vector, lambda: L.Normalization(mean=[0, 1, 2, 3, 4, 5], variance=[1, 2, 3, 4, 5, 6]))
layer(vector, lambda: L.Normalization(axis=None, mean=1.0, variance=4.0, invert=True))
for built in [lambda: L.Dropout(0.5, seed=3), lambda: L.Dropout(0.2, noise_shape=[None, 1]), lambda: L.GaussianDropout(0.3), lambda: L.GaussianNoise(0.3), lambda: L.AlphaDropout(0.3), lambda: L.ActivityRegularization(l1=0.1, l2=0.2), lambda: L.Identity(), lambda: L.Flatten(), lambda: L.Reshape((2, -1)), lambda: L.RepeatVector(3), lambda: L.Rescaling(0.5, offset=-1), lambda: L.Rescaling([1, 2, 3, 4, 5, 6])]:
    layer(vector, built)
for built in [lambda: L.SpatialDropout1D(0.5), lambda: L.Permute((2, 1)), lambda: L.Cropping1D((1, 2)), lambda: L.ZeroPadding1D(2), lambda: L.UpSampling1D(2), lambda: L.TimeDistributed(L.Dense(3)), lambda: L.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d"), lambda: L.EinsumDense("abc,cde->abde", (None, 3, 2), activation="relu"), lambda: L.Masking(0.0)]:
    layer(sequence, built)
for built in [lambda: L.SpatialDropout2D(0.5), lambda: L.Permute((3, 1, 2)), lambda: L.Cropping2D(((1, 0), (2, 1))), lambda: L.ZeroPadding2D(((1, 0), (2, 1))), lambda: L.UpSampling2D((2, 3)), lambda: L.UpSampling2D(2, interpolation="bilinear"), lambda: L.Flatten(), lambda: L.Resizing(4, 5)]:
    layer(image, built)
for built in [lambda: L.SpatialDropout3D(0.5), lambda: L.Cropping3D(1), lambda: L.ZeroPadding3D((1, 0, 2)), lambda: L.UpSampling3D(2)]:
    layer(volume, built)
for built in [lambda: L.Embedding(9, 4), lambda: L.Embedding(9, 4, embeddings_initializer="normal", embeddings_regularizer="l2")]:
    layer((5,), built, dtype="int32")
for cls in [L.SimpleRNN, L.LSTM, L.GRU]:
    for options in [{}, dict(return_sequences=True), dict(go_backwards=True), dict(return_sequences=True, use_bias=False, unroll=True), dict(activation="relu", recurrent_initializer="glorot_uniform")]:
        layer(sequence, lambda: cls(3, **options))
layer(sequence, lambda: L.GRU(3, reset_after=False))
layer(sequence, lambda: L.LSTM(3, unit_forget_bias=False, recurrent_activation="hard_sigmoid"))
for merge in ["concat", "sum", "mul", "ave"]:
    layer(sequence, lambda: L.Bidirectional(L.GRU(3), merge_mode=merge))
layer(sequence, lambda: L.Bidirectional(L.LSTM(3, return_sequences=True)))
layer(sequence, lambda: L.RNN(L.GRUCell(3), return_sequences=True))
layer(sequence, lambda: L.RNN([L.SimpleRNNCell(3), L.LSTMCell(2)]))
for cls, shape in [(L.ConvLSTM1D, (3, 6, 2)), (L.ConvLSTM2D, (3, 6, 5, 2)), (L.ConvLSTM3D, (2, 4, 4, 4, 1))]:
    layer(shape, lambda: cls(2, 2, padding="same"))


def functional(name, build, **options):
    def make():
        inputs, outputs = build()
        case(name, keras.Model(inputs, outputs, name=name), **options)

    attempt(name, make)


def many(build, *shapes, dtype="float32"):
    def make():
        inputs = [keras.Input(shape, name=f"in{i}", dtype=dtype) for i, shape in enumerate(shapes)]
        return inputs, build(*inputs)

    return make


for cls in [L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Concatenate]:
    functional(f"merge_{cls.__name__.lower()}", many(lambda a, b: cls()([a, b]), vector, vector))
functional("merge_dot", many(lambda a, b: L.Dot(axes=(2, 2), normalize=True)([a, b]), sequence, sequence))
functional("merge_concatenate_axis", many(lambda a, b, c: L.Concatenate(axis=1)([a, b, c]), sequence, (2, 4), (3, 4)))
functional("attention", many(lambda a, b: L.Attention(use_scale=True)([a, b]), sequence, sequence))
functional("attention_additive", many(lambda a, b: L.AdditiveAttention()([a, b]), sequence, sequence))
functional("attention_multi_head", many(lambda a, b: L.MultiHeadAttention(2, 3, value_dim=4)(a, b, return_attention_scores=True), sequence, sequence))
functional("attention_group_query", many(lambda a: L.GroupQueryAttention(3, 4, 2)(a, a, use_causal_mask=True), sequence))
functional("two_states", many(lambda a: L.LSTM(3, return_state=True)(a), sequence))

unary = "abs absolute arccosh arcsinh arctan ceil cos cosh exp expm1 floor isfinite isinf isnan log1p logical_not negative round sign sin sinh sqrt square tan tanh relu relu6 sigmoid silu softplus softsign elu selu gelu celu hard_sigmoid hard_silu leaky_relu log_sigmoid softmax log_softmax glu mish erf rsqrt reciprocal zeros_like ones_like ravel flip copy stop_gradient".split()
for name in unary:
    op = getattr(ops, name, None)
    if op is not None:
        functional(f"op_{name}", many(lambda a: op(ops.abs(a) + 1.0 if name in ("sqrt", "log1p", "rsqrt", "arccosh", "reciprocal") else a), vector))
binary = "add subtract multiply divide true_divide floor_divide mod power maximum minimum greater greater_equal less less_equal equal not_equal logical_and logical_or logical_xor arctan2 hypot logaddexp fmax fmin".split()
for name in binary:
    op = getattr(ops, name, None)
    if op is not None:
        functional(f"op_{name}", many(lambda a, b: op(ops.abs(a) + 0.5, ops.abs(b) + 0.5), vector, vector))
graphs = {
    "reduce": lambda a: [ops.sum(a, axis=1), ops.mean(a, axis=(1, 2), keepdims=True), ops.max(a, axis=-1), ops.min(a, axis=1, keepdims=True), ops.prod(a, axis=2), ops.std(a, axis=1), ops.var(a, axis=-1), ops.any(a > 0, axis=1), ops.all(a > -9, axis=1), ops.logsumexp(a, axis=-1), ops.argmax(a, axis=1), ops.argmin(a, axis=-1), ops.median(a, axis=1), ops.quantile(a, 0.25, axis=1), ops.norm(a, axis=-1), ops.count_nonzero(a, axis=1)],
    "shape": lambda a: [ops.reshape(a, (-1, 28)), ops.transpose(a, (0, 2, 1)), ops.expand_dims(a, 1), ops.squeeze(ops.expand_dims(a, -1), -1), ops.swapaxes(a, 1, 2), ops.moveaxis(a, 1, -1), ops.repeat(a, 2, axis=1), ops.tile(a, (1, 2, 1)), ops.roll(a, 2, axis=1), ops.flip(a, axis=2), ops.pad(a, ((0, 0), (1, 2), (0, 1))), ops.stack([a, a * 2], axis=1), ops.concatenate([a, -a], axis=-1), ops.broadcast_to(ops.expand_dims(a, 1), (2, 3, 7, 4))],
    "split": lambda a: [*ops.split(a, 2, axis=-1), *ops.split(a, [1, 4], axis=1), *ops.unstack(a, axis=2)],
    "index": lambda a: [a[:, 0], a[:, 1:5:2], a[..., -1], a[:, ::-1], a[:, None, 2], ops.take(a, [0, 2, 1], axis=1), ops.slice(a, (0, 1, 0), (2, 3, 2)), ops.take_along_axis(a, ops.argsort(a, axis=1), axis=1)],
    "sort": lambda a: [ops.sort(a, axis=1), ops.argsort(a, axis=-1), ops.top_k(a, 2)[0], ops.top_k(a, 2)[1], ops.cumsum(a, axis=1), ops.cumprod(a, axis=-1)],
    "linear": lambda a: [ops.matmul(a, ops.transpose(a, (0, 2, 1))), ops.einsum("bij,bkj->bik", a, a), ops.dot(a, ops.ones((4, 3))), ops.tensordot(a, ops.ones((4, 2)), axes=1), ops.outer(ops.sum(a, axis=(1, 2)), ops.sum(a, axis=(1, 2))), ops.tril(a), ops.triu(a, k=1), ops.trace(a, axis1=1, axis2=2), ops.diagonal(a, axis1=1, axis2=2)],
    "select": lambda a: [ops.where(a > 0, a, a * 0.1), ops.clip(a, -0.5, 0.5), ops.maximum(a, 0.2), 1.0 - a, 2.0 / (ops.abs(a) + 1.0), a**2, -a, abs(a), a // 0.5, a % 0.7, ops.cast(a, "int32"), ops.cast(a > 0, "float32"), ops.nan_to_num(a), ops.logical_and(a > 0, a < 1)],
    "normalize": lambda a: [ops.normalize(a, axis=-1), ops.softmax(a, axis=1), ops.one_hot(ops.cast(ops.abs(a) * 2, "int32"), 4), ops.moments(a, axes=[1])[0], ops.moments(a, axes=[1])[1], ops.gelu(a, approximate=False), ops.leaky_relu(a, negative_slope=0.3), ops.rms_normalization(a), ops.layer_normalization(a)],
    "pool": lambda a: [ops.max_pool(a, 2), ops.average_pool(a, 3, strides=2, padding="same")],
    "constant": lambda a: [a + np.arange(4, dtype="float32"), ops.multiply(np.ones((7, 4), "float32") * 0.5, a), ops.matmul(a, np.full((4, 2), 0.25, "float32"))],
}
for name, build in graphs.items():
    functional(f"graph_{name}", many(build, sequence))
functional("graph_image", many(lambda a: [ops.image.resize(a, (4, 5)), ops.image.rgb_to_grayscale(a), ops.image.rgb_to_hsv(ops.sigmoid(a)), ops.image.pad_images(a, 1, 1, target_height=10, target_width=9), ops.image.crop_images(a, 1, 1, target_height=4, target_width=4), ops.image.extract_patches(a, 2)], image))


def shared():
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    dense = L.Dense(6, name="shared")
    encoder = keras.Sequential([keras.Input((6,)), L.Dense(4, activation="relu"), L.BatchNormalization()], name="encoder")
    x = dense(dense(a) + b)
    return {"a": a, "b": b}, {"out": encoder(x), "also": [encoder(a), dense(b)]}


functional("connect_shared", shared)


def nested():
    a = keras.Input((6,), name="a")
    h = L.Dense(4, name="h")(a)
    inner = keras.Model(a, [h, ops.sum(h, axis=1)], name="inner")
    b = keras.Input((6,), name="b")
    outer = inner(b)
    middle = keras.Model(b, L.Dense(2)(outer[0] * 2.0), name="middle")
    c = keras.Input((6,), name="c")
    return c, [middle(c), ops.mean(middle(c), axis=1)]


functional("connect_nested", nested)


def intermediate():
    a = keras.Input((6,), name="a")
    first = L.Dense(5, name="first")
    second = L.Dense(4, name="second")
    second(first(a))
    return first.output, second.output


functional("connect_intermediate", intermediate)
functional("connect_training", many(lambda a: L.BatchNormalization()(L.Dropout(0.5)(a, training=False), training=False), vector))
functional("connect_int_input", many(lambda a: L.Dense(3)(ops.cast(a, "float32") / 10.0), vector, dtype="int32"))
attempt("connect_unnamed", lambda: case("connect_unnamed", keras.Sequential([keras.Input((8, 8, 3)), keras.Sequential([keras.Input((8, 8, 3)), L.Conv2D(2, 3), L.ReLU()]), L.Flatten(), L.Dense(4), L.Dense(3)]), h5=True))

signal = (40, 2)
for options in [{}, dict(mode="stft", frame_step=3, window="blackman"), dict(mode="psd", padding="same", expand_dims=True, scaling="spectrum"), dict(mode="angle", periodic=True, trainable=False)]:
    layer(signal, lambda: L.STFTSpectrogram(frame_length=8, **options))
layer((300,), lambda: L.MelSpectrogram(fft_length=64, sequence_stride=32, num_mel_bins=6, sampling_rate=8000), atol=1e-3)
layer(signal, lambda: L.Pipeline([L.Rescaling(2.0), L.STFTSpectrogram(frame_length=8, mode="magnitude"), L.Dense(3)]))


def mapped():
    policies = keras.dtype_policies.DTypePolicyMap("float32", {"attention/query": keras.dtype_policies.DTypePolicy("float64")})
    a = keras.Input(sequence)
    return a, L.MultiHeadAttention(2, 3, dtype=policies, name="attention")(a, a)


functional("mapped_policies", mapped)
for mode in ["int8", "int4"]:
    def quantized():
        model = keras.Sequential([keras.Input((6,)), L.Dense(5, activation="relu"), L.Dense(3, use_bias=False)])
        model.quantize(mode)
        return model
    attempt(f"quantized_{mode}", lambda: case(f"quantized_{mode}", quantized(), rtol=1e-3, atol=1e-4))
for built, shape in [(lambda: L.Dense(5), vector), (lambda: L.Conv2D(4, 3), image), (lambda: L.Conv1D(4, 3), sequence), (lambda: L.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d"), sequence)]:
    def low_rank():
        made = built()
        model = keras.Sequential([keras.Input(shape), made])
        made.enable_lora(2, lora_alpha=3)
        return model
    counts["lora"] = counts.get("lora", 0) + 1
    name = f"lora_{counts['lora']}"
    attempt(name, lambda: case(name, low_rank()))
print(len(os.listdir(out)), "cases")
