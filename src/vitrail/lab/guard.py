"""Keeps strangers out: the token, and the pages of other origins that a browser may have open.

The lab works for the person who started it, so it answers on 127.0.0.1 alone, and only those who have its token: the
address with `?token=` sets a cookie that no script can read and no other site can send, as in Jupyter. The `Host`
header must name this very server, against names that are made to resolve to 127.0.0.1 (DNS rebinding); sockets and
whatever changes something must come from its own pages.
"""

from __future__ import annotations

import hmac
import html
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from vitrail.errors import RequestError
from vitrail.locale import text

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vitrail.types import Language

_READING = {"GET", "HEAD"}
_HTTP_PORT = 80


class Guard:
    """ASGI middleware that lets only the owner in.

    Args:
        app: what is guarded.
        token: the secret.
        port: where the server listens.
        language: of the page that says how to get in.
    """

    def __init__(self, app: ASGIApp, *, token: str, port: int, language: Language) -> None:
        self._app = app
        self._token = token
        self._language: Language = language
        self._cookie = f"vitrail-{port}"
        names = ("127.0.0.1", "localhost")
        self._hosts = {f"{name}:{port}" for name in names} | (set(names) if port == _HTTP_PORT else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            redirect = self._check(scope, headers)
        except RequestError as error:
            answer: Response | None = self._refusal(scope, error)
        else:
            answer = redirect
        if answer is None:
            await self._app(scope, receive, _with_headers(send, headers["host"]))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the browser gets 403
        else:
            await answer(scope, receive, _with_headers(send, ""))

    def _check(self, scope: Scope, headers: Headers) -> Response | None:
        """Give nothing when the request may pass, or where to go instead.

        Raises:
            RequestError: it may not.
        """
        host = headers.get("host", "")
        if host not in self._hosts:
            raise RequestError("error.lab.host", host=host[:100])
        reading = scope["type"] == "http" and scope["method"] in _READING
        if not reading and headers.get("origin") != f"http://{host}":
            raise RequestError("error.lab.origin", origin=headers.get("origin", "-")[:100])
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        tokens = [value for name, value in query if name == "token"]
        if tokens and reading:
            if not self._is_token(tokens[0]):
                raise RequestError("error.lab.token")
            return self._enter(scope["path"], [pair for pair in query if pair[0] != "token"])
        if not self._is_token(_cookie(headers.get("cookie", ""), self._cookie)):
            raise RequestError("error.lab.token")
        return None

    def _enter(self, path: str, query: list[tuple[str, str]]) -> Response:
        """Remember the token in a cookie, and show an address without it."""
        clean = "/" + path.lstrip("/") + (f"?{urlencode(query)}" if query else "")
        response = RedirectResponse(clean, status_code=303)
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return response

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _refusal(self, scope: Scope, error: RequestError) -> Response:
        message = error.render(self._language)
        if scope["path"].startswith("/api/"):
            return JSONResponse({"key": error.key, "arguments": error.arguments, "message": message}, status_code=403)
        title = html.escape(text("lab.server.refused", self._language))
        body = (
            f'<!doctype html><html lang="{self._language}"><meta charset="utf-8"><title>{title}</title>'
            f"<h1>{title}</h1><p>{html.escape(message)}</p></html>"
        )
        return HTMLResponse(body, status_code=403)


def _cookie(header: str, name: str) -> str:
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _with_headers(send: Send, host: str) -> Send:
    """Add to each answer what keeps a browser from mixing it with other sites."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            socket = f" ws://{host}" if host else ""
            headers["content-security-policy"] = (
                f"default-src 'self'; connect-src 'self'{socket}; object-src 'none'; base-uri 'none'; "
                "form-action 'self'; frame-ancestors 'none'"
            )
            headers["x-content-type-options"] = "nosniff"
            headers["x-frame-options"] = "DENY"
            headers["referrer-policy"] = "no-referrer"
            headers["cross-origin-opener-policy"] = "same-origin"
            headers["cross-origin-resource-policy"] = "same-origin"
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return send_with_headers
