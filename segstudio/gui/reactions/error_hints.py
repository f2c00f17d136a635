"""What is shown of the region that one has gone to: a box on the canvas, what taking it adds, and what can be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter

from segstudio.gui.actions.making import tell_key
from segstudio.gui.canvas.marked import Marked
from segstudio.gui.canvas.region_box import draw_region_box
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.panels.error_regions_model import points
from segstudio.gui.taking_over import class_to_take
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services.error_regions import gain_of_taking

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

BUTTONS = {
    "take": "take prediction",
    "keep": "keep truth",
    "paint": "paint truth",
    "whole": "take class",
    "again": "list kept",
    "next": "next error",
    "previous": "previous error",
}
"""The buttons of the list, and the actions that they are for."""


class ErrorHints(QObject):
    """Keeps buttons, names and marks in step with ``Errors``."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._panel = window, window.session, window.errors_panel
        self.marked = Marked(window.canvas)
        self._connect()
        self._name_class()

    def _connect(self) -> None:
        window, panel = self._window, self._panel
        for name, action in BUTTONS.items():
            button, wanted = getattr(panel, name), window.actions_by_name[action]
            button.clicked.connect(wanted.trigger)
            button.setEnabled(wanted.isEnabled())
            wanted.enabledChanged.connect(partial(panel.enable, button))
            tell_key(button, wanted)
        panel.take.hovered.connect(self._show_gain)
        window.errors.moved.connect(self._on_moved)
        window.kinds_panel.bars.chosen.connect(self._choose_kind)
        window.presenter.changed.connect(self._name_class)
        window.canvas.over.append(self._draw)

    def _on_moved(self) -> None:
        self._window.canvas.update()
        self._mark()
        self._tell_gain()
        self._show_gain(self._panel.take.underMouse())

    def _mark(self) -> None:
        """Mark the pixels of the region: several may lie in its box, of the same colour."""
        region, mask = self._window.errors.current, self._window.errors.mask
        if region is None or mask is None:
            self.marked.clear()
        elif self.marked.area is None or self.marked.area[0] is not mask:
            self.marked.show(mask, region.rect)

    def _tell_gain(self) -> None:
        """Say at the button what taking the prediction adds, to this image and to the data set."""
        gains = zip(("image", "set"), self._gains(), strict=True)
        told = ", ".join(f"{of} {gain}" for of, gain in gains if gain)
        self._panel.gain.setText(f"Taking it: {told}" if told else "")
        self._panel.gain.setToolTip("What taking the prediction over adds to mean IoU, in points" if told else "")

    def _gains(self) -> tuple[str, str]:
        """Return what taking the region adds to the mean IoU of the image and of the data set, "" where unknown."""
        current, region = self._session.current, self._window.errors.current
        if region is None or current is None or current.scored is None:
            return "", ""
        total = self._session.live_total()
        image = points(gain_of_taking(region, current.scored.confusion))
        return image, "" if total is None else points(gain_of_taking(region, total))

    def _name_class(self) -> None:
        """Say which class would be taken over."""
        c, action = class_to_take(self._window), self._window.actions_by_name["take class"]
        name = f"{c.name} over" if c is not None else "the chosen class over"
        action.setText(f"Take {name} from the prediction".replace("&", "&&"))
        self._panel.whole.setText(f"Take {c.name}".replace("&", "&&") if c is not None else "Take class")

    def _choose_kind(self, class_id: int, kind: ErrorKind | None) -> None:
        self._window.presenter.set_focus(class_id)
        self._panel.choose_kind(kind)

    def _show_gain(self, hovered: bool) -> None:
        """Show beside the headline what it becomes when the prediction is taken."""
        self._window.metrics.headline.show_gain(*(self._gains() if hovered else ("", "")))

    def _draw(self, painter: QPainter, view: Viewport) -> None:
        region = self._window.errors.current
        if region is not None and self._window.presenter.mode == "compare":
            row = self._panel.model.row_of(region.key)
            number = f"{row + 1} " if row is not None else ""
            text = f"{number}{self._panel.told(region)}, worth {points(region.worth)} IoU"
            self.marked.draw(painter, view)
            draw_region_box(painter, view, self._window.canvas.pane_size(), region.rect, text)
