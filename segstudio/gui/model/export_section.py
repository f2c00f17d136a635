"""What the model that is shown is exported to, for which size, and how exact."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QWidget

from segstudio.gui.model.load_progress import LoadStrip
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through
from segstudio.gui.widgets import Check, Choice, Section, label, row
from segstudio.models.description import LARGEST_SIDE
from segstudio.models.export import EXPORTERS

FIRST_SIDE = 512


class ExportSection(Section):
    """What a model is exported to, for which size, and how exact."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Export")
        self._allowed, self._sized, self._refused = True, True, dict[str, str]()
        self.foldable(theme, opened=False)
        self.kind, self.half = Choice(theme, "Export to"), Check("Half the size: float16", theme)
        for name, kind in EXPORTERS.items():
            self.kind.addItem(kind.line, name)
        self.one_size = Check("For images of one size", theme)
        self.height_field, self.width_field = _side("Height"), _side("Width")
        self.button, self.strip = QPushButton("Export"), LoadStrip(theme)
        self.more, self.said = label("", "note", wrap=True), label("", "note", wrap=True)
        self._lay_out()
        self.one_size.toggled.connect(self._sides.setVisible)
        self.kind.currentIndexChanged.connect(lambda _: self._tell())
        self._tell()

    @property
    def to(self) -> str:
        """What is exported to, by its name in ``EXPORTERS``."""
        return str(self.kind.currentData())

    @property
    def image_size(self) -> tuple[int, int] | None:
        """Height and width that images are brought to, None for any."""
        chosen = self._sized and self.one_size.isChecked()
        return (self.height_field.value(), self.width_field.value()) if chosen else None

    def allow(self, allowed: bool, refused: Mapping[str, str], sized: bool = True) -> None:
        """Let there be an export, or not; ``refused`` says by kind why the model cannot become that.

        What is not ``sized`` brings images to a size of its own, so none can be chosen.
        """
        other, self._allowed, self._refused = refused != self._refused, allowed, dict(refused)
        self._sized = sized
        self.one_size.setVisible(sized)
        self._sides.setVisible(sized and self.one_size.isChecked())
        self.kind.setEnabled(len(refused) < len(EXPORTERS))
        if other and self.kind.isEnabled() and self.to in refused:  # of another model what can be is offered first
            self.kind.setCurrentIndex(next(i for i, name in enumerate(EXPORTERS) if name not in refused))
        self._tell()

    def _tell(self) -> None:
        refusal = self._refused.get(self.to, "")
        for part in (self.one_size, self._sides, self.half):
            part.setEnabled(not refusal)
        self.button.setEnabled(self._allowed and not refusal)
        self.more.setText(refusal or EXPORTERS[self.to].more)

    def _lay_out(self) -> None:
        self.button.setObjectName("secondary")
        self.button.setToolTip("Write the model to a file, load that again, and compare what both say of two pictures")
        self.half.setToolTip("Weights in two bytes each instead of four; they have three digits then")
        self.one_size.setToolTip("Some programs take images of one size only; otherwise any size is left open")
        self.strip.cancel.setToolTip("Cancel the export: nothing is written")
        self._sides = QWidget()
        line = QHBoxLayout(self._sides)
        line.setContentsMargins(0, 0, 0, 0)
        for field in (self.height_field, label("x", "note"), self.width_field):
            line.addWidget(field)
        line.addStretch(1)
        self._sides.hide()
        self.body.addLayout(row("To", self.kind))
        for part in (self.more, self.one_size, self._sides, self.half, self.button, self.strip, self.said):
            self.body.addWidget(part)


def _side(name: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(1, LARGEST_SIDE)
    field.setValue(FIRST_SIDE)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setSuffix(" px")
    field.setAccessibleName(name)
    field.setToolTip(f"{name} that images are brought to")
    let_wheel_through(field)
    return field
