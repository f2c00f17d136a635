"""The classes: choose the one to draw with; add, rename, recolour, hide."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QInputDialog,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.panels.empty import EmptyState
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index, Section, tool_button
from segstudio.services.session import Session

ROW = 28
KEY_ROOM = 20
ROOM = 138
"""What key, share, lock and eye take at the right end of a row."""


class ClassesModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.classes: tuple[LabelClass, ...] = ()

    def set_schema(self, schema: LabelSchema) -> None:
        self.beginResetModel()
        self.classes = schema.classes
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.classes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        c = self.classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return c.name
        if role == Qt.ItemDataRole.ToolTipRole:
            marks = [m for m, on in (("background", c.background), ("ignored by scores", c.ignore)) if on]
            return f"{c.name}: pixel value {c.id}" + (f", {', '.join(marks)}" if marks else "")
        if role == Qt.ItemDataRole.UserRole:
            return c
        return None


class ClassDelegate(QStyledItemDelegate):
    """Chip, name, key, share of the picture, lock, eye."""

    def __init__(self, panel: "ClassesPanel", theme: Theme) -> None:
        super().__init__(panel)
        self._panel, self._theme = panel, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        t, rect, c = self._theme.tokens, option.rect, index.data(Qt.ItemDataRole.UserRole)
        if self._panel.chosen == c.id:
            painter.fillRect(rect, t.color("select"))
            painter.fillRect(QRect(rect.x(), rect.y(), 2, rect.height()), t.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, t.color("raised"))
        hidden = c.id in self._panel.hidden
        paint_chip(painter, chip_rect(rect), c, t, faded=hidden)
        font = QFont(painter.font())
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold if self._panel.chosen == c.id else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(t.color("text3" if hidden else "text"))
        name = QRect(rect.x() + 36, rect.y(), rect.width() - 36 - ROOM, rect.height())
        shown = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        mark = "ignore" if c.ignore else "background" if c.background else ""
        self._paint_rest(painter, rect, index.row(), c, name.x() + painter.fontMetrics().horizontalAdvance(shown), mark)
        eye = self._theme.icon("eye-off-outline" if hidden else "eye-outline", "text3" if hidden else "text2")
        eye.paint(painter, eye_rect(rect))
        locked = self._panel.is_locked(c.id)
        lock = self._theme.icon(
            "lock-outline" if locked else "lock-open-variant-outline", "text" if locked else "strong"
        )
        lock.paint(painter, lock_rect(rect))
        painter.restore()

    def _paint_rest(self, painter: QPainter, rect: QRect, row: int, c: LabelClass, left: int, mark: str) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color("text3"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        room = rect.right() - ROOM - left - 8
        if mark and painter.fontMetrics().horizontalAdvance(mark) <= room:
            painter.drawText(QRect(left + 8, rect.y(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, mark)
        if row < len(self._panel.keys):
            key = painter.fontMetrics().elidedText(self._panel.keys[row], Qt.TextElideMode.ElideRight, KEY_ROOM)
            painter.drawText(QRect(rect.right() - ROOM + 2, rect.y(), KEY_ROOM, rect.height()), right, key)
        share = self._panel.share(c.id)
        painter.setPen(self._theme.tokens.color("text2"))
        text = "" if share is None else "0" if share == 0 else f"{100 * share:.1f} %"
        painter.drawText(QRect(rect.right() - 116, rect.y(), 60, rect.height()), right, text)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            c = index.data(Qt.ItemDataRole.UserRole)
            if eye_rect(option.rect).adjusted(-4, -6, 4, 6).contains(at):
                self._panel.toggle_visible(c.id)
                return True
            if lock_rect(option.rect).adjusted(-3, -6, 3, 6).contains(at):
                self._panel.toggle_lock(c.id)
                return True
            if chip_rect(option.rect).adjusted(-4, -6, 4, 6).contains(at):
                self._panel.recolour(c)
                return True
        return False


def chip_rect(row: QRect) -> QRect:
    return QRect(row.x() + 12, row.center().y() - 6, 14, 14)


def eye_rect(row: QRect) -> QRect:
    return QRect(row.right() - 26, row.center().y() - 7, 16, 16)


def lock_rect(row: QRect) -> QRect:
    return QRect(row.right() - 49, row.center().y() - 7, 16, 16)


class ClassesPanel(Section):
    """``schema_edited`` gives the class table as the user changed it."""

    schema_edited = Signal(object)
    hidden_changed = Signal()
    refused = Signal(str)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Classes")
        self._session = session
        self.hidden: frozenset[int] = frozenset()
        self.keys: list[str] = []
        self.chosen = session.options.class_id
        self.model = ClassesModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(ClassDelegate(self, theme))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.setAccessibleName("Classes")
        self.view.clicked.connect(self._on_click)
        self.view.doubleClicked.connect(lambda index: self.rename(index.data(Qt.ItemDataRole.UserRole)))
        rename = tool_button(theme, "pencil-outline", "Rename the chosen class (double click)")
        rename.clicked.connect(lambda: self._with_chosen(self.rename))
        recolour = tool_button(theme, "palette-outline", "Recolour the chosen class (click its chip)")
        recolour.clicked.connect(lambda: self._with_chosen(self.recolour))
        add = tool_button(theme, "plus", "Add a class")
        add.clicked.connect(self.add)
        for button in (rename, recolour, add):
            self.head.addWidget(button)
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(theme, "palette-outline", "No classes yet", "They are read from the folder, or added with +.")
        )
        self._stack.addWidget(self.view)
        self.body.addWidget(self._stack)
        self.to_the_edges()
        session.project_opened.connect(lambda _: self._on_project())
        session.project_changed.connect(lambda _: self._on_schema())
        session.options.changed.connect(lambda _: self._on_options())
        session.rules_changed.connect(lambda _: self.view.viewport().update())
        theme.changed.connect(self.view.viewport().update)

    def show_keys(self, keys: list[str]) -> None:
        """Show the keys that choose the first classes, as people read them."""
        self.keys = keys
        self.view.viewport().update()

    def share(self, class_id: int) -> float | None:
        """Return the part of the open picture that a class covers, or None with nothing open."""
        current = self._session.current
        if current is None or class_id >= len(current.counts.counts):
            return None
        return current.counts.share(class_id)

    def choose_key(self, position: int) -> None:
        """Draw with the class at a position of the list."""
        if position < len(self.model.classes):
            self._session.options.choose(self.model.classes[position].id)

    def add(self) -> None:
        project = self._session.project
        if project is None:
            return
        name, agreed = QInputDialog.getText(self, "Add a class", "Name of the new class:")
        now = self._session.project
        if agreed and now is not None and now.root == project.root and self._may_be_called(name):
            schema = now.schema.extended(name.strip())
            self.schema_edited.emit(schema)
            self._session.options.choose(schema.classes[-1].id)

    def rename(self, c: LabelClass) -> None:
        name, agreed = QInputDialog.getText(self, "Rename a class", f"New name of {c.name}:", text=c.name)
        if agreed and name.strip() != c.name and self._may_be_called(name):
            self._replace(replace(c, name=name.strip()))

    def _may_be_called(self, name: str) -> bool:
        """Refuse a name that another class has: names are what a model's classes are matched by."""
        taken = any(c.name.casefold() == name.strip().casefold() for c in self.model.classes)
        if taken:
            self.refused.emit(f"There is a class called {name.strip()} already.")
        return bool(name.strip()) and not taken

    def recolour(self, c: LabelClass) -> None:
        color = QColorDialog.getColor(QColor(*c.color), self, f"Colour of {c.name}")
        if color.isValid():
            self._replace(replace(c, color=(color.red(), color.green(), color.blue())))

    def toggle_visible(self, class_id: int) -> None:
        self.hidden = self.hidden ^ {class_id}
        self.view.viewport().update()
        self.hidden_changed.emit()

    def is_locked(self, class_id: int) -> bool:
        return class_id in self._session.rules.locked

    def toggle_lock(self, class_id: int) -> None:
        """Lock a class, or unlock it: a locked one keeps its pixels and gets no others."""
        self._session.toggle_lock(class_id)

    def show_class(self, class_id: int) -> None:
        """Make a class visible that is about to be drawn."""
        if class_id in self.hidden:
            self.toggle_visible(class_id)

    def refresh_shares(self) -> None:
        self.view.viewport().update()

    def _with_chosen(self, act: Any) -> None:
        c = next((c for c in self.model.classes if c.id == self.chosen), None)
        if c is not None:
            act(c)

    def _replace(self, changed: LabelClass) -> None:
        project = self._session.project
        assert project is not None
        self.schema_edited.emit(project.schema.replaced(changed))

    def _on_click(self, index: QModelIndex) -> None:
        at = self.view.viewport().mapFromGlobal(self.view.cursor().pos())
        row = self.view.visualRect(index)
        if not any(icon.contains(QPoint(at)) for icon in (eye_rect(row), lock_rect(row))):
            self._session.options.choose(index.data(Qt.ItemDataRole.UserRole).id)

    def _on_project(self) -> None:
        self.hidden = frozenset()
        self._stack.setCurrentIndex(1)
        self._on_schema()

    def _on_schema(self) -> None:
        project = self._session.project
        if project is not None and project.schema.classes != self.model.classes:
            self.model.set_schema(project.schema)
            self.note.setText(str(len(project.schema)))

    def _on_options(self) -> None:
        self.chosen = self._session.options.class_id
        self.view.viewport().update()
