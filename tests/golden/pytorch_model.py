"""A model as users of PyTorch write it, with its state as torch gives it, and what it computes."""

import torch
from torch import nn

from golden import Golden, uniform


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(2, 8, 5, stride=2, padding=2)
        self.norm = nn.BatchNorm1d(8)
        self.gru = nn.GRU(8, 6, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        features = torch.relu(self.norm(self.conv(x)))
        steps, _ = self.gru(features.transpose(1, 2))
        return self.head(steps.mean(1))


def pytorch_model():
    torch.manual_seed(5)
    model, golden = Reader(), Golden()
    samples = uniform(700, 0, (64, 2, 32)).float()
    # A few steps, so that no tensor is what it was at the start.
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(samples), torch.arange(64) % 3).backward()
        optimizer.step()
    model.eval()
    for name, tensor in model.state_dict().items():
        golden.tensors[f"state.{name}"] = tensor.detach().clone().numpy()
    x = uniform(700, 1, (5, 2, 32))
    golden.put("outputs", model.double()(x))
    return golden
