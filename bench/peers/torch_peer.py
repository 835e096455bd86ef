"""PyTorch: as users write it; tuned (two-dimensional convolutions in channels-last, a fused Adam); the same
compiled; and tuned in bfloat16."""

import torch
from torch import nn
from torch.nn import functional

from networks import DROPOUT, EPSILON, NETWORKS, PACKET_BYTES, flat_width


def plain_network(name):
    convolutions, widths = NETWORKS[name]
    layers, channels = [], 1
    for filters, kernel, stride in convolutions:
        layers += [nn.Conv1d(channels, filters, kernel, stride), nn.BatchNorm1d(filters, EPSILON), nn.ReLU()]
        channels = filters
    if convolutions:
        layers.append(nn.MaxPool1d(2))
    return nn.Sequential(*layers, *head(convolutions, widths))


def tuned_network(name):
    convolutions, widths = NETWORKS[name]
    layers, channels = [], 1
    for filters, kernel, stride in convolutions:
        layers += [nn.Conv2d(channels, filters, (1, kernel), (1, stride)), nn.BatchNorm2d(filters, EPSILON),
                   nn.ReLU(inplace=True)]
        channels = filters
    if convolutions:
        layers.append(nn.MaxPool2d((1, 2)))
    return nn.Sequential(*layers, *head(convolutions, widths)).to(memory_format=torch.channels_last)


def head(convolutions, widths):
    layers, width = [nn.Flatten()], flat_width(convolutions)
    for next_width in widths[:-1]:
        layers += [nn.Linear(width, next_width), nn.ReLU(), nn.Dropout(DROPOUT)]
        width = next_width
    return layers + [nn.Linear(width, widths[-1])]


class TorchPeer:
    def __init__(self, name, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.version = f"PyTorch {torch.__version__}"
        self.tuned = name != "pytorch"
        self.compiled = name == "pytorch_compiled"
        self.type = torch.bfloat16 if name.endswith("bf16") else torch.float32

    def prepare(self, work):
        """A function that does the work once, and the number of parameters of the network."""
        if work["part"] == "conv1d":
            return self.convolution(work), None
        if work["part"] == "ops":
            return self.operation(work), None
        if work["part"] == "dense":
            return self.dense(work), None
        model = (tuned_network if self.tuned else plain_network)(work["network"]).to(self.type)
        parameters = sum(parameter.numel() for parameter in model.parameters())
        x = torch.rand(work["n"], 1, PACKET_BYTES, dtype=self.type)
        if self.tuned:
            x = x.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        call = self.training if work["part"] == "train_step" else self.inference
        return call(model, x), parameters

    def compile(self, model):
        return torch.compile(model) if self.compiled else model

    def inference(self, model, x):
        model = self.compile(model.eval())

        def call():
            with torch.inference_mode():
                model(x)

        return call

    def training(self, model, x):
        adam = torch.optim.Adam(model.parameters(), fused=True if self.tuned else None)
        labels = torch.arange(x.shape[0]) % 12
        model = self.compile(model.train())

        def call():
            loss = functional.cross_entropy(model(x), labels)
            adam.zero_grad()
            loss.backward()
            adam.step()

        return call

    def convolution(self, work):
        sizes = {name: work[name] for name in ("stride", "padding", "dilation")}
        x = torch.rand(work["n"], work["c"], work["l"])
        w = torch.rand(work["filters"], work["c"] // work["groups"], work["kernel"])
        bias = torch.rand(work["filters"])
        convolve = functional.conv1d
        if self.tuned:
            convolve = functional.conv2d
            x, w = (t.unsqueeze(2).contiguous(memory_format=torch.channels_last) for t in (x, w))
            sizes = {name: (int(name != "padding"), size) for name, size in sizes.items()}
            sizes["padding"] = (0, work["padding"])
        else:
            sizes = {name: (size,) for name, size in sizes.items()}
        forward = torch.inference_mode()(lambda: convolve(x, w, bias, groups=work["groups"], **sizes))
        if work["pass"] == "forward":
            return forward
        dy = torch.rand_like(forward()).clone()
        wanted = [work["pass"] == "input_gradient"] + 2 * [work["pass"] == "weight_gradient"]
        return torch.inference_mode()(lambda: torch.ops.aten.convolution_backward(
            dy, x, w, [work["filters"]], sizes["stride"], sizes["padding"], sizes["dilation"], False,
            [0] * len(sizes["stride"]), work["groups"], wanted))

    def dense(self, work):
        x, dy = torch.rand(work["n"], work["in"]), torch.rand(work["n"], work["out"])
        w, bias = torch.rand(work["out"], work["in"]), torch.rand(work["out"])
        return torch.inference_mode()({
            "forward": lambda: functional.linear(x, w, bias),
            "input_gradient": lambda: dy @ w,
            "weight_gradient": lambda: (dy.t() @ x, dy.sum(0)),
        }[work["pass"]])

    def operation(self, work):
        rows, columns = work["rows"], work["columns"]
        x, y, row = torch.randn(rows, columns), torch.randn(rows, columns), torch.randn(columns)
        positive, probabilities, mask = x.abs() + 0.1, x.softmax(1), x > 0
        labels = torch.randint(0, columns, (rows,))
        return torch.inference_mode()({
            "add": lambda: x + y,
            "add_row": lambda: x + row,
            "multiply": lambda: x * y,
            "divide": lambda: x / positive,
            "maximum": lambda: torch.maximum(x, y),
            "greater": lambda: x > y,
            "where": lambda: torch.where(mask, x, y),
            "masked_fill": lambda: x.masked_fill(mask, 0),
            "masked_select": lambda: x.masked_select(mask),
            "clamp": lambda: x.clamp(-1, 1),
            "log": lambda: positive.log(),
            "log1p": lambda: positive.log1p(),
            "sqrt": lambda: positive.sqrt(),
            "rsqrt": lambda: positive.rsqrt(),
            "pow": lambda: positive.pow(y),
            "leaky_relu": lambda: functional.leaky_relu(x, 0.1),
            "gelu_tanh": lambda: functional.gelu(x, approximate="tanh"),
            "softmax": lambda: x.softmax(1),
            "log_softmax": lambda: x.log_softmax(1),
            "sum": lambda: x.sum(),
            "sum_columns": lambda: x.sum(0),
            "cast_double": lambda: x.double(),
            "sort_rows": lambda: x.sort(1),
            "topk_rows": lambda: x.topk(10, 1),
            "transpose": lambda: x.t().contiguous(),
            "flip": lambda: x.flip(1),
            "roll": lambda: x.roll(3, 1),
            "repeat": lambda: x.repeat(2, 1),
            "concat": lambda: torch.cat([x, y], 1),
            "narrow": lambda: x.narrow(1, 0, columns // 2).contiguous(),
            "tril": lambda: x.tril(),
            "cross_entropy": lambda: functional.cross_entropy(x, labels),
            "mse_loss": lambda: functional.mse_loss(x, y),
            "l1_loss": lambda: functional.l1_loss(x, y),
            "huber_loss": lambda: functional.huber_loss(x, y),
            "kl_div": lambda: functional.kl_div(x, probabilities),
        }.get(work["op"]) or self.operation_by_name(work["op"], x))

    def operation_by_name(self, name, x):
        if name.endswith("_rows"):
            function = getattr(torch, name.removesuffix("_rows"), None) or torch.linalg.vector_norm
            if name == "max_rows":
                function = torch.amax
            return lambda: function(x, dim=1)
        function = getattr(torch, name, None) or getattr(functional, name)
        return lambda: function(x)
