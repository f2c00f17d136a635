"""Class tables as people write them: CSV, a list of names, or the ``[[class]]`` entries of a project file."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from segstudio.core.errors import UnreadableFile
from segstudio.core.palettes import VOC_VOID, voc_color
from segstudio.core.schema import DEFAULT_COLORS, MAX_ID, Color, LabelClass, LabelSchema, color_of
from segstudio.io.toml_files import checked

BACKGROUND_NAMES = frozenset(("background", "_background_", "__background__"))
IGNORE_NAME = "__ignore__"
TRUE_WORDS, FALSE_WORDS = frozenset(("1", "true", "yes", "x")), frozenset(("0", "false", "no", ""))
BLACK: Color = (0, 0, 0)


def default_color(place: int) -> Color:
    """Return the colour of the class at a place of the table, 0..: clearly different ones first, then VOC's."""
    return DEFAULT_COLORS[place] if place < len(DEFAULT_COLORS) else voc_color(1 + place % 254)


def is_background_name(name: str) -> bool:
    return name.casefold() in BACKGROUND_NAMES


def schema_of(path: Path, classes: Iterable[LabelClass]) -> LabelSchema:
    """Return the classes as a schema; raises ``UnreadableFile`` where there are none or two share an id."""
    found: dict[int, LabelClass] = {}
    for c in classes:
        if c.id in found:
            raise table_error(path, f"the id {c.id} is given to {found[c.id].name} and to {c.name}")
        found[c.id] = c
    if not found:
        raise table_error(path, "it declares no class")
    return LabelSchema(tuple(found.values()))


def table_error(path: Path, reason: str, line: int | None = None) -> UnreadableFile:
    """Return the error for a fault in a class table."""
    return UnreadableFile(path, reason if line is None else f"line {line}: {reason}", "Mend the class table.")


def parse_names(path: Path, text: str) -> LabelSchema:
    """Read one name a line, the line number, from 0, being the id.

    As in labelme's labels.txt, a first line ``__ignore__`` has no number: it becomes the ignored class 255, and
    the next line is 0. ``_background_`` and its like become the background.
    """
    names = [line.strip() for line in text.rstrip().splitlines()]
    first = 1 if names and names[0] == IGNORE_NAME else 0
    for number, name in enumerate(names, 1):
        if not name:
            raise table_error(path, "it is empty, and each line is the name of a class", number)
    listed = [_named(i, name) for i, name in enumerate(names[first:])]
    ignored = [LabelClass(VOC_VOID, "ignore", voc_color(VOC_VOID), ignore=True)] if first else []
    return schema_of(path, [*listed, *ignored])


def _named(class_id: int, name: str) -> LabelClass:
    if is_background_name(name):
        return LabelClass(class_id, "background", BLACK, background=True)
    return LabelClass(class_id, name, default_color(class_id))


def parse_csv(path: Path, text: str) -> LabelSchema:
    """Read a table with the columns ``id`` or ``value``, ``name`` and, where wanted, ``r``, ``g``, ``b``, ``ignore``.

    Columns are parted by comma, semicolon or tab; others than these are passed over.
    """
    lines = text.splitlines()
    header = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=max(",;\t", key=header.count))
    columns = [name.strip().casefold() for name in next(reader, [])]
    key = next((k for k in ("id", "value") if k in columns), None)
    if key is None or "name" not in columns:
        raise table_error(path, 'the header needs a column "id" or "value", and a column "name"', 1)
    return schema_of(path, _csv_classes(path, reader, columns, key))


def _csv_classes(path: Path, reader: Any, columns: Sequence[str], key: str) -> Iterator[LabelClass]:
    place = 0
    for cells in reader:
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        if any(row.values()):
            yield _csv_class(path, row, key, place, reader.line_num)
            place += 1


def _csv_class(path: Path, row: Mapping[str, str], key: str, place: int, line: int) -> LabelClass:
    class_id = _whole(path, row.get(key, ""), key, MAX_ID, line)
    name = row.get("name") or f"class {class_id}"
    color = default_color(place)
    if any(row.get(channel) for channel in "rgb"):
        red, green, blue = (_whole(path, row.get(channel, ""), channel, 255, line) for channel in "rgb")
        color = red, green, blue
    elif is_background_name(name):
        color = BLACK
    ignored = row.get("ignore", "").casefold()
    if ignored not in TRUE_WORDS | FALSE_WORDS:
        raise table_error(path, f'"ignore" is 0 or 1, not "{ignored}"', line)
    is_ignored = ignored in TRUE_WORDS
    return LabelClass(class_id, name, color, ignore=is_ignored, background=is_background_name(name) and not is_ignored)


def _whole(path: Path, text: str, column: str, largest: int, line: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise table_error(path, f'"{column}" is a whole number, not "{text}"', line) from None
    if not 0 <= number <= largest:
        raise table_error(path, f'"{column}" lies within 0..{largest}, not {number}', line)
    return number


def parse_entries(
    path: Path, listed: Sequence[Mapping[str, Any]], deleted: Sequence[Mapping[str, Any]] = ()
) -> LabelSchema:
    """Read the ``[[class]]`` entries of a project file, and the ``[[deleted_class]]`` ones.

    One that is declared again in a text editor is deleted no more.
    """
    schema = schema_of(path, [_entry(path, entry, place, "class") for place, entry in enumerate(listed)])
    gone = {c.id: c for c in (_entry(path, entry, place, "deleted_class") for place, entry in enumerate(deleted))}
    return replace(schema, deleted=tuple(c for c in gone.values() if schema.get(c.id) is None))


def _entry(path: Path, entry: Mapping[str, Any], place: int, listed: str) -> LabelClass:
    def value(key: str, kind: type, default: Any) -> Any:
        return checked(path, entry, key, kind, default, where)

    where = f"[[{listed}]] number {place + 1}"
    class_id = value("id", int, None)
    if not 0 <= class_id <= MAX_ID:
        raise table_error(path, f'{where}: "id" lies within 0..{MAX_ID}, not {class_id}')
    return LabelClass(
        class_id,
        value("name", str, f"class {class_id}"),
        _hex_color(path, value("color", str, ""), place, where),
        thing=value("thing", bool, False),
        ignore=value("ignore", bool, False),
        background=value("background", bool, False),
        group=value("group", str, ""),
    )


def _hex_color(path: Path, text: str, place: int, where: str) -> Color:
    if not text:
        return default_color(place)
    try:
        return color_of(text)
    except ValueError:
        raise table_error(path, f'{where}: "color" is like "#e6194b", not "{text}"') from None
