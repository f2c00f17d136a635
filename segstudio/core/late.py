"""Names that are imported when they are first needed, so that a table of many things costs no start-up time."""

from importlib import import_module
from typing import Any


def imported(where: str) -> Any:
    """Return what ``module:name`` names, importing the module."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
