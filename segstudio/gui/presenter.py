"""How the open sample is looked at: the way of working, the layout of panes, opacity, the class in focus."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.raster import Rect
from segstudio.core.schema import LabelSchema
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.choices import PaneChoices
from segstudio.gui.canvas.contents import Need, shows_truth
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS, LABEL_LAYOUTS, OTHER_LAYOUTS, PREDICT_LAYOUTS, Layout
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
BLINK_MS = 700
"""Fewer than three changes a second, which no eye takes harm from (WCAG 2.2, 2.3.1)."""
DEFAULT_OPACITY = {"label": 50, "predict": 50, "compare": 75}


class Presenter(QObject):
    """Keeps the canvas in step with the session and with the user's choices; each mode keeps its own."""

    changed = Signal()

    def __init__(self, session: Session, canvas: Canvas, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._theme = session, canvas, theme
        self.mode = "label"
        self.shows_other = False
        """Whether Predict shows the second prediction."""
        self.focus: int | None = None
        self.hidden: frozenset[int] = frozenset()
        self.by_instance = False
        self._lit: tuple[int, ...] = ()
        self.there: frozenset[Need] = frozenset()
        """What there is to look at of the open sample."""
        self.choices = PaneChoices(COMPARE_LAYOUTS)
        self._blinking = QTimer(self)
        self._blinking.setInterval(BLINK_MS)
        self._blinking.timeout.connect(self._blink)
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
    def layouts(self) -> dict[str, str]:
        """The layout that is chosen in each mode."""
        return dict(self._chosen)

    @property
    def opacities(self) -> dict[str, int]:
        """Per cent, in each mode."""
        return dict(self._opacity)

    def take_over(self, layouts: Mapping[str, str], opacities: Mapping[str, int]) -> None:
        """Look at things by mode as somebody did before, as far as there are such layouts still."""
        self._chosen |= {mode: key for mode, key in layouts.items() if key in LAYOUTS.get(mode, ())}
        self._opacity |= {mode: min(max(value, 0), 100) for mode, value in opacities.items() if mode in LAYOUTS}
        self.set_mode(self.mode)

    @property
    def layout(self) -> Layout:
        """The layout that is chosen, with what its panes can show."""
        if self.mode == "predict" and self.shows_other:
            return OTHER_LAYOUTS[self.layout_key]
        if self.mode != "compare":
            return LAYOUTS[self.mode][self.layout_key]
        return self.choices.layout(self.layout_key, self.there)

    @property
    def opacity(self) -> int:
        """Per cent."""
        return self._opacity[self.mode]

    def show(self, loaded: Loaded) -> None:
        """Show a sample that was opened."""
        opened = loaded.opened
        self._look_around(opened)
        self._canvas.show_document(loaded.picture, opened.document, opened.prediction, self._style())
        self._canvas.set_predictions(opened.said, opened.other, opened.confidence, opened.other_confidence)

    def set_mode(self, mode: str) -> None:
        """Work in another way: the picture, the view and the selection stay."""
        self.mode = mode
        self._arrange()
        self.restyle()
        self.changed.emit()

    def show_other(self, other: bool) -> None:
        """Show the second prediction in Predict, or the first."""
        if self.shows_other != other:
            self.shows_other = other
            self._arrange()
            self.restyle()
            self.changed.emit()

    def set_layout(self, key: str) -> None:
        self._chosen[self.mode] = key
        self._arrange()
        self.changed.emit()

    def look(self, key: str) -> None:
        """Choose a layout of Compare, whatever is worked at."""
        self._chosen["compare"] = key
        if self.mode == "compare":
            self.set_layout(key)

    def show_in(self, pane: int, overlay: str) -> None:
        """Let a pane of the chosen layout of Compare show something else."""
        self.choices.choose(self.layout_key, pane, overlay)
        self.set_layout(self.layout_key)

    def hold_in(self, pane: int, overlay: str) -> None:
        """Let a pane of the chosen layout of Compare show something else while the blink key is held."""
        self.choices.hold(self.layout_key, pane, overlay)
        self.set_layout(self.layout_key)

    def restore_panes(self) -> None:
        """Let the panes of the chosen layout of Compare show what it was made for."""
        self.choices.restore(self.layout_key)
        self.set_layout(self.layout_key)

    @property
    def truth_in_view(self) -> bool:
        """Whether what one draws is seen, at the latest once it is drawn: there is a truth then."""
        if self.mode != "compare":
            return True
        layout, key = self.layout, self.layout_key
        seen = {*layout.overlays, *(self.choices.wanted(key, pane) for pane in range(len(layout.overlays)))}
        if layout.blinks or self._canvas.swapped:
            seen |= set(layout.held)
        return any(map(shows_truth, seen))

    def swap(self) -> None:
        """Show the other thing in each pane, or the first again; what blinks by itself begins its time anew."""
        self._canvas.set_swapped(not self._canvas.swapped and bool(self._canvas.layout_shown.held))
        if self._blinking.isActive():
            self._blinking.start()
        self.changed.emit()

    def look_around(self) -> None:
        """See what there is to look at: labels may have been drawn where there were none."""
        if self._session.current is not None and self._look_around(self._session.current):
            self.changed.emit()

    def missing(self, key: str) -> str:
        """Return what to do about what a layout of Compare lacks, "" where it lacks nothing."""
        need = self.choices.missing(key, self.there)
        return need.value if need is not None else ""

    @property
    def seen_schema(self) -> LabelSchema:
        """The project's classes, and after them those of the prediction that is shown."""
        session = self._session
        assert session.project is not None
        if session.current is not None and self.mode == "predict" and self.shows_other:
            return session.project.schema.with_beside(session.current.other_classes)
        return session.seen_schema

    @property
    def style(self) -> Style | None:
        """How labels are coloured now, None without a project."""
        return self._style() if self._session.project is not None else None

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
        seen = self.seen_schema
        style = Style.of(session.project.schema, self.opacity / 100, self.hidden, focus, seen)
        return replace(style, by_instance=self.by_instance, lit=self._lit)

    def _on_project(self) -> None:
        self.focus, self.hidden = None, frozenset()
        self._canvas.clear()
        self.changed.emit()

    def _look_around(self, opened: OpenSample) -> bool:
        """Note what there is of a sample; return whether that is something else than before."""
        found = {
            Need.TRUTH: opened.has_truth,
            Need.PREDICTION: opened.prediction is not None,
            Need.OTHER: opened.other is not None,
            Need.CONFIDENCE: opened.confidence is not None,
            Need.OTHER_CONFIDENCE: opened.other_confidence is not None,
        }
        before, self.there = self.there, frozenset(need for need, there in found.items() if there)
        if self.there != before:
            self._arrange()
        return self.there != before

    def _arrange(self) -> None:
        layout = self.layout
        self._canvas.swapped = False
        self._canvas.set_layout(layout)
        if layout.blinks:
            self._blinking.start()
        else:
            self._blinking.stop()

    def _blink(self) -> None:
        """Change what is shown, but not below a stroke, nor while nobody compares."""
        document = self._canvas.document
        if document is not None and not document.editing:
            self._canvas.set_swapped(not self._canvas.swapped)

    def _on_prediction(self, opened: OpenSample) -> None:
        self.look_around()
        self.restyle()
        self._canvas.set_predictions(opened.said, opened.other, opened.confidence, opened.other_confidence)

    def _on_theme(self) -> None:
        t = self._theme.tokens
        self._canvas.backdrop = t.color("canvas")
        self._canvas.accent = DARK.color("accent")  # the light one's, made for white panels, is lost on dark pictures
        self._canvas.redraw()
