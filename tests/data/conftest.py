"""A Fashion-MNIST of four pictures, a server for it, and no other one in sight."""

from __future__ import annotations

import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from vitrail.data import fashion_mnist, remote
from vitrail.data.idx import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vitrail.types import Array

CODES = {np.dtype(name).newbyteorder("="): code for code, name in DTYPES.items()}


def _write_idx(array: Array) -> bytes:
    lengths = np.array(array.shape, ">u4").tobytes()
    big_endian = array.astype(array.dtype.newbyteorder(">"))
    return bytes([0, 0, CODES[array.dtype], array.ndim]) + lengths + big_endian.tobytes()


@pytest.fixture(scope="session")
def write_idx() -> Callable[[Array], bytes]:
    """The inverse of `idx.parse`."""
    return _write_idx


class Tiny(NamedTuple):
    """The four arrays, and their files by name."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    files: dict[str, bytes]

    def put(self, folder: Path) -> None:
        """Write all four files."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tiny:
    """Three training pictures and one test picture stand in for the full set; all places are empty and private."""
    x = np.arange(4 * 2 * 2, dtype=np.uint8).reshape(4, 2, 2)
    y = np.array([9, 0, 3, 9], np.uint8)
    arrays = (x[:3], y[:3], x[3:], y[3:])
    contents = {source.name: _write_idx(array) for source, array in zip(fashion_mnist.SOURCES, arrays, strict=True)}
    sources = tuple(fashion_mnist.Source(name, hashlib.sha256(value).hexdigest()) for name, value in contents.items())
    monkeypatch.setattr(fashion_mnist, "SOURCES", sources)
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Tiny(*arrays, {name: gzip.compress(value, mtime=0) for name, value in contents.items()})


class Server:
    """Serves files on this machine; `announced` makes it promise more bytes than it sends."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.announced: dict[str, int] = {}
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/files"

    def run(self) -> None:
        self._http.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/files/")
                server.asked.append(name)
                content = server.files.get(name)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(server.announced.get(name, len(content))))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that downloads are sent to."""
    server = Server()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(remote.URL_VARIABLE, server.url)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join()
