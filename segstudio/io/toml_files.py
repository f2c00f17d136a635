"""TOML with its faults named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError, TOMLKitError

from segstudio.core.errors import UnreadableFile
from segstudio.core.toml_bounds import check_toml

KINDS: dict[type, str] = {int: "a whole number", str: "text in quotes", bool: "true or false", list: "a list"}


def toml_error(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(path, reason, "Mend it in a text editor; nothing was changed.")


def parse_toml(path: Path, text: str) -> TOMLDocument:
    """Parse a TOML text, comments and order kept; raises ``UnreadableFile`` with the line of the fault."""
    try:
        check_toml(text)
        return tomlkit.parse(text)
    except ParseError as error:
        fault = str(error).partition(" at line ")[0]
        raise toml_error(path, f"line {error.line}: {fault}") from error
    except RecursionError:
        raise toml_error(path, "it is nested too deeply") from None
    except (TOMLKitError, ValueError) as error:
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
