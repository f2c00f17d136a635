"""The card: what the file of the loaded model was understood to be."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from segstudio.gui.menu_button import MenuButton
from segstudio.gui.model.fact_grid import FactGrid
from segstudio.gui.model.load_progress import LoadStrip
from segstudio.gui.model.option_rows import OptionRows
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, Segments, label, tool_button
from segstudio.models import ModelInfo
from segstudio.services.model_facts import Measured, facts, size_text

SIDES = {"a": ("A", "The model that predicts"), "b": ("B", "The second model, beside it")}
UNTOLD = {"preprocess": "how pictures are prepared", "classes": "what its classes are called"}
HEIGHT, ICON_ROOM, ARROW_ROOM = 32, 34, 26


class FileButton(MenuButton):
    """The name of the model file, which gives way where there is no room; opens the menu of model files."""

    def __init__(self, theme: Theme, menu: QMenu) -> None:
        super().__init__(theme, "", "Choose another model file")
        self._name = ""
        self.setMenu(menu)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    def show_name(self, name: str, path: str) -> None:
        self._name = name
        self.setToolTip(f"{path}\nChoose another")
        self.setAccessibleDescription(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, room = QPainter(self), self.rect().adjusted(ICON_ROOM, 0, -ARROW_ROOM, 0)
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        self._theme.icon("cube-outline", "accent").paint(painter, QRect(10, (self.height() - 16) // 2, 16, 16))
        painter.setPen(self._theme.tokens.color("text"))
        shown = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class ModelCard(Section):
    """What is known of a model; what the file does not tell is marked as assumed. ``side_chosen`` of two is "a" or "b".

    ``files`` is the menu of model files, ``doing`` that of what can be done with the model: whoever has actions fills
    them.
    """

    side_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__("Model")
        self.files, self.doing = QMenu(self), QMenu(self)
        for menu in (self.files, self.doing):
            menu.setToolTipsVisible(True)
        self.sides = Segments()
        self.sides.offer(SIDES)
        self.sides.chosen.connect(self.side_chosen)
        self.open = _with_menu(
            tool_button(theme, "folder-open-outline", "Load a model, or one of the last"), self.files
        )
        self.more = _with_menu(tool_button(theme, "dots-horizontal", "What to do with the model"), self.doing)
        self.head.addWidget(self.sides)
        self.head.addWidget(self.open)
        self.head.addWidget(self.more)
        self.strip, self.file, self.grid = LoadStrip(theme), FileButton(theme, self.files), FactGrid()
        self.options = OptionRows(theme)
        self._both, self.correct = label("", "hintText", wrap=True), QPushButton("Correct")
        self._empty, self._known = self._make_empty(), self._make_known(theme)
        for part in (self.strip, self._empty, self._known):
            self.body.addWidget(part)
        self._known.hide()
        self.sides.hide()

    def show_model(self, info: ModelInfo, measured: Measured | None) -> None:
        """Show what is known of a model; what it costs comes later."""
        self.file.show_name(info.file.name, str(info.file))
        self.grid.show_facts(facts(info, measured))
        self.options.show_model(info)
        untold = [text for name, text in UNTOLD.items() if name in info.assumed]
        self._told.setVisible(bool(untold))
        self._untold.setText(f"The file does not tell {' and '.join(untold)}.")
        self._empty.hide()
        self._known.show()

    def show_sides(self, side: str, a: ModelInfo | None, b: ModelInfo | None) -> None:
        """Show which of two models is shown, and what both keep in memory; nothing of it where there is one."""
        self.sides.setVisible(b is not None)
        self.sides.choose(side)
        self._both.setVisible(b is not None)
        if a is not None and b is not None:
            weights = " and ".join(size_text(4 * info.parameters) for info in (a, b))
            self._both.setText(f"A and B both stay in memory: {weights} of weights.")
        elif a is None:
            self._known.hide()
            self._empty.show()

    def _make_empty(self) -> QWidget:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        how = "No model yet. Drop a model file or folder on the window, or load one."
        column.addWidget(label(how, "hintText", wrap=True))
        self.load, self.load_folder = QPushButton("Load a model"), QPushButton("Load a model folder")
        self.sample, self.zoo = QPushButton("Use the sample model"), QPushButton("Architectures")
        self.load_folder.setToolTip("Of Hugging Face, nnU-Net, MONAI, or segmentation_models_pytorch")
        self.sample.setToolTip("The small U-Net that comes with segstudio; it knows synthetic cells only")
        self.zoo.setToolTip("Which networks can be built, loaded and trained here")
        for button in (self.load, self.load_folder, self.sample, self.zoo):
            button.setObjectName("secondary")
            column.addWidget(button)
        return empty

    def _make_known(self, theme: Theme) -> QWidget:
        self.correct.setObjectName("link")
        self.correct.setToolTip("Open what the file does not tell, to say it")
        self._told = QWidget()
        line = QHBoxLayout(self._told)
        line.setContentsMargins(0, 0, 0, 0)
        self._untold = label("", "warnText", wrap=True)
        line.addWidget(self._untold, 1)
        line.addWidget(self.correct)
        known = QWidget()
        column = QVBoxLayout(known)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.file, self.grid, self.options, self._told, self._both):
            column.addWidget(part)
        return known


def _with_menu(button: QToolButton, menu: QMenu) -> QToolButton:
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    return button
