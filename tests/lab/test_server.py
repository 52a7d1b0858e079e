"""The lab as a program: its address, its port, its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import msgspec
import pytest
import websockets.sync.client

from vitrail.errors import UnavailableError
from vitrail.lab import create_app, serve
from vitrail.lab.server import listen
from vitrail.wire.messages import Play

SERVE = """
import sys
import time
from pathlib import Path
from vitrail.experiment import Experiment
from vitrail.lab import page, server
if __name__ == "__main__":
    make = server.create_app
    server.create_app = lambda *given, **named: make(*given, static=Path(sys.argv[1]), **named)
    server.serve(Experiment.from_json(sys.argv[2]), port=0, language="fr", open_browser=False, workers=1)
"""


@pytest.fixture
def started(static, describe, tmp_path):
    """A lab in a process of its own, and the address that it printed."""
    script = tmp_path / "lab.py"
    script.write_text(SERVE, encoding="utf-8")
    arguments = [sys.executable, str(script), str(static), describe().to_json()]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as lab:
        assert lab.stdout is not None
        line = lab.stdout.readline()
        address = re.fullmatch(
            r"Le laboratoire est ouvert à l'adresse (http://127\.0\.0\.1:\d+/\?token=[\w-]+)\n", line
        )
        assert address is not None, line
        yield lab, address[1]
        lab.kill()


def test_port_in_use_is_said_before_anything_starts(describe, static):
    with listen(0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UnavailableError) as refused:
            serve(describe(), port=port, open_browser=False)
    assert refused.value.key == "error.lab.port_in_use"
    assert refused.value.arguments == {"port": port}
    assert "--port 0" in str(refused.value)


def test_port_that_cannot_be_is_said(describe):
    with pytest.raises(UnavailableError) as refused:
        serve(describe(), port=65536, open_browser=False)
    assert (refused.value.key, refused.value.arguments["port"]) == ("error.lab.port", 65536)


def test_only_this_machine_is_served():
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert (listener.family, listener.proto) == (socket.AF_INET, socket.IPPROTO_TCP)


def test_a_page_that_is_not_built_is_said(describe, tmp_path):
    with pytest.raises(UnavailableError) as refused:
        create_app(describe(), port=1, token="t", static=tmp_path)
    assert refused.value.key == "error.lab.no_page"


@pytest.mark.parametrize("how", [pytest.param(signal.SIGINT, marks=pytest.mark.soak), signal.SIGTERM])
def test_lab_opens_with_its_address_trains_and_ends_without_a_trace(started, how, tmp_path):
    lab, address = started
    with httpx.Client(trust_env=False, timeout=60) as browser:
        opened = browser.get(address, follow_redirects=True)
        assert (opened.status_code, str(opened.url)) == (200, address.partition("?")[0])
        assert '<html lang="fr">' in opened.text
        assert browser.get(opened.url.join("/api/history")).json() == {}
        children = _children(lab.pid)
        assert len(children) == 2, "a worker, and Python's resource tracker"
        with _watch(opened.url, browser.cookies) as page:
            page.send(msgspec.msgpack.encode(Play()))
            page.recv()
            lab.send_signal(how)
            _, errors = lab.communicate(timeout=60)
    assert errors == ""
    assert lab.returncode == (0 if how == signal.SIGINT else -signal.SIGTERM)
    while any(_runs(pid) for pid in children):  # Python's own resource tracker ends once its pipe is closed
        time.sleep(0.01)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_web_process_never_loads_jax(static, describe):
    program = f"""
import asyncio, json, sys, threading
from pathlib import Path
import httpx
from vitrail.experiment import Experiment
from vitrail.lab.app import create_app
from vitrail.lab.server import create_server, listen
if __name__ == "__main__":
    with listen(0) as listener:
        port = listener.getsockname()[1]
        experiment = Experiment.from_json({describe().to_json()!r})
        app = create_app(experiment, port=port, token="t", static=Path({str(static)!r}))
        server = create_server(app)
        thread = threading.Thread(target=server.run, kwargs=dict(sockets=[listener]))
        thread.start()
        with httpx.Client(trust_env=False, follow_redirects=True) as browser:
            page = browser.get(f"http://127.0.0.1:{{port}}/?token=t").text
            browser.get(f"http://127.0.0.1:{{port}}/api/experiment?format=py").raise_for_status()
        server.should_exit = True
        thread.join()
    print(json.dumps([page, [name for name in ("jax", "keras", "sklearn") if name in sys.modules]]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert json.loads(done.stdout) == [(static / "index.html").read_text(encoding="utf-8"), []]


def _watch(url, cookies):
    """The socket of a page."""
    return websockets.sync.client.connect(
        f"ws://{url.netloc.decode()}/ws",
        origin=f"http://{url.netloc.decode()}",
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
        proxy=None,
    )


def _children(pid):
    """The processes that a process has started and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _runs(pid):
    """Whether a process runs, other than as an entry that nobody has cleared yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
