"""What forms offer is what Keras has: classes, settings, defaults, names. A new Keras that moves them fails here."""

import inspect

import keras
import pytest

from vitrail.models import ObjectSpec, build_object, known_name, palette
from vitrail.models.build import CALLBACKS

TABLES = {
    "layers": (*palette.LAYERS, *palette.JOINING_LAYERS),
    "initializers": palette.INITIALIZERS,
    "regularizers": palette.REGULARIZERS,
    "optimizers": palette.OPTIMIZERS,
    "callbacks": palette.CALLBACKS,
}
FORMS = [(kind, form) for kind, forms in TABLES.items() for form in forms]
SETTINGS = [(kind, form, setting) for kind, form in FORMS for setting in form.settings]


def named(case):
    return "-".join([case[0], case[1].class_name, *(part.name for part in case[2:])])


def parameters(kind, form):
    return inspect.signature(getattr(getattr(keras, kind), form.class_name)).parameters


def plain(default):
    return list(default) if isinstance(default, tuple) else default


@pytest.mark.parametrize(("kind", "form", "setting"), [pytest.param(*case, id=named(case)) for case in SETTINGS])
def test_a_setting_is_one_of_the_constructor_with_its_default(kind, form, setting):
    parameter = parameters(kind, form)[setting.name]
    assert setting.needed == (parameter.default is parameter.empty)
    if not setting.needed:
        assert setting.default == plain(parameter.default)
    assert setting.optional == (setting.default is None)


@pytest.mark.parametrize(("kind", "form"), [pytest.param(*case, id=named(case)) for case in FORMS])
def test_nothing_that_a_class_needs_is_missing(kind, form):
    needed = {
        name
        for name, parameter in parameters(kind, form).items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    }
    assert needed == {setting.name for setting in form.settings if setting.needed}


def whole(form):
    """An object as forms write it within another one's configuration: every setting said."""
    return {"class_name": form.class_name, "config": {setting.name: setting.default for setting in form.settings}}


def values(setting):
    """The default, and the ends of what a form lets a person choose."""
    found = [setting.default, *setting.choices]
    if setting.kind in {"whole", "number"}:
        found += [int(end) if setting.kind == "whole" else end for end in (setting.low, setting.high)]
    if setting.kind == "flag":
        found.append(not setting.default)
    if setting.kind == "regularizer":
        found += [whole(form) for form in palette.REGULARIZERS]
    if setting.kind == "initializer":
        found += [whole(form) for form in palette.INITIALIZERS]
    return found


@pytest.mark.parametrize(
    ("kind", "form"), [pytest.param(*case, id=named(case)) for case in FORMS if case[0] in {"layers", "optimizers"}]
)
def test_keras_takes_every_value_that_is_offered(kind, form):
    begun = {setting.name: setting.default for setting in form.settings if setting.needed}
    for setting in form.settings:
        for value in values(setting):
            spec = ObjectSpec(class_name=form.class_name, config={**begun, setting.name: value})
            assert type(build_object(kind, spec, field="x")).__name__ == form.class_name


def test_the_callbacks_are_those_of_experiments():
    assert tuple(form.class_name for form in palette.CALLBACKS) == CALLBACKS


@pytest.mark.parametrize(("kind", "names"), [("losses", palette.LOSSES), ("metrics", palette.METRICS)])
def test_losses_and_metrics_are_known(kind, names):
    assert [known_name(kind, name, field="x") for name in names] == list(names)


def test_activations_are_known():
    assert [name for name in palette.ACTIVATIONS if keras.activations.get(name).__name__ != name] == []
