"""Writes src/testing/fixtures/summaries.json: what Keras's summaries look like, for summary.test.ts."""
import json, os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["COLUMNS"] = "80"
import keras, numpy as np, rich.console
from keras import layers as L

x = np.zeros((8, 6), "float32")
Console = rich.console.Console


def show(model, **options):
    # Wide tables are not to be cropped by the console; the default width of the table goes by the 80 columns of the terminal.
    rich.console.Console = lambda *a, **k: Console(*a, **k, width=200)
    lines = []
    model.summary(print_fn=lines.append, **options)
    return "".join(lines).rstrip("\n").split("\n")


def stack():
    return keras.Sequential([keras.Input((6,)), L.Dense(4, activation="relu", name="hidden"), L.BatchNormalization(name="norm"), L.Dense(1, name="out")], name="stack")


def long_names():
    return keras.Sequential([keras.Input((6,)), L.Dense(4, name="a_layer_with_a_name_that_does_not_fit_its_column"), L.Dense(1, name="exactly_thirty_one_chars")], name="long")


def graph():
    a, b = keras.Input((6,), name="a"), keras.Input((5,), name="b")
    shared = L.Dense(3, name="shared")
    joined = L.Concatenate(name="joined")([shared(a), L.Dense(3, name="side")(b)])
    back = shared(L.Dense(6, name="wide")(joined))
    return keras.Model([a, b], [L.Dense(1, name="main_output_with_a_long_name")(joined), back], name="graph")


def chain():
    a = keras.Input((6,), name="a")
    return keras.Model(a, L.Dense(2, name="second")(L.Dense(3, name="first")(a)), name="chain")


def nested():
    inner = keras.Sequential([keras.Input((6,)), L.Dense(3, name="inner_dense"), L.Dropout(0.5, name="drop")], name="inner")
    model = keras.Sequential([keras.Input((6,)), inner, L.Flatten(name="flat"), L.Dense(1, name="out")], name="nested")
    inner.trainable = False
    return model


class Sub(keras.Model):
    def __init__(self):
        super().__init__(name="sub")
        self.first, self.second = L.Dense(3, name="first"), L.Dense(2, name="second")

    def call(self, x):
        return self.second(self.first(x))


class Split(L.Layer):
    def call(self, x):
        return x[:, :2], x[:, 2:]


def several_outputs():
    a = keras.Input((6,), name="a")
    return keras.Model(a, Split(name="split")(a), name="several")


def ops():
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    return keras.Model([a, b], keras.ops.relu(keras.ops.add(a, b)), name="with_ops")


def trained():
    model = stack()
    model.layers[0].trainable = False
    model.compile(loss="mse", optimizer="adam")
    before = show(model)
    model.fit(x, x[:, :1], verbose=0)
    return before, show(model)


def called(model):
    model(x)
    return model


unbuilt = lambda: keras.Sequential([L.Dense(4, name="one"), L.Dense(2, name="two")], name="unbuilt")
big = keras.Sequential([keras.Input((784,)), L.Dense(3000, name="d1"), L.Dense(3000, name="d2")], name="big")
image = keras.Sequential([keras.Input((28, 28)), L.Reshape((28, 28, 1), name="r"), L.Conv2D(8, 3, name="c"), L.MaxPooling2D(name="p"), L.Flatten(name="f")], name="image")
compiled, fitted = trained()
with open("src/testing/fixtures/summaries.json", "w") as file:
    print(json.dumps({
        "stack": show(stack()), "narrow": show(stack(), line_length=50), "wide": show(stack(), line_length=120),
        "longNames": show(long_names()), "compiled": compiled, "fitted": fitted, "unbuilt": show(unbuilt()), "empty": show(keras.Sequential(name="empty")),
        "graph": show(graph()), "wideGraph": show(graph(), line_length=108), "narrowGraph": show(graph(), line_length=61), "chain": show(chain()),
        "nested": show(nested()), "expanded": show(nested(), expand_nested=True, show_trainable=True), "expandedGraph": show(keras.Model(*(lambda a: (a, [nested()(a), L.Dense(1, name="b")(a)]))(keras.Input((6,), name="a")), name="outer"), expand_nested=True),
        "sub": show(Sub()), "calledSub": show(called(Sub())), "several": show(several_outputs()), "ops": show(ops()), "big": show(big), "image": show(image, show_trainable=True),
    }, ensure_ascii=False, indent=0), file=file)
