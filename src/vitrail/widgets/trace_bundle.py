"""Every form in which a trace shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.locale import language_of_environment
from vitrail.widgets import front_end
from vitrail.widgets.static_trace import page

if TYPE_CHECKING:
    from vitrail.tracing import Trace


def bundle(trace: Trace) -> dict[str, Any]:
    """A picture with a table, and before it, where one can be shown, a widget."""
    forms: dict[str, Any] = {"text/plain": repr(trace), "text/html": page(trace, language_of_environment())}
    if front_end.can_show("trace"):
        from vitrail.widgets.trace_widget import TraceWidget

        forms[front_end.WIDGET] = front_end.view(TraceWidget(trace).model_id)
    return forms
