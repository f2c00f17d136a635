"""Settle which classes a folder's labels hold, and say what was assumed."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from segstudio.core.errors import SegstudioError, UnreadableFile, listed
from segstudio.core.palettes import VOC_VOID, voc_color
from segstudio.core.records import LabelSource
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.core.wording import counted
from segstudio.io.classes import FIRST_CLASSES, GuessedClasses, find_classes, guess_classes, inspect_masks, read_classes
from segstudio.io.coco_panoptic import Category, classes_of, json_of
from segstudio.io.images import image_size
from segstudio.io.masks import BINARY_VALUES, object_value, read_mask, undeclared
from segstudio.io.panoptic_maps import known_panoptic
from segstudio.io.scan import Found

LOOKED_AT = 32
"""Label files that are read, evenly spread over all."""

MANY_PIXELS = 1 << 25
"""After so many, about a second's worth, no further label file is read."""


def choose_classes(root: Path, found: Found) -> GuessedClasses:
    """Return the classes of a folder that declares none: from a class table in it, else guessed from the labels.

    The table is looked for in the folder and its parent, then beside the labels. What was assumed, and labels that
    do not fit the table, are said in the notes.
    """
    segmented = [source for source in found.sources if source.holds == "panoptic" and source.files]
    masks = _some([file for s in found.sources if s not in segmented for file in s.files.values()])
    tables = (find_classes(folder) for folder in (root, *(source.folder for source in found.sources)))
    table = next((table for table in tables if table is not None), None)
    if table is None:
        return _of_segments(segmented) or _guessed(masks, found)
    try:
        schema = read_classes(table)
    except UnreadableFile as error:
        guessed = _guessed(masks, found)
        return guessed._replace(notes=(error.sentence(), *guessed.notes))
    notes = [f"Classes: {len(schema)}, from {table}."]
    if table.suffix.casefold() == ".txt" and _lack_void(masks, schema):
        schema = LabelSchema((*schema.classes, LabelClass(VOC_VOID, "void", voc_color(VOC_VOID), ignore=True)))
        notes.append(f"{table.name} has no name for {VOC_VOID}, which labels hold: it is ignored, as void.")
    return GuessedClasses(schema, (*notes, *_unfit(masks, schema)))


def _guessed(masks: Sequence[Path], found: Found) -> GuessedClasses:
    if not masks:
        return GuessedClasses(FIRST_CLASSES, ("There is no class table: background and object to begin with.",))
    guessed = guess_classes(masks)
    if all(source.holds == "instances" for source in found.sources):
        return GuessedClasses(FIRST_CLASSES, guessed.notes, instances=True)
    names = listed([f"{c.id} {c.name}" for c in guessed.schema.classes])
    note = f"There is no class table; classes were guessed from {counted(len(masks), 'label file')}: {names}."
    return guessed._replace(notes=(note, *guessed.notes))


def _of_segments(sources: Sequence[LabelSource]) -> GuessedClasses | None:
    """Return the classes of panoptic sources; objects are told apart where any is of things. None without classes."""
    schema = segment_classes(sources)
    if schema is None:
        return None
    notes = [f"Classes: {len(schema.scored)}, from {listed([f'{source.folder.name}.json' for source in sources])}."]
    for path, categories in _categories(sources).items():
        names = [(c.name, known.name) for c in categories if (known := schema.get(c.id)) and known.name != c.name]
        if names:
            notes.append(f"{path.name} calls {names[0][0]} what is {names[0][1]} elsewhere: the first name is taken.")
    return GuessedClasses(schema, tuple(notes), instances=schema.marked)


def segment_classes(sources: Iterable[LabelSource]) -> LabelSchema | None:
    """Return the categories of the JSON files of panoptic sources as classes, of one id the first's.

    None where there are no categories. Raises ``UnreadableFile``.
    """
    found = _categories(sources)
    categories: dict[int, Category] = {}
    for category in itertools.chain.from_iterable(found.values()):
        categories.setdefault(category.id, category)
    return classes_of(next(iter(found)), categories.values()) if categories else None


def _categories(sources: Iterable[LabelSource]) -> dict[Path, Collection[Category]]:
    """Return the categories of each JSON of panoptic sources."""
    folders = (source.folder for source in sources if source.holds == "panoptic")
    files = [path for folder in folders if (path := json_of(folder)) is not None]
    return {path: known_panoptic(path).content.categories.values() for path in files}


def _lack_void(masks: Sequence[Path], schema: LabelSchema) -> bool:
    """Tell whether labels of several classes hold 255, for which a mere list of names has no line."""
    if schema.get(VOC_VOID) is not None or len(schema) <= 2:
        return False
    return any(VOC_VOID in facts.values for facts in inspect_masks(masks)[0])


def _unfit(masks: Sequence[Path], schema: LabelSchema) -> list[str]:
    """Return notes on label files whose values are not those of the class table."""
    unknown: Counter[int] = Counter()
    notes: list[str] = []
    for path in masks:
        try:
            unknown.update(undeclared(read_mask(path, schema), schema).keys())
        except SegstudioError as error:
            notes.append(error.sentence())
    notes += read_as_object(masks, schema)
    if unknown:
        notes.append(f"Some labels hold values that no class has: {listed([str(v) for v in sorted(unknown)])}.")
    return notes


def read_as_object(masks: Sequence[Path], schema: LabelSchema) -> list[str]:
    """Return the note that labels of 0 and 255, or 0 and 1, are read as the one class there is; none where none are.

    Of many masks some are looked at.
    """
    if (value := object_value(schema)) is None:
        return []
    if all(set(facts.values) - {0} != {value} for facts in inspect_masks(_some(masks))[0]):
        return []
    return [f"In labels of 0 and {value}, {value} is read as the one class there is."]


def number_objects(masks: Sequence[Path], schema: LabelSchema) -> bool:
    """Tell whether labels number objects, where there is one class of things: they hold more than its classes.

    Of many masks some are looked at.
    """
    if len(schema.things) != 1:
        return False
    known = {c.id for c in schema.classes} | set(BINARY_VALUES)
    return any(f.kind == "colour" or not known.issuperset(f.values) for f in inspect_masks(_some(masks))[0])


def _some(files: Sequence[Path]) -> list[Path]:
    """Return at most ``LOOKED_AT`` of the files, evenly spread, and fewer where they are large."""
    step = max(1, -(-len(files) // LOOKED_AT))
    some: list[Path] = []
    pixels = 0
    for path in files[::step]:
        some.append(path)
        with suppress(UnreadableFile):  # whoever reads the file tells of the fault
            height, width = image_size(path)
            pixels += height * width
        if pixels > MANY_PIXELS:
            break
    return some
