"""How the open sample is looked at: the way of working, the layout of panes, opacity, the class in focus."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from segstudio.core.raster import Rect
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS, LABEL_LAYOUTS, PREDICT_LAYOUTS, Layout
from segstudio.gui.opener import Loaded
from segstudio.gui.theme import DARK, Theme
from segstudio.overlays.base import Style
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

LAYOUTS: dict[str, dict[str, Layout]] = {
    "label": LABEL_LAYOUTS,
    "predict": PREDICT_LAYOUTS,
    "compare": COMPARE_LAYOUTS,
}
DEFAULT_OPACITY = {"label": 50, "predict": 50, "compare": 75}


class Presenter(QObject):
    """Keeps the canvas in step with the session and with the user's choices; each mode keeps its own."""

    changed = Signal()

    def __init__(self, session: Session, canvas: Canvas, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._theme = session, canvas, theme
        self.mode = "label"
        self.focus: int | None = None
        self.hidden: frozenset[int] = frozenset()
        self.by_instance = False
        self._lit: tuple[int, ...] = ()
        self._chosen = {mode: next(iter(layouts)) for mode, layouts in LAYOUTS.items()}
        self._opacity = dict(DEFAULT_OPACITY)
        session.project_opened.connect(lambda _: self._on_project())
        session.sample_closed.connect(lambda _: canvas.clear())
        session.project_changed.connect(lambda _: self.restyle())
        session.prediction_changed.connect(self._on_prediction)
        theme.changed.connect(self._on_theme)
        self._on_theme()

    @property
    def layout_key(self) -> str:
        return self._chosen[self.mode]

    @property
    def opacity(self) -> int:
        """Per cent."""
        return self._opacity[self.mode]

    def show(self, loaded: Loaded) -> None:
        """Show a sample that was opened."""
        opened = loaded.opened
        self._canvas.show_document(loaded.picture, opened.document, opened.prediction, self._style())
        self._canvas.set_predictions(opened.prediction, opened.other, opened.confidence)

    def set_mode(self, mode: str) -> None:
        """Work in another way: the picture, the view and the selection stay."""
        self.mode = mode
        self._canvas.set_layout(LAYOUTS[mode][self.layout_key])
        self.restyle()
        self.changed.emit()

    def set_layout(self, key: str) -> None:
        self._chosen[self.mode] = key
        self._canvas.set_layout(LAYOUTS[self.mode][key])
        self.changed.emit()

    def set_opacity(self, per_cent: int) -> None:
        self._opacity[self.mode] = min(max(per_cent, 0), 100)
        self.restyle()
        self.changed.emit()

    def set_focus(self, class_id: int | None) -> None:
        """Look at the errors of one class, or of all."""
        self.focus = class_id
        self.restyle()
        self.changed.emit()

    def set_hidden(self, hidden: frozenset[int]) -> None:
        self.hidden = hidden
        self.restyle()

    def set_by_instance(self, by_instance: bool) -> None:
        """Colour the labels by object, or by class."""
        self.by_instance = by_instance
        self.restyle()
        self.changed.emit()

    def light_up(self, lit: tuple[int, ...], rects: Iterable[Rect]) -> None:
        """Outline some objects; ``rects`` are around them, and around those that were."""
        self._lit = lit
        self._canvas.set_lit(lit, rects)

    def restyle(self) -> None:
        """Colour everything anew."""
        if self._session.project is not None:
            self._canvas.set_style(self._style())

    def _style(self) -> Style:
        session = self._session
        assert session.project is not None
        focus = self.focus if self.mode == "compare" else None
        style = Style.of(session.project.schema, self.opacity / 100, self.hidden, focus, session.seen_schema)
        return replace(style, by_instance=self.by_instance, lit=self._lit)

    def _on_project(self) -> None:
        self.focus, self.hidden = None, frozenset()
        self._canvas.clear()
        self.changed.emit()

    def _on_prediction(self, opened: OpenSample) -> None:
        self.restyle()
        self._canvas.set_predictions(opened.prediction, opened.other, opened.confidence)

    def _on_theme(self) -> None:
        t = self._theme.tokens
        self._canvas.backdrop = t.color("canvas")
        self._canvas.accent = DARK.color("accent")  # the light one's, made for white panels, is lost on dark pictures
        self._canvas.redraw()
