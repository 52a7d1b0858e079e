"""Fashion-MNIST: 60,000 + 10,000 pictures of articles of clothing in ten classes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vitrail import locale, places
from vitrail.data import idx, remote
from vitrail.data.dataset import Dataset
from vitrail.data.download import DownloadError, download
from vitrail.data.remote import KERAS_URL as URL
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from vitrail.types import Array

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""In the order of the class numbers; `data.fashion_mnist.class.0` to `.9` of the catalogue are the same names."""

DEBIAN = Path("/usr/share/datasets/fashion-mnist")


class Source(NamedTuple):
    """One file: its name, and the SHA-256 of what it holds once unpacked.

    The same content is packed differently by Zalando and by Debian (whose gzip header has no file name), so it is the
    content that is checked, wherever it comes from.
    """

    name: str
    sha256: str


X_TRAIN = Source("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888")
Y_TRAIN = Source("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9")
X_TEST = Source("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b")
Y_TEST = Source("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")
SOURCES = (X_TRAIN, Y_TRAIN, X_TEST, Y_TEST)


def load() -> Dataset:
    """Load the full set.

    Returns:
        x: (samples, height, width) uint8, 28 x 28 pixels from 0, background, to 255; y: (samples,) uint8, 0 to 9.

    Raises:
        DataError: a file is damaged or holds something else.
        UnavailableError: the files are not on this machine and could not be downloaded.
    """
    folder = find() or fetch()
    x_train, y_train, x_test, y_test = (read(folder / source.name, source.sha256) for source in SOURCES)
    return Dataset(
        name="fashion_mnist",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        axes=("sample", "height", "width"),
        feature_names=(),
        class_names=CLASS_NAMES,
        task="classification",
        provenance=locale.text("data.fashion_mnist.provenance"),
        licence=locale.text("data.licence.fashion_mnist"),
    )


def find() -> Path | None:
    """The first folder on this machine that has all four files: Keras' cache, Debian's package, Vitrail's cache."""
    folders = (places.keras() / "datasets" / "fashion-mnist", DEBIAN, cache())
    return next((folder for folder in folders if all((folder / name).is_file() for name, _ in SOURCES)), None)


def cache() -> Path:
    """Vitrail's own folder for the four files."""
    return places.datasets() / "fashion-mnist"


def fetch() -> Path:
    """Download what Vitrail's cache does not have yet.

    Raises:
        UnavailableError: a file could not be had. What was downloaded before it is kept.
    """
    folder = cache()
    for name, sha256 in SOURCES:
        path, url = folder / name, remote.address(URL, name)
        if path.is_file():
            continue
        try:
            download(url, path, check=lambda came, sha256=sha256: read(came, sha256))
        except DownloadError as error:
            raise UnavailableError("error.data.download", url=url, reason=str(error), folder=str(folder)) from error
        except DataError as error:
            raise UnavailableError("error.data.download_content", url=url, folder=str(folder)) from error
    return folder


def read(path: Path, sha256: str) -> Array:
    """The array of one file.

    Raises:
        DataError: the file is damaged or holds something else.
    """
    content = idx.unzip(path)
    array = idx.parse(content, file=str(path))
    got = hashlib.sha256(content).hexdigest()
    if got != sha256:
        raise DataError("error.data.checksum", file=str(path), expected=sha256, got=got)
    return array
