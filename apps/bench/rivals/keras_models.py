"""The models of the works in Keras, after its backend was chosen."""
import keras
from keras import layers


def classifier():
    return keras.Sequential([layers.Input((784,)), layers.Dense(300, "relu"), layers.Dense(100, "relu"), layers.Dense(10, "softmax")])


def convolutional():
    he = {"activation": "relu", "kernel_initializer": "he_normal"}
    model = keras.Sequential([layers.Input((28, 28, 1))])
    for kernel, counts in (7, [64]), (3, [128, 128]), (3, [256, 256]):
        for filters in counts:
            model.add(layers.Conv2D(filters, kernel, padding="same", **he))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for units in 128, 64:
        model.add(layers.Dense(units, **he))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, "softmax"))
    return model


def resnet34():
    def convolution(x, filters, kernel, strides):
        x = layers.Conv2D(filters, kernel, strides, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        return layers.BatchNormalization()(x)

    image = layers.Input((224, 224, 3))
    x = layers.MaxPooling2D(3, 2, padding="same")(layers.ReLU()(convolution(image, 64, 7, 2)))
    for stage, units in enumerate([3, 4, 6, 3]):
        filters = 64 << stage
        for unit in range(units):
            strides = 2 if stage > 0 and unit == 0 else 1
            inner = convolution(layers.ReLU()(convolution(x, filters, 3, strides)), filters, 3, 1)
            skip = convolution(x, filters, 1, strides) if strides > 1 else x
            x = layers.ReLU()(layers.Add()([inner, skip]))
    return keras.Model(image, layers.Dense(10, "softmax")(layers.GlobalAveragePooling2D()(x)))


def regressor():
    return keras.Sequential([layers.Input((8,)), layers.Dense(30, "relu"), layers.Dense(1)])


def batch_norm():
    model = keras.Sequential([layers.Input((784,))])
    for _ in range(5):
        model.add(layers.Dense(100, "elu", kernel_initializer="he_normal"))
        model.add(layers.BatchNormalization())
    model.add(layers.Dense(10, "softmax"))
    return model


def dropout():
    model = keras.Sequential([layers.Input((784,)), layers.Dropout(0.2)])
    for units in 300, 100:
        model.add(layers.Dense(units, "elu"))
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10, "softmax"))
    return model


def lstm():
    return keras.Sequential([layers.Input((100, 64)), layers.LSTM(128), layers.Dense(10, "softmax")])


def encoder():
    tokens = x = layers.Input((128, 256))
    for _ in range(6):
        x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(4, 64)(x, x)]))
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(256)(layers.Dense(1024, "relu")(x))]))
    return keras.Model(tokens, layers.Dense(10, "softmax")(layers.GlobalAveragePooling1D()(x)))
