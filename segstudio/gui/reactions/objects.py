"""Following the objects of the open sample, and doing to them what their list and the menus ask for."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from segstudio.core.records import Instance
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.selection import Selection
from segstudio.gui.actions.making import tell_key
from segstudio.gui.edits import SLICE_S
from segstudio.gui.regions import easel_of
from segstudio.services.instances import LiveInstances, deleted, reclassed, rest_numbered
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
        self._drawn = self._selected = 0  # of these the list marks the one that was chosen last
        self._lit: dict[int, Instance] = {}
        self._wanted: Callable[[], None] | None = None  # what is to be done to an object once all is counted
        self._unfollow: Callable[[], object] = lambda: None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_changed)
        self._connect()

    def _connect(self) -> None:
        session, panel, presenter = self._session, self._panel, self._window.presenter
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._leave())
        session.project_opened.connect(lambda _: self._leave())
        session.options.changed.connect(lambda _: self._on_options())
        self._window.canvas.pointed.connect(self._on_pointed)
        panel.view.picked.connect(self.go_to)
        new = self._window.actions_by_name["new instance"]
        panel.new.clicked.connect(new.trigger)
        new.triggered.connect(lambda: panel.show_begun())
        tell_key(panel.new, new)
        panel.class_chosen.connect(self.make)
        panel.delete_wanted.connect(self.delete)
        panel.apart.toggled.connect(self._window.bench.tell_apart)
        panel.colours_chosen.connect(lambda by: presenter.set_by_instance(by == "instance"))
        presenter.changed.connect(lambda: panel.show_colours(presenter.by_instance))

    # What is done to objects

    def go_to(self, instance: Instance) -> None:
        """Show an object in the middle of the view, and draw with it."""
        self._window.canvas.fly_to(instance.rect)
        self._picked, self._selected = instance.number, 0
        self._session.options.choose(instance.class_id, instance.number)

    def make(self, instance: Instance, class_id: int) -> None:
        """Make a whole object of another class, as one step."""
        project = self._session.project
        c = project.schema.get(class_id) if project is not None else None
        if project is not None and c is not None:
            keeps = class_id in project.schema.things
            self._change(instance, lambda document, now: reclassed(document, now, class_id, c.name, keeps))

    def delete(self, instance: Instance) -> None:
        """Make a whole object background, as one step."""
        background = self._session.options.background_id
        self._change(instance, lambda document, now: deleted(document, now, background))

    def number_rest(self) -> None:
        """Make an object of each area of a thing that has no number, as one step."""
        project, easel = self._session.project, easel_of(self._window)
        if project is not None and easel is not None and easel.document.instances is not None:
            things = project.schema.things
            easel.change("Numbering instances", lambda: rest_numbered(easel.document, things))

    def _change(self, instance: Instance, compute: Callable[[Document, Instance], Edit | None]) -> None:
        """Change an object as it is now: a list may show it as it was a moment ago."""
        easel, live = easel_of(self._window), self._live
        if live is not None and not live.catch_up(SLICE_S):
            self._wanted = partial(self._change, instance, compute)
            self._soon.start(0)
            return
        now = live.get(instance.number) if live is not None else None
        if easel is not None and now is not None:
            easel.change("Changing the instance", lambda: compute(easel.document, now))

    # What follows what

    @property
    def _live(self) -> LiveInstances | None:
        return self._session.current.instances if self._session.current is not None else None

    def _follow(self, opened: OpenSample) -> None:
        self._let_go()
        self._panel.cutouts.show(opened)
        self._panel.view.scrollToTop()
        if opened.instances is not None:
            document = opened.document
            stops = (
                document.changed.connect(lambda _: self._soon.start(REFRESH_MS)),
                document.selection.changed.connect(lambda _: self._on_selection(document.selection)),
            )
            self._unfollow = lambda: [stop() for stop in stops]
        self._on_changed()

    def _on_changed(self) -> None:
        """Count what changed, half a frame's worth at a time, and then show it."""
        live = self._live
        if live is not None and not live.catch_up(SLICE_S):
            self._soon.start(0)
            return
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted()
        self._panel.refresh()
        self._window.bench.numbering.fit()
        self._light()
        self._window.action_states.refresh_soon()  # what is drawn may now be an object, or none any more

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None
        self._hovered = self._picked = self._selected = 0
        self._wanted = None
        self._lit.clear()
        self._window.presenter.light_up((), ())

    def _leave(self) -> None:
        self._let_go()
        self._panel.cutouts.show(None)
        self._panel.refresh()

    def _on_selection(self, selection: Selection) -> None:
        self._selected = selection.first[1] if selection.area is not None else 0
        self._panel.mark(self._selected or self._drawn)

    def _on_options(self) -> None:
        if self._session.options.instance != self._drawn:
            self._drawn, self._selected = self._session.options.instance, 0
        self._panel.mark(self._selected or self._drawn)
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
        live, before = self._live, self._lit
        numbers = {self._hovered, self._picked} - {0} if live is not None else set()
        self._lit = {n: i for n in numbers if live is not None and (i := live.so_far(n)) is not None}
        changed = before.keys() ^ self._lit.keys()
        # What is lit no more is so where it was, and where it has been drawn since.
        now = (live.so_far(n) for n in changed if live is not None)
        rects = [i.rect for i in (*now, *map(before.get, changed)) if i is not None]
        if changed:
            self._window.presenter.light_up(tuple(self._lit), rects)
