"""One experiment in training, and the pages that look at it."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import RequestError, VitrailError
from vitrail.lab import orders
from vitrail.lab.orders import Own, View
from vitrail.lab.pictures import read_sample
from vitrail.wire import messages as wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vitrail.experiment import Experiment
    from vitrail.lab.client import Client
    from vitrail.lab.orders import Topic
    from vitrail.lab.pictures import Sample
    from vitrail.lab.pool import Pool

MOST_EXAMPLES = 60
"""Examples that are given at once; a page that asks for more gets the first ones."""


class Workspace:
    """What one name stands for.

    Args:
        name: as in the address of its page.
        experiment: what it opens with.
        pool: the workers.
    """

    def __init__(self, name: str, experiment: Experiment, pool: Pool) -> None:
        self.name = name
        self.experiment = experiment
        self.session: int | None = None
        """The number of its training, where a worker holds it."""
        self._last: int | None = None
        """The number that its snapshots have, also when no worker holds it."""
        self._pool = pool
        self._card: bytes = b""
        self._known: wire.Workspace
        self._clients: dict[int, Client] = {}
        self._opening = asyncio.Lock()

    async def ready(self) -> int:
        """The number of its training, which is opened when it is not.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        async with self._opening:
            if self.session is None:
                number = self._last or self._pool.number()
                self._enter(number, await self._pool.open(number, self.experiment))
            assert self.session is not None, "opened just now"
            return self.session

    async def join(self, client: Client) -> None:
        """A page connects.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        session = await self.ready()
        self._clients[client.number] = client
        client.write(self._card)
        self._pool.tell(orders.Watch(session, client.number, client.view))

    def leave(self, client: Client) -> None:
        """A page disconnects."""
        self._clients.pop(client.number, None)
        if self.session is not None:
            self._pool.tell(orders.Leave(self.session, client.number))

    async def hear(self, client: Client, message: wire.ClientMessage) -> None:
        """Do what a page asks for.

        Raises:
            RequestError: it names a layer, a unit or an example that does not exist.
            VitrailError: the experiment cannot be trained.
        """
        if client.number not in self._clients:
            await self.join(client)
        session = await self.ready()
        match message:
            case wire.Reset(seed=int(seed)) if seed != self.experiment.seed:
                self._pool.tell(orders.Command(session, message))
                self._reseed(seed)
            case wire.Follow() | wire.Try() | wire.See() | wire.Focus() | wire.Examine():
                self._look(client, self._view(client.view, message))
            case wire.Browse(part=part, indices=indices):
                self._check_examples(part, indices)
                client.write(await self._pool.pick(session, part, indices[:MOST_EXAMPLES]))
            case _:
                self._pool.tell(orders.Command(session, message))

    def shown(self, client: Client, pictures: orders.Pictures) -> None:
        """Pictures went out to a page."""
        self._pool.tell(orders.Shown(pictures.session, client.number))

    def receive(self, report: orders.Pictures | orders.Told) -> None:
        """Hand on what the worker says."""
        match report:
            case orders.Pictures(client=number):
                if number in self._clients:
                    self._clients[number].show(report)
            case orders.Told(notice=notice):
                self._tell_all(notice)

    async def replace(self, experiment: Experiment) -> None:
        """Open another experiment instead. When it cannot be opened, everything stays as it was.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        async with self._opening:
            number, before = self._pool.number(), self.session
            card = await self._pool.open(number, experiment, beside=before)
            self.experiment = experiment
            for client in self._clients.values():
                client.view = View()
                client.forget_pictures()
                client.write(card)
            self._enter(number, card)
            if before is not None:
                self._pool.close(before)

    async def come_back(self) -> None:
        """Its worker is gone: open the training again from its last snapshot."""
        async with self._opening:
            number, self.session = self.session, None
            assert number is not None, "only an open training can be lost"
            try:
                self._enter(number, await self._pool.open(number, self.experiment))
            except VitrailError as error:
                self._tell_all(wire.Notice("error", error.key, error.arguments))
            else:
                self._tell_all(wire.Notice("information", "lab.server.came_back", {}))

    async def export(self) -> Path:
        """A new file with the model as it is now. Whoever asked removes it."""
        return await self._pool.export(await self.ready())

    def sample(self, content: bytes, name: str, *, invert: bool, centre: bool) -> Sample:
        """A picture's file as an example of the data."""
        shape, full = self._known.dataset.sample_shape, self._known.strip.full
        return read_sample(content, name, shape, full, invert=invert, centre=centre)

    async def history(self) -> bytes:
        """The history as JSON."""
        return await self._pool.history(await self.ready())

    def _enter(self, number: int, card: bytes) -> None:
        """A worker holds the training: show it to everybody who looks."""
        self.session = self._last = number
        self._card = card
        self._known = msgspec.msgpack.decode(card, type=wire.Workspace)
        for client in self._clients.values():
            self._pool.tell(orders.Watch(number, client.number, client.view))

    def _reseed(self, seed: int) -> None:
        """The experiment has another seed: everybody gets its new card."""
        self.experiment = self.experiment.model_copy(update={"seed": seed})
        settings = msgspec.structs.replace(self._known.settings, seed=seed)
        self._known = msgspec.structs.replace(
            self._known, settings=settings, code=self.experiment.to_code(), experiment=self.experiment.to_json()
        )
        self._card = msgspec.msgpack.encode(self._known)
        for client in self._clients.values():
            client.forget_pictures()
            client.write(self._card)

    def _look(self, client: Client, view: View) -> None:
        client.view = view
        if self.session is not None:
            self._pool.tell(orders.Watch(self.session, client.number, view))

    def _view(self, view: View, message: wire.Follow | wire.Try | wire.See | wire.Focus | wire.Examine) -> View:
        """What a page looks at once its message is heard."""
        match message:
            case wire.Follow(index=index):
                self._check_examples("test", [] if index is None else [index])
                return replace(view, follow=index)
            case wire.Try(values=values, label=label):
                return replace(view, follow=self._own(values, label))
            case wire.See(layers=names):
                weighty = [name for name in dict.fromkeys(names) if self._layer(name).kernel_shape]
                return replace(view, see=tuple(weighty))
            case wire.Focus(layer=""):
                return replace(view, focus=None)
            case wire.Focus(layer=name, unit=unit):
                self._check_unit(name, unit)
                return replace(view, focus=(name, unit))
            case wire.Examine(part=part, separation=separation):
                wanted: set[Topic] = set() if part is None else {part}
                return replace(view, topics=frozenset(wanted | ({"separation"} if separation else set())))

    def _tell_all(self, notice: wire.Notice) -> None:
        for client in self._clients.values():
            client.write(notice)

    def _check_examples(self, part: wire.Part, indices: Sequence[int]) -> None:
        dataset = self._known.dataset
        count = dataset.train_count if part == "train" else dataset.test_count
        for index in indices:
            if index >= count:
                raise RequestError("error.lab.example", index=index, last=count - 1)

    def _own(self, values: Sequence[float], target: float | None) -> Own:
        """An example of somebody's own that fits the data."""
        dataset = self._known.dataset
        expected, words = math.prod(dataset.sample_shape), len(self._known.strip.vocabulary)
        if len(values) != expected:
            raise RequestError("error.lab.own_count", got=len(values), expected=expected)
        if not all(map(math.isfinite, values)):
            raise RequestError("error.lab.own_number")
        if words and not all(value.is_integer() and 0 <= value < words for value in values):
            raise RequestError("error.lab.own_word", last=words - 1)
        if self.experiment.data.target != "labels":
            return Own(tuple(values), 0.0)  # the example is its own target, whatever stands here
        if target is None or not dataset.class_names:
            known = target if target is None or math.isfinite(target) else None
            return Own(tuple(values), known)
        if not (target.is_integer() and 0 <= target < len(dataset.class_names)):
            raise RequestError("error.lab.own_class", last=len(dataset.class_names) - 1)
        return Own(tuple(values), target)

    def _check_unit(self, name: str, unit: int) -> None:
        shape = self._layer(name).kernel_shape
        if not shape:
            raise RequestError("error.lab.no_units", layer=name)
        if unit >= shape[1]:
            raise RequestError("error.lab.unit", layer=name, unit=unit, last=shape[1] - 1)

    def _layer(self, name: str) -> wire.LayerCard:
        for layer in self._known.layers:
            if layer.name == name:
                return layer
        known = ", ".join(layer.name for layer in self._known.layers)
        raise RequestError("error.lab.layer", layer=name[:60], known=known)
