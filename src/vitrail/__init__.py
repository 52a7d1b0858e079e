"""Vitrail: a see-through deep-learning lab.

Define, compile, fit, evaluate and use Keras models on your own data, and see every number on its way forward and every
gradient on its way back.
"""

import lazy_loader as _lazy

from vitrail import _backend
from vitrail import showing as _showing
from vitrail._version import __version__ as __version__

if not _backend.started_as_command():  # the command says what is wrong in one line, in its user's language
    _backend.select()

_showing.offer("trace", "vitrail.widgets.trace_bundle")
_showing.offer("exploration", "vitrail.widgets.tensor_bundle")
_showing.offer("chain", "vitrail.widgets.chain_bundle")

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
