"""The choices of what an output of a model is written as, searched by typing; only those in sight cost anything."""

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyledItemDelegate, QVBoxLayout, QWidget

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.rows import set_up_list
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index
from segstudio.services.class_mapping import MappedClass, Target

ROW, MOST_IN_SIGHT, WIDTH = 24, 12, 220
OTHERS: Final[tuple[tuple[Target, str, str], ...]] = (
    ("new", "New class", "A class of its own in the masks; the project does not get it"),
    ("nothing", "Nothing", "Written as background, as if nothing had been found"),
)


class Targets(QAbstractListModel):
    """A class of its own, nothing, and the classes of the project; those whose names hold a searched text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._classes: tuple[LabelClass, ...] = ()
        self._rows: list[tuple[Target, str, str | LabelClass]] = []

    def set_schema(self, schema: LabelSchema) -> None:
        self._classes = schema.classes
        self.search("")

    def search(self, text: str) -> None:
        wanted = text.casefold().strip()
        self.beginResetModel()
        rows: list[tuple[Target, str, str | LabelClass]] = [*OTHERS, *((c.id, c.name, c) for c in self._classes)]
        self._rows = [row for row in rows if wanted in row[1].casefold()]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        target, name, more = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.DecorationRole and isinstance(more, LabelClass):
            return chip_icon(more, self._theme.tokens)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name}: id {more.id}" if isinstance(more, LabelClass) else more
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(WIDTH // 2, ROW)
        return target if role == Qt.ItemDataRole.UserRole else None

    def row_of(self, row: MappedClass) -> int:
        """Return where the target of an output stands; 0 where it is not among what was found."""
        wanted: Target = row.target.id
        if row.found in ("new", "nothing"):
            wanted = "new" if row.found == "new" else "nothing"
        return next((i for i, found in enumerate(self._rows) if found[0] == wanted), 0)


class TargetPopup(QFrame):
    """Opens below a row; a click or Enter takes a choice, Escape none. ``chosen`` gives the class and its target."""

    chosen = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("targets")
        self._of: LabelClass | None = None
        self.targets, self.view, self.search = Targets(theme), QListView(), QLineEdit()
        set_up_list(self.view, self.targets, QStyledItemDelegate(self.view), "What it is written as")
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.search.setPlaceholderText("Find a class of the project")
        self.search.setAccessibleName("Find a class of the project")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.view)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.view.clicked.connect(lambda _: self._take())

    def open_for(self, row: MappedClass, schema: LabelSchema, at: QRect) -> None:
        """Offer the choices for an output below a rectangle of the screen, or above it where there is no room."""
        self._of = row.source
        self.targets.set_schema(schema)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.view.setFixedHeight(ROW * min(self.targets.rowCount(), MOST_IN_SIGHT) + 4)
        self._select(self.targets.row_of(row))
        self.setFixedWidth(max(WIDTH, at.width()))
        height, screen = self.sizeHint().height(), self.screen().availableGeometry()
        below = at.bottom() + height <= screen.bottom()
        left = max(min(at.x(), screen.right() + 1 - self.width()), screen.x())
        self.move(QPoint(left, at.bottom() + 1 if below else max(at.y() - height, screen.y())))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys that move in the list, and take from it, work while one types."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        row = self.view.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._select(row + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            return False
        return True

    def _search(self, text: str) -> None:
        self.targets.search(text)
        self._select(0)

    def _select(self, row: int) -> None:
        index = self.targets.index(min(max(row, 0), self.targets.rowCount() - 1))
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)

    def _take(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() and self._of is not None:
            self.hide()
            self.chosen.emit(self._of, index.data(Qt.ItemDataRole.UserRole))
