"""What is remembered from one start to the next."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from segstudio.core.display import Display, Kind
from segstudio.gui.looks_kept import LooksKept

MOST_RECENT = 6
MOST_USED = 8
MOST_MAPPED = 16


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

    def recent_models(self) -> list[Path]:
        """Return the model files that were loaded last, newest first, those that are no more there included."""
        kept = self._store.value("recent models", [])
        return [Path(str(p)) for p in (kept if isinstance(kept, list) else [kept]) if p][:MOST_RECENT]

    def add_recent_model(self, path: Path) -> None:
        others = [p for p in self.recent_models() if p != path]
        self._store.setValue("recent models", [str(p) for p in (path, *others)][:MOST_RECENT])

    def clear_recent_models(self) -> None:
        self._store.remove("recent models")

    @property
    def save_folder(self) -> Path | None:
        """The folder that a file was saved to last, else the one that the newest project lies in; None without any."""
        kept = Path(str(self._store.value("save folder", "")))
        if kept.is_absolute() and kept.is_dir():
            return kept
        return next((path.parent for path in self.recent()), None)

    @save_folder.setter
    def save_folder(self, folder: Path) -> None:
        self._store.setValue("save folder", str(folder))

    def last_sample(self, project: Path) -> str:
        """Return the id of the sample that was open last in a project, "" where that is not known."""
        return str(self._table("last samples").get(str(project), ""))

    def keep_last_sample(self, project: Path, sample_id: str) -> None:
        self._keep_newest("last samples", project, sample_id)

    def compared(self, project: Path) -> tuple[str, str]:
        """Return the folders of the predictions A and B that were chosen last in a project, "" for none."""
        kept = self._table("compared").get(str(project), [])
        first, second = kept if isinstance(kept, list) and len(kept) == 2 else ("", "")
        return str(first), str(second)

    def keep_compared(self, project: Path, first: str, second: str) -> None:
        self._keep_newest("compared", project, [first, second])

    def displays(self, project: Path) -> dict[Kind, Display]:
        """Return how the user wanted the pictures of a project shown, by their kind."""
        kept = self._table("displays").get(str(project), [])
        rows = map(_display_of, kept if isinstance(kept, list) else [])
        return dict(row for row in rows if row is not None)

    def keep_displays(self, project: Path, displays: Mapping[Kind, Display]) -> None:
        rows = [{"kind": asdict(kind), "display": asdict(display)} for kind, display in displays.items()]
        self._keep_newest("displays", project, rows)

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

    @property
    def looks(self) -> LooksKept:
        return LooksKept.of(self._table("looks"))

    @looks.setter
    def looks(self, looks: LooksKept) -> None:
        self._store.setValue("looks", json.dumps(looks.as_kept()))

    def columns(self, project: Path) -> list[str]:
        """Return the columns that the user chose for the table of images of a project, none where none were."""
        kept = self._table("columns").get(str(project), [])
        return [str(key) for key in kept] if isinstance(kept, list) else []

    def keep_columns(self, project: Path, keys: Sequence[str]) -> None:
        self._keep_newest("columns", project, list(keys))

    def mappings(self, project: Path) -> dict[str, Any]:
        """Return how classes of models are mapped to those of a project, by the model's SHA-256, as it is kept."""
        kept = self._table("class mappings").get(str(project), {})
        return kept if isinstance(kept, dict) else {}

    def keep_mappings(self, project: Path, mappings: Mapping[str, Any]) -> None:
        """Keep the mappings of the models that were set last; ``mappings`` has these at its end."""
        self._keep_newest("class mappings", project, dict(list(mappings.items())[-MOST_MAPPED:]))

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

    def _keep_newest(self, name: str, project: Path, value: object) -> None:
        """Keep something of a project, and of those before it only as many as are offered as recent ones."""
        others = {path: kept for path, kept in self._table(name).items() if path != str(project)}
        newest = {str(project): value, **dict(list(others.items())[: MOST_RECENT - 1])}
        self._store.setValue(name, json.dumps(newest))

    def _table(self, name: str) -> dict[str, Any]:
        """Return what is kept as JSON; nothing where somebody edited the file: its other entries are still good."""
        try:
            kept = json.loads(str(self._store.value(name, "{}")))
        except json.JSONDecodeError:
            return {}
        return kept if isinstance(kept, dict) else {}


def _display_of(row: Any) -> tuple[Kind, Display] | None:
    """Return what ``keep_displays`` kept, None where somebody edited it into something that cannot be shown."""
    try:
        kind, display = Kind(**row["kind"]), Display(**row["display"])
        channels = tuple(display.channels)
        fits = len(channels) in (1, 3) and all(0 <= int(channel) < kind.channels for channel in channels)
        apart = tuple((int(channel), float(low), float(high)) for channel, low, high in display.apart)
        ends = (end for window in apart for end in window)
        numbers = all(math.isfinite(number) for number in (display.low, display.high, display.gamma, *ends))
        sound = fits and numbers and display.gamma > 0
        return (kind, replace(display, channels=channels, apart=apart)) if sound else None
    except (TypeError, KeyError, ValueError):
        return None
