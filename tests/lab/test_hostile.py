"""A socket that is used as no page would: the lab stays up, and everybody else goes on."""

from __future__ import annotations

import contextlib
import gc
import socket
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import websockets.exceptions
import websockets.sync.client
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.errors import RequestError
from vitrail.lab.server import _LARGEST_MESSAGE
from vitrail.lab.sockets import decode
from vitrail.wire import messages as wire

BATCHES = 15

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
kinds = st.sampled_from(["play", "pause", "step", "step_back", "rewind", "reset", "set_learning_rate", "set_weight"])
fields = st.sampled_from(["type", "grain", "epoch", "seed", "value", "layer", "variable", "place", "index", "unit"])
nonsense = st.builds(
    lambda kind, rest: msgspec.msgpack.encode(rest | {"type": kind}), kinds, st.dictionaries(fields, junk)
)
"""Messages of the protocol's kinds, with any fields."""


@pytest.fixture
def bystander(lab):
    """A page of another workspace, that must be able to train whatever happens beside it."""
    with lab.browse("bystander") as page:
        page.until(wire.Frame)
        page.send(wire.Reset())
        page.idle(0)
        yield page
        page.send(wire.Step("batch"))
        page.idle(1)


@given(st.binary(max_size=64) | nonsense)
def test_whatever_comes_is_a_message_or_an_error_of_ours(data):
    with contextlib.suppress(RequestError):
        assert isinstance(decode(data), wire.ClientMessage)


@settings(max_examples=20)
@given(data=nonsense)
def test_no_message_ends_the_conversation(lab, data):
    with lab.browse("nonsense") as page:
        page.send(data)
        page.send(wire.Pause())
        page.send(b"?")
        assert page.until(wire.Notice, key="error.lab.message").level == "error"


@pytest.mark.parametrize("size", [_LARGEST_MESSAGE + 1, 100_000_000])
def test_a_frame_that_is_too_large_ends_its_own_socket_alone(lab, bystander, size):
    with lab.browse("large") as page:
        page.until(wire.Frame)
        with contextlib.suppress(websockets.exceptions.ConnectionClosed, OSError):
            page.send(b"x" * size)
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            page.until(wire.Notice)


def test_a_frame_that_never_ends_is_cut_off(lab, bystander):
    """Its length is read before its content: nothing is kept of what is announced as too large."""
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    request = (
        f"GET /ws?workspace=endless HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\n"
        f"Origin: {lab.origin}\r\nCookie: {lab.cookie}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", lab.port), timeout=30) as raw:
        raw.sendall(request.encode())
        assert b"101" in raw.recv(4096)
        raw.sendall(b"\x82\xff" + (2**62).to_bytes(8, "big") + b"mask")
        while raw.recv(65536):
            pass


def test_a_storm_of_reconnecting_pages_leaves_nothing_behind(lab, bystander):
    def come_and_go(_):
        with contextlib.suppress(websockets.exceptions.ConnectionClosed), lab.browse("storm") as page:
            page.send(wire.Follow(0))

    with lab.browse("storm") as page:
        page.idle(0)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(come_and_go, range(80)))
        page.send(wire.Step("epoch"))
        page.idle(BATCHES)
    workspace = lab.app.state.hub.workspace("storm")
    with lab.browse("storm") as page:
        page.until(wire.Frame)
        assert len(workspace._clients) == 1


def test_pages_that_never_read_do_not_slow_the_training(lab, bystander):
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            deaf = stack.enter_context(socket.create_connection(("127.0.0.1", lab.port)))
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**12)
            stack.enter_context(lab.browse("deaf", sock=deaf, max_queue=1, ping_interval=None, close_timeout=0.1))
        page = stack.enter_context(lab.browse("deaf"))
        page.idle(0)
        for updates in range(1, 2 * BATCHES):
            page.send(wire.Step("batch"))
            page.idle(updates)
    gc.collect()  # the sockets that were left open say so, if they do, in this test


def test_a_training_that_diverges_is_the_error_of_its_workspace_alone(lab, bystander):
    with lab.browse("diverging") as page:
        page.idle(0)
        page.send(wire.Step("epoch"))
        page.idle(BATCHES)
        page.send(wire.SetLearningRate(1e38))
        page.send(wire.Step("epoch"))
        notice = page.until(wire.Notice, level="error")
        assert notice.key.startswith("error.run.diverged.")
        stands = page.until(wire.Frame, status="idle")
        assert (stands.clock.epoch, stands.last.epoch) == (1, 1)
        page.send(wire.SetLearningRate(0.001))
        page.send(wire.Rewind(1))
        page.send(wire.Step("batch"))
        page.idle(BATCHES + 1)
