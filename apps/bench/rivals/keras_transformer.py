"""W12 in Keras: an encoder of 6 layers (256 features, 4 heads, 128 tokens) at batch 16, trained with Adam.

    python keras_transformer.py --backend tensorflow|torch --samples 48 [--threads N]
"""
from common import *
import keras
from keras import layers

inputs = x = layers.Input((128, 256))
for _ in range(6):
    x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(4, 64)(x, x)]))
    x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(256)(layers.Dense(1024, "relu")(x))]))
outputs = layers.Dense(10, "softmax")(layers.GlobalAveragePooling1D()(x))
fit_keras(keras.Model(inputs, outputs), *data(128, 256), BATCH_TRANSFORMER)
