"""One page that is connected: what it looks at, and what is on its way to it."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from vitrail.lab.orders import Pictures, View

if TYPE_CHECKING:
    from vitrail.wire.messages import ServerMessage

_numbers = itertools.count(1)
_encode = msgspec.msgpack.Encoder().encode

_MOST_LETTERS = 256
"""A page that does not read loses its oldest notices."""


class Client:
    """The outbox of one page: letters in their order, and the newest pictures only."""

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.view = View()
        self._letters: deque[bytes] = deque(maxlen=_MOST_LETTERS)
        self._pictures: Pictures | None = None
        self._filled = asyncio.Event()

    def write(self, message: ServerMessage | bytes) -> None:
        """Send a message, encoded or not."""
        self._letters.append(message if isinstance(message, bytes) else _encode(message))
        self._filled.set()

    def show(self, pictures: Pictures) -> None:
        """Send pictures; those that have not gone out yet are not sent any more."""
        self._pictures = pictures
        self._filled.set()

    def forget_pictures(self) -> None:
        """What was to be shown is of a training that is no more."""
        self._pictures = None

    async def take(self) -> tuple[list[bytes], Pictures | None]:
        """Wait for something to send, and take it: letters first, and the pictures of one moment."""
        await self._filled.wait()
        self._filled.clear()
        letters, pictures = list(self._letters), self._pictures
        self._letters.clear()
        self._pictures = None
        return letters, pictures
