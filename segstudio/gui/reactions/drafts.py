"""Shapes under way when another tool or image was chosen: kept, told, and gone on with on coming back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer

from segstudio.editing.document import Document
from segstudio.gui.canvas.hand import LaidAside
from segstudio.services.open_sample import OpenSample
from segstudio.tools import TOOLS
from segstudio.tools.base import Draft

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

ABOUT = "draft"


class Place(NamedTuple):
    """Where a shape is under way: the root of a project, a sample of it, and a tool."""

    root: Path
    sample_id: str
    tool: str


class Drafts(QObject):
    """Keeps one for each tool and image, until the program ends."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._hand = window, window.canvas.hand
        self._kept: dict[Place, Draft] = {}
        self._samples: WeakKeyDictionary[Document, tuple[Path, str]] = WeakKeyDictionary()
        window.session.sample_opened.connect(self._on_sample)
        self._hand.laid_aside.connect(self._keep)
        self._hand.taken_up.connect(lambda _: self._go_on())

    def _on_sample(self, opened: OpenSample) -> None:
        project = self._window.session.project
        assert project is not None
        self._samples[opened.document] = project.root, opened.sample.id

    def _keep(self, aside: LaidAside) -> None:
        if (sample := self._samples.get(aside.document)) is not None:
            place = Place(*sample, aside.tool)
            self._kept[place] = aside.draft
            QTimer.singleShot(0, self, partial(self._tell, place))

    def _tell(self, place: Place) -> None:
        """Say where it is, unless it has been gone on with already, as where the same image was shown anew."""
        if place in self._kept:
            tool = TOOLS[place.tool].text
            self._window.bench.messages.info(
                f"{tool} under way was put aside.",
                f"It goes on where it was as soon as you are back at {place.sample_id} with this tool.",
                "Bring it back",
                partial(self._bring_back, place),
                about=ABOUT,
            )

    def _bring_back(self, place: Place) -> None:
        window, project = self._window, self._window.session.project
        sample = next((s for s in project.samples if s.id == place.sample_id), None) if project is not None else None
        if sample is None or project is None or project.root != place.root:
            window.bench.messages.info(f"Open {place.root.name} again first: the shape is kept there.")
            return
        if window.presenter.mode == "predict":
            window.set_mode("label")
        window.choose_tool(place.tool)
        if window.session.current is None or window.session.current.sample.id != sample.id:
            window.bench.opener.go(sample)

    def _go_on(self) -> None:
        easel, tool = self._hand.easel, self._hand.tool
        sample = self._samples.get(easel.document) if easel is not None else None
        draft = self._kept.pop(Place(*sample, self._hand.name), None) if sample is not None else None
        if tool is not None and draft is not None:
            tool.resume(draft)
            self._window.canvas.update()
            self._window.bench.messages.over.emit(ABOUT)
