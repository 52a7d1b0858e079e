"""The web application: a page, its socket, and the worker processes behind it. This process never imports JAX."""

from typing import TYPE_CHECKING, Any

import lazy_loader

if TYPE_CHECKING:
    from vitrail.lab.app import create_app as create_app
    from vitrail.lab.server import serve as serve

__getattr__: Any
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"app": ["create_app"], "server": ["serve"]},
)
