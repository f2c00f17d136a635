"""What the command palette offers: actions, classes, places in the window, projects opened lately, samples."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from segstudio.core.records import Sample
from segstudio.gui.actions import ACTIONS
from segstudio.gui.palette.entry import Entry
from segstudio.gui.palette.matching import NameFinder
from segstudio.gui.palette.places import places
from segstudio.gui.palette.synonyms import ACTIONS_ALSO

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MOST_SAMPLES = 30
FAR = 4
"""From here on what was typed stands nowhere in one piece: samples in whose names it does come first."""


class Entries:
    """Finds entries for what is typed, in the window as it is now."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._samples: tuple[Sample, ...] = ()
        self._finder = NameFinder(())
        self._fixed: list[Entry] = []

    def gather(self) -> None:
        """Take stock of what can be done now; called when the palette opens."""
        project = self._window.session.project
        samples = project.samples if project is not None else ()
        if samples is not self._samples:
            self._samples, self._finder = samples, NameFinder([s.id for s in samples])
        self._fixed = [*self._actions(), *self._classes(), *places(self._window), *self._recent()]

    def find(self, typed: str) -> list[Entry]:
        """Return the entries for what is typed, nearest first; for nothing everything, what was used last first.

        What cannot be done now comes last.
        """
        wanted = typed.casefold().strip()
        used = self._window.bench.settings.used
        order = {name: i for i, name in enumerate(used)}
        if not wanted:
            return sorted(self._fixed, key=lambda e: (not e.enabled, order.get(e.action, len(used))))
        ranked = [
            (near, order.get(e.action, len(used)), e) for e in self._fixed if (near := e.nearness(wanted)) is not None
        ]
        ranked.sort(key=lambda r: r[:2])
        found = [self._sample(self._samples[i]) for i in self._finder.find(wanted, MOST_SAMPLES)]
        close = [e for near, _, e in ranked if near < FAR]
        return sorted([*close, *found, *(e for near, _, e in ranked if near >= FAR)], key=lambda e: not e.enabled)

    def _actions(self) -> list[Entry]:
        made = self._window.actions_by_name
        return [
            Entry(
                made[name].text().replace("&&", "&"),
                spec.menu.replace("/", ", "),
                made[name].trigger,
                spec.icon,
                self._window.keymap.shown(name),
                made[name].isEnabled(),
                name,
                self._reason(name),
                f"{spec.tip} {ACTIONS_ALSO.get(name, '')}",
            )
            for name, spec in ACTIONS.items()
        ]

    def _reason(self, name: str) -> str:
        """Return why an action cannot be done now, "" where it can."""
        if self._window.actions_by_name[name].isEnabled():
            return ""
        return ACTIONS[name].why_not(self._window)

    def _classes(self) -> list[Entry]:
        """Return the classes that have no action of their own, for want of keys."""
        options, with_action = self._window.session.options, sum(name.startswith("class ") for name in ACTIONS)
        return [
            Entry(f"Draw class {i}: {c.name}", "Classes", partial(options.choose, c.id))
            for i, c in enumerate(self._window.classes.model.classes[with_action:], with_action + 1)
        ]

    def _recent(self) -> list[Entry]:
        bench = self._window.bench
        return [
            Entry(f"Open {path.name}", str(path.parent), partial(bench.open, path), "history")
            for path in bench.settings.recent()
        ]

    def _sample(self, sample: Sample) -> Entry:
        return Entry(sample.id, "Samples", lambda: self._window.bench.opener.go(sample), "image-outline")
