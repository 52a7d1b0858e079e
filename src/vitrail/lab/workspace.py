"""One experiment in training, and the pages that look at it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from typing import TYPE_CHECKING

import msgspec

from vitrail.errors import DataError, RunError, UnavailableError, VitrailError
from vitrail.experiment import Experiment
from vitrail.lab import looking, orders, own
from vitrail.lab.edits import Edits, Moment, Swap, Turn, said
from vitrail.lab.hearing import tried
from vitrail.lab.keeping import Kept, own_data
from vitrail.lab.keeping_runs import SNAPSHOT
from vitrail.lab.keeping_state import Keeper
from vitrail.lab.orders import View
from vitrail.lab.pictures import read_sample
from vitrail.wire import messages as wire
from vitrail.wire.files_card import SoundsCard
from vitrail.wire.tensor_messages import Arrange, Measure, Pick

if TYPE_CHECKING:
    from pathlib import Path

    from vitrail.lab.client import Client
    from vitrail.lab.hearing import Tried
    from vitrail.lab.keeping_file import Opened
    from vitrail.lab.pictures import Sample
    from vitrail.lab.pool import Lost, Pool
    from vitrail.wire.kept_cards import RunCard

_UNREADABLE = {"error.run.snapshot", "error.run.snapshot_format", "error.run.snapshot_other"}
"""Errors after which a training can only start anew."""

_ONLY_SEEN = (wire.See, wire.Speak, wire.Examine, wire.Explore, Arrange, Measure, Pick)
"""Messages after which nothing is worth saving: a page says them as it opens, or explores a tensor."""

MOST_EXAMPLES = 60
"""Examples that are given at once; a page that asks for more gets the first ones."""


class Workspace:
    """What one name stands for.

    Args:
        name: as in the address of its page.
        experiment: what it opens with, where nothing was saved of it.
        pool: the workers.
        folder: where it is saved.

    Raises:
        UnavailableError: another lab has it open.
    """

    def __init__(self, name: str, experiment: Experiment, pool: Pool, folder: Path) -> None:
        self.name = name
        self.experiment = experiment
        self.folder = folder
        """Where it is saved, and whatever belongs to it."""
        self.session: int | None = None
        """The number of its training, where a worker holds it."""
        self._last: int | None = None
        """The number that its snapshots have, also when no worker holds it."""
        self._pool = pool
        self._card: bytes = b""
        self._known: wire.Workspace
        self._clients: dict[int, Client] = {}
        self._opening = asyncio.Lock()
        self._editing = asyncio.Lock()
        self.edits = Edits()
        """What can be undone and done again."""
        self._view = View()
        """What was looked at last."""
        self.keeper = Keeper(folder, self.present, self._tell_all)
        if kept := self.keeper.read():
            self.experiment, self._view = kept.experiment, View(follow=kept.follow, focus=kept.focus)
            self._last = None if kept.session is None else pool.number(folder, kept.session)
            self.edits = kept.edits
            for number in self.edits.sessions():
                pool.number(folder, number)

    async def ready(self) -> int:
        """The number of its training, which is opened when it is not.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        async with self._opening:
            if self.session is None:
                await self._open()
            assert self.session is not None, "opened just now"
            return self.session

    async def join(self, client: Client) -> None:
        """A page connects.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        session = await self.ready()
        self._clients[client.number] = client
        for message in (self._card, self._possible(), self.keeper.message(), *self.keeper.untold()):
            client.write(message)
        self._pool.tell(orders.Watch(session, client.number, client.view))

    def leave(self, client: Client) -> None:
        """A page disconnects."""
        self._clients.pop(client.number, None)
        if self.session is not None:
            self._pool.tell(orders.Leave(self.session, client.number))

    async def hear(self, client: Client, message: wire.ClientMessage) -> None:
        """Do what a page asks for.

        Raises:
            RequestError: it names a layer, a unit, an example or a tensor that does not exist.
            VitrailError: the experiment cannot be trained.
        """
        if client.number not in self._clients:
            await self.join(client)
        session = await self.ready()
        if not isinstance(message, _ONLY_SEEN):
            self.keeper.touch()
        match message:
            case wire.Reset(seed=int(seed)) if seed != self.experiment.seed:
                await self.replace(self.experiment.model_copy(update={"seed": seed}))
            case wire.Reset():
                self._keep_before_loss(session)
                self._pool.tell(orders.Command(session, message))
            case wire.SetLearningRate() | wire.SetWeight() | wire.Undo() | wire.Redo():
                await self._edit(session, message)
            case wire.Check() | wire.Guess() | Arrange() | Measure() | Pick():
                self._pool.tell(orders.Ask(session, client.number, message))
            case (
                wire.Follow()
                | wire.Try()
                | wire.See()
                | wire.Focus()
                | wire.Walk()
                | wire.EndWalk()
                | wire.Speak()
                | wire.Examine()
                | wire.Explore()
            ):
                labelled = self.experiment.data.target == "labels"
                client.view = looking.turned(client.view, message, self._known, labelled=labelled)
                if isinstance(message, wire.Follow | wire.Try | wire.Focus):
                    self._view = client.view
                self._pool.tell(orders.Watch(session, client.number, client.view))
            case wire.Browse(part=part, indices=indices):
                looking.check_examples(self._known.dataset, part, indices)
                client.write(await self._pool.pick(session, part, indices[:MOST_EXAMPLES]))
            case _:
                self._pool.tell(orders.Command(session, message))

    def shown(self, client: Client, pictures: orders.Pictures) -> None:
        """Pictures went out to a page."""
        self._pool.tell(orders.Shown(pictures.session, client.number))

    def receive(self, report: orders.News) -> None:
        """Hand on what the worker says."""
        match report:
            case orders.Pictures(client=number):
                if number in self._clients:
                    self._clients[number].show(report)
            case orders.Said(client=number, message=message):
                if number in self._clients:
                    self._clients[number].write(message)
            case orders.Told(notice=notice):
                self._tell_all(notice)
            case orders.Saved(at=at, changes=changes):
                self.keeper.saved(at, changes)

    async def replace(
        self,
        experiment: Experiment,
        run: Path | None = None,
        *,
        carry: bool = False,
        data: Path | None = None,
        says: wire.Edit | None = None,
    ) -> None:
        """Open another experiment instead. When it cannot be opened, everything stays as it was.

        Args:
            experiment: what to train.
            run: the folder of a kept run to go on from.
            carry: whether the weights are taken over where they can be, and the training goes on as it did.
            data: the file of its own data, where they are other ones, named as own data are.
            says: what the change is called; what differs is told when left out.

        Raises:
            VitrailError: the experiment cannot be trained, or the run cannot be opened.
        """
        if carry and data is None and experiment == self.experiment:
            return
        async with self._editing, self._opening:
            if self.session is None and self._last is not None:
                with contextlib.suppress(VitrailError):  # what cannot be opened cannot be kept as a run either
                    await self._open()
            earlier = self.experiment
            number, before = self._pool.number(self.folder), self.session
            if run is not None:
                await asyncio.to_thread(shutil.copytree, run / SNAPSHOT, self._pool.snapshots(number))
            await asyncio.to_thread(own.give, self.folder, self._pool.snapshots(number), data)
            try:
                card = await self._pool.open(number, experiment, beside=before, carry=carry, kept=run is not None)
            except BaseException:
                self._pool.close(number)
                raise
            if before is not None and not (carry and _is_carried(card)):
                self._keep_before_loss(before)
            await self._change_to(number, experiment, card)
            if before is not None:
                moments = (Moment(before, earlier.to_json()), Moment(number, experiment.to_json()))
                self._remember(self.edits.with_change(Swap(says or said(earlier, experiment), *moments)))
        await self.keeper.write()

    async def _edit(self, session: int, message: wire.SetLearningRate | wire.SetWeight | wire.Undo | wire.Redo) -> None:
        """Make a change of what is under way, take back the last one, or make it again."""
        async with self._editing:
            match message:
                case wire.Undo():
                    if self.edits.undoable:
                        await self._go_to(self.edits.undoable[-1].before)
                        self._remember(self.edits.undone())
                case wire.Redo():
                    if self.edits.redoable:
                        await self._go_to(self.edits.redoable[-1].after)
                        self._remember(self.edits.redone())
                case _:
                    await self._turn(session, message)

    async def _go_to(self, what: Moment | wire.SetLearningRate | wire.SetWeight) -> None:
        """Be as before or after a change."""
        if not isinstance(what, Moment):
            await self._pool.change(await self.ready(), what)
            return
        async with self._opening:
            experiment = Experiment.from_json(what.experiment)
            card = await self._pool.open(what.session, experiment, beside=self.session)
            await self._change_to(what.session, experiment, card)

    async def _turn(self, session: int, what: wire.SetLearningRate | wire.SetWeight) -> None:
        """Go on with another learning rate or weight."""
        value = await self._pool.change(session, what)
        before = msgspec.structs.replace(what, value=value)
        numbers: dict[str, str | int | float] = {"before": value, "after": what.value}
        if isinstance(what, wire.SetLearningRate):
            says = wire.Edit(key="lab.edit.set", arguments={"field": "learning_rate", **numbers})
        else:
            named = f"{what.layer}.{what.variable}[{', '.join(map(str, what.place))}]"
            says = wire.Edit(key="lab.edit.weight", arguments={"weight": named, **numbers})
        self._remember(self.edits.with_change(Turn(says, before, what)))

    async def _change_to(self, number: int, experiment: Experiment, card: bytes) -> None:
        """Show another training, and put away the one before with what was trained of it."""
        before, self.experiment = self.session, experiment
        await asyncio.to_thread(own.take, self._pool.snapshots(number), self.folder)
        network = None if before is None else _network(self._known)
        self._learn(number, card)
        same = network == _network(self._known)
        for client in self._clients.values():
            client.view = client.view if same else View(language=client.view.language)
            client.forget_pictures()
            client.write(card)
        self._watch(number)
        if before is not None and before != number:
            self._pool.close(before, keep=True)

    def _remember(self, edits: Edits) -> None:
        """Keep a list of changes, and the trainings that it needs and no others."""
        forgotten = self.edits.sessions() - edits.sessions() - {self.session}
        self.edits = edits
        for number in forgotten:
            self._pool.close(number)
        self.keeper.touch()
        for client in self._clients.values():
            client.write(self._possible())

    def _possible(self) -> wire.Edits:
        undoable, redoable = self.edits.undoable, self.edits.redoable
        return wire.Edits(undoable[-1].says if undoable else None, redoable[-1].says if redoable else None)

    async def come_back(self, lost: Lost) -> None:
        """Its worker is gone: open the training again from its last snapshot."""
        async with self._opening:
            before, self.session = self.session, None
            assert before is not None, "only an open training can be lost"
            try:
                await self._open()
            except VitrailError as error:
                self._tell_all(wire.Notice("error", error.key, error.arguments))
            else:
                self._tell_how(lost, before)

    async def export(self) -> Path:
        """A new file with the model as it is now. Whoever asked removes it."""
        return await self._pool.export(await self.ready())

    def sample(self, content: bytes, name: str, *, invert: bool, centre: bool) -> Sample:
        """A picture's file as an example of the data."""
        shape, full = self._known.dataset.sample_shape, self._known.strip.full
        return read_sample(content, name, shape, full, invert=invert, centre=centre)

    async def encode(self, row: dict[str, str | None]) -> bytes:
        """A raw row of the table that is learnt from, as an example in JSON.

        Raises:
            DataError: no table is learnt from, or the row does not fit it.
        """
        return await self._pool.encode(await self.ready(), row)

    async def raw(self, index: int) -> bytes:
        """The raw row that an example was made of, as JSON.

        Raises:
            RequestError: there is no such example.
            DataError: no table is learnt from.
        """
        session = await self.ready()
        looking.check_followed(self._known.dataset, index)
        return await self._pool.raw(session, index)

    def sound(self, path: Path) -> Tried:
        """A sound's file as an example of the data.

        Raises:
            DataError: it is no whole WAV file, or no sounds are learnt from.
        """
        card = self._known.files
        if not isinstance(card, SoundsCard):
            raise DataError("error.lab.no_sounds", name=self._known.dataset.name)
        return tried(path, card)

    async def sound_of(self, index: int) -> bytes:
        """The sound that an example was made of, as JSON.

        Raises:
            RequestError: there is no such example.
            DataError: no sounds of one's own are learnt from.
        """
        session = await self.ready()
        looking.check_followed(self._known.dataset, index)
        return await self._pool.hear(session, index)

    async def history(self) -> bytes:
        """The history as JSON."""
        return await self._pool.history(await self.ready())

    async def keep(self, name: str = "") -> RunCard:
        """Keep the training as it is now as a run.

        Raises:
            VitrailError: it cannot be written.
        """
        session, folder = await self.ready(), self.keeper.runs.begin()
        return await self.keeper.keep(self._pool.keep(session, folder), folder, name=name)

    async def go_on_from(self, run: str) -> None:
        """Open the experiment of a kept run, with its weights, history and place in time.

        Raises:
            VitrailError: there is no such run, or it cannot be opened.
        """
        card = await asyncio.to_thread(self.keeper.runs.card, run)
        await self.replace(Experiment.from_json(card.experiment), self.keeper.runs.folder(run))

    async def take_in(self, opened: Opened, run: Path) -> None:
        """Go on from a file that was handed on.

        Args:
            opened: what it says.
            run: where it was unpacked.

        Raises:
            VitrailError: it cannot be opened.
        """
        self._view = View(follow=opened.manifest.follow, focus=opened.manifest.focus)
        await self.replace(opened.experiment, run, data=own_data(run))

    async def lend(self, folder: Path) -> int:
        """Write the training as it is now into a new folder, as a run is. Gives the number of changes by hand.

        Raises:
            VitrailError: it cannot be written.
        """
        return int(await self._pool.keep(await self.ready(), folder))

    def present(self) -> Kept:
        """What is to be saved."""
        follow = self._view.follow if isinstance(self._view.follow, int) else None
        return Kept(self.experiment, self._last, follow, self._view.focus, self.edits)

    async def _open(self) -> None:
        """Have a worker hold the training; from its first weights where its snapshots are damaged.

        Raises:
            VitrailError: the experiment cannot be trained.
        """
        number = self._last or self._pool.number(self.folder)
        try:
            card = await self._pool.open(number, self.experiment)
        except RunError as error:
            if error.key not in _UNREADABLE:
                raise
            self.keeper.set_aside(self._pool.snapshots(number))
            card = await self._pool.open(number, self.experiment)
        self._learn(number, card)
        self._watch(number)
        self.experiment = Experiment.from_json(self._known.experiment)  # a snapshot's, where there is one

    def _keep_before_loss(self, session: int) -> None:
        """Keep a training that has completed an epoch as a run, since it is about to be no more."""
        folder = self.keeper.runs.begin()
        with contextlib.suppress(UnavailableError):  # a lost worker's training comes back, and is not lost
            self.keeper.keep_before_loss(self._pool.keep(session, folder, least=1), folder)

    def _learn(self, number: int, card: bytes) -> None:
        """A worker holds the training."""
        self.session = self._last = number
        self._card = card
        self._known = msgspec.msgpack.decode(card, type=wire.Workspace)

    def _watch(self, number: int) -> None:
        """Show the training to everybody who looks."""
        for client in self._clients.values():
            self._pool.tell(orders.Watch(number, client.number, client.view))

    def _tell_how(self, lost: Lost, before: int) -> None:
        """It is back: whose fault it was, and whether it goes on."""
        if before == lost.stuck:
            self._tell_all(wire.Notice("error", "lab.server.hung", {}))
        elif lost.plays_on(before) and self.session is not None:
            self._pool.tell(orders.Command(self.session, wire.Play()))
            self._tell_all(wire.Notice("information", "lab.server.went_on", {}))
        else:
            self._tell_all(wire.Notice("information", "lab.server.came_back", {}))

    def _tell_all(self, message: wire.Notice | wire.Saved) -> None:
        for client in self._clients.values():
            client.write(message)


def _network(known: wire.Workspace) -> object:
    """What pages that look at one training have to have in common with those that look at another."""
    return known.dataset.name, known.dataset.test_count, known.layers


def _is_carried(card: bytes) -> bool:
    return msgspec.msgpack.decode(card, type=wire.Workspace).floor is not None
