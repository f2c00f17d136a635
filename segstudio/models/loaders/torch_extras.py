"""Packages that are built upon torch and import torchvision, which has to be the one that was built for this torch."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from segstudio.core.late import UnusablePackage, imported_extra, installed

_NAME: Final = "torchvision"
_FITTING: Final = "Install the torchvision that was built for this torch, from the place that torch is from."


def imported_on_torch(module: str, extra: str, what: str) -> Any:
    """Return a module as ``imported_extra`` does; where torchvision keeps it from being imported, that is named."""
    try:
        return imported_extra(module, extra, what)
    except UnusablePackage as error:
        raise misfit(error, what) or error from error.__cause__


def misfit(error: BaseException, what: str) -> UnusablePackage | None:
    """Return the error of a torchvision that is installed and cannot be imported, where ``error`` may come of it.

    None for errors in whose chain it is not named, or where it can be imported.
    """
    if not any(_NAME in str(each) for each in _chain(error)) or not installed(_NAME):
        return None
    try:
        import_module(_NAME)
    except (ImportError, RuntimeError, OSError) as fault:
        return UnusablePackage(_NAME, what, fault, _FITTING)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and those that it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
