"""What a golden file consists of: drawn inputs, and results whole or as a digest. golden.hpp reads it."""

import math

import numpy as np
import torch
from safetensors.numpy import save_file

WHOLE = 2048  # results up to this size are stored whole
SAMPLE = 1000  # entries stored of larger ones
DIGEST_SEED = 99  # of the projection and of the sampled indices


def philox4x32(seed, stream, blocks):
    """Philox4x32-10 (Salmon et al. 2011): key = (seed low, seed high), counter = (block low, block high,
    stream low, stream high), 32 bits each. Returns the words of the first blocks: (blocks, 4), uint32."""
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    block = np.arange(blocks, dtype=np.uint64)
    c0, c1 = block & low, block >> high
    c2, c3 = np.full_like(block, stream & 0xFFFFFFFF), np.full_like(block, stream >> 32)
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (
            (p1 >> high) ^ c1 ^ np.uint64(k0),
            p1 & low,
            (p0 >> high) ^ c3 ^ np.uint64(k1),
            p0 & low,
        )
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def uniform(seed, stream, shape, low=-1.0, high=1.0):
    """Element i is low + (high - low) * u in float arithmetic, where u = (word >> 8) * 2^-24 and word is word
    i % 4 of block i / 4. Returned as double."""
    size = math.prod(shape)
    words = philox4x32(seed, stream, -(-size // 4)).reshape(-1)[:size]
    u = (words >> 8).astype(np.float32) * np.float32(2.0**-24)
    low, high = np.float32(low), np.float32(high)
    return torch.from_numpy((low + (high - low) * u).astype(np.float64)).reshape(shape)


def leaf(tensor):
    return tensor.clone().requires_grad_()


class Golden:
    """One file. Names are "case.what"; inputs are stored as float or int32, results as double."""

    def __init__(self):
        self.tensors = {}
        self.metadata = {}  # texts beside them

    def put_input(self, name, value):
        value = np.asarray(value.detach() if isinstance(value, torch.Tensor) else value)
        self.tensors[name] = value.astype(np.float32 if value.dtype.kind == "f" else np.int32)
        assert np.array_equal(self.tensors[name].astype(value.dtype), value), f"{name}: not exact in a float"

    def put(self, name, value):
        """Stores a result whole, or as a digest: name.shape, SAMPLE of its entries as name.index and
        name.sample, and name.sums, the sum of its squares and its inner product with stream 0 of DIGEST_SEED.
        """
        value = value.detach().contiguous()
        assert value.dtype == torch.float64 and torch.isfinite(value).all(), name
        if value.numel() <= WHOLE:
            self.tensors[name] = value.numpy().copy()
            return
        flat = value.flatten()
        words = philox4x32(DIGEST_SEED, 1, SAMPLE // 4).reshape(-1).astype(np.uint64)
        index = np.unique(words * np.uint64(flat.numel()) >> np.uint64(32)).astype(np.int32)
        self.tensors[f"{name}.shape"] = np.array(value.shape, dtype=np.int32)
        self.tensors[f"{name}.index"] = index
        self.tensors[f"{name}.sample"] = flat.numpy()[index]
        projection = flat.dot(uniform(DIGEST_SEED, 0, flat.shape))
        self.tensors[f"{name}.sums"] = np.array([flat.dot(flat).item(), projection.item()])

    def put_gradients(self, case, result, upstream, **inputs):
        """Stores result and, for each input, the gradient of the inner product of result and upstream."""
        self.put(f"{case}.result", result)
        for name, gradient in zip(inputs, torch.autograd.grad(result, list(inputs.values()), upstream)):
            self.put(f"{case}.gradient.{name}", gradient)

    def save(self, file):
        save_file(
            dict(sorted(self.tensors.items())),
            file,
            metadata=self.metadata | {"source": "make_golden.py, PyTorch " + torch.__version__.split("+")[0]},
        )
        print(f"{file}: {len(self.tensors)} tensors, {file.stat().st_size / 1e3:.0f} kB")
