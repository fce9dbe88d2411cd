"""The models of the works as ONNX graphs with random weights.

    python onnx_models.py classifier|convolutional|resnet34 > model.onnx
"""
import sys
import numpy as np
from onnx import TensorProto, helper, numpy_helper


class Graph:
    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, *shape, scale=0.05):
        name = f"w{len(self.weights)}"
        values = np.random.RandomState(len(self.weights)).uniform(-scale, scale, shape).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, op, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name

    def dense(self, x, inputs, units):
        return self.add("Gemm", x, self.weight(inputs, units), self.weight(units))

    def convolution(self, x, inputs, filters, kernel, stride=1, bias=True):
        weights = [self.weight(filters, inputs, kernel, kernel)] + ([self.weight(filters)] if bias else [])
        return self.add("Conv", x, *weights, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4)

    def normalized(self, x, inputs, filters, kernel, stride):
        x = self.convolution(x, inputs, filters, kernel, stride, bias=False)
        statistics = [self.weight(filters) for _ in range(3)]
        variance = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ones(filters, np.float32), variance))
        return self.add("BatchNormalization", x, *statistics, variance, epsilon=1e-3)

    def model(self, output, shape):
        """Takes "x" [batch, ...shape], gives "y" [batch, 10]."""
        self.nodes.append(helper.make_node("Softmax", [output], ["y"], axis=-1))
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *shape])
        y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 10])
        graph = helper.make_graph(self.nodes, "model", [x], [y], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()


def classifier():
    graph, x = Graph(), "x"
    for inputs, units in (784, 300), (300, 100):
        x = graph.add("Relu", graph.dense(x, inputs, units))
    return graph.model(graph.dense(x, 100, 10), [784])


def convolutional():
    graph, x, before = Graph(), "x", 1
    for kernel, counts in (7, [64]), (3, [128, 128]), (3, [256, 256]):
        for filters in counts:
            x = graph.add("Relu", graph.convolution(x, before, filters, kernel))
            before = filters
        x = graph.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = graph.add("Flatten", x)
    for inputs, units in (2304, 128), (128, 64):
        x = graph.add("Relu", graph.dense(x, inputs, units))
    return graph.model(graph.dense(x, 64, 10), [1, 28, 28])


def resnet34():
    graph = Graph()
    x = graph.add("Relu", graph.normalized("x", 3, 64, 7, 2))
    x = graph.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for stage, units in enumerate([3, 4, 6, 3]):
        filters = 64 << stage
        for unit in range(units):
            inputs, stride = (filters // 2, 2) if stage > 0 and unit == 0 else (filters, 1)
            inner = graph.add("Relu", graph.normalized(x, inputs, filters, 3, stride))
            inner = graph.normalized(inner, filters, filters, 3, 1)
            skip = graph.normalized(x, inputs, filters, 1, stride) if stride > 1 else x
            x = graph.add("Relu", graph.add("Add", inner, skip))
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    return graph.model(graph.dense(x, 512, 10), [3, 224, 224])


if __name__ == "__main__":
    sys.stdout.buffer.write({"classifier": classifier, "convolutional": convolutional, "resnet34": resnet34}[sys.argv[1]]())
