"""Going through error regions, and doing to the one that one has gone to what the list and the menus ask for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from segstudio.core.confusion import Confusion
from segstudio.core.raster import Mask, Rect
from segstudio.gui.taking_over import take_region
from segstudio.services.error_regions import ErrorRegion, FoundErrors, Key
from segstudio.services.open_sample import OpenSample

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FLASHED = 1 << 21
"""Pixels of a region's rectangle: to find those of the region in a larger one takes longer than a frame."""


class Guide(Protocol):
    """Somebody who has a list of regions of many samples."""

    def step(self, by: int) -> None:
        """Go to the next region, 1, or to the previous one, -1."""

    def drop(self, key: Key) -> None:
        """Take a region off the list that something was done about, and go to the next."""


class Errors(QObject):
    """``current`` is the region that was gone to.

    ``guide``, where there is one, leads through the regions of the data set; else the list leads through the image's.
    """

    moved = Signal()  # another region was gone to, or this one is worth something else

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session, self._finder = window, window.session, window.bench.errors
        self._panel = window.errors_panel
        self.current: ErrorRegion | None = None
        self.mask: Mask | None = None
        """The pixels of ``current``, of its rectangle's shape; None of a region too large to find them at once."""
        self.guide: Guide | None = None
        self._pending = 0  # steps to go once there is a list
        self._sought: tuple[str, Key] | None = None  # the sample and the region to go to once there is a list
        self._kept: list[tuple[Key, int]] = []  # the same of regions that were kept
        self._taken: list[tuple[Key, int]] = []  # regions of the sample, and the revision of its labels after each
        self._connect()

    def _connect(self) -> None:
        window = self._window
        self._finder.changed.connect(self._on_list)
        self._panel.view.picked.connect(self.go_to)
        window.presenter.changed.connect(self._on_presenter)
        window.bench.scorer.finished.connect(self._on_scored)
        self._session.sample_opened.connect(self._on_sample)
        self._session.sample_closed.connect(lambda _: self._leave())
        self._session.project_opened.connect(lambda _: self._leave())
        window.canvas.escaped.connect(self.leave)
        self._on_presenter()

    # Going there

    def step(self, by: int) -> None:
        """Go to the next region, or to the previous one, of the list or of whoever guides through the data set."""
        if self._window.presenter.mode != "compare":
            self._window.set_mode("compare")
        if self.guide is not None:
            self.guide.step(by)
        elif not self._finder.listed.regions and not self._finder.settled:
            self._pending = by
        else:
            self._step(by)

    def go_to(self, region: ErrorRegion) -> None:
        """Bring a region into view and make its pixels flash."""
        current = self._session.current
        self.current, self.mask = region, None
        self._window.canvas.fly_to(region.rect)
        small = math.prod(region.rect.shape) <= FLASHED
        if small and current is not None and current.prediction is not None:
            self.mask, _ = region.placed(current.document.labels, current.prediction)
            self._window.canvas.flash(self.mask, region.rect)
        self._on_current()

    def seek(self, sample_id: str, key: Key, rect: Rect) -> None:
        """Go to a region of any sample, which is opened first."""
        project, current = self._session.project, self._session.current
        sample = next((s for s in project.samples if s.id == sample_id), None) if project is not None else None
        if sample is None:
            return
        self._sought = sample_id, key
        if current is not None and current.sample.id == sample_id:
            self._window.canvas.fly_to(rect)
            self._on_list()
        else:
            self._window.bench.opener.go(sample)

    # Doing something about it

    def take(self) -> None:
        """Make the truth what was predicted, as one step, and go on to the next region."""
        region = self.current
        if region is not None:
            take_region(self._window, region, lambda: self._on_taken(region))

    def keep(self) -> None:
        """Leave the truth as it is, and the region out of the list until its pixels change; go on to the next."""
        region, current = self.current, self._session.current
        if region is not None and current is not None:
            self._finder.kept.add(current.sample.id, region.key)
            self._kept.append((region.key, current.document.revision))
            self._done_with(region)
            self._finder.look_soon()

    def take_back_kept(self) -> bool:
        """Go back to the region kept last, if nothing was drawn since; return whether there was one."""
        current = self._session.current
        compared = current is not None and self._window.presenter.mode == "compare"
        if current is None or not compared or not self._kept or self._kept[-1][1] != current.document.revision:
            return False
        key, _ = self._kept.pop()
        self._finder.kept.take_back(current.sample.id, key)
        self._sought = current.sample.id, key
        self._finder.look_soon()
        return True

    def list_kept(self) -> None:
        """List again what was kept in the open sample."""
        if self._session.current is not None:
            self._finder.kept.forget(self._session.current.sample.id)
            self._kept = []
            self._finder.look_soon()

    def paint(self) -> None:
        """Take the brush, and draw with the class that is the truth in the region."""
        if self.current is not None:
            self._session.options.choose(self.current.truth)
            self._window.choose_tool("brush")
            self._window.canvas.setFocus()

    def leave(self) -> None:
        """Go away from the region: nothing is marked any more."""
        if self.current is not None:
            self.current = None
            self._on_current()

    def _on_taken(self, region: ErrorRegion) -> None:
        if self._session.current is not None and self.guide is None:
            self._taken.append((region.key, self._session.current.document.revision))
        self._done_with(region)

    def _done_with(self, region: ErrorRegion) -> None:
        regions = self._finder.listed.regions
        at = self._panel.model.row_of(region.key)
        after = regions[at + 1 :] + regions[:at] if at is not None else ()
        # At once the next, not none for a moment: a button that is disabled loses the focus to another.
        self.current = after[0] if after and self.guide is None else None
        self._finder.drop(region)
        if self.guide is not None:
            self.guide.drop(region.key)
        elif after:
            self.go_to(after[0])
        self._on_current()

    def _step(self, by: int) -> None:
        regions = self._finder.listed.regions
        at = self._panel.model.row_of(self.current.key) if self.current is not None else None
        if regions:
            self.go_to(regions[(at + by) % len(regions) if at is not None else min(by - 1, 0)])

    # What follows what

    def _on_list(self) -> None:
        """Follow the list: the region that was gone to may be gone, or be worth something else."""
        found, total = self._finder.found, self._session.live_total() if self._finder.in_set else None
        current = self._session.current
        if found is not None and current is not None and self._sought and self._sought[0] == current.sample.id:
            self._go_to_sought(found.find(self._sought[1], total))
        elif found is not None and (back := self._come_back(found, total)) is not None:
            self.go_to(back)
        elif self.current is not None:
            self.current = found.find(self.current.key, total) if found is not None else None
        if self._pending and self._finder.listed.regions:
            by, self._pending = self._pending, 0
            self._step(by)
        self._on_current()

    def _come_back(self, found: FoundErrors, total: Confusion | None) -> ErrorRegion | None:
        """Return the region taken last where it is wrong again: taking it was undone."""
        if not self._taken or found.revision <= self._taken[-1][1]:
            return None
        region = found.find(self._taken[-1][0], total)
        if region is not None:
            self._taken.pop()
        return region

    def _go_to_sought(self, region: ErrorRegion | None) -> None:
        self._sought = None
        if region is not None:
            self.go_to(region)
        else:
            self._window.bench.messages.info(
                "That region is no longer as it was found.", "The labels or the prediction have changed since."
            )

    def _on_current(self) -> None:
        self._panel.mark(self.current.key if self.current is not None else None)
        self._window.action_states.refresh()  # at once: the next key may be meant for the region
        self.moved.emit()

    def _on_sample(self, opened: OpenSample) -> None:
        self.current, self._pending, self._taken, self._kept = None, 0, [], []
        if self._sought is not None and self._sought[0] != opened.sample.id:
            self._sought = None
        self._on_current()

    def _leave(self) -> None:
        self.current, self._sought, self._pending, self._taken = None, None, 0, []
        self._on_current()

    def _on_presenter(self) -> None:
        compared = self._window.presenter.mode == "compare"
        self._finder.watch(compared)
        self._finder.want(class_id=self._window.presenter.focus)

    def _on_scored(self) -> None:
        if self._finder.in_set:
            self._finder.look_soon()
