"""The suspicious regions of a data set and its suspicious images, a list each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStackedWidget

from segstudio.gui.analysis.ranked_table import Column, RankedModel, RankedTable
from segstudio.gui.analysis.suspicious_cutouts import SIDE, SuspiciousCutouts
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.panels.error_regions_model import pair_text
from segstudio.gui.widgets import NOT_DEFINED, percent
from segstudio.services.error_regions import Key
from segstudio.services.suspicion import ImageRank, Suspicion, SuspicionRanking

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

CHIP = 14
ROW_HEIGHT = SIDE + 6

BY = {
    "regions": ("Regions", "Regions that the model contradicts, the most suspicious first"),
    "images": ("Images", "Images by what is suspicious in them"),
}


class SuspiciousLists(QStackedWidget):
    """A guide of ``Errors``: the keys that go through error regions go through these."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.cutouts = SuspiciousCutouts(window.session, self)
        self._regions, self._images = RankedModel(self._region_columns()), RankedModel(_image_columns())
        self.regions = RankedTable(self._regions, "Suspicious regions", ROW_HEIGHT)
        self.regions.setIconSize(QSize(SIDE, SIDE))
        self.regions.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # images of a sequence differ in how they end
        self.cutouts.ready.connect(self.regions.viewport().update)
        self.images = RankedTable(self._images, "Suspicious images")
        self.addWidget(self.regions)
        self.addWidget(self.images)
        self.regions.picked.connect(self._go_to)
        self.images.picked.connect(self._go_to_image)

    def __len__(self) -> int:
        return len(self._regions.entries)

    def show_by(self, by: str) -> None:
        """Show the list of a key of ``BY``."""
        self.setCurrentIndex(list(BY).index(by))

    def show_ranking(self, ranking: SuspicionRanking | None) -> None:
        """Show what is ranked, with the region marked that was, if it is still there."""
        row = self.regions.marked
        marked = self._regions.entries[row] if row is not None else None
        self.cutouts.forget()
        self._regions.show_entries(ranking.regions if ranking is not None else ())
        self._images.show_entries(ranking.images if ranking is not None else ())
        keys = [(found.sample_id, found.key) for found in self._regions.entries] if marked is not None else []
        if marked is not None and (marked.sample_id, marked.key) in keys:
            self.regions.selectRow(keys.index((marked.sample_id, marked.key)))

    def step(self, by: int) -> None:
        """Go to the next region of the data set, or to the previous one."""
        row = self.regions.marked
        if len(self):
            self._go_to((row + by if row is not None else min(by - 1, 0)) % len(self))

    def drop(self, key: Key) -> None:
        """Take a region off the list that something was done about, and go to the next."""
        row = self.regions.marked
        if row is not None and self._regions.entries[row].key == key:
            self._regions.drop(row)
            if len(self):
                self._go_to(row % len(self))

    def _go_to(self, row: int) -> None:
        self.regions.selectRow(row)
        found: Suspicion = self._regions.entries[row]
        self._window.errors.seek(found.sample_id, found.key, found.rect)

    def _go_to_image(self, row: int) -> None:
        """Open an image at the first of its regions."""
        image: ImageRank = self._images.entries[row]
        found = (place for place, entry in enumerate(self._regions.entries) if entry.sample_id == image.id)
        if (first := next(found, None)) is not None:
            self._go_to(first)

    def _region_columns(self) -> list[Column]:
        class_of = self._window.errors_panel.class_of
        return [
            Column("", "What it looks like", lambda s: "", SIDE + 10, chip=self.cutouts.get),
            Column("Image", "The image it is in", lambda s: s.sample_id),
            Column(
                "Truth as prediction",
                "What the labels say, and what the model says",
                lambda s: pair_text(s.truth, s.predicted, class_of),
                190,
                chip=self._chips,
            ),
            Column("Kind", "What kind of disagreement it is", lambda s: s.kind.text, 100),
            Column("Pixels", "Its pixels", lambda s: f"{s.area:,}", 64, number=True),
            Column("Confidence", "How sure the model is there, %", _confidence, 84, number=True),
            Column(
                "Sure",
                "Whether that is no less than it usually is for that class, where it is right",
                lambda s: "yes" if s.sure else "",
                44,
            ),
        ]

    def _chips(self, found: Suspicion) -> QPixmap:
        class_of, tokens = self._window.errors_panel.class_of, self._window.theme.tokens
        both = QPixmap(2 * CHIP + 2, CHIP)
        both.fill(Qt.GlobalColor.transparent)
        painter = QPainter(both)
        for place, value in enumerate((found.truth, found.predicted)):
            painter.drawPixmap(place * (CHIP + 1), 0, chip_pixmap(class_of(value), tokens, CHIP - 2))
        painter.end()
        return both


def _image_columns() -> list[Column]:
    return [
        Column("Image", "The image", lambda i: i.id),
        Column("Regions", "Suspicious regions in it", lambda i: f"{i.regions:,}", 90, number=True),
        Column("Pixels", "Pixels of these", lambda i: f"{i.area:,}", 110, number=True),
    ]


def _confidence(found: Suspicion) -> str:
    return NOT_DEFINED if found.confidence is None else percent(found.confidence)
