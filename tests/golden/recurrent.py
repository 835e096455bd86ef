"""The part of make_golden.py for GRU and LSTM."""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import Golden, leaf, uniform

# kind, batch, length, channels, hidden, layers, bidirectional, bias, lengths, whether the first state is given
CASES = {
    "gru_one": ("GRU", 1, 1, 1, 1, 1, False, True, None, False),
    "gru_plain": ("GRU", 3, 5, 4, 7, 1, False, True, None, False),
    "gru_no_bias": ("GRU", 2, 4, 3, 5, 1, False, False, None, True),
    "gru_stacked": ("GRU", 2, 4, 3, 5, 3, False, True, None, True),
    "gru_both_ways": ("GRU", 3, 5, 2, 4, 1, True, True, [2, 5, 1], False),
    "gru_all": ("GRU", 4, 6, 3, 5, 2, True, True, [6, 1, 4, 3], True),
    "lstm_one": ("LSTM", 1, 1, 1, 1, 1, False, True, None, False),
    "lstm_plain": ("LSTM", 3, 5, 4, 7, 1, False, True, None, False),
    "lstm_no_bias": ("LSTM", 2, 4, 3, 5, 1, False, False, None, True),
    "lstm_stacked": ("LSTM", 2, 4, 3, 5, 3, False, True, None, True),
    "lstm_both_ways": ("LSTM", 3, 5, 2, 4, 1, True, True, [2, 5, 1], False),
    "lstm_all": ("LSTM", 4, 6, 3, 5, 2, True, True, [6, 1, 4, 3], True),
}


def recurrent():
    """Stream 0 of a case's seed draws the input, 1 and 2 the first state and cell, 3 to 5 the upstream gradients of
    output, state and cell, 10 + p parameter number p."""
    golden = Golden()
    for seed, (case, columns) in enumerate(CASES.items(), start=800):
        kind, batch, length, channels, hidden, layers, both, bias, lengths, given = columns
        model = getattr(torch.nn, kind)(channels, hidden, layers, bias, batch_first=True, bidirectional=both).double()
        with torch.no_grad():
            for number, (name, p) in enumerate(model.named_parameters()):
                p.copy_(uniform(seed, 10 + number, p.shape))
                golden.put_input(f"{case}.{name}", p)
        shape = (layers * (2 if both else 1), batch, hidden)
        x = leaf(uniform(seed, 0, (batch, length, channels)))
        first = [leaf(uniform(seed, 1 + i, shape)) for i in range(1 if kind == "GRU" else 2)]
        state = None if not given else first[0] if kind == "GRU" else tuple(first)
        if lengths is None:
            y, last = model(x, state)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
            y, last = model(packed, state)
            y, _ = pad_packed_sequence(y, batch_first=True, total_length=length)
            golden.put_input(f"{case}.lengths", lengths)
        golden.put_input(f"{case}.options", [channels, hidden, layers, both, bias])
        golden.put_input(f"{case}.input", x)
        results = {"output": y} | dict(zip(("state", "cell"), (last,) if kind == "GRU" else last))
        loss = 0
        for i, (name, value) in enumerate(results.items()):
            upstream = uniform(seed, 3 + i, value.shape)
            golden.put_input(f"{case}.upstream.{name}", upstream)
            golden.put(f"{case}.{name}", value)
            loss = loss + (value * upstream).sum()
        wanted = dict(model.named_parameters()) | {"input": x}
        if given:
            wanted |= dict(zip(("first_state", "first_cell"), first))
            for name, value in zip(("first_state", "first_cell"), first):
                golden.put_input(f"{case}.{name}", value)
        for name, gradient in zip(wanted, torch.autograd.grad(loss, list(wanted.values()))):
            golden.put(f"{case}.gradient.{name}", gradient)
    return golden
