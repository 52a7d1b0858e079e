"""The package's public face, and what must never be committed."""

import ast
import importlib.metadata
import json
import re
import subprocess
from pathlib import Path

import pytest

import vitrail

ROOT = Path(__file__).parents[2]
HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "registry." + "yarnpkg", "deb." + "debian")
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/" + r"(?:work|root|home/\w+|tmp/bash_jobs)/")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_public_names_are_those_of_the_stub():
    stub = ast.parse((Path(vitrail.__file__).parent / "__init__.pyi").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert sorted(vitrail.__all__) == sorted(imported)


def test_every_public_name_resolves():
    assert [name for name in vitrail.__all__ if not hasattr(vitrail, name)] == []


def test_version_is_that_of_the_installed_package():
    assert vitrail.__version__ == importlib.metadata.version("vitrail")


def test_command_starts_the_command_line():
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="vitrail")
    assert callable(script.load())


def test_no_tracked_file_names_a_registry_or_a_machine_path(tracked):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked
        for number, line in enumerate(path.read_bytes().decode("utf-8", errors="ignore").splitlines(), 1)
        if any(host in line for host in HOSTS) or MACHINE_PATH.search(line)
    ]
    assert found == []


def test_front_end_lock_has_hashes_and_no_addresses():
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {
        name: package for name, package in packages.items() if "node_modules/" in name and not package.get("link")
    }
    assert [name for name, package in fetched.items() if "resolved" in package] == []
    assert [
        name for name, package in fetched.items() if "integrity" not in package and not package.get("inBundle")
    ] == []


def test_lock_pins_and_hashes_every_requirement():
    for name in ("bootstrap.txt", "dev.txt", "docs.txt"):
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
        requirements = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert requirements
        assert [line for line in requirements if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line)] == []


def test_lock_serves_old_and_new_python_and_leaves_the_oracle_out():
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert re.search(r"^jax==0\.10\.\S+ ; python_full_version < '3\.12'", lock, re.MULTILINE)
    assert re.search(r"^jax==\S+ ; python_full_version >= '3\.12'", lock, re.MULTILINE)
    assert not re.search(r"^torch==", lock, re.MULTILINE)
