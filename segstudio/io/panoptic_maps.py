"""Label planes from PNG files that number panoptic segments, of which a JSON beside their folder tells the classes."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import InstancePlane, LabelPlane, plane_dtype
from segstudio.core.schema import MAX_ID, LabelSchema
from segstudio.io.coco_panoptic import (
    PanopticImage,
    PanopticSet,
    check_categories,
    read_panoptic,
    unknown_segment,
    void_of,
)
from segstudio.io.files import plain_reason
from segstudio.io.masks import read_numbers

KEPT: Final = 4
"""JSON files that are kept in memory as they were read: a truth, two predictions, and one more."""

_READING = threading.Lock()
"""Held while a JSON is read, so that several threads do not all read the same one."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownSet:
    """A panoptic JSON that was read, and its images by the path of their PNG files."""

    content: PanopticSet
    by_picture: Mapping[Path, PanopticImage]


def known_panoptic(path: Path) -> KnownSet:
    """Return what a panoptic JSON says, read anew only where its size or time of change is another.

    May be called by several threads, never by one that must not wait. Raises as ``read_panoptic`` does.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error
    with _READING:
        return _known(path, status.st_size, status.st_mtime_ns)


@lru_cache(KEPT)
def _known(path: Path, _size: int, _changed: int) -> KnownSet:
    content = read_panoptic(path)
    return KnownSet(content, {image.path: image for image in content.images.values()})


def read_panoptic_classes(path: Path, schema: LabelSchema) -> LabelPlane:
    """Read the PNG of a panoptic image as the category ids of its segments, shape (height, width).

    What no segment covers has the id that ``void_of`` the JSON's categories gives; where the JSON lists none, or there
    is no such class, the first ignored class, else the background. The dtype is the schema's, or ``uint16`` where a
    category is above.

    Raises ``UnreadableFile`` for a PNG without a JSON or an annotation in it, a segment that the JSON does not list,
    and a category that is not among the JSON's, or, where it lists none, among the classes.
    """
    known, image = _annotated(path)
    categories: Collection[int] = known.content.categories or {c.id for c in schema.classes}
    check_categories(image, categories)
    values = [segment.category for segment in image.segments]
    if any(not 0 <= value <= MAX_ID for value in values):
        raise UnreadableFile(path, f"ids of classes lie within 0 to {MAX_ID}, and a segment has another category")
    values = [_void(known.content, schema), *values]
    dtype = np.result_type(schema.dtype, plane_dtype(max(values)))
    return np.asarray(np.array(values, dtype)[_places(image, read_numbers(path))])


def read_panoptic_numbers(path: Path) -> InstancePlane | None:
    """Read the numbers of the segments of a panoptic image, 0 for what has none and for crowds; shape (height, width).

    None where the JSON has categories and none of them is of things, so that nothing is told apart. Numbers of stuff
    are among them: which classes are things is up to the class table. Raises as ``read_panoptic_classes`` does.
    """
    known, image = _annotated(path)
    categories = known.content.categories
    if categories and not any(c.thing for c in categories.values()):
        return None
    numbers = read_numbers(path)
    kept = np.array([False, *(not segment.crowd for segment in image.segments)])
    numbers[~kept[_places(image, numbers)]] = 0
    return numbers


def told_of(path: Path) -> bytes:
    """Return what tells apart what the JSON says of a PNG: the segments, the void, what is told apart; raises alike."""
    known, image = _annotated(path)
    categories = known.content.categories
    things = any(c.thing for c in categories.values())
    return repr((void_of(categories) if categories else None, things, image.segments)).encode()


def _annotated(path: Path) -> tuple[KnownSet, PanopticImage]:
    json = _json_above(path)
    known = known_panoptic(json)
    if (image := known.by_picture.get(path)) is None:
        raise UnreadableFile(path, f"{json.name} has no annotation for it", "Add one, or take the picture out.")
    return known, image


def _json_above(path: Path) -> Path:
    """Return the JSON beside the folder that a PNG lies in, or beside one above that."""
    for folder in path.parents:
        if folder.name and (json := folder.with_name(f"{folder.name}.json")).is_file():
            return json
    wanted = f"{path.parent.name}.json"
    raise UnreadableFile(path, f"{wanted}, which says what it numbers, is missing", "It lies beside the folder.")


def _void(content: PanopticSet, schema: LabelSchema) -> int:
    if content.categories and schema.get(void := void_of(content.categories)) is not None:
        return void
    return next(iter(schema.ignored_ids), schema.with_background().background)


def _places(image: PanopticImage, numbers: InstancePlane) -> NDArray[np.uint32]:
    """Return for each pixel the place of its segment in the JSON, from 1, and 0 where it has none."""
    table = np.zeros(int(numbers.max(initial=0)) + 1, np.uint32)  # of zeros, since then only what is used takes memory
    table[0] = 1
    for place, segment in enumerate(image.segments, 2):
        if 0 < segment.id < len(table):
            table[segment.id] = place
    places = np.asarray(table[numbers])
    if not places.all():
        raise unknown_segment(image.path, int(numbers[places == 0][0]))
    places -= 1
    return places
