"""What a worker computes of one state for those who look: each thing once, and only when somebody asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from vitrail.data.arrays import of_one_kind
from vitrail.errors import VitrailError
from vitrail.wire import encode, encode_plane
from vitrail.wire.answers import Answers
from vitrail.wire.messages import OWN, Notice, ServerMessage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import keras

    from vitrail.lab.album import Due
    from vitrail.lab.orders import Own
    from vitrail.lab.regions import Survey
    from vitrail.training import Session
    from vitrail.types import Array, Language
    from vitrail.wire.messages import Explained, Frame, Kernel, Look, Region, Status

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
        self.session = session
        self._survey = survey
        self._kernels: dict[str, Kernel] = {}
        self._answers: dict[int | Own, Answers] = {}
        self._regions: dict[tuple[str, bool], Region] = {}

    def letters(self, due: Due, status: Status, speed: float | None = None) -> Iterator[bytes]:
        """Encode the pictures that one page may have now."""
        view = due.watcher.view
        if due.history and due.watcher.take_history(self.state.history):
            yield self._history
        if due.frame:
            yield letter(msgspec.structs.replace(self.frame(view.see, status, view.regions, view.large), speed=speed))
        yield from map(letter, due.findings)
        try:
            if due.look and view.follow is not None:
                yield letter(self.look(view.follow))
            if due.unit and view.follow is not None and view.focus is not None:
                yield letter(self.unit(view.follow, view.focus, view.language))
            if due.entry and view.follow is not None and view.walk is not None:
                yield letter(self.answers(view.follow).entry(view.walk, view.focus, 0, view.language))
        except VitrailError as error:
            due.watcher.close_eyes()
            yield letter(Notice("error", error.key, error.arguments))

    def frame(
        self, see: Sequence[str], status: Status, regions: Sequence[str] = (), large: Sequence[str] = ()
    ) -> Frame:
        """The state, with the weights of some layers, and what some respond to: finely where that is seen in large."""
        kernels = [self.kernel(name) for name in see]
        return encode.frame(self.session, status, kernels, [self.region(name, fine=name in large) for name in regions])

    def kernel(self, name: str) -> Kernel:
        """One layer's weights: exact beside regions, where each is shown."""
        if name not in self._kernels:
            kernel, bias = self.session.kernel(name)
            exact = encode_plane.has_plane(self.session)
            self._kernels[name] = encode_plane.weights(name, kernel, bias) if exact else encode.kernel(name, kernel)
        return self._kernels[name]

    def region(self, name: str, *, fine: bool) -> Region:
        """What the units of one layer respond to."""
        if (name, fine) not in self._regions:
            self._regions[name, fine] = encode_plane.region(name, self._responses[name], fine=fine)
        return self._regions[name, fine]

    def look(self, example: int | Own) -> Look:
        """An example's way through the network and back.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        record = self.answers(example).trace
        if isinstance(example, int):
            return encode.look(self.session, record, example)
        return encode.own_look(self.session, record, _sample(self.session, example), example.target)

    def unit(self, example: int | Own, focus: tuple[str, int], language: Language) -> Explained:
        """One unit opened, for an example.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        explained = self.answers(example).explained(focus, 0, language)
        index = example if isinstance(example, int) else OWN
        return msgspec.structs.replace(explained, clock=encode.clock(self.session.clock), sample=index)

    def answers(self, example: int | Own) -> Answers:
        """The trace of an example, as a batch of one, for whoever asks something about it.

        Raises:
            ModelError: a layer of the model cannot be traced.
        """
        if example not in self._answers:
            from vitrail.tracing import trace

            self._answers[example] = Answers(trace(self._model, *_batch(self.session, example)))
        return self._answers[example]

    @cached_property
    def _history(self) -> bytes:
        return letter(encode.history(self.state.history))

    @cached_property
    def _responses(self) -> Mapping[str, Array]:
        return self._survey.regions(self.session)

    @cached_property
    def _model(self) -> keras.Model:
        return self.session.synchronize()


def _batch(session: Session, example: int | Own) -> tuple[Array, Array]:
    """An example as the model and the loss get it, (1, ...) each."""
    if isinstance(example, int):
        part, place = encode.placed(session, example)
        return session.inputs(part, place), session.targets(part, place)
    target = None if example.target is None else np.array([example.target])
    return session.prepared(_sample(session, example), target)


def _sample(session: Session, own: Own) -> Array:
    """An example of somebody's own, in the shape and kind of number of the data set."""
    known = session.dataset.x_train
    values = np.array(own.values, dtype=np.float32).reshape(known.shape[1:])
    return of_one_kind(values, known)
