"""COCO's panoptic format: a JSON file that says what each segment is, and a folder of PNG files that number them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segstudio.core.errors import UnreadableFile
from segstudio.io.files import check_readable, plain_reason

MOST_BYTES = 1 << 30
"""The largest file that is read: that of all 118,000 images of COCO's train split has less than half of it."""


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
    document = _parsed(path)
    categories = [_category(path, entry) for entry in _objects(path, document, "categories", needed=False)]
    images = {}
    for number, entry in enumerate(_objects(path, document, "annotations")):
        key, image = _image(path, entry, f"annotation number {number + 1}")
        if key in images:
            raise _fault(path, f"image {key} has two annotations")
        images[key] = image
    return PanopticSet({c.id: c for c in categories}, images)


def _parsed(path: Path) -> Mapping[str, Any]:
    check_readable(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _fault(path, f"it is larger than {MOST_BYTES >> 20} MiB")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error
    except json.JSONDecodeError as error:
        raise _fault(path, f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _fault(path, "it is no JSON in UTF-8, or nested too deeply") from error
    if not isinstance(found, dict):
        raise _fault(path, "it is not a JSON object")
    return found


def _category(path: Path, entry: Mapping[str, Any]) -> Category:
    number = _number(path, entry, "id", "a category")
    return Category(number, str(entry.get("name", number)), bool(entry.get("isthing", 1)))


def _image(path: Path, entry: Mapping[str, Any], where: str) -> tuple[str, PanopticImage]:
    key, name = entry.get("image_id"), entry.get("file_name")
    if not isinstance(key, int | str) or not isinstance(name, str):
        raise _fault(path, f'{where} needs an "image_id" and a "file_name"')
    folder = path.with_suffix("")
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()):
        raise _fault(path, f'{where}: "{name}" leads out of the folder {folder.name}')
    segments = tuple(_segment(path, info, where) for info in _objects(path, entry, "segments_info"))
    ids = [segment.id for segment in segments]
    if len(set(ids)) != len(ids) or 0 in ids:
        raise _fault(path, f"{where}: ids of segments have to be distinct, and 0 is what has none")
    return str(key), PanopticImage(file, segments)


def _segment(path: Path, info: Mapping[str, Any], where: str) -> SegmentInfo:
    area = _number(path, info, "area", where) if "area" in info else None
    crowd = bool(info.get("iscrowd", 0))
    return SegmentInfo(_number(path, info, "id", where), _number(path, info, "category_id", where), crowd, area)


def _objects(path: Path, found: Mapping[str, Any], key: str, needed: bool = True) -> Iterator[Mapping[str, Any]]:
    entries = found.get(key, None if needed else [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _fault(path, f'"{key}" has to be a list of objects')
    return iter(entries)


def _number(path: Path, entry: Mapping[str, Any], key: str, where: str) -> int:
    value = entry.get(key)
    # Areas are written as floats by some programs.
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        raise _fault(path, f'{where}: "{key}" has to be a whole number')
    return int(value)


def _fault(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(path, reason, "Name the JSON file of a data set in COCO's panoptic format.")
