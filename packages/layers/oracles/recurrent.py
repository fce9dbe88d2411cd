"""Writes src/testing/keras-recurrent.json: what real Keras computes with recurrent layers."""

import json

from keras import layers
from keras_values import draws, keras, np, tf

draw, _ = draws(11)


def plain(x):
    return [float(np.float32(v)) for v in np.asarray(x, "float32").reshape(-1)]


sequence = draw(2, 5, 3)
mask = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], bool)
pictures = {1: draw(2, 3, 5, 2), 2: draw(2, 3, 4, 5, 2), 3: draw(1, 2, 3, 4, 3, 2)}
cases = []


def case(name, layer, inputs, **call):
    keras.backend.clear_session()
    serialized = keras.saving.serialize_keras_object(layer)
    layer(inputs, **call)
    weights = [draw(*w.shape) * 0.5 for w in layer.weights]
    layer.set_weights(weights)
    x = tf.Variable(inputs)
    with tf.GradientTape() as tape:
        outputs = tf.nest.flatten(layer(x, **call))
        loss = sum(tf.reduce_sum(tf.sin(output)) for output in outputs)
    gradients = tape.gradient(loss, [x] + layer.trainable_variables)
    cases.append(
        {
            "name": name,
            "serialized": serialized,
            "inputs": {"shape": list(inputs.shape), "data": plain(inputs)},
            "mask": mask.tolist() if "mask" in call else None,
            "training": call.get("training", False),
            "weights": [{"shape": list(w.shape), "data": plain(w)} for w in weights],
            "outputs": [{"shape": list(o.shape), "data": plain(o)} for o in outputs],
            "gradients": [plain(g) for g in gradients],
            # What a call in training leaves of the weights; null where it changes none.
            "after": [plain(w) for w in layer.get_weights()] if call.get("training") else None,
        }
    )


for cls in (layers.SimpleRNN, layers.LSTM, layers.GRU):
    n = cls.__name__
    case(f"{n}, the last output", cls(4), sequence)
    case(f"{n}, all outputs and states, backwards", cls(4, return_sequences=True, return_state=True, go_backwards=True), sequence)
    case(f"{n}, masked", cls(4, return_sequences=True, return_state=True), sequence, mask=tf.constant(mask))
    case(f"{n}, masked, zeros for padding", cls(4, return_sequences=True, zero_output_for_mask=True), sequence, mask=tf.constant(mask))
    case(f"{n}, masked, the last output, backwards", cls(4, go_backwards=True), sequence, mask=tf.constant(mask))
case("LSTM, other activations, no bias", layers.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid", use_bias=False), sequence)
case("GRU, the reset gate first", layers.GRU(3, reset_after=False, return_sequences=True), sequence)
for reset_after in (True, False):
    case(f"GRU, gates of softmax, reset after: {reset_after}", layers.GRU(3, recurrent_activation="softmax", reset_after=reset_after), sequence)
for cls in (layers.SimpleRNN, layers.LSTM, layers.GRU):
    gates = {} if cls is layers.SimpleRNN else {"recurrent_activation": layers.PReLU()}
    case(f"{cls.__name__}, activations that learn", cls(3, activation=layers.PReLU(alpha_initializer="ones"), **gates), sequence)
case("RNN of stacked cells", layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_state=True, return_sequences=True), sequence)
case("RNN of stacked cells, masked", layers.RNN([layers.LSTMCell(3), layers.SimpleRNNCell(2)]), sequence, mask=tf.constant(mask))
for mode in ("concat", "sum", "mul", "ave", None):
    case(f"Bidirectional {mode}", layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode=mode), sequence)
case("Bidirectional, masked, states", layers.Bidirectional(layers.GRU(3, return_state=True)), sequence, mask=tf.constant(mask))
case("TimeDistributed", layers.TimeDistributed(layers.Dense(2, activation="tanh")), sequence)
case("ConvLSTM1D", layers.ConvLSTM1D(2, 3, padding="same", return_sequences=True), pictures[1])
case("ConvLSTM2D", layers.ConvLSTM2D(2, (2, 3), strides=(1, 2), return_state=True), pictures[2])
case("ConvLSTM2D, channels first free", layers.ConvLSTM2D(2, 3, dilation_rate=1, padding="same", go_backwards=True, return_sequences=True), pictures[2])
case("ConvLSTM3D", layers.ConvLSTM3D(2, 2), pictures[3])
norm = lambda: layers.TimeDistributed(layers.BatchNormalization(momentum=0.7))
case("TimeDistributed, statistics of one step after another", norm(), sequence, training=True)
case("TimeDistributed, statistics of what is not masked", norm(), sequence, training=True, mask=tf.constant(mask))
case("TimeDistributed, a kernel normalized at each step", layers.TimeDistributed(layers.SpectralNormalization(layers.Dense(3))), sequence, training=True)

with open("src/testing/keras-recurrent.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n")
