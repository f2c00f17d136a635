"""A small picture and the scores that a network gave for it: whoever has the file can see whether it still does.

The form for files is JSON: ``version``; ``image`` with its ``size`` (height, width) and its RGB bytes; ``scores`` with
their ``shape`` (channels, height, width) as they come out of the network, the number of ``places`` among height x width
that are kept, evenly spread, and the little-endian float16 of shape (channels, places); ``tolerance``, the largest
difference that is no fault; ``made``, on what. Bytes are deflated (RFC 1951 in the frame of RFC 1950), as base64.
"""

import base64
import binascii
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage

if TYPE_CHECKING:
    from torch import nn

    from segstudio.models.description import Description

VERSION: Final = 1
HEIGHT, WIDTH = 64, 96
"""Of the picture: of different sides, so that rows and columns cannot be exchanged unnoticed."""

NUMBERS: Final = 4096
"""Scores that are kept, if a place is not alone more."""

ROUNDED: Final = 2.0**-10
"""Of the largest score: what float16 may take, twice."""

PART: Final = 0.01
"""Of the widest range of a channel: TF32 on other devices takes some tenths of that, other weights far more."""

LEAST: Final = 1e-3
LARGEST_SIDE: Final = 1 << 11
LARGEST: Final = 1 << 22
"""Bytes that a picture or scores may have inflated; what claims more is refused before it is inflated."""

_TOP: Final = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """``image`` is (H, W, 3) uint8 RGB. ``scores`` are float16 (channels, places), those of ``shape`` at ``places_of``.

    ``made`` says on what device, and with which torch.
    """

    image: RgbImage
    shape: tuple[int, int, int]
    scores: NDArray[np.float16]
    tolerance: float
    made: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "image": {"size": list(self.image.shape[:2]), "deflated": _deflated(self.image)},
            "scores": {
                "shape": list(self.shape),
                "places": self.scores.shape[1],
                "deflated": _deflated(self.scores.astype("<f2")),
            },
            "tolerance": self.tolerance,
            "made": self.made,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Check":
        """Raise ``ValueError`` for anything that ``to_json`` would not have written, and for what is too large."""
        try:
            if data["version"] != VERSION:
                raise ValueError(f"it has version {data['version']}, and {VERSION} is known here")
            height, width = _whole(data["image"]["size"], 2)
            shape, (places,) = _whole(data["scores"]["shape"], 3), _whole([data["scores"]["places"]], 1)
            tolerance, made = _real(data["tolerance"]), str(data.get("made", ""))
            if max(height, width) > LARGEST_SIDE or places > shape[1] * shape[2] or not 0 < tolerance < math.inf:
                raise ValueError("its sizes cannot be")
            image = _inflated(data["image"]["deflated"], height * width * 3)
            scores = _inflated(data["scores"]["deflated"], shape[0] * places * 2)
        except (KeyError, TypeError, AttributeError, OverflowError, binascii.Error, zlib.error) as error:
            raise ValueError(f"it is damaged ({type(error).__name__}: {error})") from error
        found = np.frombuffer(scores, "<f2").astype(np.float16).reshape(shape[0], places)
        if not np.isfinite(found).all():
            raise ValueError("its scores are no finite numbers")
        pixels = np.frombuffer(image, np.uint8).reshape(height, width, 3)
        return cls(pixels, (shape[0], shape[1], shape[2]), found, tolerance, made)


def made(network: "nn.Module", description: "Description") -> Check:
    """Return the check of a network as it is, on the device where it is: its scores for ``picture``.

    Raises ``SegstudioError`` where it gives no scores, or no finite ones.
    """
    import torch

    from segstudio.models.device import device_name
    from segstudio.models.inference import to_input

    device = next((p.device for p in network.parameters()), torch.device("cpu"))
    training = network.training
    with torch.inference_mode():
        found = network.eval()(to_input([picture()], description.preprocess, device))
    network.train(training)
    if not isinstance(found, torch.Tensor) or found.ndim != 4:
        raise SegstudioError("The network returns no scores by pixel, so no check can be made of it.")
    return check_of(
        picture(), found[0].float().cpu().numpy(), f"{device_name(device)}, fp32, torch {torch.__version__}"
    )


def checked(network: "nn.Module", description: "Description") -> "Description":
    """Return a description with the check of a network, to be written into a file with it.

    Without one where none can be made: a file is worth more than its check.
    """
    try:
        return replace(description, check=made(network, description).to_json())
    except SegstudioError:
        return replace(description, check={})


def check_of(image: RgbImage, scores: NDArray[np.float32], made: str) -> Check:
    """Return the check of scores (channels, height, width) that were given for an image.

    Raises ``SegstudioError`` where they are no finite numbers: there is nothing to compare with then.
    """
    if not scores.size or not np.isfinite(scores).all():
        raise SegstudioError("The network returns numbers that are not finite, so no check can be made of it.")
    channels, height, width = scores.shape
    places = places_of(height * width, min(height * width, max(NUMBERS // channels, 1)))
    kept = _clipped(scores.reshape(channels, -1)[:, places]).astype(np.float16)
    widest = float(np.ptp(kept.astype(np.float32), axis=1).max())
    tolerance = max(LEAST, ROUNDED * float(np.abs(kept).max()) + PART * widest)
    return Check(image, (channels, height, width), kept, float(f"{tolerance:.3g}"), made)


def differences(check: Check, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far scores (channels, height, width) are from a check's, float32 (channels, places).

    Infinite where they are no numbers. Raises ``ValueError`` where they are of another shape.
    """
    if scores.shape != check.shape:
        raise ValueError(f"scores of the shape {scores.shape} instead of {check.shape}")
    found = found_at(check, scores)
    return np.nan_to_num(np.abs(found - check.scores.astype(np.float32)), nan=np.inf, posinf=np.inf)


def found_at(check: Check, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores (channels, height, width) at the places of a check, float32 (channels, places)."""
    places = places_of(check.shape[1] * check.shape[2], check.scores.shape[1])
    return _clipped(scores.reshape(len(scores), -1)[:, places])


def places_of(count: int, kept: int) -> NDArray[np.intp]:
    """Return which of ``count`` places are kept: the middles of ``kept`` equal parts."""
    return ((2 * np.arange(kept, dtype=np.int64) + 1) * count // (2 * kept)).astype(np.intp)


def picture() -> RgbImage:
    """Return the picture that checks are made with, (64, 96, 3): waves of many lengths, edges, and all brightnesses.

    Nothing random and nobody's photograph: a file tells nothing of what it was trained on.
    """
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    waves = [np.sin(x * x / 900 + c) + np.cos(y * y / 700 - 2 * c) + np.sin((x + y) / (3 + 4 * c)) for c in range(3)]
    pixels = np.stack([127.5 + 127.5 / 3 * wave for wave in waves], axis=-1)
    pixels[8:30, 20:50] = (230, 60, 40)
    pixels[38:58, 8:34] = (20, 30, 90)
    pixels[(y - 40) ** 2 + (x - 70) ** 2 < 256] = (245, 240, 210)
    return pixels.round().clip(0, 255).astype(np.uint8)


def _clipped(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return scores.clip(-_TOP, _TOP).astype(np.float32)


def _deflated(values: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(values).tobytes(), 9)).decode("ascii")


def _inflated(text: Any, size: int) -> bytes:
    """Inflate to exactly ``size`` bytes; raises ``ValueError`` for more, for less, and for more than ``LARGEST``."""
    if size > LARGEST or len(text) > 2 * LARGEST:
        raise ValueError("it is too large")
    machine = zlib.decompressobj()
    found = machine.decompress(base64.b64decode(text, validate=True), size + 1)
    if len(found) != size or not machine.eof:
        raise ValueError("its content is of another size than it says")
    return found


def _real(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError("its tolerance is no number")
    return float(value)


def _whole(values: Any, count: int) -> list[int]:
    if len(values) != count or not all(type(value) is int and 0 < value <= LARGEST for value in values):
        raise ValueError("its sizes are no whole numbers above 0")
    return list(values)
