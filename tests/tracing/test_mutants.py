"""A sign flipped or a term dropped, anywhere in the chain rule, and a check fails and names a layer."""

from __future__ import annotations
import __future__

import ast
import dataclasses
import inspect
import itertools
import textwrap

import numpy as np
import pytest
from everything import OPTIMIZERS, activations, layers, losses, updates

from vitrail.errors import CheckError
from vitrail.tracing import checking
from vitrail.tracing.chain import activations as activation_rules
from vitrail.tracing.chain import layers as layer_rules
from vitrail.tracing.chain import losses as loss_rules
from vitrail.tracing.chain import optimizers as optimizer_rules
from vitrail.tracing.chain import regularizers as regularizer_rules
from vitrail.tracing.chain import step

MODULES = {
    activation_rules: ("ACTIVATIONS",),
    layer_rules: ("LAYERS",),
    loss_rules: ("LOSSES",),
    optimizer_rules: ("OPTIMIZERS",),
    regularizer_rules: ("REGULARIZERS",),
}
NO_RULES = {"_no_kinks", "_kink_at_0", "_kinks_at_3", "_relu_kinks", "_no_side", "_over_y", "_within", "_positive",
            "_in_margin", "_worst", "_function", "_learnt", "_along", "_aligned", "_axes", "_one_hot", "_erf",
            "_unbroadcast", "_reshape", "_reshape_back"}  # fmt: skip
"""Helpers that compute nothing: where a kink is, which shape an array has."""
HARMLESS = ("EPSILON", "epsilon", ".max(axis", "inputs[0] * deviation")
"""What keeps a division or an exponential in bounds, nothing on ordinary numbers; and an option that is not traced."""
REDUNDANT = {
    "_categorical_hinge_back": ("1 - y", "wrong.max(axis=-1) - (y * p).sum(axis=-1)"),
    "_lion": ("1 - beta_1",),
}
"""Terms that change nothing but in the rarest case: the worst wrong class is right; a margin or a sign that turns."""


def mutants(function):
    """The sources of a function with one sign flipped or one term dropped, and what was done."""
    source = textwrap.dedent(inspect.getsource(function))
    count = sum(1 for _ in ast.walk(ast.parse(source)))
    yield "negated", _negated(ast.parse(source))
    for place in range(count):
        for change in (_flip, _drop):
            tree = ast.parse(source)
            node = list(ast.walk(tree))[place]
            mutant = None if _harmless(node, function) else change(node)
            if mutant is not None:
                yield f"{ast.unparse(node)} -> {ast.unparse(mutant)}", _replaced(tree, node, mutant)


def _harmless(node, function):
    if not isinstance(node, ast.BinOp):
        return False
    if ast.unparse(node) in REDUNDANT.get(function.__name__, ()):
        return True
    added = ast.unparse(node.right)
    return any(text in added for text in HARMLESS) and not any(
        isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add | ast.Sub) for each in ast.walk(node.right)
    )


def _flip(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return ast.BinOp(node.left, other, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        return node.operand
    return None


def _drop(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return node.left
    return None


def _negated(tree):
    class Negate(ast.NodeTransformer):
        def visit_Return(self, node):
            return ast.Return(ast.Call(ast.Name("_negated_result", ast.Load()), [node.value], []))

    return ast.fix_missing_locations(Negate().visit(tree))


def negated_result(value):
    if isinstance(value, layer_rules.Back):
        inputs = tuple(None if each is None else -each for each in value.inputs)
        return layer_rules.Back(inputs, {name: -each for name, each in value.parameters.items()})
    if isinstance(value, layer_rules._Normalized):
        return value._replace(hat=-value.hat)
    if isinstance(value, list):
        return [-each for each in value]
    if isinstance(value, tuple):
        return (-value[0], *value[1:])
    return -value


def _replaced(tree, old, new):
    class Replace(ast.NodeTransformer):
        def visit(self, node):
            return new if node is old else self.generic_visit(node)

    return ast.fix_missing_locations(Replace().visit(tree))


def rules():
    for module in MODULES:
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            numeric = name.startswith("_") or name in {"sigmoid", "softmax", "softplus", "clip", "decay", "reduce"}
            if own and numeric and name not in NO_RULES:
                yield pytest.param(module, name, id=f"{module.__name__.rpartition('.')[2]}.{name}")


def traces(module):
    if module is activation_rules:
        return [activations(), layers()]
    if module is optimizer_rules:
        return [updates(name)[2][0] for name in OPTIMIZERS]
    if module is loss_rules:
        return [*losses(), layers()]
    return [layers(), layers(training=False)]


def put(monkeypatch, module, name, mutant):
    """The mutant in the place of a function: where its module looks it up, and in the registry."""
    original = getattr(module, name)
    monkeypatch.setattr(module, name, mutant)
    for other in (*MODULES, step):
        if vars(other).get(name) is original:
            monkeypatch.setattr(other, name, mutant)
    for registry in MODULES[module]:
        for key, rule in getattr(module, registry).items():
            if rule is original:
                monkeypatch.setitem(getattr(module, registry), key, mutant)
            elif isinstance(rule, tuple) and original in rule:
                changed = {field: mutant for field in rule._fields if getattr(rule, field) is original}
                monkeypatch.setitem(getattr(module, registry), key, rule._replace(**changed))


def found(step):
    """The layer that a check of a trace names, or none when it passes."""
    try:
        dataclasses.replace(step).check()
    except CheckError as error:
        return error.layer if error.layer in {*step.names, "loss"} else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return "broken"  # a mutant that cannot even compute is found as well
    return None


FEW = 1


@pytest.mark.parametrize(("module", "name"), list(rules()))
def test_a_few_mutants_of_each_rule_fail_a_check(monkeypatch, module, name):
    assert survivors(monkeypatch, module, name, FEW) == []


@pytest.mark.soak
@pytest.mark.parametrize(("module", "name"), list(rules()))
def test_no_mutant_passes_a_check(monkeypatch, module, name):
    assert survivors(monkeypatch, module, name, None) == []


def survivors(monkeypatch, module, name, count):
    """What was done to the mutants that no check found."""
    monkeypatch.setattr(checking._Check, "differences", lambda self: None)  # automatic differentiation must suffice
    function = getattr(module, name)
    passed = []
    for what, tree in itertools.islice(mutants(function), count):
        space = {**vars(module), "_negated_result": negated_result}
        exec(compile(ast.unparse(tree), name, "exec", __future__.annotations.compiler_flag), space)
        with monkeypatch.context() as patched, np.errstate(all="ignore"):
            put(patched, module, name, space[name])
            if not any(map(found, traces(module))):
                passed.append(what)
    return passed
