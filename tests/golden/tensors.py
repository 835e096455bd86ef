"""The golden files about tensors themselves: operations on their structure, element types, printing."""

import math

import numpy as np
import torch

from golden import Golden, leaf, philox4x32, uniform


def structure():
    """Permutations, repetitions and selections; the upstream gradient of case number i is stream 1 of seed i."""
    golden = Golden()
    numbers = torch.tensor([3, 0, 3, 1])
    along = torch.from_numpy(philox4x32(399, 0, 2 * 3 * 5)[:, :1].astype(np.int64) % 4).reshape(2, 3, 5)
    golden.put_input("select.numbers", numbers)
    golden.put_input("along.numbers", along)
    cases = {
        "transpose": lambda x: x.transpose(1, 2),
        "permute": lambda x: x.permute(2, 0, 1),
        "squeeze": lambda x: x[:, :1].squeeze(1),
        "unsqueeze": lambda x: x.unsqueeze(-2),
        "flip": lambda x: x.flip(0, 2),
        "roll": lambda x: x.roll(-2, 1),
        "repeat": lambda x: x.repeat(2, 1, 1, 3),
        "repeat_interleave": lambda x: x.repeat_interleave(3, 1),
        "split": lambda x: x.split([1, 3], 1)[1],
        "chunk": lambda x: x.chunk(3, 2)[2],
        "index_select": lambda x: x.index_select(1, numbers),
        "take_along_axis": lambda x: x[:, :, :3].transpose(1, 2).gather(2, along),
        "select": lambda x: x.select(1, 2),
        "tril": lambda x: x.tril(1),
        "triu": lambda x: x.triu(-2),
    }
    for seed, (case, function) in enumerate(cases.items(), start=400):
        x = leaf(uniform(seed, 0, (2, 4, 5)))
        golden.put_input(f"{case}.seed", [seed])
        y = function(x)
        golden.put_gradients(case, y, uniform(seed, 1, y.shape), input=x)
    return golden


def element_types():
    """Tensors of types that are not converted unless asked for, and "NAME.float": the same as float."""
    golden = Golden()
    every_kind = np.arange(0, 2**16, 61, dtype=np.uint16)  # infinity and NaN among them
    halves = np.concatenate([every_kind, np.array([0x7C00, 0xFC00, 0x7BFF, 1, 0x3FF, 0x400], dtype=np.uint16)])
    golden.tensors["F16"] = halves.view(np.float16)
    golden.tensors["BOOL"] = np.array([True, False, True])
    for bits in (8, 16, 32, 64):
        for kind, dtype in {"I": f"int{bits}", "U": f"uint{bits}"}.items():
            limits = np.iinfo(dtype)
            golden.tensors[f"{kind}{bits}"] = np.array([limits.min, 0, 1, 100, limits.max], dtype=dtype)
    for name, value in list(golden.tensors.items()):
        golden.tensors[f"{name}.float"] = value.astype(np.float32)
    return golden


def printing():
    """What NumPy prints of a tensor, under its name; the empty ones and those of bool are not stored."""
    golden = Golden()
    draw = lambda seed, *shape: uniform(seed, 7, shape).numpy()
    special = [0.0, -0.0, math.nan, math.inf, -math.inf, 0.5, -12.25]
    tensors = {
        "mixed": np.array([[1, 2.5], [-3, 0.1]]),
        "rank1": draw(300, 17),
        "wrapped": np.round(draw(301, 40) * 100, 3),
        "whole": np.arange(12.0).reshape(3, 4) - 5,
        "rank3": draw(302, 2, 3, 4),
        "rank5": draw(303, 2, 1, 2, 1, 3),
        "rank8": draw(304, 1, 2, 1, 2, 1, 2, 1, 2),
        "special": np.array(special),
        "not_finite": np.array([math.nan, -math.inf]),
        "large": np.array([1e8, 1.0, -3.5e10]),
        "small": np.array([1e-5, -2.5e-6, 0]),
        "apart": np.array([0.001, 2.0, -300.125, math.nan]),
        "extremes": np.array([3e38, -1e-38]),
        "summary1": draw(305, 1001),
        "summary2": np.arange(1020.0).reshape(10, 102) / 16,
        "summary3": draw(306, 11, 5, 20),
        "long_rows": draw(307, 2, 30),
    }
    for name, value in tensors.items():
        for kind, dtype in {"float": np.float32, "double": np.float64}.items():
            golden.tensors[f"{name}.{kind}"] = value.astype(dtype)
    golden.tensors["int.int32"] = np.array([[1, -20, 300], [0, 5, -70000]], dtype=np.int32)
    golden.tensors["int_long.int32"] = np.arange(60, dtype=np.int32).reshape(3, 20) * 37
    golden.tensors["bytes.uint8"] = np.array([0, 7, 255], dtype=np.uint8)
    golden.tensors["wide.int64"] = np.array([2**62, -1], dtype=np.int64)
    for name, value in list(golden.tensors.items()):
        for precision in (6, 3, 0):
            text = np.array2string(value, max_line_width=75, precision=precision)
            golden.tensors[f"text.{name}.{precision}"] = np.frombuffer(text.encode(), dtype=np.uint8)
    return golden
