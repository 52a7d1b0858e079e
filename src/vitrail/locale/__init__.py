"""The one catalogue of texts, `en.json` and `fr.json`, that Python and the browser read.

A text is named by a stable key; `{name}` in it stands for an argument. Records, messages and errors carry keys and
arguments, and whoever shows them to a person renders them here.
"""

from vitrail.locale.catalogue import LANGUAGES, catalogue, decimal, language_of_environment, text
from vitrail.locale.system import system_reason

__all__ = ["LANGUAGES", "catalogue", "decimal", "language_of_environment", "system_reason", "text"]
