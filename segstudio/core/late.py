"""Names that are imported when they are first needed, so that a table of many things costs no start-up time."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from segstudio.core.errors import SegstudioError

TORCHVISION: Final = "torchvision"
FITTING: Final = "Install the torchvision that was built for this torch, from where torch was installed from."


def imported(where: str) -> Any:
    """Return what ``module:name`` names, importing the module."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def imported_extra(module: str, extra: str, what: str) -> Any:
    """Return a module of an optional dependency; raises ``SegstudioError``, saying what to install, without it.

    One that is installed may need another package that is not, or that was built for another torch.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise _absent((error.name or package).partition(".")[0], extra, what) from error
    except (ImportError, RuntimeError, OSError) as error:  # what compiled parts raise that do not fit the others
        raise unusable(package, what, error) from error


def unusable(package: str, what: str, error: Exception) -> SegstudioError:
    """Return the error of a package that is installed and cannot be imported."""
    why = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    if package != TORCHVISION and TORCHVISION in str(error):
        package = TORCHVISION
    hint = FITTING if package == TORCHVISION else f"Install it anew: pip install --force-reinstall --no-deps {package}."
    return SegstudioError(f"{what} needs the package {package}, which is installed and cannot be imported: {why}", hint)


def absent_extra(package: str, extra: str, what: str) -> str | None:
    """Return the sentence of ``imported_extra`` where a package is not installed, None where it is; no import."""
    return None if find_spec(package) is not None else _absent(package, extra, what).sentence()


def _absent(package: str, extra: str, what: str) -> SegstudioError:
    return SegstudioError(
        f"{what} needs the package {package}, which is not installed.", f"Install it: pip install 'segstudio[{extra}]'."
    )
