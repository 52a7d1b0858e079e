"""Only the owner's browser gets in, and only from the lab's own page."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
import websockets.exceptions
import websockets.sync.client

from vitrail.lab import create_app
from vitrail.locale import text

PORT = 8899
TOKEN = "right"
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
COOKIE = f"vitrail-{PORT}={TOKEN}"


@pytest.fixture(scope="module")
def app(static, describe):
    return create_app(describe(), port=PORT, token=TOKEN, language="fr", static=static)


@pytest.fixture
def ask(app):
    """Send a request to the application, without a network and without its lifespan."""

    async def ask(method, path, **headers):
        names = {name.replace("_", "-"): value for name, value in {"host": HOST, **headers}.items()}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, headers=names)

    def ask_and_wait(method, path, **headers):
        return asyncio.run(ask(method, path, **headers))

    return ask_and_wait


def test_token_becomes_a_cookie_and_leaves_the_address(ask):
    answer = ask("GET", "/?token=right&workspace=a%20b")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?workspace=a+b"
    assert answer.headers["set-cookie"] == f"{COOKIE}; HttpOnly; Path=/; SameSite=strict"
    assert answer.headers["cache-control"] == "no-store"


def test_token_never_leads_to_another_site(ask):
    assert ask("GET", "/%2Fexample.org/?token=right").headers["location"] == "/example.org/"


def test_page_is_in_the_language_of_the_lab(ask):
    answer = ask("GET", "/", cookie=COOKIE)
    assert (answer.status_code, answer.text) == (200, '<!doctype html><html lang="fr"><title>Vitrail</title></html>')
    assert ask("GET", "/index.html", cookie=COOKIE).text == answer.text


def test_files_of_the_page_are_served_and_nothing_else(ask):
    assert ask("GET", "/assets/page.js", cookie=COOKIE).text == "export {};\n"
    assert ask("GET", "/assets/../../conftest.py", cookie=COOKIE).status_code == 404
    assert ask("GET", "/assets/%2e%2e/%2e%2e/conftest.py", cookie=COOKIE).status_code == 404
    assert ask("GET", "/docs", cookie=COOKIE).status_code == 404
    assert ask("GET", "/openapi.json", cookie=COOKIE).status_code == 404


def test_answers_keep_other_sites_away(ask):
    headers = ask("GET", "/", cookie=COOKIE).headers
    expected = {
        "content-security-policy": "default-src 'self'; connect-src 'self' ws://127.0.0.1:8899; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    assert {name: headers[name] for name in expected} == expected
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("method", "path", "headers", "key"),
    [
        ("GET", "/", {}, "error.lab.token"),
        ("GET", "/?token=wrong", {"cookie": COOKIE}, "error.lab.token"),
        ("GET", "/?token=", {}, "error.lab.token"),
        ("GET", "/", {"cookie": f"vitrail-{PORT}=wrong"}, "error.lab.token"),
        ("GET", "/", {"cookie": f"vitrail-1={TOKEN}"}, "error.lab.token"),
        ("GET", "/", {"cookie": b"\xe9=;;=\x7f"}, "error.lab.token"),
        ("GET", "/assets/page.js", {}, "error.lab.token"),
        ("GET", "/api/experiment", {}, "error.lab.token"),
        ("GET", "/", {"cookie": COOKIE, "host": f"evil.example:{PORT}"}, "error.lab.host"),
        ("GET", "/", {"cookie": COOKIE, "host": "127.0.0.1:1"}, "error.lab.host"),
        ("GET", "/", {"cookie": COOKIE, "host": "127.0.0.1"}, "error.lab.host"),
        ("GET", "/?token=right", {"host": "<b>"}, "error.lab.host"),
        ("PUT", "/api/experiment", {"cookie": COOKIE}, "error.lab.origin"),
        ("PUT", "/api/experiment", {"cookie": COOKIE, "origin": "null"}, "error.lab.origin"),
        ("PUT", "/api/experiment", {"cookie": COOKIE, "origin": "http://127.0.0.1:9999"}, "error.lab.origin"),
        ("PUT", "/api/experiment", {"cookie": COOKIE, "origin": f"http://localhost:{PORT}"}, "error.lab.origin"),
        ("PUT", "/api/experiment", {"cookie": COOKIE, "origin": f"https://{HOST}"}, "error.lab.origin"),
        ("PUT", "/api/experiment", {"origin": ORIGIN}, "error.lab.token"),
        ("PUT", "/api/experiment?token=right", {"origin": ORIGIN}, "error.lab.token"),
        ("DELETE", "/", {"cookie": COOKIE}, "error.lab.origin"),
    ],
)
def test_strangers_are_refused(ask, method, path, headers, key):
    answer = ask(method, path, **headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    if path.startswith("/api/"):
        body = answer.json()
        assert body["key"] == key
        assert body["message"] == text(key, "fr", **body["arguments"])
    else:
        assert '<html lang="fr">' in answer.text
        assert "<h1>Le laboratoire est verrouillé</h1>" in answer.text
        shown = re.search("<p>(.*)</p>", answer.text)
        assert shown is not None
        beginning = text(key, "fr", host="127.0.0.1", origin="-").split("127.0.0.1")[0].split(" -")[0]
        assert shown[1].replace("&#x27;", "'").startswith(beginning)
        assert "<b>" not in answer.text


def test_localhost_is_a_name_of_this_server(ask):
    host = f"localhost:{PORT}"
    assert ask("GET", "/", cookie=COOKIE, host=host).status_code == 200


@pytest.mark.parametrize(("right_cookie", "right_origin"), [(False, True), (True, False), (False, False)])
def test_socket_of_a_stranger_is_refused(lab, right_cookie, right_origin):
    headers = {"Cookie": lab.cookie if right_cookie else f"vitrail-{lab.port}=wrong"}
    with (
        pytest.raises(websockets.exceptions.InvalidStatus) as refused,
        websockets.sync.client.connect(
            f"ws://127.0.0.1:{lab.port}/ws",
            origin=lab.origin if right_origin else "http://evil.example",
            additional_headers=headers,
            proxy=None,
        ),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"host": f"evil.example:{PORT}", "origin": f"http://evil.example:{PORT}", "cookie": COOKIE}, "/ws"),
        ({"host": HOST, "cookie": COOKIE}, "/ws"),
        ({"host": HOST, "origin": ORIGIN}, "/ws?token=right"),
    ],
)
def test_socket_needs_host_origin_and_cookie(app, headers, path):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    path, _, query = path.partition("?")
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(app(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
