"""What the lab's server and its pages say to each other: typed, versioned, one MessagePack map each.

A tensor that is explored has its own in `tensor_messages`. The page's TypeScript types are generated from these modules
(`python -m vitrail.wire.typescript`), and a test fails when they are stale. Bump `PROTOCOL` with every change
that an older page would misread.

Every message is a tagged struct: its `type` field names it. Arrays travel as `Tensor`: little-endian bytes in C order.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from vitrail.types import MAX_SEED, Language
from vitrail.wire.files_card import FilesCard  # noqa: TC001 - of a field
from vitrail.wire.table_card import TableCard  # noqa: TC001 - of a field
from vitrail.wire.tensor_messages import TensorMessage, TensorRequest
from vitrail.wire.tensors import Index, Tensor  # noqa: TC001 - of fields

PROTOCOL = 5
"""The version of this protocol. The server's `Hello` carries it; a page built for another one reloads itself."""

Seed = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]
Status = Literal["idle", "compiling", "running"]
Grain = Literal["batch", "epoch"]
SampleKind = Literal["image", "row", "series", "text"]
Part = Literal["train", "test"]
TensorGroup = Literal["data", "weights", "activations", "gradients"]
LedgerGrain = Literal["operation", "unit", "layer", "example", "batch"]


OWN = -1
"""Stands for the place of an example that is none of the test set's."""


class Clock(msgspec.Struct, frozen=True):
    """Where a training stands."""

    epoch: int
    """Completed epochs."""
    batch: int
    """Completed batches of the epoch under way."""
    batches_per_epoch: int
    updates: int
    """Updates of the weights since the start."""


class DatasetCard(msgspec.Struct, frozen=True):
    """What is known about the data."""

    name: str
    train_count: int
    test_count: int
    sample_shape: list[int]
    task: Literal["classification", "regression"]
    class_names: list[str]
    provenance: str
    licence: str
    """A key of the catalogue; the terms themselves where it has none for them."""


class LayerCard(msgspec.Struct, frozen=True):
    """What is known about a layer before it has seen anything."""

    name: str
    class_name: str
    activation: str | None
    output_shape: list[int]
    """Without the batch axis."""
    kernel_shape: list[int]
    """(inputs, units) of a layer with a kernel, otherwise empty."""
    picture_shape: list[int]
    """(height, width) when each unit's weights can be seen as one picture, otherwise empty."""
    parameters: int


class Settings(msgspec.Struct, frozen=True):
    """The numbers and names of the experiment that the page shows beside the network."""

    scale: float
    optimizer: str
    learning_rate: float
    loss: str
    batch_size: int
    epochs: int
    seed: int
    parameters: int


class Strip(msgspec.Struct, frozen=True):
    """Examples to choose from."""

    kind: SampleKind
    indices: list[int]
    """Their places in the test set, or in the part of the data that they are of."""
    labels: list[float]
    """Their targets: class numbers in classification."""
    values: Tensor
    """As in the source: (n, height, width) or (n, height, width, 3) for images, as uint8 where that holds them; float32
    (n, features) for rows, (n, steps, features) for series, (n, words) for texts."""
    feature_names: list[str] = []
    full: float = 255.0
    """Of images, the value of full light."""
    vocabulary: list[str] = []
    """Of texts, the word that each number stands for."""


class Points(msgspec.Struct, frozen=True):
    """Samples of two features, as places in a plane."""

    places: Tensor
    """(points, 2), as in the source."""
    labels: Tensor
    """(points,): class numbers, or values of a regression."""


class FeatureCard(msgspec.Struct, frozen=True):
    """A feature of the plane, which a model gets or could get."""

    name: str
    on: bool
    """Whether the model gets it."""
    values: Tensor
    """(side, side), as pictures are drawn from it: rounded to int8; the highest second number comes first."""


class Plane(msgspec.Struct, frozen=True):
    """The plane of data with two features, on which units are drawn by the region that they respond to."""

    bounds: list[float]
    """Lowest and highest first feature, lowest and highest second feature of what is drawn."""
    side: int
    """Places of the grid along each feature."""
    train: Points
    """The first of the training set: no more than can be told apart."""
    test: Points
    """The first of the test set."""
    features: list[FeatureCard]
    """All that a model could get, in their usual order; the model gets those that are on in the order of `inputs`."""
    inputs: list[str]
    """The features that the model gets, in the order of its inputs."""


class Region(msgspec.Struct, frozen=True):
    """What the units of one layer give over the plane, as pictures are drawn from it: rounded to int8."""

    layer: str
    values: Tensor
    """(units, side, side) of activations; the first row of a picture is that of the highest second feature.

    Where no unit is drawn in large, each place is the mean of four neighbours of the grid, on half the side.
    """


class EpochRow(msgspec.Struct, frozen=True):
    """One completed epoch of the history."""

    epoch: int
    """1 for the first."""
    seconds: float
    logs: dict[str, float]
    """`loss`, the metrics, and the same with `val_` for the test set, as in Keras' history."""


class Kernel(msgspec.Struct, frozen=True):
    """The weights of a layer, as pictures are drawn from them: rounded to int8, or exact where each is shown."""

    layer: str
    weights: Tensor
    """(units, inputs)."""
    bias: Tensor | None = None
    """(units,), where each weight is shown and the layer has one."""


class LayerLook(msgspec.Struct, frozen=True):
    """What one layer computed for the followed example, and what came back. Exact float32 values."""

    name: str
    z: Tensor
    """Pre-activation, in the shape of the layer's output without the batch axis."""
    a: Tensor
    """Activation."""
    delta: Tensor | None
    """dL/dz, L being the loss of this example as a batch of one; none where nobody said what it should give."""


class Term(msgspec.Struct, frozen=True):
    """One addend of a sum: `weight * value`."""

    index: int
    """Place of the unit (or input) that it comes from."""
    weight: float
    value: float


class ClassRow(msgspec.Struct, frozen=True):
    """How well one class is told from the others; null where that is a ratio of nothing to nothing."""

    precision: float | None
    recall: float | None
    f1: float | None


class Separated(msgspec.Struct, frozen=True):
    """How far apart a layer keeps the classes."""

    layer: str
    """Empty for the example itself."""
    share: float
    """Of the samples whose nearest other one is of the same class; NaN where a number is not finite."""


class Formula(msgspec.Struct, frozen=True):
    """One equation of an explanation, as MathML elements in the language of whoever looks."""

    key: str
    """What it computes: its words are `trace.explain.` and this."""
    symbols: str
    """The left side, and the right side in symbols."""
    numbers: str
    """The right side with its numbers; empty where the record has none."""
    value: float


class Used(msgspec.Struct, frozen=True):
    """An entry of a ledger that another one uses."""

    index: int
    phase: str
    name: str
    what: str
    sample: int | None
    unit: int | None
    value: float | None
    """None where it is not a single number."""


# Server to page -----------------------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first message on every socket."""

    version: str
    workspace: str
    protocol: int = PROTOCOL


class Notice(msgspec.Struct, frozen=True, tag="notice"):
    """Something to tell the person, by its key in the catalogue."""

    level: Literal["information", "error"]
    key: str
    arguments: dict[str, str | int | float]


class Workspace(msgspec.Struct, frozen=True, tag="workspace"):
    """What stays the same while training goes on. Sent on connection and when another experiment is opened."""

    dataset: DatasetCard
    layers: list[LayerCard]
    settings: Settings
    strip: Strip
    code: str
    """The experiment as a complete Keras program."""
    experiment: str = ""
    """The experiment in its JSON form, which the page changes and gives back; empty where one trace is shown."""
    plane: Plane | None = None
    """None where samples are no two numbers."""
    notes: list[Notice] = []
    """What was left out of the one trace that is shown."""
    floor: int | None = None
    """Completed epochs at which the weights of another experiment were taken over; null where none were."""
    table: TableCard | None = None
    """What was made of a table; null where the data are none."""
    files: FilesCard | None = None
    """What was read of arrays, pictures or sounds of one's own; null of other data."""


class Frame(msgspec.Struct, frozen=True, tag="frame"):
    """The state of the training at one moment."""

    clock: Clock
    status: Status
    metrics: dict[str, float]
    """Running means of the epoch under way, `loss` among them; empty before its first batch."""
    last: EpochRow | None
    """The last completed epoch; null before the first ends."""
    kernels: list[Kernel]
    """Of the layers that the page asked to see."""
    learning_rate: float | None = None
    """Of the next update; null where a schedule gives it."""
    regions: list[Region] = []
    """Of the layers whose regions the page asked to see."""
    speed: float | None = None
    """Batches per second that it plays at, at most; null as fast as possible."""


class History(msgspec.Struct, frozen=True, tag="history"):
    """All completed epochs. Sent when they are others than before, and not with every frame."""

    rows: list[EpochRow]
    """Of a long history every second, fourth, ..., the first and the last."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """One example's way through the network and back, at one moment of the training."""

    clock: Clock
    index: int
    """Its place among all examples, as `Follow` has it; `OWN` for an example of somebody's own."""
    label: float | None
    """None where nobody said what it should give."""
    prediction: list[float]
    """The network's output."""
    loss: float | None
    layers: list[LayerLook]
    sample: Tensor | None = None
    """The example itself, as the strip has its own; none where it is one of the strip's."""


class Saved(msgspec.Struct, frozen=True, tag="saved"):
    """What is on disk of a workspace. Sent on connection, and each time that something was saved."""

    at: float | None
    """Seconds since 1970; null where nothing has been done yet that is worth saving."""
    runs: int
    """Grows with every change of the list of kept runs."""
    changes: int
    """What was changed by hand on the way to the weights of now, which the experiment alone does not tell."""
    own_data: bool
    """Whether the workspace holds data of the person's own."""
    follow: int | None = None
    """The example that was followed last."""
    focus: Focus | None = None
    """The unit that was open last."""


class Edit(msgspec.Struct, frozen=True):
    """A change that a person made, in words."""

    key: str
    """In the catalogue, `lab.edit.` and what was changed."""
    arguments: dict[str, str | int | float]
    """`field` names a setting, `before` and `after` are its values."""


class Edits(msgspec.Struct, frozen=True, tag="edits"):
    """What would be undone and done again next; null where there is nothing."""

    undo: Edit | None
    redo: Edit | None


class Explained(msgspec.Struct, frozen=True, tag="explained"):
    """One unit of a trace, as formulas."""

    clock: Clock
    layer: str
    unit: int
    sample: int
    """Its `index` in a look."""
    batch: int
    """L is the mean over so many samples."""
    checked: bool
    """Whether this layer, the loss and the update of this very trace were compared with two other ways to them."""
    unchecked: list[str]
    """Where the trace was checked all but for something: why not that. Its words are `trace.unchecked.` and each."""
    formulas: list[Formula]
    terms: list[Term]
    """The largest terms of z that come from the column before; empty where that is not where they come from."""
    back_terms: list[Term]
    """The largest terms of what the next layer gives back."""


class LedgerEntry(msgspec.Struct, frozen=True, tag="entry"):
    """One step of a walk through a trace."""

    grain: LedgerGrain
    index: int
    count: int
    """Of entries at this grain."""
    phase: str
    name: str
    what: str
    sample: int | None
    unit: int | None
    value: float | None
    """None where it is not a single number."""
    shape: list[int]
    low: float
    high: float
    uses: list[Used]
    """The first of the entries that it takes."""
    uses_count: int
    formula: Formula | None


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    """What a guess was worth. Its words are `trace.guess.` and `right`, or `wrong` and each mistake."""

    grain: LedgerGrain
    index: int
    right: bool
    mistakes: list[str]


class Report(msgspec.Struct, frozen=True, tag="report"):
    """What the network makes of a part of the data, at one moment of the training."""

    clock: Clock
    part: Part
    scores: dict[str, float]
    """The loss and metrics, as Keras' `evaluate` gives them."""
    kind: Literal["classes", "numbers", "distances"]
    """What `answers` are."""
    labels: Tensor
    """(samples,): the classes or the values that should come out."""
    answers: Tensor
    """(samples,): the classes that were predicted, the predicted values, or how far each output is from its target: the
    mean squared difference."""
    counts: Tensor | None
    """Of classes, the confusion table, int32 (classes, classes): row of the true class, column of the predicted one."""
    classes: list[ClassRow]
    residuals: dict[str, float]
    """Of values: `mae`, `rmse`, and `r2`, which is missing where all values are equal."""


class Separation(msgspec.Struct, frozen=True, tag="separation"):
    """How well each layer separates the classes, at one moment of the training."""

    clock: Clock
    count: int
    """Test examples that it was measured on, the first ones."""
    layers: list[Separated]
    """The example itself first."""
    largest: float
    """The share of the largest class among them: what a representation that says nothing comes to, about."""


class Samples(msgspec.Struct, frozen=True, tag="samples"):
    """Examples that a page asked for."""

    part: Part
    strip: Strip


class TensorEntry(msgspec.Struct, frozen=True):
    """A tensor of the training that can be explored."""

    name: str
    """What `Explore` calls it: its group, the layer where it is one's, and `what`, with slashes between them."""
    group: TensorGroup
    layer: str
    """Empty for the data."""
    what: str
    """Such as `"x_train"`, `"kernel"` or `"delta"`."""
    shape: list[int]
    dtype: str


class Tensors(msgspec.Struct, frozen=True, tag="tensors"):
    """What can be explored; activations and gradients are those of the followed example."""

    entries: list[TensorEntry]


class Explored(msgspec.Struct, frozen=True, tag="explored"):
    """The tensor that the messages after this one are about."""

    name: str
    clock: Clock | None
    """The moment of the training that its numbers belong to; null for the data, which stay."""
    index: int | None
    """The example that it was computed for, as in a look; null where it is none's."""


ServerMessage = (
    Hello
    | Workspace
    | Frame
    | History
    | Look
    | Notice
    | Edits
    | Saved
    | Explained
    | LedgerEntry
    | Judged
    | Report
    | Separation
    | Samples
    | TensorMessage
    | Tensors
    | Explored
)


# Page to server -----------------------------------------------------------------------------------------------------


class Play(msgspec.Struct, frozen=True, tag="play"):
    """Train until paused; the first time, until the experiment's number of epochs is reached."""


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Stop after the batches under way."""


class Step(msgspec.Struct, frozen=True, tag="step"):
    """Train one batch, or to the end of the epoch."""

    grain: Grain


class StepBack(msgspec.Struct, frozen=True, tag="step_back"):
    """Undo one batch, or what was trained of the epoch under way (before its first batch: of the one before)."""

    grain: Grain


class Rewind(msgspec.Struct, frozen=True, tag="rewind"):
    """Go back to where a number of epochs were completed."""

    epoch: Index


class Reset(msgspec.Struct, frozen=True, tag="reset"):
    """Go back to the first weights: with the same seed, or to those of another one, which the experiment then has."""

    seed: Seed | None = None


class SetLearningRate(msgspec.Struct, frozen=True, tag="set_learning_rate"):
    """Train on with another learning rate. Going back to before this message undoes it."""

    value: float


class SetWeight(msgspec.Struct, frozen=True, tag="set_weight"):
    """Give one weight another value. Going back to before this message undoes it."""

    layer: str
    variable: str
    """Such as `"kernel"`."""
    place: list[Index]
    """In the variable, a number for each axis."""
    value: float


class SetSpeed(msgspec.Struct, frozen=True, tag="set_speed"):
    """Play no faster than so many batches a second; null as fast as possible."""

    batches: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None


class Undo(msgspec.Struct, frozen=True, tag="undo"):
    """Take back the last change, with the weights that were there before it. Time is stepped back apart from it."""


class Redo(msgspec.Struct, frozen=True, tag="redo"):
    """Make the change again that was taken back last."""


class Follow(msgspec.Struct, frozen=True, tag="follow"):
    """Look at one example; none stops looking."""

    index: Index | None
    """Its place among all examples: those of the test set first, then those that are learnt from."""


class See(msgspec.Struct, frozen=True, tag="see"):
    """What of each layer is visible. Nothing else is computed."""

    layers: list[str]
    """Those whose weights are seen."""
    regions: list[str] = []
    """Those whose units are drawn by the region that they respond to."""
    large: list[str] = []
    """Of these, those of which a unit is drawn in large."""


class Focus(msgspec.Struct, frozen=True, tag="focus"):
    """Open one unit of a layer for the followed example; an empty layer closes it."""

    layer: str
    unit: Index


class Try(msgspec.Struct, frozen=True, tag="try"):
    """Look at an example of one's own, as at one of the test set."""

    values: list[float]
    """In C order, as the data set has its samples."""
    label: float | None
    """What it should give; without it there is no loss, and nothing comes back."""


class Examine(msgspec.Struct, frozen=True, tag="examine"):
    """What is measured on many samples while somebody looks at it."""

    part: Part | None
    """The part of the data to be evaluated."""
    separation: bool
    """Whether it is seen how well each layer separates the classes."""


class Browse(msgspec.Struct, frozen=True, tag="browse"):
    """Give some examples of a part of the data."""

    part: Part
    indices: list[Index]


Control = Play | Pause | Step | StepBack | Rewind | Reset | SetLearningRate | SetWeight | SetSpeed
"""What moves a training."""


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Compare the numbers of the trace that is shown with two other ways to them."""


class Walk(msgspec.Struct, frozen=True, tag="walk"):
    """Show one entry of a trace's ledger."""

    grain: LedgerGrain
    index: Index | None
    """None for where the opened unit comes into it, or for the first."""


class EndWalk(msgspec.Struct, frozen=True, tag="end_walk"):
    """Show no entry of the ledger any more."""


class Guess(msgspec.Struct, frozen=True, tag="guess"):
    """Judge a number that somebody worked out for an entry."""

    grain: LedgerGrain
    index: Index
    typed: str


class Speak(msgspec.Struct, frozen=True, tag="speak"):
    """Write formulas in another language."""

    language: Language


TraceRequest = Follow | Focus | Check | Walk | Guess
"""What a page says that looks at one trace."""


class Explore(msgspec.Struct, frozen=True, tag="explore"):
    """Look at a tensor of the training; null stops looking."""

    name: Annotated[str, msgspec.Meta(max_length=300)] | None
    """As a `TensorEntry` has it, or the beginning of one up to a slash, for the first tensor with it."""


ClientMessage = (
    Control
    | Undo
    | Redo
    | Follow
    | See
    | Focus
    | Check
    | Walk
    | EndWalk
    | Guess
    | Speak
    | Try
    | Examine
    | Browse
    | Explore
    | TensorRequest
)
