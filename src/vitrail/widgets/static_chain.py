"""A chain as HTML without a program: of each step its line, and its tensors side by side."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from vitrail.locale import text
from vitrail.tensors import staging
from vitrail.widgets import static_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.tensors import Watched, WatchedStep
    from vitrail.tensors.staging import Pane, Stage
    from vitrail.types import Language

DRAWN = 8
"""Steps that are drawn; of those behind them the lines stand there."""

_PANES = "display:flex;flex-wrap:wrap;gap:8px 20px;align-items:flex-start;margin:6px 0 18px"
_NAME = "margin:0 0 4px;color:#565b67"


def page(watched: Watched) -> str:
    """All steps, in their order; the first ones are drawn."""
    language = watched.language
    steps = [_line(one) for one in watched.steps]
    for number, one in enumerate(watched.steps[:DRAWN]):
        steps[number] += _panes(staging.stage(watched, one.step.name), language)
    notes = [] if steps else [text("lab.chain.empty", language)]
    if len(steps) > DRAWN:
        notes.append(text("lab.chain.drawn", language, count=DRAWN))
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f'<div style="{static_tensor.STYLE}">{"".join(steps)}{said}</div>'


def _line(one: WatchedStep) -> str:
    line = f"{one.step.name} = {one.line('numpy')}"
    return f'<p style="margin:0"><code>{escape(line)}</code></p>'


def _panes(stage: Stage, language: Language) -> str:
    return f'<div style="{_PANES}">{"".join(_pane(*pane, language) for pane in _titled(stage, language))}</div>'


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
