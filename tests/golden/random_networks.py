"""Random networks of all layers: outputs, the gradients of the input and of every parameter, and what three
steps of an optimizer make of the parameters, each as a digest. random_networks.cpp builds the same networks
from their descriptions, which are in the metadata of the file."""

import random

import torch
import torch.nn.functional as F
from torch import nn

from golden import DIGEST_SEED, Golden, leaf, uniform

COUNT = 1000
INPUT, TARGET = 1000, 1001  # streams; parameter p has stream p


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x + self.body(x)


class Output(nn.Module):
    """The output of a recurrent layer, on (N, C, L)."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x.transpose(1, 2))[0].transpose(1, 2)


class Norm(nn.Module):
    """Layer normalization of the channels of (N, C, L), or of the features of (N, F)."""

    def __init__(self, size):
        super().__init__()
        self.layer = nn.LayerNorm(size)

    def forward(self, x):
        return self.layer(x.transpose(1, -1)).transpose(1, -1)


class Padded(nn.Module):
    """Conv1d behind a padding by rule: as many outputs as inputs at stride 1."""

    def __init__(self, rule, *arguments, **options):
        super().__init__()
        self.rule, self.layer = rule, nn.Conv1d(*arguments, **options)

    def forward(self, x):
        layer = self.layer
        reach, stride = (layer.kernel_size[0] - 1) * layer.dilation[0] + 1, layer.stride[0]
        before, after = reach - 1, 0
        if self.rule == "same":
            total = max((-(-x.shape[2] // stride) - 1) * stride + reach - x.shape[2], 0)
            before, after = total // 2, total - total // 2
        return layer(F.pad(x, (before, after)))


ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.125),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


class Writer:
    """Draws a network layer by layer: `modules` for PyTorch, `words` for the test. `channels` and `length`
    are those of (N, C, L); behind a flattening the length is 0."""

    def __init__(self, draw, channels, length):
        self.draw, self.channels, self.length = draw, channels, length
        self.modules, self.words = [], []

    def add(self, module, *words):
        self.modules.append(module)
        self.words += ["_".join(str(word) for word in words)]

    def convolution(self):
        draw = self.draw
        groups = draw.choice([g for g in (1, 1, 2, 4) if self.channels % g == 0])
        filters = groups * draw.randint(1, 6 // groups)
        kernel, dilation, stride = draw.randint(1, 5), draw.choice([1, 1, 2]), draw.choice([1, 1, 2, 3])
        padding = draw.choice(["same", "causal", 0, 1, 2])
        bias = draw.random() < 0.8
        reach = (kernel - 1) * dilation + 1
        options = {"stride": stride, "dilation": dilation, "groups": groups, "bias": bias}
        if isinstance(padding, str):
            module, length = Padded(padding, self.channels, filters, kernel, **options), -(-self.length // stride)
        else:
            if self.length + 2 * padding < reach:
                return
            module = nn.Conv1d(self.channels, filters, kernel, padding=padding, **options)
            length = (self.length + 2 * padding - reach) // stride + 1
        words = (self.channels, filters, kernel, stride, padding, dilation, groups, int(bias))
        self.add(module, "conv", *words)
        self.channels, self.length = filters, length

    def transposed(self):
        draw = self.draw
        filters, kernel, stride = draw.randint(1, 5), draw.randint(1, 4), draw.randint(1, 3)
        padding = draw.randint(0, (kernel - 1) // 2)
        output_padding = draw.randint(0, stride - 1)
        length = (self.length - 1) * stride - 2 * padding + kernel + output_padding
        if length < 1 or length > 60:
            return
        module = nn.ConvTranspose1d(
            self.channels, filters, kernel, stride=stride, padding=padding, output_padding=output_padding
        )
        self.add(module, "transposed", self.channels, filters, kernel, stride, padding, output_padding)
        self.channels, self.length = filters, length

    def normalization(self):
        kind = self.draw.choice(["batch", "layer", "group"])
        if kind == "batch":
            self.add(nn.BatchNorm1d(self.channels, eps=1e-3), "batch_norm", self.channels)
        elif kind == "layer":
            self.add(Norm(self.channels), "layer_norm", self.channels)
        else:
            groups = self.draw.choice([g for g in range(1, self.channels + 1) if self.channels % g == 0])
            # One value alone in its group has no spread.
            if self.channels // groups * max(self.length, 1) > 1:
                self.add(nn.GroupNorm(groups, self.channels), "group_norm", groups, self.channels)

    def activation(self):
        name = self.draw.choice(list(ACTIVATIONS))
        self.add(ACTIVATIONS[name](), name)

    def pooling(self):
        draw = self.draw
        kind = draw.choice(["max", "avg", "adaptive_max", "adaptive_avg", "upsample_nearest", "upsample_linear"])
        if kind.startswith("adaptive"):
            length = draw.randint(1, self.length + 2)
            layer = nn.AdaptiveMaxPool1d if kind == "adaptive_max" else nn.AdaptiveAvgPool1d
            self.add(layer(length), f"{kind}_pool", length)
            self.length = length
        elif kind.startswith("upsample"):
            if self.length > 20:
                return
            factor, mode = draw.randint(2, 3), kind.split("_")[1]
            self.add(nn.Upsample(scale_factor=factor, mode=mode), kind, factor)
            self.length *= factor
        else:
            kernel, stride = draw.randint(1, 3), draw.randint(1, 3)
            padding = draw.randint(0, kernel // 2)
            if self.length + 2 * padding < kernel:
                return
            layer = nn.MaxPool1d if kind == "max" else nn.AvgPool1d
            self.add(layer(kernel, stride, padding), f"{kind}_pool", kernel, stride, padding)
            self.length = (self.length + 2 * padding - kernel) // stride + 1

    def recurrent(self):
        draw = self.draw
        hidden, layers, both = draw.randint(1, 4), draw.choice([1, 1, 2]), draw.random() < 0.4
        kind = draw.choice(["gru", "lstm"])
        layer = (nn.GRU if kind == "gru" else nn.LSTM)(
            self.channels, hidden, layers, batch_first=True, bidirectional=both
        )
        self.add(Output(layer), kind, self.channels, hidden, layers, int(both))
        self.channels = hidden * (2 if both else 1)

    def residual(self):
        inner = Writer(self.draw, self.channels, self.length)
        for _ in range(self.draw.randint(1, 2)):
            kernel = self.draw.randint(1, 4)
            module = Padded("same", self.channels, self.channels, kernel)
            inner.add(module, "conv", self.channels, self.channels, kernel, 1, "same", 1, 1, 1)
            inner.normalization()
            inner.activation()
        self.modules.append(Residual(nn.Sequential(*inner.modules)))
        self.words += ["residual", *inner.words, "end"]

    def middle(self):
        parts = [self.convolution, self.convolution, self.transposed, self.normalization, self.activation]
        for _ in range(self.draw.randint(2, 6)):
            self.draw.choice(parts + [self.activation, self.pooling, self.recurrent, self.residual])()

    def end(self, outputs):
        self.add(nn.Flatten(), "flatten")
        width, self.length = self.channels * self.length, 0
        if self.draw.random() < 0.5:
            self.channels = self.draw.randint(2, 8)
            self.add(nn.Linear(width, self.channels), "dense", width, self.channels)
            if self.draw.random() < 0.5:
                self.normalization()
            self.activation()
            width = self.channels
        self.add(nn.Linear(width, outputs), "dense", width, outputs)


LOSSES = {
    "cross_entropy": F.cross_entropy,
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "huber": F.huber_loss,
    "smooth_l1": F.smooth_l1_loss,
}

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3, eps=1e-4),
    "adamw": lambda p: torch.optim.AdamW(p, lr=1e-3, eps=1e-4, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=1e-3, eps=1e-4),
}


def digest(tensor):
    """The sum of the squares and the inner product with a random vector."""
    flat = tensor.detach().double().flatten()
    return [flat.dot(flat), flat.dot(uniform(DIGEST_SEED, 0, flat.shape))]


def network(seed):
    """(description, numbers) of network number `seed`."""
    draw = random.Random(seed)
    batch, outputs = draw.randint(2, 4), draw.randint(2, 5)
    symbols = draw.choice([0, 0, 0, 7])  # of an embedding in front
    channels, length = draw.randint(1, 4), draw.randint(4, 24)
    writer = Writer(draw, channels, length)
    writer.middle()
    writer.end(outputs)
    loss_name, optimizer_name = draw.choice(list(LOSSES)), draw.choice(list(OPTIMIZERS))
    front = []
    if symbols:
        front = [nn.Embedding(symbols, channels), Lambda(lambda x: x.transpose(1, 2))]
    model = nn.Sequential(*front, *writer.modules).double()

    with torch.no_grad():
        for number, p in enumerate(model.parameters()):
            # Weights and biases alike, small enough for sums of a few dozen terms.
            p.copy_(uniform(seed, number, p.shape, -0.5, 0.5) + (0.5 if p.dim() == 1 else 0))
    if symbols:
        x = (uniform(seed, INPUT, (batch, length), 0, 1) * symbols).long()
    else:
        x = leaf(uniform(seed, INPUT, (batch, channels, length)))
    target = uniform(seed, TARGET, (batch, outputs))
    if loss_name == "cross_entropy":
        target = ((target + 1) / 2 * outputs).long()[:, 0]

    optimizer = OPTIMIZERS[optimizer_name](model.parameters())
    numbers = []
    for step in range(3):
        y = model(x)
        loss = LOSSES[loss_name](y, target)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            numbers += [*y.detach().flatten(), loss.detach()]
            if not symbols:
                numbers += digest(x.grad)
            for p in model.parameters():
                numbers += digest(p.grad)
        optimizer.step()
    for p in model.parameters():
        numbers += digest(p)
    words = [batch, channels, length, outputs, symbols, loss_name, optimizer_name, *writer.words]
    return " ".join(str(word) for word in words), torch.stack([torch.as_tensor(n) for n in numbers])


def random_networks():
    golden = Golden()
    seed = 0
    while len(golden.tensors) < COUNT:
        description, numbers = network(seed)
        if torch.isfinite(numbers).all():
            golden.put(str(seed), numbers)
            golden.metadata[str(seed)] = description
        seed += 1
    return golden
