"""What a worker computes of one state for those who look: each thing once, and only when somebody asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from vitrail.errors import VitrailError
from vitrail.wire import encode
from vitrail.wire.messages import OWN, Notice, ServerMessage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import keras

    from vitrail.lab.album import Due
    from vitrail.lab.orders import Own
    from vitrail.tracing import Trace
    from vitrail.training import Session
    from vitrail.types import Array
    from vitrail.wire.messages import Frame, Kernel, Look, Status, UnitLook

_encode = msgspec.msgpack.Encoder().encode


def letter(message: ServerMessage) -> bytes:
    """A message as it travels."""
    return _encode(message)


class Exposure:
    """One moment of a training, and what was computed of it.

    Args:
        session: the training; it must not advance while the exposure is in use.
    """

    def __init__(self, session: Session) -> None:
        self.state = session.state
        self._session = session
        self._kernels: dict[str, Kernel] = {}
        self._traces: dict[int | Own, Trace] = {}

    def letters(self, due: Due, status: Status) -> Iterator[bytes]:
        """Encode the pictures that one page may have now."""
        view = due.watcher.view
        if due.frame:
            yield letter(self.frame(view.see, status))
        yield from map(letter, due.findings)
        try:
            if due.look and view.follow is not None:
                yield letter(self.look(view.follow))
            if due.unit and view.follow is not None and view.focus is not None:
                yield letter(self.unit(view.follow, *view.focus))
        except VitrailError as error:
            due.watcher.close_eyes()
            yield letter(Notice("error", error.key, error.arguments))

    def frame(self, see: Sequence[str], status: Status) -> Frame:
        """The state, with the weights of some layers."""
        return encode.frame(self._session, status, [self.kernel(name) for name in see])

    def kernel(self, name: str) -> Kernel:
        """One layer's weights."""
        if name not in self._kernels:
            weights = encode.kernel_of(self._model.get_layer(name))
            assert weights is not None, "pages only ask for the weights of layers that have some"
            self._kernels[name] = encode.kernel(name, weights)
        return self._kernels[name]

    def look(self, example: int | Own) -> Look:
        """An example's way through the network and back.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        record = self._trace(example)
        if isinstance(example, int):
            return encode.look(self._session, record, example)
        return encode.own_look(self._session, record, _sample(self._session, example), example.target)

    def unit(self, example: int | Own, layer: str, unit: int) -> UnitLook:
        """One unit opened, for an example.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        index = example if isinstance(example, int) else OWN
        return encode.unit_look(self._session, self._trace(example), index, layer, unit)

    @cached_property
    def _model(self) -> keras.Model:
        return self._session.synchronize()

    def _trace(self, example: int | Own) -> Trace:
        if example not in self._traces:
            from vitrail.tracing import trace

            self._traces[example] = trace(self._model, *_batch(self._session, example))
        return self._traces[example]


def _batch(session: Session, example: int | Own) -> tuple[Array, Array]:
    """An example as the model and the loss get it, (1, ...) each."""
    if isinstance(example, int):
        return session.inputs("test", example), session.targets("test", example)
    target = None if example.target is None else np.array([example.target])
    return session.prepared(_sample(session, example), target)


def _sample(session: Session, own: Own) -> Array:
    """An example of somebody's own, in the shape and kind of number of the data set."""
    known = session.dataset.x_train
    return np.array(own.values, dtype=np.float32).reshape(known.shape[1:]).astype(known.dtype)
