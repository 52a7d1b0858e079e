"""Random dense networks, what PyTorch's automatic differentiation in float64 says of them, and a file of both.

Run it (`.venv/bin/python tests/tracing/golden/record.py`, with PyTorch) to record `dense.json` anew. The tests that
draw networks of their own load it for `draw_case` and `autograd`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).with_name("dense.json")
HIDDEN = ("linear", "relu", "sigmoid", "tanh")
OUTPUTS = {
    "mean_squared_error": HIDDEN,
    "binary_crossentropy": ("sigmoid",),
    "categorical_crossentropy": ("softmax",),
    "sparse_categorical_crossentropy": ("softmax",),
}


def draw_case(seed, *, sizes, activations, loss, samples, weighted):
    """One network and one batch, every number exactly a float32.

    Weights shrink with the number of inputs, and regression targets stay away from what the network can say: then no
    float32 result is the small difference of large numbers, and 1e-5 is a fair bound.
    """
    random = np.random.default_rng(seed)
    layers = [
        {
            "w": _uniform(random, (inputs, units), 1.5 / inputs),
            "b": _uniform(random, (units,), 0.5),
            "activation": activation,
        }
        for inputs, units, activation in zip(sizes, sizes[1:], activations, strict=False)
    ]
    x = _uniform(random, (samples, sizes[0]), 1)
    if loss == "sparse_categorical_crossentropy":
        y = random.integers(0, sizes[-1], samples)
    elif loss == "categorical_crossentropy":
        y = np.eye(sizes[-1])[random.integers(0, sizes[-1], samples)]
    elif loss == "binary_crossentropy":
        y = random.integers(0, 2, (samples, sizes[-1])).astype(float)
    else:
        y = _uniform(random, (samples, sizes[-1]), 0.5) + np.float32(4)
    weights = np.abs(_uniform(random, (samples,), 2)) + np.float32(0.25) if weighted else None
    return {"layers": layers, "x": x, "y": y, "loss": loss, "sample_weight": weights}


def autograd(case):
    """L, and z, a, delta, upstream, dw and db of each layer, by PyTorch in float64."""
    import torch

    functions = {
        "linear": lambda z: z * 1.0,
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softmax": lambda z: torch.softmax(z, dim=-1),
    }
    a = torch.tensor(np.asarray(case["x"], np.float64))
    kept = []
    for layer in case["layers"]:
        w, b = (torch.tensor(np.asarray(layer[name], np.float64), requires_grad=True) for name in ("w", "b"))
        z = a @ w + b
        a = functions[layer["activation"]](z)
        z.retain_grad()
        a.retain_grad()
        kept.append((z, a, w, b))
    losses = _losses(case["loss"], torch.tensor(np.asarray(case["y"])), a)
    weights = case["sample_weight"]
    loss = (losses if weights is None else losses * torch.tensor(np.asarray(weights, np.float64))).mean()
    loss.backward()
    layers = [
        {
            name: value.detach().numpy()
            for name, value in {"z": z, "a": a, "delta": z.grad, "upstream": a.grad, "dw": w.grad, "db": b.grad}.items()
        }
        for z, a, w, b in kept
    ]
    return {"loss": loss.item(), "layers": layers}


def _losses(name, y, a):
    """Each sample's loss by PyTorch's own functions."""
    from torch.nn import functional

    if name == "sparse_categorical_crossentropy":
        return functional.nll_loss(a.log(), y, reduction="none")
    if name == "categorical_crossentropy":
        return functional.cross_entropy(a.log(), y.double(), reduction="none")
    if name == "binary_crossentropy":
        return functional.binary_cross_entropy(a, y.double(), reduction="none").mean(dim=-1)
    return functional.mse_loss(a, y.double(), reduction="none").mean(dim=-1)


def _uniform(random, shape, bound):
    return random.uniform(-bound, bound, shape).astype(np.float32)


def _plain(value):
    """Arrays as lists, all the way down."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def record():
    """Write the file."""
    recorded = []
    for seed, (loss, outputs) in enumerate(OUTPUTS.items()):
        for weighted in (False, True):
            case = draw_case(
                seed,
                sizes=(4, 5, 3, 2),
                activations=("relu", "tanh", outputs[0]),
                loss=loss,
                samples=3,
                weighted=weighted,
            )
            recorded.append({"case": _plain(case), "expected": _plain(autograd(case))})
    lines = ",\n".join(json.dumps(each) for each in recorded)
    GOLDEN.write_text(f'{{"format": 1, "recorded": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    record()
