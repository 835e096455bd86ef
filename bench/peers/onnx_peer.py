"""ONNX Runtime and OpenVINO, on the networks as ONNX files."""

import numpy
import onnx
from onnx import helper, numpy_helper

from networks import CLASSES, EPSILON, GRU_STEP, NETWORKS, PACKET_BYTES, flat_width


class Builder:
    """A network for inference with random weights, one node after another, as an ONNX file."""

    def __init__(self):
        self.random = numpy.random.default_rng(1)
        self.nodes, self.weights, self.parameters = [], [], 0

    def weight(self, values, trained=True):
        self.parameters += values.size if trained else 0
        self.weights.append(numpy_helper.from_array(values.astype(numpy.float32), f"w{len(self.weights)}"))
        return self.weights[-1].name

    def glorot(self, *shape):
        fan = numpy.prod(shape[1:]) + shape[0] * numpy.prod(shape[2:])
        return self.weight(self.random.normal(0, numpy.sqrt(2 / fan), shape))

    def zeros(self, size):
        return self.weight(numpy.zeros(size))

    def add(self, kind, *inputs, **attributes):
        output = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def conv(self, x, channels, filters, kernel, stride=1, dilation=1, pads=(0, 0)):
        return self.add("Conv", x, self.glorot(filters, channels, kernel), self.zeros(filters),
                        kernel_shape=[kernel], strides=[stride], dilations=[dilation], pads=list(pads))

    def norm(self, x, channels):
        return self.add("BatchNormalization", x, self.weight(numpy.ones(channels)), self.zeros(channels),
                        self.weight(numpy.zeros(channels), False), self.weight(numpy.ones(channels), False),
                        epsilon=EPSILON)

    def dense(self, x, width, next_width):
        return self.add("Gemm", x, self.glorot(next_width, width), self.zeros(next_width), transB=1)

    def finish(self, name, x_shape, y, y_shape):
        def value(tensor, shape):
            return helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, shape)

        graph = helper.make_graph(self.nodes, name, [value("x", x_shape)], [value(y, y_shape)], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model.SerializeToString(), self.parameters


def deep_packet(b, name):
    convolutions, widths = NETWORKS[name]
    x, channels = "x", 1
    for filters, kernel, stride in convolutions:
        x = b.add("Relu", b.norm(b.conv(x, channels, filters, kernel, stride), filters))
        channels = filters
    if convolutions:
        x = b.add("MaxPool", x, kernel_shape=[2], strides=[2])
    x, width = b.add("Flatten", x), flat_width(convolutions)
    for i, next_width in enumerate(widths):
        x = b.dense(x, width, next_width)
        if i + 1 < len(widths):
            x = b.add("Relu", x)
        width = next_width
    return x


def residual(b):
    x = b.add("Relu", b.norm(b.conv("x", 1, 64, 7, stride=3), 64))
    for _ in range(4):
        y = b.add("Relu", b.norm(b.conv(x, 64, 64, 3, pads=(1, 1)), 64))
        x = b.add("Relu", b.add("Add", x, b.norm(b.conv(y, 64, 64, 3, pads=(1, 1)), 64)))
    return b.dense(b.add("Flatten", b.add("GlobalAveragePool", x)), 64, CLASSES)


def wavenet(b, width=32, layers=8):
    x, total = b.conv("x", 1, width, 1), None
    for i in range(layers):
        pads = (2**i, 0)
        gated = b.add("Mul", b.add("Tanh", b.conv(x, width, width, 2, dilation=2**i, pads=pads)),
                      b.add("Sigmoid", b.conv(x, width, width, 2, dilation=2**i, pads=pads)))
        skip = b.conv(gated, width, width, 1)
        total = b.add("Add", total, skip) if total else skip
        if i + 1 < layers:
            x = b.add("Add", x, b.conv(gated, width, width, 1))
    x = b.add("Relu", b.conv(b.add("Relu", total), width, width, 1))
    return b.dense(b.add("Flatten", b.add("GlobalAveragePool", x)), width, CLASSES)


def gru(b, channels=GRU_STEP, hidden=128):
    """Its sequences are in the order of steps, which is what ONNX Runtime has."""
    return b.add("GRU", "x", b.glorot(1, 3 * hidden, channels), b.glorot(1, 3 * hidden, hidden),
                 b.weight(numpy.zeros((1, 6 * hidden))), hidden_size=hidden, linear_before_reset=1)


def packet_shape(name, batch):
    return (PACKET_BYTES // GRU_STEP, batch, GRU_STEP) if name == "gru" else (batch, 1, PACKET_BYTES)


def network(name, batch):
    """The network with random weights, and its number of parameters."""
    b = Builder()
    x = packet_shape(name, batch)
    if name == "gru":
        return b.finish(name, x, gru(b), (x[0], 1, batch, 128))
    if name in NETWORKS:
        y, classes = deep_packet(b, name), NETWORKS[name][1][-1]
    else:
        y, classes = {"residual": residual, "wavenet": wavenet}[name](b), CLASSES
    return b.finish(name, x, y, (batch, classes))


def packets(name, batch):
    return numpy.random.default_rng(2).random(packet_shape(name, batch), dtype=numpy.float32)


class OnnxRuntime:
    def __init__(self, threads):
        import onnxruntime

        self.library, self.threads = onnxruntime, threads
        self.version = f"ONNX Runtime {onnxruntime.__version__}"

    def prepare(self, work):
        model, parameters = network(work["network"], work["n"])
        options = self.library.SessionOptions()
        options.intra_op_num_threads = self.threads
        session = self.library.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        x = {"x": packets(work["network"], work["n"])}
        return lambda: session.run(None, x), parameters


class OpenVino:
    def __init__(self, threads, precision):
        import openvino

        self.core = openvino.Core()
        self.options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
                        "INFERENCE_PRECISION_HINT": precision}
        self.version = f"OpenVINO {openvino.__version__.split('-')[0]}"

    def prepare(self, work):
        model, parameters = network(work["network"], work["n"])
        compiled = self.core.compile_model(self.core.read_model(model), "CPU", self.options)
        request = compiled.create_infer_request()
        x = packets(work["network"], work["n"])
        return lambda: request.infer([x], share_inputs=True), parameters


def make(name, threads):
    if name == "onnxruntime":
        return OnnxRuntime(threads)
    return OpenVino(threads, "bf16" if name.endswith("bf16") else "f32")
