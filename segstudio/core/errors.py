"""Errors that are the user's to read: a sentence, and the way out."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SHOWN = 3
"""Names that a sentence gives as examples."""
_CUT: Final = " ..."
_OF_SCRIPTS: Final = "The following operation failed in the TorchScript interpreter"


class SegstudioError(Exception):
    """A failure that can be shown as it is: ``str(error)`` names the file and the fault, ``hint`` the way out.

    Anything else that is raised is a bug and is shown as one.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def sentence(self) -> str:
        """Return the message and the hint as running text."""
        return f"{self} {self.hint}".rstrip()


def excerpt(text: str, most: int) -> str:
    """Return what another program says as the end of a sentence, in ``most`` letters, cut between words."""
    short = textwrap.shorten(text, most, placeholder=_CUT)
    return short if short.endswith(_CUT) else short.rstrip(".,:; ") + "."


def first_line(error: BaseException | None, otherwise: str = "") -> str:
    """Return what another program says of a fault, in one line without a full stop: the first, for the rest is where.

    TorchScript says first that there is a fault, then where, and at last which. Of an error without a word it is
    ``otherwise``, or its kind.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [otherwise or type(error).__name__]
    return lines[-1 if lines[0].startswith(_OF_SCRIPTS) else 0].rstrip(".")


def listed(names: Sequence[str]) -> str:
    """Return the first few names, and how many there are beside them."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


class UnreadableFile(SegstudioError):
    """A file that is missing, empty, truncated or of another kind."""

    def __init__(self, path: object, reason: str, hint: str = "The file was left as it is.") -> None:
        super().__init__(f"{path} could not be read: {reason}.", hint)


class UnwritableFile(SegstudioError):
    """A file that could not be written; what was there before is still whole."""

    def __init__(
        self, path: object, reason: str, hint: str = "Free the disk, or choose a folder you may write to."
    ) -> None:
        super().__init__(f"{path} could not be written: {reason}.", hint)


class SizeMismatch(SegstudioError):
    """Two rasters of one image that differ in size; sizes are (height, width). ``path`` is the one that is wrong."""

    def __init__(self, path: object, size: tuple[int, ...], other: object, expected: tuple[int, ...]) -> None:
        super().__init__(
            f"{path} is {size[1]} x {size[0]} pixels, but {other} is {expected[1]} x {expected[0]}.",
            "Pair masks with the image they were made for.",
        )
        self.path = path


class UntrustedFile(SegstudioError):
    """A file that is a program: it runs only once a person has said so. ``digest`` is its SHA-256, in hexadecimal."""

    def __init__(self, path: Path, kind: str, digest: str) -> None:
        super().__init__(
            f"{path} is {kind}, and such a file is a program: opening it can do whatever you could do yourself.",
            "It was not opened. Trust it only if you know who made it: in the window, or once by --trust.",
        )
        self.path, self.kind, self.digest = path, kind, digest
