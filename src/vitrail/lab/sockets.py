"""The socket of one page: it reads what the page asks for, and writes what is new."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import msgspec
from starlette.websockets import WebSocketDisconnect

from vitrail._version import __version__
from vitrail.errors import RequestError, VitrailError
from vitrail.lab.client import Client
from vitrail.wire.messages import ClientMessage, Hello, Notice

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fastapi import WebSocket

    from vitrail.lab.workspace import Workspace

_decoder = msgspec.msgpack.Decoder(ClientMessage)


async def converse(websocket: WebSocket, workspace: Workspace) -> None:
    """Serve a page until it disconnects."""
    await websocket.accept()
    client = Client()
    client.write(Hello(__version__, workspace.name))
    writing = asyncio.create_task(_write(websocket, workspace, client))
    try:
        await _answer(client, workspace.join(client))
        await _read(websocket, workspace, client)
    finally:
        workspace.leave(client)
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing


async def _read(websocket: WebSocket, workspace: Workspace, client: Client) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            event = await websocket.receive()
            if event["type"] == "websocket.disconnect":
                return
            await _answer(client, _hear(workspace, client, event.get("bytes")))


async def _hear(workspace: Workspace, client: Client, data: bytes | None) -> None:
    await workspace.hear(client, decode(data))


async def _answer(client: Client, doing: Awaitable[None]) -> None:
    """Do something for a page, and tell it what went wrong."""
    try:
        await doing
    except VitrailError as error:
        client.write(Notice("error", error.key, error.arguments))


async def _write(websocket: WebSocket, workspace: Workspace, client: Client) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            letters, pictures = await client.take()
            for letter in letters:
                await websocket.send_bytes(letter)
            if pictures is not None:
                for letter in pictures.letters:
                    await websocket.send_bytes(letter)
                workspace.shown(client, pictures)


def decode(data: bytes | None) -> ClientMessage:
    """A page's message.

    Raises:
        RequestError: it is none of the protocol.

    Examples:
        >>> decode(msgspec.msgpack.encode({"type": "step", "grain": "batch"}))
        Step(grain='batch')
        >>> decode(b"noise")
        Traceback (most recent call last):
        ...
        vitrail.errors.RequestError: ...
    """
    if data is None:
        raise RequestError("error.lab.message", reason="text instead of bytes")
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise RequestError("error.lab.message", reason=str(error)) from error


async def refuse(websocket: WebSocket, error: VitrailError) -> None:
    """Tell a page what is wrong with its address, and hang up."""
    await websocket.accept()
    client = Client()
    client.write(Notice("error", error.key, error.arguments))
    letters, _ = await client.take()
    for letter in letters:
        await websocket.send_bytes(letter)
    await websocket.close(1008)
