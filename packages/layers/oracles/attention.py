"""Writes src/testing/keras-attention.json: what real Keras computes with layers of attention."""

import json

from keras import layers
from keras_values import draws, keras, np, tf

draw, uniform = draws(5)


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "data": [float(np.float32(v)) for v in x.astype("float32").reshape(-1)]}


q, v, k, grid = draw(2, 4, 6), draw(2, 5, 6), draw(2, 5, 6), draw(2, 3, 4, 6)
see = uniform(2, 4, 5) > 0.3
see[:, :, 0] = True
padding = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool)
cases = []


def case(name, layer, inputs, as_list=False, **call):
    keras.backend.clear_session()
    serialized = keras.saving.serialize_keras_object(layer)
    run = lambda xs: layer(xs, **call) if as_list else layer(*xs, **call)
    run([tf.constant(x) for x in inputs])
    weights = [draw(*w.shape) * 0.4 for w in layer.weights]
    layer.set_weights(weights)
    xs = [tf.Variable(x) for x in inputs]
    with tf.GradientTape() as tape:
        outputs = tf.nest.flatten(run([x.value() for x in xs]))
        loss = sum(tf.reduce_sum(tf.sin(output)) for output in outputs)
    gradients = tape.gradient(loss, xs + layer.trainable_variables)
    options = {}
    for key, value in call.items():
        options[key] = [None if m is None else np.asarray(m).tolist() for m in value] if isinstance(value, list) else np.asarray(value).tolist()
    cases.append(
        {
            "name": name,
            "serialized": serialized,
            "asList": as_list,
            "inputs": [array(x) for x in inputs],
            "options": options,
            "weights": [array(w) for w in weights],
            "outputs": [array(o) for o in outputs],
            "gradients": [None if g is None else array(tf.convert_to_tensor(g)) for g in gradients],
        }
    )


case("heads over values", layers.MultiHeadAttention(2, 3), [q, v])
case("keys of their own, other sizes", layers.MultiHeadAttention(3, 2, value_dim=4, output_shape=5), [q, v, k])
case("causal", layers.MultiHeadAttention(2, 3), [q, q], use_causal_mask=True)
case("an attention mask", layers.MultiHeadAttention(2, 3, use_bias=False), [q, v], attention_mask=tf.constant(see))
case("a padding mask", layers.MultiHeadAttention(2, 3), [q, v], value_mask=tf.constant(padding))
case("scores, causal", layers.MultiHeadAttention(2, 3), [q, q], use_causal_mask=True, return_attention_scores=True)
case("scores, masked", layers.MultiHeadAttention(2, 3), [q, v], attention_mask=tf.constant(see), return_attention_scores=True)
asked = np.array([[1, 0, 1, 1], [0, 1, 1, 1]], bool)
nothing = see & (np.arange(4)[:, None] != 2)
case("a mask of queries, which counts for nothing", layers.MultiHeadAttention(2, 3), [q, v], query_mask=tf.constant(asked), value_mask=tf.constant(padding))
case("scores where a query sees nothing", layers.MultiHeadAttention(2, 3), [q, v], attention_mask=tf.constant(nothing), return_attention_scores=True)
case("groups of queries, a mask of queries", layers.GroupQueryAttention(3, 4, 2), [q, v], query_mask=tf.constant(asked))
case("groups of queries, scores where a query sees nothing", layers.GroupQueryAttention(3, 4, 2), [q, v], attention_mask=tf.constant(nothing), return_attention_scores=True)
case("a gate and a window", layers.MultiHeadAttention(2, 3, use_gate=True, sliding_window=2), [q, q])
case("over one axis of a grid", layers.MultiHeadAttention(2, 3, attention_axes=2), [grid, grid])
case("over both axes of a grid", layers.MultiHeadAttention(2, 3), [grid, grid])
case("groups of queries", layers.GroupQueryAttention(3, 4, 2), [q, v])
case("groups of queries, causal, scores", layers.GroupQueryAttention(3, 4, 2), [q, q], use_causal_mask=True, return_attention_scores=True)
case("groups of queries, masked, gate", layers.GroupQueryAttention(3, 4, 1, use_gate=True), [q, v], attention_mask=tf.constant(see))
case("dot", layers.Attention(), [q, v], True)
case("dot, scale, causal, scores", layers.Attention(use_scale=True), [q, v, k], True, use_causal_mask=True, return_attention_scores=True)
case("concat", layers.Attention(use_scale=True, score_mode="concat"), [q, v], True)
case("dot, masked", layers.Attention(), [q, v], True, mask=[tf.constant(np.array([[1, 1, 0, 1], [1, 0, 1, 1]], bool)), tf.constant(padding)])
case("additive", layers.AdditiveAttention(), [q, v, k], True)
case("additive, no scale", layers.AdditiveAttention(use_scale=False), [q, v], True)
case("einsum", layers.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d", activation="tanh"), [q])
case("einsum, axes elided on the left", layers.EinsumDense("...x,xy->...y", output_shape=4, bias_axes="y"), [grid])
case("einsum, two output axes", layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de"), [q])
case("einsum, axes elided on the right", layers.EinsumDense("ab...,bc->ac...", output_shape=3, bias_axes="c"), [q])

with open("src/testing/keras-attention.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n")
