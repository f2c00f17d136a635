"""Following the objects of the open sample, and doing to them what their list and the menus ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from segstudio.core.records import Instance
from segstudio.editing.edit import Edit
from segstudio.gui.actions.making import tell_key
from segstudio.services.instances import deleted, reclassed
from segstudio.services.open_sample import OpenSample

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

REFRESH_MS = 80
"""After a change, until the list shows it: drawing changes far more often than one reads."""


class Objects(QObject):
    """Outlines the object under the pointer and the one that was picked; goes to one, changes or deletes it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._panel = window, window.session, window.instances_panel
        self._hovered = self._picked = 0
        self._lit: dict[int, Instance] = {}
        self._unfollow: Callable[[], None] = lambda: None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_MS)
        self._soon.timeout.connect(self._on_changed)
        self._connect()

    def _connect(self) -> None:
        session, panel, presenter = self._session, self._panel, self._window.presenter
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._let_go())
        session.project_opened.connect(lambda _: self._let_go())
        session.options.changed.connect(lambda _: self._on_options())
        self._window.canvas.pointed.connect(self._on_pointed)
        panel.view.picked.connect(self.go_to)
        new = self._window.actions_by_name["new instance"]
        panel.new.clicked.connect(new.trigger)
        tell_key(panel.new, new)
        panel.class_chosen.connect(self.make)
        panel.delete_wanted.connect(self.delete)
        panel.apart.toggled.connect(self._window.bench.tell_apart)
        panel.colours_chosen.connect(lambda by: presenter.set_by_instance(by == "instance"))
        presenter.changed.connect(lambda: panel.colours.choose("instance" if presenter.by_instance else "class"))

    # What is done to objects

    def go_to(self, instance: Instance) -> None:
        """Show an object in the middle of the view, and draw with it."""
        canvas = self._window.canvas
        canvas.set_view(canvas.view.visiting(instance.rect, canvas.pane_size()))
        self._picked = instance.number
        self._session.options.choose(instance.class_id, instance.number)

    def make(self, instance: Instance, class_id: int) -> None:
        """Make a whole object of another class, as one step."""
        current, project = self._session.current, self._session.project
        if current is None or project is None:
            return
        document, c = current.document, project.schema.get(class_id)
        keeps = class_id in project.schema.things
        name = c.name if c is not None else str(class_id)
        self._change(current, lambda: reclassed(document, instance, class_id, name, keeps))

    def delete(self, instance: Instance) -> None:
        """Make a whole object background, as one step."""
        current, project = self._session.current, self._session.project
        if current is not None and project is not None:
            self._change(current, lambda: deleted(current.document, instance, project.schema.background))

    def _change(self, opened: OpenSample, compute: Callable[[], Edit]) -> None:
        document, edits = opened.document, self._window.bench.edits
        if edits.busy:
            return
        document.settle()
        revision = document.revision

        def done(edit: Edit) -> Iterable[None]:
            return document.applying(edit) if document.revision == revision else ()

        edits.work("Changing the object", compute, done)

    # What follows what

    def _follow(self, opened: OpenSample) -> None:
        self._let_go()
        self._panel.cutouts.show(opened)
        if opened.instances is not None:
            self._unfollow = opened.document.changed.connect(lambda _: self._soon.start())
        self._panel.refresh()

    def _on_changed(self) -> None:
        self._panel.refresh()
        self._window.action_states.refresh_soon()  # what is drawn may now be an object, or none any more

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None
        self._hovered = self._picked = 0
        self._lit.clear()
        self._window.presenter.light_up((), ())
        self._panel.cutouts.show(None)
        self._panel.refresh()

    def _on_options(self) -> None:
        self._panel.mark(self._session.options.instance)
        if self._session.options.instance != self._picked:
            self._picked = 0
        self._light()

    def _on_pointed(self, at: tuple[float, float] | None) -> None:
        """Outline what is under the pointer; while something is drawn it stays as it was when that began."""
        current = self._session.current
        if current is None or current.document.instances is None or current.document.editing:
            return
        instances, number = current.document.instances, 0
        if at is not None and 0 <= at[0] < instances.shape[1] and 0 <= at[1] < instances.shape[0]:
            number = int(instances[math.floor(at[1]), math.floor(at[0])])
        if number != self._hovered:
            self._hovered = number
            self._light()

    def _light(self) -> None:
        live = self._session.current.instances if self._session.current is not None else None
        numbers = {n for n in (self._hovered, self._picked) if n} if live is not None else set()
        found = {n: instance for n in numbers if live is not None and (instance := live.get(n)) is not None}
        changed = [i.rect for lit in (self._lit, found) for n, i in lit.items() if n in self._lit.keys() ^ found.keys()]
        self._lit = found
        if changed:
            self._window.presenter.light_up(tuple(found), changed)
