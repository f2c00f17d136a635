"""Change TOML and leave alone what else stands in it: other keys, comments, order."""

from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Table

OPTIONAL_KEYS = ("images", "holds", "background", "thing", "ignore", "group")
"""Written only where they say something, so taken out where they no longer do."""


def set_entries(document: TOMLDocument, key: str, identity: str, wanted: list[dict[str, Any]]) -> None:
    """Make the ``[[key]]`` entries be those wanted; one whose ``identity`` is there already is built upon."""
    if not isinstance(there := document.get(key), AoT):
        document[key] = there = tomlkit.aot()
    _keep_only(there, identity, [values[identity] for values in wanted])
    for place, values in enumerate(wanted):
        if place < len(there):
            _update(there[place], values)
        else:
            there.append(_update(tomlkit.table(), values))
    if not wanted:
        del document[key]


def _keep_only(there: AoT, identity: str, wanted: list[Any]) -> None:
    """Take out the entries that are not wanted, and all behind the first that stands in another place than wanted."""
    for place in reversed(range(len(there))):
        if there[place].get(identity) not in wanted:
            del there[place]
    same = next((n for n, entry in enumerate(there) if entry.get(identity) != wanted[n]), len(there))
    for place in reversed(range(same, len(there))):
        del there[place]


def _update(table: Table, values: Mapping[str, Any]) -> Table:
    for key in OPTIONAL_KEYS:
        if key in table and key not in values:
            del table[key]
    for key, value in values.items():
        set_key(table, key, value)
    return table


def set_key(table: MutableMapping[str, Any], key: str, value: Any) -> None:
    """Set a key only where that changes it, since a comment behind the old value would go."""
    if table.get(key) != value:
        table[key] = value
