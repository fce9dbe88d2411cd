"""W11 in Keras: LSTM(128) over 100 steps of 64 features at batch 32, trained with Adam.

    python keras_lstm.py --backend tensorflow|torch --samples 640 [--threads N]
"""
from common import *
import keras
from keras import layers

model = keras.Sequential([layers.Input((100, 64)), layers.LSTM(128), layers.Dense(10, "softmax")])
fit_keras(model, *data(100, 64), BATCH_LSTM)
