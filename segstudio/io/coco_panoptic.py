"""COCO's panoptic format: a JSON file that says what each segment is, and a folder of PNG files that number them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from segstudio.io.coco_json import CocoFile

MARK = b'"segments_info"'
"""What no other format of COCO has."""

LOOKED_THROUGH = 64 << 20
"""Bytes of a JSON file that are looked through for the mark; the list of images, before it, takes less."""


@dataclass(frozen=True, slots=True)
class Category:
    """A class; of a ``thing`` segments are objects, of other classes all there is in an image."""

    id: int
    name: str
    thing: bool


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment as the JSON has it; ``area`` is None where it does not say."""

    id: int
    category: int
    crowd: bool = False
    area: int | None = None


@dataclass(frozen=True, slots=True)
class PanopticImage:
    """One image: its PNG file and its segments, whose ids are distinct and not 0."""

    path: Path
    segments: tuple[SegmentInfo, ...]


@dataclass(frozen=True, slots=True)
class PanopticSet:
    """Categories by id, and images by the id that truth and prediction share."""

    categories: Mapping[int, Category]
    images: Mapping[str, PanopticImage]


def read_panoptic(path: Path) -> PanopticSet:
    """Read a panoptic JSON; its PNG files are in the folder beside it that has its name without the suffix.

    A prediction need not list categories. Raises ``UnreadableFile`` with the entry of the fault, also for a file name
    that leads out of the folder.
    """
    file = CocoFile(path, "Name the JSON file of a data set in COCO's panoptic format.")
    document = file.document()
    categories = [_category(file, entry) for entry in file.objects(document, "categories", needed=False)]
    images = {}
    for number, entry in enumerate(file.objects(document, "annotations")):
        key, image = _image(file, entry, f"annotation number {number + 1}")
        if key in images:
            raise file.fault(f"image {key} has two annotations")
        images[key] = image
    return PanopticSet({c.id: c for c in categories}, images)


def json_of(folder: Path) -> Path | None:
    """Return the panoptic JSON that says what the PNG files in a folder number, None where there is none.

    It lies beside the folder and has its name; a folder with their two-channel form has the same name and "_2ch..."
    behind it, as panopticapi's converter writes it.
    """
    path = folder.with_name(f"{folder.name.partition('_2ch')[0]}.json")
    try:
        with path.open("rb") as stream:
            return path if _holds_mark(stream) else None
    except OSError:
        return None


def _holds_mark(stream: BinaryIO) -> bool:
    kept = b""
    for _ in range(LOOKED_THROUGH >> 20):
        block = stream.read(1 << 20)
        if MARK in kept + block:
            return True
        if not block:
            break
        kept = block[-len(MARK) :]
    return False


def _category(file: CocoFile, entry: Mapping[str, Any]) -> Category:
    number = file.whole(entry, "id", "a category")
    return Category(number, str(entry.get("name", number)), bool(entry.get("isthing", 1)))


def _image(file: CocoFile, entry: Mapping[str, Any], where: str) -> tuple[str, PanopticImage]:
    key, name = entry.get("image_id"), entry.get("file_name")
    if not isinstance(key, int | str) or not isinstance(name, str):
        raise file.fault(f'{where} needs an "image_id" and a "file_name"')
    folder = file.path.with_suffix("")
    picture = folder / name
    if not picture.resolve().is_relative_to(folder.resolve()):
        raise file.fault(f'{where}: "{name}" leads out of the folder {folder.name}')
    segments = tuple(_segment(file, info, where) for info in file.objects(entry, "segments_info"))
    ids = [segment.id for segment in segments]
    if len(set(ids)) != len(ids) or 0 in ids:
        raise file.fault(f"{where}: ids of segments have to be distinct, and 0 is what has none")
    return str(key), PanopticImage(picture, segments)


def _segment(file: CocoFile, info: Mapping[str, Any], where: str) -> SegmentInfo:
    area = file.whole(info, "area", where) if "area" in info else None
    crowd = bool(info.get("iscrowd", 0))
    return SegmentInfo(file.whole(info, "id", where), file.whole(info, "category_id", where), crowd, area)
