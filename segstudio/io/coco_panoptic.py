"""COCO's panoptic format: a JSON file that says what each segment is, and a folder of PNG files that number them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from segstudio.core.errors import UnreadableFile
from segstudio.core.palettes import VOC_VOID, numbered_colors, voc_color
from segstudio.core.schema import MAX_ID, Color, LabelClass, LabelSchema
from segstudio.io.coco_json import CocoFile

VOID_NAME = "void"

MARK = b'"segments_info"'
"""What no other format of COCO has."""

TWO_CHANNELS = "_2ch"
"""In the name of a folder of the other form: categories in one channel, numbers of objects in another."""

LOOKED_THROUGH = 64 << 20
"""Bytes of a JSON file that are looked through for the mark; the list of images, before it, takes less."""


@dataclass(frozen=True, slots=True)
class Category:
    """A class; of a ``thing`` segments are objects, of other classes all there is in an image.

    ``color`` is None where the JSON does not say.
    """

    id: int
    name: str
    thing: bool
    color: Color | None = None


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
    """Categories by id, and images by the id that truth and prediction share.

    ``photos`` are the file names of the pictures that were labelled, by the same id, of those that the JSON names.
    """

    categories: Mapping[int, Category]
    images: Mapping[str, PanopticImage]
    photos: Mapping[str, str] = field(default_factory=dict)


def read_panoptic(path: Path) -> PanopticSet:
    """Read a panoptic JSON; its PNG files are in the folder beside it that has its name without the suffix.

    A prediction need not list categories. Raises ``UnreadableFile`` with the entry of the fault, also for a file name
    that leads out of the folder.
    """
    file = CocoFile(path, "Name the JSON file of a data set in COCO's panoptic format.")
    document = file.document()
    categories = [_category(file, entry) for entry in file.objects(document, "categories", needed=False)]
    images: dict[str, PanopticImage] = {}
    pictures: set[Path] = set()
    for number, entry in enumerate(file.objects(document, "annotations")):
        key, image = _image(file, entry, f"annotation number {number + 1}")
        if key in images:
            raise file.fault(f"image {key} has two annotations")
        if image.path in pictures:
            raise file.fault(f"{image.path.name} is named for two images")
        images[key] = image
        pictures.add(image.path)
    return PanopticSet({c.id: c for c in categories}, images, _photos(file, document))


def void_of(categories: Collection[int]) -> int:
    """Return the id of what no segment covers: 0, or where a category has that 255, else the first that is free."""
    ids: tuple[int, ...] = (0, VOC_VOID, *range(1, MAX_ID + 2))
    return next(i for i in ids if i not in categories)


def classes_of(path: Path, categories: Iterable[Category]) -> LabelSchema:
    """Return categories as classes of the same ids and colours, and behind them the ignored one of what has no segment.

    Without a colour a class gets one of the palette. Raises ``UnreadableFile``, naming the JSON under ``path``, for an
    id that is none of a class.
    """
    found = list(categories)
    for c in found:
        if not 0 <= c.id <= MAX_ID:
            raise UnreadableFile(path, f"its category {c.id} has an id outside 0 to {MAX_ID}")
    void = void_of({c.id for c in found})
    if void > MAX_ID:
        raise UnreadableFile(path, "its categories leave no id for what has no segment")
    colors = numbered_colors(len(found))
    classes = [LabelClass(c.id, c.name, c.color or colors[at], thing=c.thing) for at, c in enumerate(found)]
    none = LabelClass(void, VOID_NAME, voc_color(VOC_VOID), ignore=True, background=True)
    return LabelSchema((*classes, none))


def check_categories(image: PanopticImage, known: Collection[int]) -> None:
    """Raise ``UnreadableFile`` where a segment of an image is of a category that is not among those ``known``."""
    for segment in image.segments:
        if segment.category not in known:
            raise UnreadableFile(
                image.path, f"its segment {segment.id} is of the category {segment.category}, which there is not"
            )


def unknown_segment(path: Path, number: int) -> UnreadableFile:
    """Return the error for a PNG file that holds a segment which nothing tells the class of."""
    return UnreadableFile(path, f"it holds the segment {number}, which the JSON does not list")


def json_of(folder: Path) -> Path | None:
    """Return the panoptic JSON that says what the PNG files in a folder number, None where there is none.

    It lies beside the folder and has its name; a folder with their two-channel form has the same name and "_2ch..."
    behind it, as panopticapi's converter writes it.
    """
    path = folder.with_name(f"{folder.name.partition(TWO_CHANNELS)[0]}.json")
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
    return Category(number, str(entry.get("name", number)), bool(entry.get("isthing", 1)), _color(entry.get("color")))


def _color(found: Any) -> Color | None:
    """Return a colour as RGB, None for anything else: it matters to no figure."""
    if not isinstance(found, list) or len(found) != 3 or not all(type(v) is int and 0 <= v <= 255 for v in found):
        return None
    return found[0], found[1], found[2]


def _photos(file: CocoFile, document: Mapping[str, Any]) -> dict[str, str]:
    listed = ((e.get("id"), e.get("file_name")) for e in file.objects(document, "images", needed=False))
    return {str(key): name for key, name in listed if isinstance(key, int | str) and isinstance(name, str)}


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
