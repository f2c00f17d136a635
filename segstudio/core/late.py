"""Names that are imported when they are first needed, so that a table of many things costs no start-up time."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from segstudio.core.errors import SegstudioError


def imported(where: str) -> Any:
    """Return what ``module:name`` names, importing the module."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def imported_extra(module: str, extra: str, what: str) -> Any:
    """Return a module of an optional dependency; raises ``SegstudioError``, saying what to install, without it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise _absent(module.partition(".")[0], extra, what) from error


def absent_extra(package: str, extra: str, what: str) -> str | None:
    """Return the sentence of ``imported_extra`` where a package is not installed, None where it is; no import."""
    return None if find_spec(package) is not None else _absent(package, extra, what).sentence()


def _absent(package: str, extra: str, what: str) -> SegstudioError:
    return SegstudioError(
        f"{what} needs the package {package}, which is not installed.", f"Install it: pip install 'segstudio[{extra}]'."
    )
