"""Masks with the numbers of their objects beside them: two files that belong together, and are never torn apart.

``x.png`` holds the classes, ``x.instances.png`` the numbers. No file system replaces two files at once, so the numbers
carry the SHA-256 of the classes they were saved with, and a save goes in three steps: the numbers whole under a name of
their own, ``.x.instances.png.next``; the classes, which is the moment at which the new pair counts; the numbers under
their name. A program that is killed in between leaves either the old pair, or the new one with its numbers still
waiting, and the next save puts these in place first. Where another program changed the classes since, who reads the
pair has to see whether the two still agree.
"""

import hashlib
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from segstudio.core.errors import SegstudioError, UnreadableFile, UnwritableFile
from segstudio.core.raster import InstancePlane, LabelMap
from segstudio.core.schema import LabelSchema
from segstudio.io.decoder import opened
from segstudio.io.files import plain_reason, write_atomically
from segstudio.io.masks import encoded_mask, read_numbers

ENDING = ".instances.png"
LARGEST = (1 << 24) - 1
"""The largest number that a file can hold."""

KEY = "segstudio:classes"
"""Under which the PNG's text has the digest of the classes it was saved with."""

CITYSCAPES_ENDINGS = ("_labelIds.png", "_instanceIds.png")
CITYSCAPES_FIRST = 1000
"""Numbers below are of areas that are not told apart."""

VOC_FOLDERS = ("SegmentationClass", "SegmentationObject")


class FoundNumbers(NamedTuple):
    """The numbers found for a mask, and the file that holds them."""

    path: Path
    instances: InstancePlane


def write_label_map(path: Path, planes: LabelMap, schema: LabelSchema) -> None:
    """Write a mask, and where objects are told apart their numbers beside it: both or none, whenever it is stopped.

    Raises ``UnwritableFile``; then the pair on disk is the old one, or already the new one.
    """
    classes = encoded_mask(planes.classes, schema)
    if planes.instances is None:
        write_atomically(path, classes)
        return
    waiting, numbers = _waiting(path), _encoded(path, planes.instances, _digest(classes))
    if path.is_file() and _tag(waiting) == _digest(_bytes(path)):
        _put_in_place(path)  # a save was cut short: the numbers of the mask there is wait where the next would go
    write_atomically(waiting, numbers)
    try:
        write_atomically(path, classes)
    except UnwritableFile:
        with suppress(OSError):
            waiting.unlink()
        raise
    _put_in_place(path)


def _put_in_place(mask: Path) -> None:
    own = numbers_path(mask)
    try:
        os.replace(_waiting(mask), own)  # noqa: PTH105 - as in write_atomically
    except OSError as error:
        raise UnwritableFile(own, plain_reason(error)) from error


def find_numbers(mask: Path) -> FoundNumbers | None:
    """Return the numbers that belong to a mask, None where there are none.

    Also where other data sets keep them: Cityscapes' ``_instanceIds`` beside ``_labelIds``, and VOC's folder
    SegmentationObject beside SegmentationClass. Raises ``UnreadableFile``.
    """
    own, waiting = numbers_path(mask), _waiting(mask)
    if own.is_file() or waiting.is_file():
        digest = _digest(_bytes(mask))
        for path in (waiting, own):
            if _tag(path) == digest:
                return FoundNumbers(path, read_numbers(path))
        if own.is_file():
            return FoundNumbers(own, read_numbers(own))
    return _of_other_sets(mask)


def numbers_path(mask: Path) -> Path:
    """Return where the numbers of a mask's objects lie."""
    return mask.with_name(mask.stem + ENDING)


def _waiting(mask: Path) -> Path:
    return mask.with_name(f".{mask.stem}{ENDING}.next")


def _of_other_sets(mask: Path) -> FoundNumbers | None:
    classes, numbered = CITYSCAPES_ENDINGS
    if mask.name.endswith(classes):
        path = mask.with_name(mask.name.removesuffix(classes) + numbered)
        if path.is_file():
            numbers = read_numbers(path)
            numbers[numbers < CITYSCAPES_FIRST] = 0
            return FoundNumbers(path, numbers)
    for folder in mask.parents:
        if folder.name == VOC_FOLDERS[0]:
            path = folder.with_name(VOC_FOLDERS[1]) / mask.relative_to(folder)
            return FoundNumbers(path, read_numbers(path)) if path.is_file() else None
    return None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error


def _digest(classes: bytes) -> str:
    return hashlib.sha256(classes).hexdigest()


def _tag(path: Path) -> str | None:
    """Return the digest in a file of numbers; None without one, or where the file is missing or damaged."""
    try:
        with opened(path) as picture:
            tag = picture.info.get(KEY)
    except UnreadableFile:
        return None
    return tag if isinstance(tag, str) else None


def _encoded(path: Path, instances: InstancePlane, digest: str) -> bytes:
    """Return numbers as a 16-bit gray PNG, or as an RGB one where they go above 65,535."""
    largest = int(instances.max(initial=0))
    if largest > LARGEST:
        raise SegstudioError(
            f"{path} numbers objects up to {largest:,}, and files hold numbers up to {LARGEST:,}.",
            'Number the instances anew: turn "Tell instances apart" off and on again.',
        )
    if largest > np.iinfo(np.uint16).max:
        picture = Image.fromarray(instances.astype("<u4").view(np.uint8).reshape(*instances.shape, 4)[..., :3].copy())
    else:
        picture = Image.fromarray(instances.astype(np.uint16))
    from PIL.PngImagePlugin import PngInfo  # here: it brings fractions, which take longer to import than all of PIL

    text = PngInfo()
    text.add_text(KEY, digest)
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1, pnginfo=text)
    return stream.getvalue()
