"""The records of samples, one JSON file each: ``records/<sample id>.json``. Keys that are not ours stay as they are."""

import json
import os
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from segstudio.core.errors import UnreadableFile, UnwritableFile
from segstudio.core.records import SampleRecord, WorkState
from segstudio.io.files import check_readable, plain_reason, write_atomically

VERSION = 1
"""The newest version of the file that this program reads, and the one it writes."""

SUFFIX = ".json"
MOST_BYTES = 1 << 20
"""A record is a few lines; what is larger is none, and is not read into memory."""

MOST_SECONDS = 1e9


class NoRecord(UnreadableFile):
    """A file that was read and is no record, or one with a fault in it."""


def record_path(folder: Path, sample_id: str) -> Path:
    """Return the file that holds the record of a sample."""
    return folder / f"{sample_id}{SUFFIX}"


def list_records(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield sample ids and files of the records in a folder and below it; no folder is entered twice.

    Raises ``UnreadableFile`` for a folder that cannot be listed; one that is not there has none.
    """
    waiting, seen = [folder], set[tuple[int, int]]()
    while waiting:
        current = waiting.pop()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(current) as entries:
                found = [(entry.name, entry.is_dir()) for entry in entries if not entry.name.startswith(".")]
        except FileNotFoundError:
            continue
        except OSError as error:
            raise UnreadableFile(current, plain_reason(error), "") from error
        waiting += [current / name for name, is_folder in found if is_folder]
        for name in sorted(name for name, is_folder in found if not is_folder and name.endswith(SUFFIX)):
            inside = (current / name).relative_to(folder).as_posix()
            yield unicodedata.normalize("NFC", inside.removesuffix(SUFFIX)), current / name


def read_record(path: Path) -> SampleRecord:
    """Read a record; raises ``UnreadableFile`` for what is none, is too large, or is of a newer version."""
    return _interpret(path, _parse(path))


def merged(record: SampleRecord, other: SampleRecord, names: Iterable[str]) -> SampleRecord:
    """Return a record with what ``names`` names taken from another one."""
    return replace(record, **{name: getattr(other, name) for name in names})


def write_record(path: Path, record: SampleRecord, only: Collection[str] | None = None) -> Path | None:
    """Write a record whole or not at all; what the file holds beside our keys is kept.

    ``only`` names what is known of a record that was not read: all else in it stays as the file has it. A file that
    was read and is no record is not written over but moved aside: its new name is returned, else None. Raises
    ``UnwritableFile``; ``UnreadableFile`` for a file that refuses to be read or is of a newer version: it is left.
    """
    kept: Mapping[str, Any] = {}
    aside: Path | None = None
    if os.path.lexists(path):
        try:
            kept = _parse(path)
            found = _interpret(path, kept)  # one with a fault in it is not built upon
            record = record if only is None else merged(found, record, only)
        except NoRecord:
            aside = _move_aside(path)
    # Half a character, as JSON may hold one, is no UTF-8: it is written escaped, as it came.
    text = json.dumps(_document(record, kept), ensure_ascii=False, indent=1)
    data = f"{text}\n".encode("utf-8", "backslashreplace")
    if len(data) > MOST_BYTES:
        raise UnwritableFile(path, f"it would hold more than {MOST_BYTES >> 20} MiB", "Shorten the note.")
    write_atomically(path, data)
    return aside


def _interpret(path: Path, found: Mapping[str, Any]) -> SampleRecord:
    state = _checked(path, found, "state", str, WorkState.UNLABELLED)
    if state not in tuple(WorkState):
        raise _fault(path, f'"state" is one of {", ".join(WorkState)}, not {state[:40]!r}')
    tags = _checked(path, found, "tags", list, [])
    if not all(isinstance(tag, str) for tag in tags):
        raise _fault(path, '"tags" has to be a list of texts')
    return SampleRecord(
        state=WorkState(state),
        notes=_checked(path, found, "notes", str, ""),
        tags=tuple(tags),
        seconds=_seconds(path, found),
        author=_checked(path, found, "author", str, ""),
        mask_from=_checked(path, found, "mask_from", str, ""),
    )


def _document(record: SampleRecord, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file is to hold; a key of ours stands in it only where it says something."""
    says: dict[str, Any] = {
        "state": "" if record.state is WorkState.UNLABELLED else record.state.value,
        "notes": record.notes,
        "tags": list(record.tags),
        "seconds": record.seconds,
        "author": record.author,
        "mask_from": record.mask_from,
    }
    others = {key: value for key, value in kept.items() if key not in says}
    return {**others, "version": VERSION, **{key: value for key, value in says.items() if value}}


def _move_aside(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.broken{n or ''}") for n in count())
    aside = next(name for name in names if not os.path.lexists(name))
    try:
        return path.rename(aside)
    except OSError as error:
        raise UnwritableFile(path, f"what is there is no record, and {plain_reason(error)}") from error


def _parse(path: Path) -> dict[str, Any]:
    """Return the object that a file holds, of a version that is known."""
    try:
        found = json.loads(_read_bounded(path).decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise _fault(path, "it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise _fault(path, f"line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        nested = isinstance(error, RecursionError)
        raise _fault(path, "it is nested too deeply" if nested else "it holds a number that is none") from error
    if not isinstance(found, dict):
        raise _fault(path, "it is not a JSON object")
    version = _checked(path, found, "version", int, VERSION)
    if version > VERSION:
        reason = f"it is of version {version}, and this program reads up to {VERSION}"
        raise UnreadableFile(path, reason, "It is left as it is; update this program to write to it.")
    return found


def _read_bounded(path: Path) -> bytes:
    try:
        empty = path.stat().st_size == 0 and path.is_file()
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error
    if empty:
        raise _fault(path, "it is empty (0 bytes)")
    check_readable(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error
    if len(data) > MOST_BYTES:
        raise _fault(path, f"it is larger than {MOST_BYTES >> 20} MiB, so it is no record")
    return data


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _seconds(path: Path, found: Mapping[str, Any]) -> float:
    seconds = found.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MOST_SECONDS:
        raise _fault(path, '"seconds" has to be a number of seconds')
    return float(seconds)


KINDS: dict[type, str] = {str: "a text", int: "a whole number", list: "a list"}


def _checked(path: Path, found: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = found.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _fault(path, f'"{key}" has to be {KINDS[kind]}')
    return value


def _fault(path: Path, reason: str) -> NoRecord:
    return NoRecord(path, reason, "It is kept as it is; mend it in a text editor.")
