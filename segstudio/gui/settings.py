"""What is remembered from one start to the next."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

MOST_RECENT = 6
MOST_USED = 8


class Settings:
    """A typed front of QSettings: nothing else knows the names under which things are kept."""

    def __init__(self) -> None:
        self._store = QSettings("segstudio", "segstudio")

    def recent(self) -> list[Path]:
        """Return the projects opened last that are still there, newest first."""
        kept = self._store.value("recent", [])
        paths = [Path(str(p)) for p in (kept if isinstance(kept, list) else [kept]) if p]
        return [p for p in paths if p.exists()][:MOST_RECENT]

    def add_recent(self, path: Path) -> None:
        others = [p for p in self.recent() if p != path]
        self._store.setValue("recent", [str(p) for p in (path, *others)][:MOST_RECENT])

    def clear_recent(self) -> None:
        self._store.remove("recent")

    def last_sample(self, project: Path) -> str:
        """Return the id of the sample that was open last in a project, "" where that is not known."""
        return str(self._table("last samples").get(str(project), ""))

    def keep_last_sample(self, project: Path, sample_id: str) -> None:
        others = {path: kept for path, kept in self._table("last samples").items() if path != str(project)}
        newest = {str(project): sample_id, **dict(list(others.items())[: MOST_RECENT - 1])}
        self._store.setValue("last samples", json.dumps(newest))

    @property
    def theme(self) -> str:
        return str(self._store.value("theme", "system"))

    @theme.setter
    def theme(self, mode: str) -> None:
        self._store.setValue("theme", mode)

    @property
    def brush_size(self) -> int:
        kept = str(self._store.value("brush size", "24"))
        return int(kept) if kept.isdecimal() else 24

    @brush_size.setter
    def brush_size(self, size: int) -> None:
        self._store.setValue("brush size", size)

    @property
    def geometry(self) -> QByteArray:
        kept = self._store.value("geometry", QByteArray())
        return kept if isinstance(kept, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)

    @property
    def aids(self) -> frozenset[str]:
        """What the user wants to see around and over the picture."""
        kept = self._store.value("aids", ["map", "pixels", "scale bar"])
        return frozenset(str(name) for name in (kept if isinstance(kept, list) else [kept]) if name)

    @aids.setter
    def aids(self, names: frozenset[str]) -> None:
        self._store.setValue("aids", sorted(names))

    @property
    def tool(self) -> str:
        return str(self._store.value("tool", ""))

    @tool.setter
    def tool(self, name: str) -> None:
        self._store.setValue("tool", name)

    @property
    def tool_values(self) -> dict[str, int | bool | str]:
        """What the user set of the tools, by the setting's key."""
        kept = self._table("tool values")
        return {key: value for key, value in kept.items() if isinstance(value, int | str)}

    @tool_values.setter
    def tool_values(self, values: Mapping[str, int | bool | str]) -> None:
        self._store.setValue("tool values", json.dumps(dict(values)))

    @property
    def sections(self) -> dict[str, bool]:
        """Whether the sections that fold away were open, by their titles."""
        return {title: bool(opened) for title, opened in self._table("sections").items()}

    @sections.setter
    def sections(self, opened: Mapping[str, bool]) -> None:
        self._store.setValue("sections", json.dumps(dict(opened)))

    def splitter(self, name: str) -> QByteArray:
        """Return how the room was divided in a part of the window; empty where that is not known."""
        kept = self._store.value(f"splitter {name}", QByteArray())
        return kept if isinstance(kept, QByteArray) else QByteArray()

    def keep_splitter(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"splitter {name}", state)

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of the actions to which the user gave others than the program brings, by the action's name."""
        actions = self._table("keys").items()
        return {name: tuple(str(key) for key in keys) for name, keys in actions if isinstance(keys, list)}

    @keys.setter
    def keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self._store.setValue("keys", json.dumps(keys))

    @property
    def used(self) -> list[str]:
        """What was run from the command palette, newest first."""
        kept = self._store.value("used", [])
        return [str(name) for name in (kept if isinstance(kept, list) else [kept])]

    def add_used(self, name: str) -> None:
        self._store.setValue("used", [name, *(n for n in self.used if n != name)][:MOST_USED])

    def _table(self, name: str) -> dict[str, Any]:
        """Return what is kept as JSON; nothing where somebody edited the file: its other entries are still good."""
        try:
            kept = json.loads(str(self._store.value(name, "{}")))
        except json.JSONDecodeError:
            return {}
        return kept if isinstance(kept, dict) else {}
