"""Replay the check of a model: does it still give, here and now, the scores that it gave when the check was made?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.io.files import plain_reason, read_text, write_atomically
from segstudio.models.check import Check, check_of, differences, found_at, picture
from segstudio.models.segmenter import ModelInfo, Segmenter

VERSION: Final = 1
LARGEST: Final = 1 << 24
"""Bytes that a file with a check may have."""

_MEND: Final = "Store a new one, or load the file as it came."


@dataclass(frozen=True, slots=True)
class Verified:
    """How far scores are from those of a check: the largest ``difference``, beside the largest score there is.

    At ``agreeing`` of ``places`` the same class has the highest score. ``where`` is the file that holds the check, and
    ``same_file`` whether it was made of this very model file: None where the model file itself holds it.
    ``why`` is what is known to make scores differ, a sentence or "".
    """

    where: Path
    difference: float
    tolerance: float
    largest: float
    agreeing: int
    places: int
    device: str
    precision: str
    made: str
    same_file: bool | None = None
    why: str = ""

    @property
    def within(self) -> bool:
        return self.difference <= self.tolerance

    @property
    def verdict(self) -> str:
        return "The same" if self.within else "Not the same"

    def sentence(self) -> str:
        """Return the verdict, and what it rests on."""
        why = f" {self.why}" if self.why and not self.within else ""
        return (
            f"{self.verdict}: the largest difference is {self.difference:.2g}, {self.tolerance:.2g} is allowed, "
            f"scores go up to {self.largest:.3g}; the class is the same at {self.agreeing:,} of {self.places:,} places "
            f"(run here on {self.device}, {self.precision}; stored when it was made, on "
            f"{self.made or 'an unknown device'}).{why}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the form for programs; an infinite difference is the text "inf"."""
        return {
            "within": self.within,
            "difference": self.difference if np.isfinite(self.difference) else "inf",
            "tolerance": self.tolerance,
            "largest": self.largest,
            "agreeing": self.agreeing,
            "places": self.places,
            "device": self.device,
            "precision": self.precision,
            "made": self.made,
            "check": str(self.where),
            "same_file": self.same_file,
        }


def check_file(path: Path) -> Path:
    """Return where the check of a model file, or folder, lies that has none in itself."""
    return path.with_name(f"{path.name}.segstudio.check")


def where_checked(info: ModelInfo) -> Path | None:
    """Return the file that holds the check of a model: its own, else the one beside it; None without any."""
    if info.check:
        return info.file
    beside = check_file(info.file)
    return beside if beside.is_file() else None


def verify(model: Segmenter) -> Verified:
    """Replay the check of a model on the device it is on.

    Raises ``UnreadableFile`` for a check that is damaged, and ``SegstudioError`` without one, or where the network
    cannot take its picture.
    """
    info = model.info
    where = where_checked(info)
    if where is None:
        raise SegstudioError(f"{info.file.name} has no check to replay.", "Store one, and verify on other machines.")
    stored: Mapping[str, Any] = {"check": info.check} if where == info.file else _read(where)
    try:
        check = Check.from_json(stored["check"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(where, f"its check cannot be used: {error}", _MEND) from error
    scores = model.scores(check.image)
    if scores.shape != check.shape:
        raise SegstudioError(
            f"{info.file.name} gives scores of {_text(scores.shape)}, and its check has {_text(check.shape)}.", _MEND
        )
    return _verified(where, check, scores, info, _same_file(stored, info))


def store_check(model: Segmenter) -> Path:
    """Write the scores that a model gives now into a file beside it, and return that file.

    Raises ``UnwritableFile``, and ``SegstudioError`` where the network gives no scores.
    """
    where = check_file(model.info.file)
    check = check_of(picture(), model.scores(picture()), f"{model.info.device}, {model.info.precision}")
    data = {
        "version": VERSION,
        "file": model.info.file.name,
        "sha256": _digest(model.info.file),
        "check": check.to_json(),
    }
    write_atomically(where, (json.dumps(data, indent=1) + "\n").encode())
    return where


def _verified(
    where: Path, check: Check, scores: NDArray[np.float32], info: ModelInfo, same_file: bool | None
) -> Verified:
    agreeing = _chosen(found_at(check, scores)) == _chosen(check.scores)
    return Verified(
        where,
        float(differences(check, scores).max()),
        check.tolerance,
        float(np.abs(check.scores.astype(np.float32)).max()),
        int(agreeing.sum()),
        agreeing.size,
        info.device,
        info.precision,
        check.made,
        same_file,
        _why(same_file, info),
    )


def _why(same_file: bool | None, info: ModelInfo) -> str:
    """Return what would make scores differ, "" where nothing is known."""
    if same_file is False:
        return "The check was made of another file."
    return (
        "How pictures are prepared is corrected, which may be why."
        if {"preprocess", "size"} & {*info.corrected}
        else ""
    )


def _chosen(scores: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """Return which class is highest at each place; a single score speaks for its class where it is above 0."""
    chosen: NDArray[np.intp] = (scores[0] > 0).astype(np.intp) if len(scores) == 1 else scores.argmax(0)
    return chosen


def _read(where: Path) -> Mapping[str, Any]:
    try:
        if where.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        data = json.loads(read_text(where))
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise ValueError("it is no check of this version of the program")
    except OSError as error:
        raise UnreadableFile(where, plain_reason(error), _MEND) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(where, str(error), _MEND) from error
    return data


def _same_file(stored: Mapping[str, Any], info: ModelInfo) -> bool | None:
    return None if "sha256" not in stored else stored["sha256"] == _digest(info.file)


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error), "Load the model again.") from error


def _text(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
