"""What a worker computes of one state for those who look: each thing once, and only when somebody asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import VitrailError
from vitrail.wire import encode, encode_plane
from vitrail.wire.messages import Notice, ServerMessage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import keras

    from vitrail.lab.album import Due
    from vitrail.lab.regions import Survey
    from vitrail.tracing import Trace
    from vitrail.training import Session
    from vitrail.types import Array
    from vitrail.wire.messages import Frame, Kernel, Look, Region, Status, UnitLook

_encode = msgspec.msgpack.Encoder().encode


def letter(message: ServerMessage) -> bytes:
    """A message as it travels."""
    return _encode(message)


class Exposure:
    """One moment of a training, and what was computed of it.

    Args:
        session: the training; it must not advance while the exposure is in use.
        survey: of the plane of its data.
    """

    def __init__(self, session: Session, survey: Survey) -> None:
        self.state = session.state
        self._session = session
        self._survey = survey
        self._kernels: dict[str, Kernel] = {}
        self._regions: dict[str, Region] = {}
        self._traces: dict[int, Trace] = {}

    def letters(self, due: Due, status: Status) -> Iterator[bytes]:
        """Encode the pictures that one page may have now."""
        view = due.watcher.view
        if due.frame:
            yield letter(self.frame(view.see, status, view.regions))
        try:
            if due.look and view.follow is not None:
                yield letter(self.look(view.follow))
            if due.unit and view.follow is not None and view.focus is not None:
                yield letter(self.unit(view.follow, *view.focus))
        except VitrailError as error:
            due.watcher.close_eyes()
            yield letter(Notice("error", error.key, error.arguments))

    def frame(self, see: Sequence[str], status: Status, regions: Sequence[str] = ()) -> Frame:
        """The state, with the weights of some layers, and what some respond to."""
        kernels = [self.kernel(name) for name in see]
        return encode.frame(self._session, status, kernels, [self.region(name) for name in regions])

    def kernel(self, name: str) -> Kernel:
        """One layer's weights: exact beside regions, where each is shown."""
        if name not in self._kernels:
            layer = self._model.get_layer(name)
            weights = encode.kernel_of(layer)
            assert weights is not None, "pages only ask for the weights of layers that have some"
            exact = encode_plane.has_plane(self._session)
            self._kernels[name] = encode_plane.weights(layer, weights) if exact else encode.kernel(name, weights)
        return self._kernels[name]

    def region(self, name: str) -> Region:
        """What the units of one layer respond to."""
        if name not in self._regions:
            self._regions[name] = encode_plane.region(name, self._responses[name])
        return self._regions[name]

    def look(self, index: int) -> Look:
        """A test example's way through the network and back.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        return encode.look(self._session, self._trace(index), index)

    def unit(self, index: int, layer: str, unit: int) -> UnitLook:
        """One unit opened, for a test example.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        return encode.unit_look(self._session, self._trace(index), index, layer, unit)

    @cached_property
    def _responses(self) -> Mapping[str, Array]:
        return self._survey.regions(self._session)

    @cached_property
    def _model(self) -> keras.Model:
        return self._session.synchronize()

    def _trace(self, index: int) -> Trace:
        if index not in self._traces:
            from vitrail.tracing import trace

            x, y = self._session.inputs("test", index), self._session.targets("test", index)
            self._traces[index] = trace(self._model, x, y)
        return self._traces[index]
