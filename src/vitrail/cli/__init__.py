"""The command `vitrail`: parse, call, print."""

from vitrail.cli.command import main

__all__ = ["main"]
