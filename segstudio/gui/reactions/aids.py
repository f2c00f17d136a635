"""The rulers, the scale bar, the map and the pixel values: where they stand, and which of them the user wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from segstudio.gui.canvas.aids.minimap import Minimap
from segstudio.gui.canvas.aids.rulers import THICKNESS, Ruler
from segstudio.gui.canvas.aids.scale_bar import ScaleBar
from segstudio.gui.opener import Loaded
from segstudio.gui.panels.pixel_size import PixelSizeDialog

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MARGIN = 12


class Aids(QObject):
    """Each can be turned on and off, and comes back as it was left."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._canvas = window, window.canvas
        self.scale_bar, self.minimap = ScaleBar(self._canvas), Minimap(self._canvas)
        theme = window.theme
        self._top, self._left = (Ruler(self._canvas, theme, way) for way in Qt.Orientation)
        self._corner = QWidget()
        self._corner.setFixedSize(THICKNESS, THICKNESS)
        self._lay_out(window.stage_grid)
        self._canvas.value_at = self._value_at
        self._canvas.resized.connect(self._on_resized)
        self._canvas.pointed.connect(self._point)
        self._canvas.view_changed.connect(self._place)
        self._window.captions.placed.connect(self._place)
        window.bench.opener.shown.connect(self._on_shown)
        window.windowing.settled.connect(self.minimap.show_picture)
        window.session.project_opened.connect(lambda _: self._on_pixel_size())
        window.session.project_changed.connect(lambda _: self._on_pixel_size())
        self._shown = window.bench.settings.aids
        self._show()

    def on(self, name: str) -> bool:
        return name in self._shown

    @property
    def measured(self) -> bool:
        """Whether it is known how large a pixel is: without that a bar would only repeat the zoom."""
        project = self._window.session.project
        return project is not None and project.spacing is not None

    def toggle(self, name: str) -> None:
        self._shown = self._shown ^ {name}
        self._window.bench.settings.aids = self._shown
        self._show()

    def ask_pixel_size(self) -> None:
        """Ask how large a pixel is; what is said is kept with the project."""
        project = self._window.session.project
        if project is not None:
            dialog = PixelSizeDialog(project.spacing, project.unit, self._window)
            dialog.chosen.connect(self._window.bench.change_pixel_size)
            dialog.open()

    def _lay_out(self, grid: QGridLayout) -> None:
        grid.addWidget(self._corner, 0, 0)
        grid.addWidget(self._top, 0, 1)
        grid.addWidget(self._left, 1, 0)

    def _show(self) -> None:
        opened = self._window.session.project is not None
        for part in (self._corner, self._top, self._left):
            part.setVisible(opened and self.on("rulers"))
        self.scale_bar.setVisible(self.measured and self.on("scale bar"))
        self.minimap.wanted = self.on("map")
        self.minimap.refresh()
        self._canvas.pixels_shown = self.on("pixels")
        self._canvas.update()
        self._place()

    def _on_shown(self, loaded: Loaded) -> None:
        self.minimap.show_picture(loaded.picture)
        self._place()

    def _value_at(self, column: int, row: int) -> str:
        """Return what the file holds at a pixel, a line for each channel."""
        current = self._window.session.current
        return "" if current is None else "\n".join(current.seen.texts_at(row, column))

    def _on_pixel_size(self) -> None:
        project = self._window.session.project
        if project is not None:
            self._top.set_pixel(project.spacing)
            self._left.set_pixel(project.spacing)
            self.scale_bar.set_pixel(project.spacing, project.unit)
        self._show()

    def _place(self) -> None:
        height, width = self._canvas.height(), self._canvas.width()
        self.scale_bar.move(MARGIN, height - self.scale_bar.height() - MARGIN)
        below = self._window.captions.corner
        self.minimap.move(width - self.minimap.width() - MARGIN, height - self.minimap.height() - MARGIN - below)

    def _on_resized(self) -> None:
        self.minimap.refresh()
        self._place()

    def _point(self, at: tuple[float, float] | None) -> None:
        """Mark on the rulers where the pointer is, where they are seen: it moves more often than anything else."""
        if self.on("rulers"):
            self._top.point(at)
            self._left.point(at)
