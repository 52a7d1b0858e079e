"""A chain as HTML without a program: of each step its line, and its tensors side by side."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from vitrail.locale import text
from vitrail.tensors import staging
from vitrail.widgets import static_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors import Watched
    from vitrail.tensors.staging import Pane, Stage
    from vitrail.types import Language

_PANES = "display:flex;flex-wrap:wrap;gap:8px 20px;align-items:flex-start;margin:6px 0 18px"
_NAME = "margin:0 0 4px;color:#565b67"


def page(watched: Watched) -> str:
    """All steps, in their order."""
    steps = "".join(_step(staging.stage(watched, one.step.name), watched.language) for one in watched.steps)
    empty = "" if steps else f"<p>{escape(text('lab.chain.empty', watched.language))}</p>"
    return f'<div style="{static_tensor.STYLE}">{steps}{empty}</div>'


def _step(stage: Stage, language: Language) -> str:
    line = f"{stage.step.step.name} = {stage.step.line('numpy')}"
    panes = "".join(_pane(*pane, language) for pane in _titled(stage, language))
    return f'<p style="margin:0"><code>{escape(line)}</code></p><div style="{_PANES}">{panes}</div>'


def _titled(stage: Stage, language: Language) -> Iterator[tuple[Pane, str, bool]]:
    *before, after = stage.panes
    for pane in before:
        name = text("lab.chain.constant", language) if pane.constant else pane.exploration.name
        yield pane, name, stage.few
    yield after, f"→ {after.exploration.name}", stage.few


def _pane(pane: Pane, name: str, written: bool, language: Language) -> str:  # noqa: FBT001 - as it is yielded
    shape = str(pane.own.shape)
    if pane.stretched:
        shape = text("lab.chain.repeated", language, shape=shape, to=str(pane.exploration.array.shape))
    slab = pane.exploration.slab(pane.arranged(written=written))
    drawn = "".join(static_tensor.facets(slab, language))
    return f'<div><p style="{_NAME}">{escape(name)} {escape(shape)}</p>{drawn}</div>'
