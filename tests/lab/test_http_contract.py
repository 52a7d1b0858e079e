"""Every address of the lab, by its own description, with values that no page sends: an answer each time."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ANSWERS = {200, 204, 303, 400, 403, 404, 405, 409, 413, 415, 422}
"""What the lab may answer; 5xx is a failure, but for 503 with a key, which names what cannot be had."""

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
words = st.text(string.printable + "é\u2028\x00", max_size=60)


def operations(app):
    """(method, path, parameters) of everything that is described."""
    return [
        (method.upper(), path, [entry["name"] for entry in operation.get("parameters", [])])
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def sound(answer):
    """Whether an answer is one of ours."""
    if answer.status_code in ANSWERS:
        return True
    return answer.status_code == 503 and answer.json()["key"].startswith("error.")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_of_any_parameter_gets_an_answer(lab, data):
    method, path, names = data.draw(st.sampled_from(operations(lab.app)))
    for name in names:
        path = path.replace(f"{{{name}}}", data.draw(st.text(string.ascii_letters + "._-%", min_size=1, max_size=20)))
    chosen = data.draw(st.dictionaries(st.sampled_from([*names, "other"]), words, max_size=3))
    body = data.draw(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
    answer = lab.request(method, path, params=chosen, content=None if method == "GET" else body)
    assert sound(answer), (method, path, chosen, body, answer.status_code, answer.text[:300])


@pytest.mark.parametrize("method", METHODS)
def test_any_method_at_any_address_gets_an_answer(lab, method):
    paths = {path for _, path, _ in operations(lab.app)} | {
        "/",
        "/assets/page.js",
        "/api",
        "/api/nothing",
        "/ws",
        "//",
        "/%00",
    }
    answers = {path: lab.request(method, path) for path in sorted(paths)}
    assert {path: answer.status_code for path, answer in answers.items() if not sound(answer)} == {}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_experiment_with_any_value_anywhere_is_taken_or_refused(lab, describe, data):
    """A value of the description is replaced by anything; what is refused names its field or its reason."""
    description = describe().to_dict()
    place, key = description, None
    while isinstance(place, dict | list) and place and (key is None or data.draw(st.booleans())):
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        parent, place = place, place[key]
    parent[key] = data.draw(anything.filter(lambda value: not isinstance(value, int) or abs(value) < 64))
    answer = lab.request("PUT", "/api/experiment?workspace=anything", content=json.dumps(description))
    assert answer.status_code in {204, 422}, (description, answer.text[:300])
    if answer.status_code == 422:
        assert set(answer.json()) == {"key", "arguments", "message"}
