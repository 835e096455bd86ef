"""ONNX Runtime and OpenVINO, on the networks as ONNX files."""

import numpy
import onnx
from onnx import helper, numpy_helper

from networks import EPSILON, NETWORKS, PACKET_BYTES, flat_width


def network(name, batch):
    """The network for inference with random weights, and its number of parameters."""
    convolutions, widths = NETWORKS[name]
    random = numpy.random.default_rng(1)
    nodes, weights, parameters = [], [], 0
    last = "x"

    def weight(values, trained=True):
        nonlocal parameters
        parameters += values.size if trained else 0
        weights.append(numpy_helper.from_array(values.astype(numpy.float32), f"w{len(weights)}"))
        return weights[-1].name

    def glorot(*shape):
        fan = numpy.prod(shape[1:]) + shape[0] * numpy.prod(shape[2:])
        return random.normal(0, numpy.sqrt(2 / fan), shape)

    def add(kind, *inputs, **attributes):
        nonlocal last
        output = f"y{len(nodes)}"
        nodes.append(helper.make_node(kind, [last, *inputs], [output], **attributes))
        last = output

    channels = 1
    for filters, kernel, stride in convolutions:
        add("Conv", weight(glorot(filters, channels, kernel)), weight(numpy.zeros(filters)),
            kernel_shape=[kernel], strides=[stride])
        add("BatchNormalization", weight(numpy.ones(filters)), weight(numpy.zeros(filters)),
            weight(numpy.zeros(filters), False), weight(numpy.ones(filters), False), epsilon=EPSILON)
        add("Relu")
        channels = filters
    if convolutions:
        add("MaxPool", kernel_shape=[2], strides=[2])
    add("Flatten")
    width = flat_width(convolutions)
    for i, next_width in enumerate(widths):
        add("Gemm", weight(glorot(next_width, width)), weight(numpy.zeros(next_width)), transB=1)
        if i + 1 < len(widths):
            add("Relu")
        width = next_width

    def value(tensor, *shape):
        return helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, shape)

    graph = helper.make_graph(nodes, name, [value("x", batch, 1, PACKET_BYTES)],
                              [value(last, batch, widths[-1])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString(), parameters


def packets(batch):
    return numpy.random.default_rng(2).random((batch, 1, PACKET_BYTES), dtype=numpy.float32)


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
        x = {"x": packets(work["n"])}
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
        x = packets(work["n"])
        return lambda: request.infer([x], share_inputs=True), parameters


def make(name, threads):
    if name == "onnxruntime":
        return OnnxRuntime(threads)
    return OpenVino(threads, "bf16" if name.endswith("bf16") else "f32")
