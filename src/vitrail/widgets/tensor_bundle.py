"""Every form in which a tensor that is explored shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vitrail.widgets import front_end
from vitrail.widgets.static_tensor import page

if TYPE_CHECKING:
    from vitrail.tensors import Exploration


def bundle(exploration: Exploration) -> dict[str, Any]:
    """A drawing, and before it, where one can be shown, a widget."""
    forms: dict[str, Any] = {"text/plain": repr(exploration), "text/html": page(exploration)}
    if front_end.can_show("explorer"):
        from vitrail.widgets.tensor_widget import TensorWidget

        forms[front_end.WIDGET] = front_end.view(TensorWidget(exploration).model_id)
    return forms
