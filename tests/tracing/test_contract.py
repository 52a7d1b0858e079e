"""The contract table: every rule of the chain against PyTorch's autograd and optimizers, in float64.

Where Keras defines a function in its own way, PyTorch is given Keras' definition: only its derivative is asked for.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.tracing.chain import activations, layers, losses, optimizers, regularizers

pytestmark = pytest.mark.oracle
EPSILON = 1e-7
FEW = settings(max_examples=10)
shapes = st.tuples(st.integers(1, 4), st.integers(2, 5))
seeds = st.integers(0, 2**32 - 1)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def gradients(function, *arrays):
    """The value of a function of tensors, and its derivative with respect to each, weighed by fixed numbers."""
    import torch

    tensors = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in arrays]
    value = function(torch, *tensors)
    weights = np.random.default_rng(5).normal(size=tuple(value.shape))
    (value * torch.tensor(weights)).sum().backward()
    return value.detach().numpy(), weights, [each.grad.numpy() for each in tensors]


ACTIVATIONS = {
    "linear": lambda t, z: z * 1,
    "relu": lambda t, z: t.relu(z),
    "leaky_relu": lambda t, z: t.nn.functional.leaky_relu(z, 0.2),
    "relu6": lambda t, z: t.nn.functional.relu6(z),
    "elu": lambda t, z: t.nn.functional.elu(z),
    "selu": lambda t, z: t.selu(z),
    "celu": lambda t, z: t.celu(z),
    "sigmoid": lambda t, z: t.sigmoid(z),
    "tanh": lambda t, z: t.tanh(z),
    "softplus": lambda t, z: t.nn.functional.softplus(z),
    "softsign": lambda t, z: t.nn.functional.softsign(z),
    "silu": lambda t, z: t.nn.functional.silu(z),
    "gelu": lambda t, z: t.nn.functional.gelu(z),
    "exponential": lambda t, z: t.exp(z),
    "hard_sigmoid": lambda t, z: t.clamp(z / 6 + 0.5, 0, 1),
    "hard_silu": lambda t, z: z * t.clamp(z / 6 + 0.5, 0, 1),
    "mish": lambda t, z: t.nn.functional.mish(z),
    "log_sigmoid": lambda t, z: t.nn.functional.logsigmoid(z),
    "softmax": lambda t, z: t.softmax(z, -1),
    "log_softmax": lambda t, z: t.log_softmax(z, -1),
}


def test_the_table_of_activations_is_whole():
    assert set(ACTIVATIONS) == set(activations.ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
@FEW
@given(shape=shapes, seed=seeds)
def test_activations(name, shape, seed):
    z = 4 * np.random.default_rng(seed).normal(size=shape)
    value, weights, (gradient,) = gradients(ACTIVATIONS[name], z)
    rule = activations.ACTIVATIONS[name]
    close(rule.forward(z), value)
    close(rule.backward(weights, z), gradient)


def clipped(t, p):
    return t.clamp(p, EPSILON, 1 - EPSILON)


def shares(t, p):
    return clipped(t, p / p.sum(-1, keepdim=True))


def binary(t, y, p):
    return -(y * t.log(clipped(t, p)) + (1 - y) * t.log(1 - clipped(t, p)))


def focal(t, y, p):
    return ((1 - (y * p + (1 - y) * (1 - p))) ** 2 * binary(t, y, p)).mean(-1)


def one_hot(t, y, p):
    return t.nn.functional.one_hot(y.long().reshape(-1), p.shape[-1]).double()


def margins(y, p):
    return 1 - (2 * y - 1) * p


LOSSES = {
    "mean_squared_error": lambda t, y, p: t.nn.functional.mse_loss(p, y, reduction="none").mean(-1),
    "mean_absolute_error": lambda t, y, p: t.nn.functional.l1_loss(p, y, reduction="none").mean(-1),
    "mean_absolute_percentage_error": lambda t, y, p: 100 * ((y - p).abs() / y.abs().clamp_min(EPSILON)).mean(-1),
    "mean_squared_logarithmic_error": lambda t, y, p: ((t.log(p + 1) - t.log(y + 1)) ** 2).mean(-1),
    "cosine_similarity": lambda t, y, p: -t.nn.functional.cosine_similarity(y, p, dim=-1),
    "huber": lambda t, y, p: t.nn.functional.huber_loss(p, y, reduction="none").mean(-1),
    "log_cosh": lambda t, y, p: t.log(t.cosh(p - y)).mean(-1),
    "kl_divergence": lambda t, y, p: t.nn.functional.kl_div(t.log(p), y, reduction="none").sum(-1),
    "poisson": lambda t, y, p: t.nn.functional.poisson_nll_loss(
        p, y, log_input=False, eps=EPSILON, reduction="none"
    ).mean(-1),
    "hinge": lambda t, y, p: t.relu(margins(y.round(), p)).mean(-1),
    "squared_hinge": lambda t, y, p: (t.relu(margins(y.round(), p)) ** 2).mean(-1),
    "categorical_hinge": lambda t, y, p: t.relu(((1 - y) * p).max(-1).values - (y * p).sum(-1) + 1),
    "binary_crossentropy": lambda t, y, p: t.nn.functional.binary_cross_entropy(p, y, reduction="none").mean(-1),
    "binary_focal_crossentropy": focal,
    "categorical_crossentropy": lambda t, y, p: -(y * t.log(shares(t, p))).sum(-1),
    "categorical_focal_crossentropy": lambda t, y, p: (
        -(0.25 * (1 - shares(t, p)) ** 2 * y * t.log(shares(t, p))).sum(-1)
    ),
    "sparse_categorical_crossentropy": lambda t, y, p: t.nn.functional.nll_loss(
        t.log(shares(t, p)), y.long(), reduction="none"
    ),
    "categorical_generalized_cross_entropy": lambda t, y, p: (1 - (p * one_hot(t, y, p)).sum(-1) ** 0.5) / 0.5,
    "dice": lambda t, y, p: 1 - 2 * (y * p).sum() / (y.sum() + p.sum() + EPSILON),
    "tversky": lambda t, y, p: (
        1 - (y * p).sum() / ((y * p).sum() + 0.5 * ((1 - p) * y).sum() + 0.5 * (p * (1 - y)).sum() + EPSILON)
    ),
}
LOGITS = {
    "binary_crossentropy": lambda t, y, p: t.nn.functional.binary_cross_entropy_with_logits(
        p, y, reduction="none"
    ).mean(-1),
    "binary_focal_crossentropy": lambda t, y, p: focal(t, y, t.sigmoid(p)),
    "categorical_crossentropy": lambda t, y, p: t.nn.functional.cross_entropy(p, y, reduction="none"),
    "categorical_focal_crossentropy": lambda t, y, p: LOSSES["categorical_focal_crossentropy"](t, y, t.softmax(p, -1)),
    "sparse_categorical_crossentropy": lambda t, y, p: t.nn.functional.cross_entropy(p, y.long(), reduction="none"),
}


def test_the_table_of_losses_is_whole():
    assert set(LOSSES) == set(losses.LOSSES)


def compare_loss(name, table, shape, seed, **options):
    import torch

    random, rule = np.random.default_rng(seed), losses.LOSSES[name]
    p = random.normal(size=shape) if options else random.uniform(0.05, 0.95, shape)
    y = random.integers(0, shape[-1], shape[0]) if rule.sparse else random.uniform(0.05, 0.95, shape)
    if "hinge" in name:
        y = y.round()
    value, weights, (gradient,) = gradients(lambda t, p: table[name](t, torch.tensor(y), p), p)
    close(rule.forward(y, p, **options), value)
    close(rule.backward(np.asarray(weights), y, p, **options), gradient)


@pytest.mark.parametrize("name", LOSSES)
@FEW
@given(shape=shapes, seed=seeds)
def test_losses(name, shape, seed):
    compare_loss(name, LOSSES, shape, seed)


@pytest.mark.parametrize("name", LOGITS)
@FEW
@given(shape=shapes, seed=seeds)
def test_losses_from_logits(name, shape, seed):
    compare_loss(name, LOGITS, shape, seed, from_logits=True)


def batch_norm(t, x, gamma, beta):
    return t.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3)


def layer_norm(t, x, gamma, beta):
    return t.nn.functional.layer_norm(x, x.shape[-1:], gamma, beta, eps=1e-3)


NORMAL = {"axis": -1, "epsilon": 1e-3}
LAYERS = {
    "Dense": ({}, ("kernel", "bias"), lambda t, x, w, b: x @ w + b),
    "Flatten": ({"target_shape": (-1,)}, (), lambda t, x: x.flatten(1)),
    "Reshape": ({"target_shape": (1, -1)}, (), lambda t, x: x.reshape(len(x), 1, -1)),
    "Activation": ({}, (), lambda t, x: x * 1),
    "ReLU": (
        {"function": "relu", "negative_slope": 0.1, "max_value": None, "threshold": 0.0}, (),
        lambda t, x: t.nn.functional.leaky_relu(x, 0.1),
    ),
    "LeakyReLU": (
        {"function": "leaky_relu", "negative_slope": 0.3}, (), lambda t, x: t.nn.functional.leaky_relu(x, 0.3)
    ),
    "ELU": ({"function": "elu", "alpha": 0.7}, (), lambda t, x: t.nn.functional.elu(x, 0.7)),
    "Softmax": ({"function": "softmax", "axis": -1}, (), lambda t, x: t.softmax(x, -1)),
    "PReLU": ({}, ("alpha",), lambda t, x, alpha: t.where(x > 0, x, alpha * x)),
    "Dropout": ({}, (), lambda t, x: x * t.tensor(np.eye(*x.shape) * 2)),
    "BatchNormalization": (NORMAL, ("gamma", "beta"), batch_norm),
    "LayerNormalization": (NORMAL, ("gamma", "beta"), layer_norm),
    "Add": ({}, (), lambda t, x, other: x + other),
    "Multiply": ({}, (), lambda t, x, other: x * other),
    "Concatenate": ({"axis": -1}, (), lambda t, x, other: t.cat([x, other], -1)),
    "Rescaling": ({"scale": 0.3, "offset": 0.2}, (), lambda t, x: x * 0.3 + 0.2),
    "Normalization": ({"axis": (-1,), "mean": 0.3, "variance": 2.0}, (), lambda t, x: (x - 0.3) / 2**0.5),
}  # fmt: skip


def test_the_table_of_layers_is_whole():
    assert {*LAYERS, "Embedding"} == set(layers.LAYERS)


@pytest.mark.parametrize("name", LAYERS)
@FEW
@given(shape=shapes, seed=seeds)
def test_layers(name, shape, seed):
    own, parameters, function = LAYERS[name]
    random = np.random.default_rng(seed)
    inputs = [random.normal(size=shape) for _ in range(2 if name in {"Add", "Multiply", "Concatenate"} else 1)]
    if name == "BatchNormalization":
        inputs = [random.normal(size=(shape[0] + 1, shape[1]))]
    values = {each: random.normal(size=(shape[1], 3) if each == "kernel" else (3 if each == "bias" else shape[1]))
              for each in parameters}  # fmt: skip
    value, weights, found = gradients(function, *inputs, *values.values())
    has = layers.Given(own, values, np.eye(*shape) * 2 if name == "Dropout" else None, training=True)
    rule = layers.LAYERS[name]
    close(rule.forward(has, tuple(inputs)), value)
    back = rule.backward(has, tuple(inputs), weights)
    for mine, theirs in zip((*back.inputs, *(back.parameters[each] for each in parameters)), found, strict=True):
        close(mine, theirs)


@FEW
@given(seed=seeds)
def test_an_embedding(seed):
    random = np.random.default_rng(seed)
    words, table = random.integers(0, 5, (3, 4)), random.normal(size=(5, 2))
    value, weights, (gradient,) = gradients(lambda t, w: t.nn.functional.embedding(t.tensor(words), w), table)
    has = layers.Given({}, {"embeddings": table})
    close(layers.LAYERS["Embedding"].forward(has, (words,)), value)
    close(layers.LAYERS["Embedding"].backward(has, (words,), weights).parameters["embeddings"], gradient)


REGULARIZERS = {
    "L1": ({"l1": 0.3}, lambda t, w: 0.3 * w.abs().sum()),
    "L2": ({"l2": 0.2}, lambda t, w: 0.2 * (w**2).sum()),
    "L1L2": ({"l1": 0.3, "l2": 0.2}, lambda t, w: 0.3 * w.abs().sum() + 0.2 * (w**2).sum()),
}


@pytest.mark.parametrize("name", REGULARIZERS)
def test_regularizers(name):
    options, function = REGULARIZERS[name]
    w = np.random.default_rng(0).normal(size=(3, 4))
    value, weight, (gradient,) = gradients(function, w)
    close(regularizers.REGULARIZERS[name].forward(w, **options), value)
    close(weight * regularizers.REGULARIZERS[name].backward(w, **options), gradient)


TINY = 1e-30
"""Keras adds epsilon under the root, or to the root before its correction, PyTorch elsewhere: both are given none."""
BETAS = {"beta_1": 0.8, "beta_2": 0.95}
OPTIMIZERS = {
    "sgd": ("SGD", {"momentum": 0.0}, ("SGD", {}), {}),
    "momentum": ("SGD", {"momentum": 0.9, "nesterov": False}, ("SGD", {"momentum": 0.9}), {"momentums": 0.0}),
    "nesterov": (
        "SGD", {"momentum": 0.9, "nesterov": True}, ("SGD", {"momentum": 0.9, "nesterov": True}), {"momentums": 0.0}
    ),
    "rmsprop": (
        "RMSprop", {"rho": 0.9, "epsilon": TINY, "momentum": 0.5, "centered": False},
        ("RMSprop", {"alpha": 0.9, "eps": TINY, "momentum": 0.5}), {"velocities": 0.0, "momentums": 0.0},
    ),
    "centered": (
        "RMSprop", {"rho": 0.9, "epsilon": TINY, "momentum": 0.0, "centered": True},
        ("RMSprop", {"alpha": 0.9, "eps": TINY, "centered": True}), {"velocities": 0.0, "average_gradients": 0.0},
    ),
    "adagrad": (
        "Adagrad", {"epsilon": TINY},
        ("Adagrad", {"eps": TINY, "initial_accumulator_value": 0.1}), {"accumulators": 0.1},
    ),
    "adadelta": (
        "Adadelta", {"rho": 0.9, "epsilon": 1e-6}, ("Adadelta", {"rho": 0.9, "eps": 1e-6}),
        {"accumulated_grads": 0.0, "accumulated_delta_vars": 0.0},
    ),
    "adam": (
        "Adam", {**BETAS, "epsilon": TINY, "amsgrad": False}, ("Adam", {"betas": (0.8, 0.95), "eps": TINY}),
        {"momentums": 0.0, "velocities": 0.0},
    ),
    "adamw": (
        "AdamW", {**BETAS, "epsilon": TINY, "amsgrad": False, "weight_decay": 0.1},
        ("AdamW", {"betas": (0.8, 0.95), "eps": TINY, "weight_decay": 0.1}), {"momentums": 0.0, "velocities": 0.0},
    ),
    "adamax": (
        "Adamax", {**BETAS, "epsilon": TINY}, ("Adamax", {"betas": (0.8, 0.95), "eps": TINY}), {"m": 0.0, "u": 0.0}
    ),
    "nadam": (
        "Nadam", {**BETAS, "epsilon": TINY}, ("NAdam", {"betas": (0.8, 0.95), "eps": TINY, "momentum_decay": 1.0}),
        {"momentums": 0.0, "velocities": 0.0},
    ),
}  # fmt: skip


def test_the_table_of_optimizers_lacks_those_that_pytorch_does_not_have():
    assert set(optimizers.OPTIMIZERS) - {mine for mine, *_ in OPTIMIZERS.values()} == {"Lion", "Ftrl"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_over_four_steps(name):
    import torch

    mine, own, (theirs, options), first = OPTIMIZERS[name]
    random, eta = np.random.default_rng(0), 0.05
    w = random.normal(size=(3, 4))
    tensor = torch.tensor(w, requires_grad=True)
    optimizer = getattr(torch.optim, theirs)([tensor], lr=eta, **options)
    slots, product = {slot: np.full_like(w, value) for slot, value in first.items()}, 1.0
    for t in range(1, 5):
        g = random.normal(size=w.shape)
        tensor.grad = torch.tensor(g)
        optimizer.step()
        hand = optimizers.Hand(optimizers.decay(w, eta, own), g, slots, own, eta, t, product)
        w, slots = optimizers.OPTIMIZERS[mine](hand)
        product *= own.get("beta_1", 1.0) * (1 - 0.5 * 0.96**t)
        np.testing.assert_allclose(
            w, tensor.detach().numpy(), rtol=1e-6, atol=1e-8
        )  # PyTorch keeps one product in float32
