"""What a loaded model can be exported to, in the order shown. Data only: torch is imported by the first export."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import SegstudioError
from segstudio.core.late import imported
from segstudio.models.loaders import LOADERS
from segstudio.models.segmenter import ModelInfo
from segstudio.models.zoo import ARCHITECTURES

if TYPE_CHECKING:
    from segstudio.models.export.subject import Subject


@dataclass(frozen=True, slots=True)
class Exporter:
    """A kind of file: ``line`` says what it is, ``more`` what it is good for.

    ``write`` is ``module:function``: it takes a ``Subject`` and returns the bytes of the file. It raises
    ``SegstudioError`` for a network that cannot become such a file. ``extra`` is the optional dependency it takes.
    Files of the format that it ``copies``, by its name in ``LOADERS``, stay what they are; programs of all others are
    followed anew, and as networks that are built here where they are such.
    """

    line: str
    suffix: str
    more: str
    write: str
    extra: str = ""
    copies: str = ""


GRAPH: Final = "onnx"
"""The format of programs that are not in torch."""

EXPORTERS: dict[str, Exporter] = {
    "segstudio": Exporter(
        "segstudio model", "safetensors", "To train on and to pass on. Only of the architectures that are built here.",
        "segstudio.models.export.own:to_bytes",
    ),
    "onnx": Exporter(
        "ONNX model", "onnx", "To run in other programs and on other devices.",
        "segstudio.models.export.onnx:to_bytes", extra="onnx", copies=GRAPH,
    ),
    "pt2": Exporter(
        "torch.export program", "pt2", "To run in torch without the code of the network.",
        "segstudio.models.export.pt2:to_bytes",
    ),
}  # fmt: skip
"""By the name that the command line uses."""

COMPILED: Final = ("aot",)
"""Formats of programs that nothing can follow any more, by their names in ``LOADERS``."""
ODD_SIZES: Final = ((33, 47), (259, 387))
"""Heights and widths, small and large, at which too what takes any size is compared with what it was made from."""


ROUNDED: Final = 1e-4
"""Difference, as a part of the range of a class's scores, up to which two networks are one. The same in another order
of float32 differs by 1e-6 to 1e-5; another output stride, or another way to align corners, by 1e-2 and more."""
ROUNDED_TOP: Final = 4 * 2.0**-23
"""The same of a class's largest score: what float32 itself leaves open where the range is a small part of that."""


class AlreadyCompiled(SegstudioError):
    """A model that cannot be exported to anything."""

    def __init__(self, file: Path, format: str) -> None:
        kind = LOADERS[format].line.partition(" (")[0]
        super().__init__(
            f"{file.name} is {kind}, which is already compiled and cannot be exported.",
            "Export it from the program that made it.",
        )


class NotBuiltHere(SegstudioError):
    """A network that no architecture here is; of its ``kin`` it may have the weights, and say something else."""

    def __init__(self, file: Path, kin: str = "") -> None:
        if kin:
            title = ARCHITECTURES[kin].title
            said = f"{file.name} has the weights of {title}, but says something else of a picture than that would here."
            super().__init__(said, "Try one size, such as 512x512, or export it as ONNX.")
            return
        super().__init__(
            f"{file.name} is of no architecture that is built here, and a segstudio model names one.",
            "Export it as ONNX or as a torch.export program.",
        )


class NotInTorch(SegstudioError):
    """A graph of operations that are not those of torch, and whose weights are of no architecture here."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} is an ONNX model: its operations are not those of torch, and it is no network that is built "
            "here.",
            "Export it from the program that made it, or to ONNX.",
        )


class FindsObjects(SegstudioError):
    """A network whose suppression goes on for as long as an image asks: torch.export cannot follow it.

    It fails at the first number of boxes that depends on the image, and the files of loops are not read here.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} finds objects: it looks until no two overlap, and a torch.export program has no such loop.",
            "Export it as a segstudio model, or to ONNX.",
        )


class SizesItself(SegstudioError):
    """A network that is asked to take images of one size, and brings them to its own."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} finds objects, and brings images to a size of its own.",
            "Export it without a size: it takes images of any.",
        )


def refusal(info: ModelInfo, to: str) -> SegstudioError | None:
    """Return why a loaded model cannot be exported ``to`` a kind of ``EXPORTERS``; None where it can be tried."""
    if info.format in COMPILED:
        return AlreadyCompiled(info.file, info.format)
    if info.format == GRAPH and to != "onnx" and not info.kin:
        return NotInTorch(info.file)
    if to == "segstudio" and not info.kin:
        return NotBuiltHere(info.file)
    return FindsObjects(info.file) if to == "pt2" and info.instances else None


def exported(subject: "Subject", to: str) -> bytes:
    """Return the content of a file with the network of a model and what is known of it; ``to`` is of ``EXPORTERS``.

    Raises ``SegstudioError`` where the network cannot become such a file, or a package is missing.
    """
    write: Callable[[Subject], bytes] = imported(EXPORTERS[to].write)
    return write(subject)
