"""Writes src/testing/keras-audio.ts: values of Keras's layers and initializer for signals, and of its pipelines. NEURITE_PYTHON packages/layers/oracles/audio.py"""

import os

from keras_values import camel, described, draws, keras, np, plain, serialize, write

normal, _ = draws(5)

WINDOWS = ["boxcar", "triang", "bartlett", "barthann", "bohman", "cosine", "exponential", "lanczos", "parzen", "tukey", "hann", "hamming", "blackman", "blackmanharris", "nuttall", "flattop", "taylor"]  # fmt: skip
SECOND_NAMES = "box ones rect rectangular triangle tri bart brt brthan bth bman bmn halfcosine poisson sinc parz par tuk han hamm ham black blk blackharr bkh nutl nut flat flt taylorwin".split()  # fmt: skip

kernels = []
for options, shape in (
    *(({"window": window, "scaling": None}, (size, 1, 2)) for window in WINDOWS for size in (1, 6, 7)),
    *(({"window": window, "scaling": None, "periodic": True}, (6, 1, 2)) for window in ("hann", "parzen", "triang")),
    *(({"window": window, "scaling": None}, (4, 1, 2)) for window in SECOND_NAMES),
    ({"window": "hann_periodic", "scaling": None}, (4, 1, 2)),
    ({"window": "tuk_symmetric", "scaling": None, "periodic": True}, (4, 1, 2)),
    ({}, (8, 1, 5)),
    ({"side": "imag"}, (8, 1, 5)),
    ({"side": "imag", "scaling": "spectrum", "periodic": True}, (8, 1, 9)),
    ({"window": [1.0, -2.0, 3.0, 0.5], "scaling": "spectrum"}, (4, 1, 4)),
    ({"window": None, "side": "imag"}, (6, 1, 3)),
):
    made = keras.initializers.STFT(**options)
    kernels.append({**described("STFT", options), "shape": list(shape), "value": plain(made(shape)), "serialized": serialize(made)})

signal, stereo = normal(2, 40, 1), normal(2, 37, 2)
layers = []


def layer(cls, options, x, args=(), **call):
    keras.backend.clear_session()
    made = getattr(keras.layers, cls)(*args, **options)
    y = made(x, **call)
    layers.append({"class": cls, "options": camel(options), "x": plain(x), "y": plain(y), "weights": [w.name for w in made.weights], "parameters": [int(w.trainable) for w in made.weights], "serialized": serialize(made)})  # fmt: skip


for mode in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
    layer("STFTSpectrogram", {"mode": mode, "frame_length": 8}, signal)
layer("STFTSpectrogram", {"frame_length": 6, "frame_step": 4, "window": "hamming", "padding": "same", "trainable": False}, stereo)
layer("STFTSpectrogram", {"frame_length": 6, "fft_length": 8, "mode": "stft", "expand_dims": True, "periodic": True, "scaling": "spectrum"}, stereo)
layer("STFTSpectrogram", {"frame_length": 5, "fft_length": 7, "mode": "psd", "window": None, "scaling": None}, stereo)
# TensorFlow convolves channels first on GPUs alone: what it gives for channels last, turned around.
for options, turned in (({"mode": "magnitude", "window": [0.5, 1.0, 1.0, 0.25]}, (0, 2, 1)), ({"mode": "real", "expand_dims": True}, (0, 3, 1, 2))):
    layer("STFTSpectrogram", {"frame_length": 4, **options}, stereo)
    last = layers[-1]
    last["options"]["dataFormat"] = last["serialized"]["config"]["data_format"] = "channels_first"
    last["serialized"]["build_config"]["input_shape"] = [2, 2, 37]
    last.update(x=plain(stereo.transpose(0, 2, 1)), y=plain(np.transpose(np.array(last["y"], "float32"), turned)))

tones = np.round(np.sin(np.arange(300) * 0.3) + 0.5 * np.sin(np.arange(300) * 1.1), 3).astype("float32")
small = {"fft_length": 64, "sequence_stride": 32, "sampling_rate": 8000, "num_mel_bins": 6}
layer("MelSpectrogram", small, tones)
layer("MelSpectrogram", {**small, "sequence_length": 40, "window": "hamming", "top_db": 20.0}, np.stack([tones, 0.1 * tones[::-1]]))
layer("MelSpectrogram", {**small, "power_to_db": False, "mag_exp": 1.0, "min_freq": 100.0, "max_freq": 3000.0, "window": None}, tones)
layer("MelSpectrogram", {**small, "ref_power": 10.0, "min_power": 1e-3, "top_db": 100.0}, tones * 0.01)

pipelines = []


def pipeline(made, x):
    keras.backend.clear_session()
    layer = made()
    pipelines.append({"x": plain(x), "y": plain(layer(x)), "serialized": serialize(layer)})


L = keras.layers
pipeline(lambda: L.Pipeline([L.Rescaling(0.5, offset=1.0), L.Flatten()]), normal(2, 3, 2))
pipeline(lambda: L.Pipeline([L.Pipeline([L.ReLU()]), L.STFTSpectrogram(frame_length=4, mode="real")], name="prepare"), signal)

here = os.path.dirname(os.path.abspath(__file__))
write(os.path.join(here, "../src/testing/keras-audio.ts"), kerasKernels=kernels, kerasAudioLayers=layers, kerasPipelines=pipelines)
