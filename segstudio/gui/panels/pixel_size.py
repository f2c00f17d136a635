"""Ask how large a pixel is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QLineEdit, QVBoxLayout, QWidget

from segstudio.core.records import Spacing
from segstudio.gui.widgets import label, row

LARGEST, DECIMALS, FIRST = 1e6, 6, 1.0


class PixelSizeDialog(QDialog):
    """``chosen`` gives the height and width of a pixel, None for "not known", and the unit."""

    chosen = Signal(object, str)

    def __init__(self, spacing: Spacing | None, unit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Pixel size")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        height, width = spacing or (FIRST, FIRST)
        self.width_field, self.height_field = _length("Width of a pixel", width), _length("Height of a pixel", height)
        self.unit_field = QLineEdit(unit or "um")
        self.unit_field.setMaxLength(12)
        self.unit_field.setAccessibleName("Unit of length")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label("Used by the rulers and the scale bar; kept in segstudio.toml.", "hintText"))
        for text, field in (("Width", self.width_field), ("Height", self.height_field), ("Unit", self.unit_field)):
            column.addLayout(row(text, field))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        unknown = buttons.addButton("Not known", QDialogButtonBox.ButtonRole.ResetRole)
        unknown.clicked.connect(self._forget)
        buttons.accepted.connect(self._agree)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._square = height == width
        self.width_field.valueChanged.connect(self._on_width)
        self.height_field.textChanged.connect(self._on_height)
        self.width_field.setFocus()
        self.width_field.selectAll()

    def _on_width(self, width: float) -> None:
        """Let the height follow while nobody has said that pixels are no squares."""
        if self._square:
            self.height_field.blockSignals(True)
            self.height_field.setValue(width)
            self.height_field.blockSignals(False)

    def _on_height(self) -> None:
        self._square = False

    def _agree(self) -> None:
        spacing = self.height_field.value(), self.width_field.value()
        self.chosen.emit(spacing, self.unit_field.text().strip() or "um")
        self.accept()

    def _forget(self) -> None:
        self.chosen.emit(None, "")
        self.accept()


def _length(name: str, value: float) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(DECIMALS)
    field.setRange(10.0**-DECIMALS, LARGEST)
    field.setValue(value)
    field.setAccessibleName(name)
    return field
