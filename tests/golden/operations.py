"""The part of make_golden.py for small operations: elementwise functions, reductions and sorting, and the forms of
cross-entropy."""

import math

import torch
import torch.nn.functional as F

from golden import Golden, leaf, uniform


def elementwise():
    """Unary functions of two arguments' ranges, binary ones of operands that broadcast."""
    golden = Golden()
    inputs = {"real": uniform(410, 0, (3, 7), -3, 3), "positive": uniform(410, 1, (3, 7), 0.25, 4)}
    upstream = uniform(410, 2, (3, 7))
    for name, value in (inputs | {"upstream": upstream}).items():
        golden.put_input(f"unary.{name}", value)
    functions = {
        "real": (torch.sin, torch.cos, torch.erf, torch.expm1, torch.floor, torch.ceil, torch.round),
        "positive": (torch.log1p, torch.reciprocal, torch.rsqrt),
    }
    for domain, group in functions.items():
        for function in group:
            x = leaf(inputs[domain])
            golden.put_gradients(f"unary.{function.__name__}", function(x), upstream, input=x)
    for exponent in (2, 3, -1, 0.5):
        x = leaf(inputs["positive"])
        golden.put_gradients(f"unary.pow.{exponent:g}", x**exponent, upstream, input=x)

    a, b = uniform(411, 0, (4, 1, 5), 0.5, 2), uniform(411, 1, (3, 5), 0.5, 2)
    mask, upstream = uniform(411, 2, (4, 3, 1)) > 0, uniform(411, 3, (4, 3, 5))
    for name, value in (("a", a), ("b", b), ("mask", mask.int()), ("upstream", upstream)):
        golden.put_input(f"binary.{name}", value)
    binary = {
        "minimum": torch.minimum,
        "maximum": torch.maximum,
        "pow": torch.pow,
        "where": lambda u, v: torch.where(mask, u, v),
    }
    for name, function in binary.items():
        u, v = leaf(a), leaf(b)
        golden.put_gradients(f"binary.{name}", function(u, v), upstream, a=u, b=v)
    u = leaf(upstream)
    golden.put_gradients("binary.masked_fill", u.masked_fill(mask, 0.5), upstream, a=u)
    selected = u.masked_select(mask)
    golden.put_gradients("binary.masked_select", selected, uniform(411, 4, selected.shape), a=u)
    return golden


def reductions():
    """Over axes 0, 1 and 2, and, where a function takes several, over 0 and 2 together; the upstream gradient
    is stream 1."""
    golden = Golden()
    x = leaf(uniform(420, 0, (3, 4, 5)))
    golden.put_input("input", x)

    def put(name, y):
        golden.put_gradients(name, y, uniform(420, 1, y.shape), input=x)

    several = {
        "min": lambda axes: torch.amin(x, axes),
        "var": lambda axes: torch.var(x, axes),
        "var_biased": lambda axes: torch.var(x, axes, correction=0),
        "stddev": lambda axes: torch.std(x, axes),
        "norm1": lambda axes: torch.linalg.vector_norm(x, 1, axes),
        "norm2": lambda axes: torch.linalg.vector_norm(x, 2, axes),
        "norm_inf": lambda axes: torch.linalg.vector_norm(x, math.inf, axes),
        "logsumexp": lambda axes: torch.logsumexp(x, axes),
    }
    for name, function in several.items():
        for axes in ((0,), (1,), (2,), (0, 2)):
            put(f"{name}.{''.join(map(str, axes))}", function(axes))
    for axis in range(3):
        put(f"prod.{axis}", torch.prod(x, axis))
        put(f"cumsum.{axis}", torch.cumsum(x, axis))
        for descending in (False, True):
            y = torch.sort(x, axis, descending)
            put(f"sort.{axis}.{int(descending)}", y.values)
            golden.put_input(f"sort.{axis}.{int(descending)}.indices", y.indices)
            y = torch.topk(x, 2, axis, largest=descending)
            put(f"topk.{axis}.{int(descending)}", y.values)
            golden.put_input(f"topk.{axis}.{int(descending)}.indices", y.indices)
    return golden


def cross_entropy():
    """Labels per position, some of which do not count (class 2), and soft targets; the upstream gradient is
    stream 5 of seed 310."""
    golden = Golden()
    x, w = leaf(uniform(310, 0, (2, 4, 5), -4, 4)), uniform(310, 1, (4,), 0.25, 2.0)
    labels = torch.tensor([[0, 3, 2, 1, 1], [2, 2, 0, 3, 0]])
    soft = leaf(torch.softmax(uniform(310, 2, x.shape, -2, 2), 1).float().double())
    for name, value in (("input", x), ("weight", w), ("labels", labels), ("soft", soft)):
        golden.put_input(name, value)

    def put(name, loss, **inputs):
        upstream = uniform(310, 5, loss.shape) if loss.dim() else torch.ones_like(loss)
        golden.put_gradients(name, loss, upstream, **inputs)

    for r in ("mean", "sum", "none"):
        for smoothing in (0, 0.1):
            options = {"reduction": r, "label_smoothing": smoothing}
            put(f"labels.{r}.{smoothing}", F.cross_entropy(x, labels, w, **options), input=x)
            put(f"ignore.{r}.{smoothing}", F.cross_entropy(x, labels, w, ignore_index=2, **options), input=x)
            put(f"soft.{r}.{smoothing}", F.cross_entropy(x, soft, w, **options), input=x, target=soft)
        logp = F.log_softmax(x, 1)
        put(f"nll.{r}", F.nll_loss(logp, labels, w, ignore_index=2, reduction=r), input=x)
    return golden
