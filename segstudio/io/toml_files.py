"""TOML with its faults named."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from segstudio.core.errors import UnreadableFile
from segstudio.core.toml_bounds import check_toml

KINDS: dict[type, str] = {int: "a whole number", str: "text in quotes", bool: "true or false", list: "a list"}

_LINE = re.compile(r"(.*) \(at line (\d+), column \d+\)")


def toml_error(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(path, reason, "Mend it in a text editor; nothing was changed.")


def toml_values(path: Path, text: str) -> dict[str, Any]:
    """Return what a TOML text says; raises ``UnreadableFile`` with the line of the fault."""
    try:
        check_toml(text)
        return tomllib.loads(text)
    except RecursionError:
        raise toml_error(path, "it is nested too deeply") from None
    except ValueError as error:
        last = text.rstrip().count("\n") + 1
        fault = str(error).replace("(at end of document)", f"(at line {last}, column 1)")
        raise toml_error(path, _LINE.sub(r"line \2: \1", fault)) from error


def toml_document(path: Path, text: str) -> TOMLDocument:
    """Parse a TOML text to be changed and written again, comments and order kept.

    That takes ten times as long as ``toml_values``, which also goes first: its faults are the ones that are named.
    """
    toml_values(path, text)
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise toml_error(path, str(error)) from error


def checked(path: Path, table: Mapping[str, Any], key: str, kind: type, default: Any, where: str = "") -> Any:
    """Return ``table[key]``, or ``default`` where it is absent; None as default means that it must be there.

    Raises ``UnreadableFile``, with ``where`` in the sentence, for a value that is not of ``kind``.
    """
    place = f"{where}: " if where else ""
    found = table.get(key, default)
    if found is None:
        raise toml_error(path, f'{place}"{key}" is missing')
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise toml_error(path, f'{place}"{key}" has to be {KINDS[kind]}, not {found!r}')
    return found


def entries(path: Path, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the ``[[key]]`` entries of a table, none where it has none; raises ``UnreadableFile``."""
    found = checked(path, table, key, list, [])
    if not all(isinstance(entry, Mapping) for entry in found):
        raise toml_error(path, f'"{key}" has to be written as [[{key}]] entries')
    return list(found)
