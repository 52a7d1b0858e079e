"""What the operating system says of a file, in the language of the person who reads it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from vitrail.locale.catalogue import text

if TYPE_CHECKING:
    from vitrail.types import Language

_KEYS = {
    os.strerror(number): f"system.{key}"
    for number, key in (
        (errno.EACCES, "access"),
        (errno.EEXIST, "exists"),
        (errno.EISDIR, "directory"),
        (errno.ENAMETOOLONG, "long"),
        (errno.ENOENT, "missing"),
        (errno.ENOSPC, "full"),
        (errno.ENOTDIR, "no_directory"),
        (errno.EPERM, "permission"),
        (errno.EROFS, "read_only"),
    )
}
"""The texts of what systems say most often of files, by their own English words."""


def system_reason(said: str, language: Language) -> str:
    """A reason in one language where the system gave it; any other as it is.

    Examples:
        >>> system_reason("No such file or directory", "fr"), system_reason("line 3 is too long", "fr")
        ('aucun fichier ni dossier de ce nom', 'line 3 is too long')
    """
    key = _KEYS.get(said)
    return said if key is None or language == "en" else text(key, language)
