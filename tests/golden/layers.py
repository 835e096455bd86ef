"""The part of make_golden.py for normalization, resampling, padding rules, transposed convolution and embedding."""

import torch
import torch.nn.functional as F

from golden import Golden, leaf, uniform


def layers():
    """Of each case, the input, the parameters and the upstream gradient are streams of its own seed. Options are in
    the case's name or stored beside it."""
    golden = Golden()
    seed = 700

    def put(case, function, options, **shapes):
        nonlocal seed
        inputs = {name: leaf(uniform(seed, stream, shape)) for stream, (name, shape) in enumerate(shapes.items())}
        y = function(*inputs.values())
        upstream = uniform(seed, 9, y.shape)
        golden.put_input(f"{case}.options", options)
        golden.put_input(f"{case}.upstream", upstream)
        for name, value in inputs.items():
            golden.put_input(f"{case}.{name}", value)
        golden.put_gradients(case, y, upstream, **inputs)
        seed += 1

    put("layer_norm_1", lambda *a: F.layer_norm(a[0], (5,), *a[1:]), [1], input=(3, 4, 5), gamma=(5,), beta=(5,))
    put("layer_norm_2", lambda *a: F.layer_norm(a[0], (4, 5), *a[1:]), [2], input=(3, 4, 5), gamma=(4, 5), beta=(4, 5))
    for groups in (1, 2, 6):
        put(
            f"group_norm_{groups}",
            lambda x, w, b, groups=groups: F.group_norm(x, groups, w, b),
            [groups],
            input=(3, 6, 7),
            gamma=(6,),
            beta=(6,),
        )
    for length in (1, 3, 4, 7, 10):
        put(f"adaptive_avg_{length}", lambda x: F.adaptive_avg_pool1d(x, length), [length], input=(2, 3, 7))
        put(f"adaptive_max_{length}", lambda x: F.adaptive_max_pool1d(x, length), [length], input=(2, 3, 7))
    for length in (3, 5, 7, 10, 15):
        for name, options in {
            "nearest": {"mode": "nearest"},
            "linear": {"mode": "linear", "align_corners": False},
            "corners": {"mode": "linear", "align_corners": True},
        }.items():
            put(f"upsample_{name}_{length}", lambda x: F.interpolate(x, length, **options), [length], input=(2, 2, 5))
    # stride, padding, output padding, dilation, groups
    for i, options in enumerate([(1, 0, 0, 1, 1), (2, 1, 1, 1, 1), (3, 2, 1, 2, 2), (2, 0, 0, 3, 1)]):
        stride, padding, output_padding, dilation, groups = options
        put(
            f"transpose_{i}",
            lambda x, w, b: F.conv_transpose1d(x, w, b, stride, padding, output_padding, groups, dilation),
            options,
            input=(2, 4, 6),
            weight=(4, 6 // groups, 3),
            bias=(6,),
        )
    # kernel, stride, dilation
    for kernel, dilation in ((3, 1), (4, 1), (4, 3), (5, 2)):
        put(
            f"same_{kernel}_{dilation}",
            lambda x, w: F.conv1d(x, w, padding="same", dilation=dilation),
            [kernel, 1, dilation],
            input=(2, 3, 11),
            weight=(4, 3, kernel),
        )
        for stride in (1, 2):
            put(
                f"causal_{kernel}_{stride}_{dilation}",
                lambda x, w: F.conv1d(
                    F.pad(x, ((kernel - 1) * dilation, 0)), w, stride=stride, dilation=dilation
                ),
                [kernel, stride, dilation],
                input=(2, 3, 11),
                weight=(4, 3, kernel),
            )
    w, indices = leaf(uniform(seed, 0, (6, 4))), torch.tensor([[1, 5, 0, 1], [2, 2, 0, 5]])
    upstream = uniform(seed, 1, (2, 4, 4))
    golden.put_input("embedding.weight", w)
    golden.put_input("embedding.indices", indices)
    golden.put_input("embedding.upstream", upstream)
    golden.put_gradients("embedding", F.embedding(indices, w, padding_idx=2), upstream, weight=w)
    return golden
