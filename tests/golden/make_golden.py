#!/usr/bin/env python3
"""Writes the golden files of this folder: what PyTorch computes, for the tests beside this script to read.

    pip install torch safetensors numpy
    python make_golden.py [FOLDER]

Everything is computed in double precision on one thread, from inputs that a float holds exactly; so one file
serves the float tests and the double tests. Another processor or version of PyTorch may change last bits.

Inputs of conv1d and of the networks are not stored but drawn on both sides, by `uniform` of golden.py and of
golden.hpp. Large results are stored as a digest, see `Golden.put`.
"""

import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

from golden import Golden, leaf, uniform
from layers import layers
from operations import cross_entropy, elementwise, reductions
from recurrent import recurrent
from tensors import element_types, printing, structure

# Columns: batch, channels, length, filters, kernel, stride, padding, dilation, groups, bias.
CONV1D = {
    "point": (1, 1, 1, 1, 1, 1, 0, 1, 1, 1),
    "pointwise": (3, 5, 11, 7, 1, 1, 0, 1, 1, 1),
    "pointwise_strided": (2, 6, 13, 4, 1, 3, 0, 1, 1, 0),
    "kernel3": (2, 3, 17, 4, 3, 1, 0, 1, 1, 1),
    "kernel3_no_bias": (2, 3, 17, 4, 3, 1, 0, 1, 1, 0),
    "kernel3_same": (2, 3, 17, 4, 3, 1, 1, 1, 1, 1),
    "kernel4": (3, 2, 19, 5, 4, 1, 0, 1, 1, 1),
    "kernel5": (3, 2, 23, 5, 5, 1, 0, 1, 1, 1),
    "kernel5_full": (2, 2, 9, 3, 5, 1, 4, 1, 1, 1),
    "kernel7": (2, 4, 29, 3, 7, 1, 0, 1, 1, 1),
    "kernel7_same": (2, 4, 29, 3, 7, 1, 3, 1, 1, 0),
    "batch1": (1, 3, 31, 6, 3, 1, 0, 1, 1, 1),
    "kernel_as_long_as_input": (2, 3, 7, 4, 7, 1, 0, 1, 1, 1),
    "kernel_as_long_as_padded_input": (2, 3, 5, 4, 7, 1, 1, 1, 1, 1),
    "kernel_longer_than_input": (2, 2, 3, 4, 5, 1, 2, 1, 1, 1),
    "stride2": (2, 3, 20, 4, 3, 2, 0, 1, 1, 1),
    "stride2_remainder": (2, 3, 21, 4, 4, 2, 0, 1, 1, 1),
    "stride2_padded": (2, 3, 22, 4, 5, 2, 2, 1, 1, 0),
    "stride3_remainder": (2, 2, 24, 6, 5, 3, 0, 1, 1, 1),
    "stride3_kernel4": (2, 2, 25, 6, 4, 3, 1, 1, 1, 1),
    "stride_equals_kernel": (2, 3, 23, 5, 4, 4, 0, 1, 1, 1),
    "stride_beyond_kernel": (2, 3, 26, 4, 3, 5, 0, 1, 1, 1),
    "stride_beyond_input": (2, 3, 6, 4, 3, 9, 0, 1, 1, 1),
    "dilation2": (2, 3, 19, 4, 3, 1, 0, 2, 1, 1),
    "dilation3_same": (2, 3, 19, 4, 3, 1, 3, 3, 1, 0),
    "dilation2_stride2": (2, 3, 24, 4, 4, 2, 1, 2, 1, 1),
    "dilated_kernel_as_long_as_input": (2, 3, 9, 4, 5, 1, 0, 2, 1, 1),
    "groups2": (2, 4, 18, 6, 3, 1, 0, 1, 2, 1),
    "groups3_strided": (2, 9, 20, 6, 5, 2, 2, 1, 3, 1),
    "groups4_dilated": (1, 8, 21, 8, 3, 1, 2, 2, 4, 0),
    "depthwise": (2, 6, 17, 6, 3, 1, 1, 1, 6, 1),
    "depthwise_strided": (3, 5, 22, 5, 4, 3, 0, 1, 5, 0),
    "depthwise_multiplier": (2, 4, 16, 12, 5, 1, 2, 1, 4, 1),
    "everything": (2, 6, 37, 9, 4, 3, 5, 2, 3, 1),
    "many_channels_kernel1": (2, 67, 45, 70, 1, 1, 0, 1, 1, 1),
    "many_channels_kernel3": (2, 64, 61, 48, 3, 1, 0, 1, 1, 1),
    "many_channels_kernel3_same": (1, 33, 64, 65, 3, 1, 1, 1, 1, 0),
    "many_channels_kernel4": (3, 72, 50, 80, 4, 1, 0, 1, 1, 1),
    "many_channels_kernel5": (3, 96, 47, 56, 5, 1, 0, 1, 1, 1),
    "many_channels_kernel5_same": (2, 31, 71, 130, 5, 1, 2, 1, 1, 1),
    "many_channels_kernel7": (2, 40, 39, 48, 7, 1, 0, 1, 1, 1),
    "many_channels_stride3": (2, 100, 64, 60, 4, 3, 0, 1, 1, 1),
    "many_channels_groups": (2, 96, 40, 64, 3, 1, 1, 1, 4, 1),
    "deep_packet_first": (2, 1, 1500, 200, 4, 3, 0, 1, 1, 1),
    "deep_packet_second": (2, 200, 101, 200, 5, 1, 0, 1, 1, 1),
    "deep_packet_second_strided": (2, 200, 100, 200, 4, 3, 0, 1, 1, 1),
}


def conv1d():
    """Case number i draws from seed i: input, weight, bias and upstream gradient are streams 0 to 3."""
    golden = Golden()
    for seed, (case, columns) in enumerate(CONV1D.items()):
        batch, channels, length, filters, kernel, stride, padding, dilation, groups, bias = columns
        x = leaf(uniform(seed, 0, (batch, channels, length)))
        w = leaf(uniform(seed, 1, (filters, channels // groups, kernel)))
        b = leaf(uniform(seed, 2, (filters,))) if bias else None
        y = F.conv1d(x, w, b, stride, padding, dilation, groups)
        golden.put_input(f"{case}.seed", [seed])
        golden.put_input(f"{case}.columns", list(columns))
        inputs = {"input": x, "weight": w} | ({"bias": b} if bias else {})
        golden.put_gradients(case, y, uniform(seed, 3, y.shape), **inputs)
    return golden


def batch_norm():
    """Three training steps on the same gamma and beta, then evaluation. momentum is the share of the old
    value that stays, as in Keras; PyTorch's is the share of the new one."""
    golden = Golden()
    shapes = {
        "planes": (4, 3, 7),
        "rows": (6, 5),
        "batch1": (1, 3, 9),
        "few_rows": (3, 4),
        "wide": (5, 40, 11),
    }
    for seed, (case, shape) in enumerate(shapes.items(), start=100):
        channels = shape[1]
        for variant, (momentum, epsilon) in {"keras": (0.99, 1e-3), "torch": (0.9, 1e-5)}.items():
            gamma, beta = leaf(uniform(seed, 0, (channels,), 0.5, 1.5)), leaf(uniform(seed, 1, (channels,)))
            mean, variance = torch.zeros(channels).double(), torch.ones(channels).double()
            name = f"{case}_{variant}"
            golden.put_input(f"{name}.gamma", gamma)
            golden.put_input(f"{name}.beta", beta)
            golden.tensors[f"{name}.options"] = np.array([momentum, epsilon])
            for step in range(4):
                # Far from zero, where a variance computed as E[x^2] - E[x]^2 loses its digits.
                x = leaf(uniform(seed, 2 + 2 * step, shape, 15.0, 17.0))
                dy = uniform(seed, 3 + 2 * step, shape)
                y = F.batch_norm(x, mean, variance, gamma, beta, step < 3, 1 - momentum, epsilon)
                golden.put_input(f"{name}.{step}.input", x)
                golden.put_input(f"{name}.{step}.upstream", dy)
                golden.put_gradients(f"{name}.{step}", y, dy, input=x, gamma=gamma, beta=beta)
                golden.put(f"{name}.{step}.running_mean", mean)
                golden.put(f"{name}.{step}.running_variance", variance)
    return golden


def pool1d():
    golden = Golden()
    cases = {  # batch, channels, length, window, stride, padding
        "pairs": (2, 3, 12, 2, 2, 0),
        "pairs_remainder": (2, 3, 13, 2, 2, 0),
        "overlapping": (2, 3, 14, 3, 1, 0),
        "stride2": (2, 3, 15, 3, 2, 0),
        "padded": (2, 3, 15, 3, 2, 1),
        "padded_same": (1, 4, 9, 5, 1, 2),
        "gaps": (2, 2, 17, 2, 5, 0),
        "whole": (3, 2, 7, 7, 7, 0),
        "deep_packet": (1, 8, 495, 2, 2, 0),
    }
    for seed, (case, columns) in enumerate(cases.items(), start=200):
        batch, channels, length, window, stride, padding = columns
        x = leaf(uniform(seed, 0, (batch, channels, length)))
        golden.put_input(f"{case}.options", list(columns[3:]))
        golden.put_input(f"{case}.input", x)
        kinds = {
            "max": F.max_pool1d(x, window, stride, padding),
            "average": F.avg_pool1d(x, window, stride, padding),
            "global_max": F.adaptive_max_pool1d(x, 1)[:, :, 0],
            "global_average": F.adaptive_avg_pool1d(x, 1)[:, :, 0],
        }
        for kind, y in kinds.items():
            dy = uniform(seed, 1, y.shape)
            golden.put_input(f"{case}.{kind}.upstream", dy)
            golden.put_gradients(f"{case}.{kind}", y, dy, input=x)
    # Equal values: the first of them takes the gradient.
    x = leaf(torch.tensor([[[1.0, 1, 1, 0, 2, 2, -1, -1]]]).double())
    y = F.max_pool1d(x, 2)
    golden.put_input("ties.options", [2, 2, 0])
    golden.put_input("ties.input", x)
    golden.put_input("ties.max.upstream", torch.ones_like(y))
    golden.put_gradients("ties.max", y, torch.ones_like(y), input=x)
    return golden


def losses():
    """The upstream gradient of reduction "none" is drawn: stream 5 of seed 300."""
    golden = Golden()
    classes, seed = 5, 300
    logits = {
        "ordinary": uniform(seed, 0, (6, classes), -4, 4),
        "single": uniform(seed, 1, (1, classes), -4, 4),
        "extreme": 1e4
        * torch.tensor(
            [[1.0, -1, 0, 0, 1], [-1, -1, -1, -1, -1], [1, 1, 1, 1, 1], [1, 0, 0, 0, -1], [-1, 1, -1, 1, -1]]
        ).double(),
    }
    labels = {"ordinary": [0, 4, 2, 2, 1, 3], "single": [3], "extreme": [1, 0, 3, 0, 0]}
    weight = uniform(seed, 2, (classes,), 0.25, 2.0)
    for case, value in logits.items():
        x, t = leaf(value), torch.tensor(labels[case])
        logp = leaf(F.log_softmax(value, 1).float().double())
        target, truth = leaf(uniform(seed, 3, x.shape)), leaf((uniform(seed, 4, x.shape) > 0).double())
        p = leaf(torch.softmax(uniform(seed, 6, x.shape), 1).float().double())
        for name, stored in (
            ("input", x),
            ("p", p),
            ("labels", t),
            ("weight", weight),
            ("log_probabilities", logp),
            ("target", target),
            ("truth", truth),
        ):
            golden.put_input(f"{case}.{name}", stored)

        def put(name, loss, **inputs):
            upstream = uniform(seed, 5, loss.shape) if loss.dim() else torch.ones_like(loss)
            golden.put_gradients(f"{case}.{name}", loss, upstream, **inputs)

        for r in ("mean", "sum", "none"):
            put(f"cross_entropy.{r}", F.cross_entropy(x, t, reduction=r), input=x)
            put(f"cross_entropy_weight.{r}", F.cross_entropy(x, t, weight, reduction=r), input=x)
            put(f"cross_entropy_smooth.{r}", F.cross_entropy(x, t, reduction=r, label_smoothing=0.1), input=x)
            put(
                f"cross_entropy_weight_smooth.{r}",
                F.cross_entropy(x, t, weight, reduction=r, label_smoothing=0.1),
                input=x,
            )
            put(f"nll.{r}", F.nll_loss(logp, t, reduction=r), input=logp)
            put(f"nll_weight.{r}", F.nll_loss(logp, t, weight, reduction=r), input=logp)
            put(f"mse.{r}", F.mse_loss(x, target, reduction=r), input=x, target=target)
            put(f"l1.{r}", F.l1_loss(x, target, reduction=r), input=x, target=target)
            put(f"huber.{r}", F.huber_loss(x, target, r, delta=2.0), input=x, target=target)
            put(f"smooth_l1.{r}", F.smooth_l1_loss(x, target, reduction=r, beta=0.5), input=x, target=target)
            put(f"kl_div.{r}", F.kl_div(logp, p, reduction=r), input=logp, target=p)
            put(
                f"kl_div_log.{r}",
                F.kl_div(logp, target, reduction=r, log_target=True),
                input=logp,
                target=target,
            )
            put(
                f"binary_cross_entropy.{r}",
                F.binary_cross_entropy_with_logits(x, truth, reduction=r),
                input=x,
                target=truth,
            )
    return golden


def activations():
    golden = Golden()
    special = torch.tensor([0.0, -0.0, 1e4, -1e4, 30, -30, 90, -90, 1e-6, -1e-6, 0.5, -0.5]).float().double()
    cases = {"ordinary": uniform(400, 0, (3, 4, 5), -3, 3), "special": special}
    functions = {
        "relu": torch.relu,
        "leaky_relu": lambda v: F.leaky_relu(v, 0.01),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu": F.gelu,
        "gelu_tanh": lambda v: F.gelu(v, approximate="tanh"),
        "silu": F.silu,
        "elu": F.elu,
        "elu_alpha": lambda v: F.elu(v, 0.5),
        "softplus": F.softplus,
        "softplus_beta": lambda v: F.softplus(v, 2),
    }
    for case, value in cases.items():
        x, dy = leaf(value), uniform(400, 1, value.shape)
        golden.put_input(f"{case}.input", x)
        golden.put_input(f"{case}.upstream", dy)
        for name, function in functions.items():
            golden.put_gradients(f"{case}.{name}", function(x), dy, input=x)
        for axis in range(value.dim()):
            golden.put_gradients(f"{case}.softmax.{axis}", torch.softmax(x, axis), dy, input=x)
            golden.put_gradients(f"{case}.log_softmax.{axis}", torch.log_softmax(x, axis), dy, input=x)
    return golden


def optimizers():
    """Three parameters whose gradients are given, not computed, and differ widely in size."""
    golden = Golden()
    steps, shapes, scales = 10, ((3, 4), (5,), (2, 1, 3)), (1.0, 2.0**-20, 2.0**6)
    start = [uniform(500, p, shape) for p, shape in enumerate(shapes)]
    gradients = [
        [scales[p] * uniform(501 + step, p, shape) for p, shape in enumerate(shapes)] for step in range(steps)
    ]
    optim = torch.optim
    variants = {
        "sgd": lambda p: optim.SGD(p, lr=0.1),
        "sgd_weight_decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.01),
        "sgd_momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
        "sgd_momentum_weight_decay": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        "sgd_nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        "sgd_nesterov_weight_decay": lambda p: optim.SGD(
            p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01
        ),
        "adam": lambda p: optim.Adam(p, lr=1e-3, betas=(0.9, 0.999), eps=1e-7),
        "adam_betas": lambda p: optim.Adam(p, lr=1e-2, betas=(0.8, 0.95), eps=1e-4),
        "adam_weight_decay": lambda p: optim.Adam(
            p, lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
        ),
        "adamw": lambda p: optim.AdamW(p, lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01),
        "adamw_no_decay": lambda p: optim.AdamW(p, lr=1e-2, betas=(0.9, 0.999), eps=1e-7, weight_decay=0.0),
        "rmsprop": lambda p: optim.RMSprop(p, lr=1e-2),
        "rmsprop_weight_decay": lambda p: optim.RMSprop(p, lr=1e-2, alpha=0.9, eps=1e-4, weight_decay=0.01),
        "rmsprop_momentum": lambda p: optim.RMSprop(p, lr=1e-3, momentum=0.9),
        "rmsprop_centered": lambda p: optim.RMSprop(p, lr=1e-2, alpha=0.9, centered=True),
        "rmsprop_all": lambda p: optim.RMSprop(
            p, lr=1e-3, alpha=0.8, eps=1e-6, weight_decay=0.01, momentum=0.5, centered=True
        ),
    }
    for p, value in enumerate(start):
        golden.put_input(f"start.{p}", value)
        for step in range(steps):
            golden.put_input(f"gradient.{step}.{p}", gradients[step][p])
    for variant, make in variants.items():
        parameters = [leaf(value) for value in start]
        optimizer = make(parameters)
        for step in range(steps):
            for parameter, gradient in zip(parameters, gradients[step]):
                parameter.grad = gradient.clone()
            optimizer.step()
            for p, parameter in enumerate(parameters):
                golden.put(f"{variant}.{step}.{p}", parameter)
    return golden


def deep_packet(seed, classes, first, second, dtype=torch.float64):
    """Ten steps of Deep Packet's CNN without dropout, first and second being (kernel, stride).

    Weights are Glorot uniform: parameter number p, counted over all, draws from stream p of the seed; biases
    and beta are 0, gamma is 1. Stream 100 draws twelve samples from [0, 1); sample i has the label
    5 i mod classes, and step s trains on the four samples from 4 (s mod 3) on. momentum=None is the plain
    average over the steps so far: for the first 100 steps the same as keeping min(0.99, (t - 1) / t) of the
    old value at step t, which is what nn::BatchNorm does."""
    nn = torch.nn
    length = 1500
    for kernel, stride in (first, second):
        length = (length - kernel) // stride + 1
    model = nn.Sequential(
        nn.Conv1d(1, 200, first[0], first[1]),
        nn.BatchNorm1d(200, eps=1e-3, momentum=None),
        nn.ReLU(),
        nn.Conv1d(200, 200, second[0], second[1]),
        nn.BatchNorm1d(200, eps=1e-3, momentum=None),
        nn.ReLU(),
        nn.MaxPool1d(2),
        nn.Flatten(),
        nn.Linear(200 * (length // 2), 200),
        nn.ReLU(),
        nn.Linear(200, 100),
        nn.ReLU(),
        nn.Linear(100, 50),
        nn.ReLU(),
        nn.Linear(50, classes),
    ).to(dtype)
    with torch.no_grad():
        for number, (name, p) in enumerate(model.named_parameters()):
            if p.dim() > 1:
                limit = math.sqrt(6 / ((p.shape[0] + p.shape[1]) * math.prod(p.shape[2:])))
                p.copy_(uniform(seed, number, p.shape, -limit, limit))
            elif name.endswith("bias"):
                p.zero_()
    samples = uniform(seed, 100, (12, 1, 1500), 0, 1).to(dtype)
    labels = torch.arange(12) * 5 % classes
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7)
    losses, result = [], {}
    for step in range(10):
        batch = slice(4 * (step % 3), 4 * (step % 3) + 4)
        x = leaf(samples[batch])
        logits = model(x)
        loss = F.cross_entropy(logits, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            result = {"logits": logits, "loss": loss, "gradient.input": x.grad}
            result |= {f"gradient.{name}": p.grad.clone() for name, p in model.named_parameters()}
        optimizer.step()
        losses.append(loss.detach())
    result["losses"] = torch.stack(losses)
    return result | {name: p for name, p in model.named_buffers() if p.is_floating_point()}


TASKS = {"app": (600, 17, (4, 3), (5, 1)), "traffic": (601, 12, (5, 3), (4, 3))}


def networks():
    golden = Golden()
    for task, arguments in TASKS.items():
        for name, value in deep_packet(*arguments).items():
            golden.put(f"{task}.{name}", value)
    return golden


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    topics = (conv1d, batch_norm, pool1d, losses, cross_entropy, activations, elementwise, reductions, structure,
              element_types, printing)
    for make in (*topics, layers, recurrent, optimizers, networks):
        make().save(folder / f"{make.__name__}.safetensors")


if __name__ == "__main__":
    main()
