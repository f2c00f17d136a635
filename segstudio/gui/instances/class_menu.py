"""A menu of classes that what one types makes shorter."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.menu_head import MenuHead
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.theme import Tokens


def class_rows(
    menu: QMenu, classes: Iterable[LabelClass], tokens: Tokens, chosen: Callable[[LabelClass], object]
) -> list[QAction]:
    """Add a row for each class to a menu, and return them; ``chosen`` is called with the one that is chosen."""
    rows = []
    for c in classes:
        row = menu.addAction(chip_pixmap(c, tokens), c.name.replace("&", "&&"))
        row.triggered.connect(lambda _=False, c=c: chosen(c))
        rows.append(row)
    return rows


class ClassMenu(QMenu):
    """``head`` says what choosing one does. Typed letters leave the classes whose names hold them, and stand there."""

    def __init__(self, head: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumWidth(180)
        self._text, self._typed = head, ""
        self._head = MenuHead(self, head)
        self.choices: list[QAction] = []

    def offer(self, classes: Iterable[LabelClass], tokens: Tokens, chosen: Callable[[int], object]) -> None:
        """Add a row for each class; ``chosen`` is called with the id of the one that is chosen."""
        self.choices += class_rows(self, classes, tokens, lambda c: chosen(c.id))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._types(event):
            event.accept()  # here letters choose no tool
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._types(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Backspace:
            self._find(self._typed[:-1])
        else:
            self._find(self._typed + event.text())

    def _types(self, event: QKeyEvent) -> bool:
        """Return whether a key is one of those that a name is typed with; a name begins with no space."""
        letter = event.text().isprintable() and bool(event.text() if self._typed else event.text().strip())
        return letter or event.key() == Qt.Key.Key_Backspace

    def _find(self, typed: str) -> None:
        """Show the classes of a name with these letters, and mark the first that begins with them, else the first."""
        names = [action.text().replace("&&", "&").casefold() for action in self.choices]
        wanted = typed.casefold()
        found = [action for action, name in zip(self.choices, names, strict=True) if wanted in name]
        if typed and not found:
            return  # what was typed before goes on holding
        self._typed = typed
        self._head.show_text(f"{self._text} {typed}")
        for action in self.choices:
            action.setVisible(action in found)
        begins = [action for action, name in zip(self.choices, names, strict=True) if name.startswith(wanted)]
        self.setActiveAction((begins or found)[0])
