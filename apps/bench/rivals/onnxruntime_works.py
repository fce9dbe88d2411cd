"""ONNX Runtime: inference only."""
from common import *
import onnxruntime
import onnx_models


def prediction(unit, model, x):
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
    inputs = {"x": x}
    return repeated(unit, lambda: session.run(None, inputs))


row("W3", "inference of 1")(lambda: prediction("ms", onnx_models.resnet34(), noise(1, 3, 224, 224)))
row("W3", "inference of 8")(lambda: prediction("ms", onnx_models.resnet34(), noise(8, 3, 224, 224)))
row("W4", "mlp")(lambda: prediction("us", onnx_models.classifier(), noise(1, 784)))
row("W4", "cnn")(lambda: prediction("us", onnx_models.convolutional(), noise(1, 1, 28, 28)))
serve()
