"""The class that a page is about: the one in focus, or where none is, one of those that the image has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.widgets import Choice

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class ClassOfPage(Choice):
    """Choosing a class puts it in focus, as everywhere."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.theme, "Class that is looked at")
        self.setToolTip("The class that is looked at; it is in focus on the canvas, too")
        self._window = window
        self.class_id: int | None = None
        self.activated.connect(lambda at: window.presenter.set_focus(self.itemData(at)))

    def refresh(self) -> None:
        """Show what can be chosen, and what is."""
        project = self._window.session.project
        classes = () if project is None else project.schema.scored
        if [self.itemData(i) for i in range(self.count())] != [c.id for c in classes]:
            self.clear()
            for c in classes:
                self.addItem(chip_icon(c, self._window.theme.tokens), c.name, c.id)
        focus = self._window.presenter.focus
        self.class_id = focus if focus in {c.id for c in classes} else self._default()
        self.setCurrentIndex(-1 if self.class_id is None else self.findData(self.class_id))

    def _default(self) -> int | None:
        """Return the class looked at before, else the first that the open image has beside the background."""
        project, current = self._window.session.project, self._window.session.current
        if project is None:
            return None
        ids = [c.id for c in project.schema.scored]
        if self.class_id in ids:
            return self.class_id
        objects = [i for i in ids if i != project.schema.background] or ids
        if current is not None:
            counts = current.counts.counts
            objects = [i for i in objects if counts[i]] or objects
        return next(iter(objects), None)
