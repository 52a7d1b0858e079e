from pathlib import Path

from vitrail.wire import typescript

COMMITTED = Path(__file__).parents[2] / "web" / "packages" / "core" / "src" / "wire.ts"


def test_the_page_has_the_types_of_this_protocol():
    """When this fails: python -m vitrail.wire.typescript > web/packages/core/src/wire.ts"""
    assert COMMITTED.read_text(encoding="utf-8") == typescript.emit()
