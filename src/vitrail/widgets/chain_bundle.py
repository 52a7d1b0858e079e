"""Every form in which a chain that was watched shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.widgets import front_end
from vitrail.widgets.static_chain import page

if TYPE_CHECKING:
    from vitrail.tensors import Watched


def bundle(watched: Watched) -> dict[str, Any]:
    """Its steps side by side, and before them, where one can be shown, a widget."""
    forms: dict[str, Any] = {"text/plain": repr(watched), "text/html": page(watched)}
    if front_end.can_show("chain"):
        from vitrail.widgets.chain_widget import ChainWidget

        forms[front_end.WIDGET] = front_end.view(ChainWidget(watched).model_id)
    return forms
