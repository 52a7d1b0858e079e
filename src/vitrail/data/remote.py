"""Files of `keras.datasets`: found in Keras' cache or in Vitrail's, else downloaded, and checked on each reading."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from vitrail import places
from vitrail.data.download import DownloadError, download
from vitrail.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
"""Where Keras keeps most of its data sets."""
URL_VARIABLE = "VITRAIL_DATASETS_URL"
"""Names another server, which has all files in one folder."""


def address(base: str, name: str) -> str:
    """Where a file is downloaded from: below `base`, or below what the environment names instead."""
    return f"{(os.environ.get(URL_VARIABLE) or base).rstrip('/')}/{name}"


class RemoteFile(NamedTuple):
    """One file: its name and folder on its server, its SHA-256, and its name in Keras' cache."""

    name: str
    base: str
    sha256: str
    in_keras: str

    @property
    def cached(self) -> Path:
        """Its place in Vitrail's cache."""
        return places.datasets() / self.name

    def find(self) -> Path | None:
        """The first place on this machine that has it."""
        candidates = (places.keras() / "datasets" / self.in_keras, self.cached)
        return next((path for path in candidates if path.is_file()), None)

    def fetch(self) -> Path:
        """Download it into Vitrail's cache, where that does not have it yet.

        Raises:
            UnavailableError: it could not be had; nothing was kept.
        """
        path, url = self.cached, address(self.base, self.name)
        if path.is_file():
            return path
        try:
            download(url, path, check=self._content)
        except DownloadError as error:
            raise UnavailableError("error.data.fetch", url=url, reason=str(error), path=str(path)) from error
        except DataError as error:
            raise UnavailableError("error.data.fetch_content", url=url, path=str(path)) from error
        return path

    def read(self) -> bytes:
        """What it holds, from wherever it can be had.

        Raises:
            DataError: the file on this machine is damaged or cannot be read.
            UnavailableError: it is not here and could not be downloaded.
        """
        return self._content(self.find() or self.fetch())

    def _content(self, path: Path) -> bytes:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DataError("error.data.file", file=str(path), reason=error.strerror or type(error).__name__) from error
        got = hashlib.sha256(content).hexdigest()
        if got != self.sha256:
            raise DataError("error.data.checksum", file=str(path), expected=self.sha256, got=got)
        return content
