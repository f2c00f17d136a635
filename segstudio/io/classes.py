"""Which classes there are: read from a table, found beside the labels, or guessed from them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from segstudio.core.errors import UnreadableFile
from segstudio.core.palettes import VOC_VOID, voc_color, voc_schema
from segstudio.core.schema import Color, LabelClass, LabelSchema
from segstudio.io.class_tables import BLACK, default_color, parse_csv, parse_entries, parse_names
from segstudio.io.files import read_text
from segstudio.io.masks import MaskFacts, inspect_mask
from segstudio.io.toml_files import entries, toml_values

TABLE_NAMES = ("classes.csv", "classes.txt", "class_names.txt", "codes.txt", "labels.txt", "names.txt")
"""Looked for in this order."""

MANY = 16
"""Samples of more than 8 bits with more values than this are taken for the numbers of objects."""

MAX_CODED = 255
"""A colour-coded mask with more colours than this is no class map."""

FIRST_CLASSES = LabelSchema(
    (LabelClass(0, "background", BLACK, background=True), LabelClass(1, "object", default_color(0)))
)
"""What there is to draw with where nothing says more."""


class GuessedClasses(NamedTuple):
    """Classes made up from label files, what was assumed, and whether the files number objects rather than classes."""

    schema: LabelSchema
    notes: tuple[str, ...] = ()
    instances: bool = False


def read_classes(path: Path) -> LabelSchema:
    """Read a class table: a TOML file with ``[[class]]`` entries, a CSV with a header, or one name a line.

    Raises ``UnreadableFile`` with the line of the fault.
    """
    text = read_text(path)
    suffix = path.suffix.casefold()
    if suffix == ".toml":
        return parse_entries(path, entries(path, toml_values(path, text), "class"))
    return parse_csv(path, text) if suffix in (".csv", ".tsv") else parse_names(path, text)


def find_classes(folder: Path) -> Path | None:
    """Return the class table in a folder, else the one in its parent, else None."""
    for place in (folder, folder.parent):
        for name in TABLE_NAMES:
            if (place / name).is_file():
                return place / name
    return None


def guess_classes(masks: Iterable[Path]) -> GuessedClasses:
    """Make up classes from the values, colours and folder names of some masks, so that nothing has to be rewritten.

    Ids are the values found and colours those of the palettes; colours of colour-coded masks are numbered in the
    order of their RGB values, black being 0. 0 is the background; 255 beside other classes is ignored; 0 and 255
    alone are background and foreground. Masks with the colour map of PASCAL VOC in a folder "SegmentationClass"
    have its classes. Files that number objects get one class, "object". Masks that cannot be read are named in
    the notes.
    """
    paths = list(masks)
    facts, notes = inspect_masks(paths)
    if any(_numbers_objects(f) for f in facts):
        note = "The labels look like numbers of objects, not of classes: they are read as one class, object."
        return GuessedClasses(FIRST_CLASSES, (*notes, note), instances=True)
    colors = {value: color for f in facts for value, color in zip(f.values, f.colors, strict=False)}
    found = {value: colors.get(value) for f in facts for value in f.values}
    if found and any("SegmentationClass" in path.parts for path in paths) and _is_voc(found):
        return GuessedClasses(voc_schema(), (*notes, "The classes are those of PASCAL VOC, by palette and folder."))
    if coded := {c for f in facts if f.kind == "colour" for c in f.colors} - set(colors.values()):
        if len(coded) > MAX_CODED:
            return GuessedClasses(FIRST_CLASSES, (*notes, "The labels have too many colours to be classes."))
        found |= _numbered(coded, found)
    return GuessedClasses(_schema(found), tuple(notes))


def inspect_masks(masks: Iterable[Path]) -> tuple[list[MaskFacts], list[str]]:
    """Return the facts of the masks that can be read, and a sentence for each that cannot."""
    facts, notes = [], []
    for path in masks:
        try:
            facts.append(inspect_mask(path))
        except UnreadableFile as error:
            notes.append(str(error))
    return facts, notes


def _numbers_objects(facts: MaskFacts) -> bool:
    return facts.kind == "gray" and facts.deep and (len(facts.values) > MANY or facts.values[-1] > 255)


def _is_voc(found: Mapping[int, Color | None]) -> bool:
    known = {c.id: c.color for c in voc_schema().classes}
    return all(known.get(value) == color for value, color in found.items())


def _numbered(colors: Iterable[Color], taken: Mapping[int, Color | None]) -> dict[int, Color | None]:
    """Give each colour an id that is free; 0 is black's."""
    free = (i for i in range(1, MAX_CODED * 2) if i not in taken)
    return {0 if color == BLACK and 0 not in taken else next(free): color for color in sorted(colors)}


def _schema(found: Mapping[int, Color | None]) -> LabelSchema:
    values = sorted(found)
    if not values or values == [0]:
        return FIRST_CLASSES
    only_object = set(values) <= {0, VOC_VOID} and found[VOC_VOID] != voc_color(VOC_VOID)
    listed = (0, VOC_VOID) if only_object else values
    return LabelSchema(tuple(_class(v, found.get(v), place, only_object) for place, v in enumerate(listed)))


def _class(value: int, color: Color | None, place: int, only_object: bool) -> LabelClass:
    if value == 0:
        return LabelClass(0, "background", color or BLACK, background=True)
    if value == VOC_VOID:
        if only_object:
            return LabelClass(value, "foreground", color or default_color(0))
        return LabelClass(value, "void", color or voc_color(VOC_VOID), ignore=True)
    return LabelClass(value, f"class {value}", color or default_color(place - 1))
