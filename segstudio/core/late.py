"""Names that are imported when they are first needed, so that a table of many things costs no start-up time."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from segstudio.core.errors import SegstudioError, excerpt, first_line


class UnusablePackage(SegstudioError):
    """A package that is installed and cannot be imported, or not all that is needed of it."""

    def __init__(self, package: str, what: str, error: Exception, hint: str = "") -> None:
        why = excerpt(first_line(error), 160)
        super().__init__(
            f"{what} needs the package {package}, which is installed and cannot be imported: {why}",
            hint or f"Install it anew: pip install --force-reinstall --no-deps {package}.",
        )


def imported(where: str) -> Any:
    """Return what ``module:name`` names, importing the module."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def imported_extra(module: str, extra: str, what: str) -> Any:
    """Return a module of an optional dependency; raises ``SegstudioError``, saying what to install, without it.

    One that is installed may need another package that is not. Raises ``UnusablePackage`` where none is missing, but
    one lacks what is asked of it, or does not fit the others.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except (ImportError, RuntimeError, OSError) as error:  # the last two from compiled parts that do not fit the others
        if isinstance(error, ModuleNotFoundError):
            package = (error.name or package).partition(".")[0]
            if not installed(package):
                raise _absent(package, extra, what) from error
        raise UnusablePackage(package, what, error) from error


def installed(package: str) -> bool:
    """Tell whether a package could be imported, without an import."""
    return sys.modules.get(package) is not None or find_spec(package) is not None


def absent_extra(package: str, extra: str, what: str) -> str | None:
    """Return the sentence of ``imported_extra`` where a package is not installed, None where it is; no import."""
    return None if installed(package) else _absent(package, extra, what).sentence()


def _absent(package: str, extra: str, what: str) -> SegstudioError:
    return SegstudioError(
        f"{what} needs the package {package}, which is not installed.", f"Install it: pip install 'segstudio[{extra}]'."
    )
