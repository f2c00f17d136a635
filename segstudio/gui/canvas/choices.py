"""What the user made each pane of each layout show, and what is shown where that cannot be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from segstudio.gui.canvas.contents import CONTENTS, Need, held_for, missing, shown_for
from segstudio.gui.canvas.layouts import Layout


class PaneChoices:
    """Layouts are named by their keys, panes by their numbers from 0, contents by their overlays."""

    def __init__(self, layouts: dict[str, Layout]) -> None:
        self._layouts = layouts
        self._shown = {key: list(layout.overlays) for key, layout in layouts.items()}
        self._held: dict[tuple[str, int], str] = {}

    def wanted(self, key: str, pane: int) -> str:
        """Return what a pane is to show, whether it can or not."""
        return self._shown[key][pane]

    def choose(self, key: str, pane: int, overlay: str) -> None:
        """Let a pane show something else; what it shows while the key is held follows."""
        self._shown[key][pane] = overlay
        self._held.pop((key, pane), None)

    def hold(self, key: str, pane: int, overlay: str) -> None:
        """Let a pane show something else while the blink key is held."""
        self._held[key, pane] = overlay

    def restore(self, key: str) -> None:
        """Show what the layout was made for."""
        self._shown[key] = list(self._layouts[key].overlays)
        for pane in range(len(self._shown[key])):
            self._held.pop((key, pane), None)

    def kept(self) -> dict[str, list[list[str]]]:
        """Return by layout what each pane is to show, and what while the key is held, "" for what follows by itself."""
        return {
            key: [[overlay, self._held.get((key, pane), "")] for pane, overlay in enumerate(shown)]
            for key, shown in self._shown.items()
        }

    def take_over(self, kept: Mapping[str, Sequence[Any]]) -> None:
        """Let panes show what ``kept`` returned, as far as there are such layouts, panes and contents."""
        for key in kept.keys() & self._shown.keys():
            for pane, pair in enumerate(kept[key][: len(self._shown[key])]):
                named = isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair)
                shown, held = pair if named else ("", "")
                if shown in CONTENTS:
                    self.choose(key, pane, shown)
                if held in CONTENTS:
                    self.hold(key, pane, held)

    def layout(self, key: str, there: Collection[Need]) -> Layout:
        """Return a layout with what its panes can show of what they are to show."""
        overlays = tuple(shown_for(name, there) for name in self._shown[key])
        held = tuple(self._held_in(key, pane, name, there) for pane, name in enumerate(overlays))
        return replace(self._layouts[key], overlays=overlays, held=held)

    def missing(self, key: str, there: Collection[Need]) -> Need | None:
        """Return what a layout cannot do without and is not there."""
        needs = (missing(name, there) for name in self._layouts[key].overlays)
        return next((need for need in needs if need is not None), None)

    def _held_in(self, key: str, pane: int, shown: str, there: Collection[Need]) -> str:
        chosen = self._held.get((key, pane))
        return chosen if chosen is not None and missing(chosen, there) is None else held_for(shown, there)
