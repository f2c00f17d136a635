"""What a loaded model can be exported to, in the order shown. Data only: torch is imported by the first export."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import SegstudioError
from segstudio.core.late import imported
from segstudio.models.loaders import LOADERS

if TYPE_CHECKING:
    from segstudio.models.export.subject import Subject


@dataclass(frozen=True, slots=True)
class Exporter:
    """A kind of file: ``line`` says what it is, ``more`` what it is good for.

    ``write`` is ``module:function``: it takes a ``Subject`` and returns the bytes of the file. It raises
    ``SegstudioError`` for a network that cannot become such a file. ``extra`` is the optional dependency it takes.
    """

    line: str
    suffix: str
    more: str
    write: str
    extra: str = ""


EXPORTERS: dict[str, Exporter] = {
    "segstudio": Exporter(
        "segstudio model", "safetensors", "To train on and to pass on. Only of the architectures that are built here.",
        "segstudio.models.export.own:to_bytes",
    ),
    "onnx": Exporter(
        "ONNX model", "onnx", "To run in other programs and on other devices.",
        "segstudio.models.export.onnx:to_bytes", extra="onnx",
    ),
    "pt2": Exporter(
        "torch.export program", "pt2", "To run in torch without the code of the network.",
        "segstudio.models.export.pt2:to_bytes",
    ),
}  # fmt: skip
"""By the name that the command line uses."""

COMPILED: Final = ("torchscript", "aot", "onnx")
"""Formats of programs that nothing can follow any more, by their names in ``LOADERS``."""


class AlreadyCompiled(SegstudioError):
    """A model that cannot be exported to anything."""

    def __init__(self, file: Path, format: str) -> None:
        kind = LOADERS[format].line.partition(" (")[0]
        super().__init__(
            f"{file.name} is {kind}, which is already compiled and cannot be exported.",
            "Export it from the program that made it.",
        )


def exported(subject: "Subject", to: str) -> bytes:
    """Return the content of a file with the network of a model and what is known of it; ``to`` is of ``EXPORTERS``.

    Raises ``SegstudioError`` where the network cannot become such a file, or a package is missing.
    """
    write: Callable[[Subject], bytes] = imported(EXPORTERS[to].write)
    return write(subject)
