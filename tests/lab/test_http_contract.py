"""Every address of the lab, by its own description, with values that no page sends: an answer each time."""

from __future__ import annotations

import json

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vitrail.lab import api, api_keeping

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ANSWERS = {200, 204, 303, 400, 403, 404, 405, 409, 413, 415, 422}
"""What the lab may answer; 5xx is a failure, but for 503 with a key, which names what cannot be had."""

EFFORT = settings.get_profile(settings.get_current_profile_name()).max_examples // 25
"""1 in `make test`, more in `make soak`."""

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


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


def described():
    """The lab's addresses without the lab, since cases are made before one runs."""
    app = FastAPI()
    app.include_router(api.router)
    app.include_router(api_keeping.router)
    return app.openapi()


def test_the_description_is_that_of_the_lab(lab):
    served = lab.app.openapi()["paths"]
    assert described()["paths"] == {path: served[path] for path in served if path.startswith("/api")}


OPERATIONS = {
    f"{one.method.upper()} {one.path}": one
    for one in (found.ok() for found in schemathesis.openapi.from_dict(described()).get_all_operations())
}


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=10 * EFFORT, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_case_of_the_description_gets_an_answer(lab, name, data):
    """Right parameters, bodies and headers and wrong ones, as Schemathesis makes them of the description."""
    modes = st.sampled_from(schemathesis.GenerationMode)
    case = data.draw(modes.flatmap(lambda mode: OPERATIONS[name].as_strategy(generation_mode=mode)))
    headers = {str(key): value for key, value in (case.headers or {}).items()}
    answer = case.call(
        base_url=lab.origin, headers={**headers, "Origin": lab.origin, "Cookie": lab.cookie}, timeout=120
    )
    assert sound(answer), (case.as_curl_command(), answer.status_code, answer.text[:300])


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
