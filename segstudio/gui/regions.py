"""What is done to regions: the selected ones, those of a class, or all. Each function is given the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.editing import cleaning, islands, moving, regions
from segstudio.editing.cleaning import Change
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.scope import Scope
from segstudio.editing.shapes import Placed
from segstudio.tools.base import Easel
from segstudio.tools.options import Number, Pick
from segstudio.tools.select import select_found, select_touched

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

APPLY_TO = Pick(
    "clean scope",
    "Clean up",
    {"selection": "Selection", "class": "Class", "all": "All"},
    "The selected regions, the class that is drawn, or all classes but the background",
)
BY = Number("clean by", "Distance", 1, 100, 2, "px", "How far to grow, shrink, open, close or smooth")
SMALLEST = Number("clean smallest", "Smaller than", 2, 1000, 64, "px", "Islands of fewer pixels are removed")

SELECTING = ("select", "cut")
"""Tools that show what is selected; while others are chosen nothing is done to it unseen."""


def easel_of(window: MainWindow) -> Easel | None:
    """Return what can be worked on now: nothing while labels are not shown or still being changed."""
    free = window.presenter.mode != "predict" and not window.bench.edits.busy
    return window.canvas.hand.easel if free else None


def selected(window: MainWindow) -> Placed | None:
    easel = window.canvas.hand.easel
    return easel.document.selection.area if easel is not None and window.tool in SELECTING else None


def has_selection(window: MainWindow) -> bool:
    return selected(window) is not None


def delete(window: MainWindow) -> None:
    background = window.session.options.background_id
    _change(window, "Delete region", lambda document, area: moving.emptied(document, area, background), keeps=False)


def merge(window: MainWindow) -> None:
    """Make the selected regions one: of the class, and the object, of the first of them."""
    easel = easel_of(window)
    if easel is not None:
        first = easel.document.selection.first
        _change(window, "Merge regions", lambda document, area: moving.merged(document, area, first))


def reclass(window: MainWindow, class_id: int | None = None) -> None:
    """Give the selected regions a class, else the one that is drawn."""
    project = window.session.project
    class_id = window.session.options.class_id if class_id is None else class_id
    if project is not None:
        thing = class_id in project.schema.things
        _change(window, "Change class", lambda document, area: moving.reclassed(document, area, class_id, thing))


def choose_class(window: MainWindow, position: int) -> None:
    """Draw with the class at a position of the list, and give it to what is selected: which is then said."""
    window.classes.choose_key(position)
    project, easel = window.session.project, easel_of(window)
    drawn = project.schema.get(window.session.options.class_id) if project is not None else None
    if drawn is not None and easel is not None and has_selection(window):
        reclass(window)
        title, document = f"What is selected is now {drawn.name}.", easel.document
        window.bench.messages.info(title, "Esc selects nothing.", "Undo", lambda: window.bench.edits.undo(document))


def copy(window: MainWindow) -> None:
    easel, area = easel_of(window), selected(window)
    if easel is not None and area is not None:
        window.session.clipboard = moving.lifted(easel.document, area)


def cut_out(window: MainWindow) -> None:
    copy(window)
    delete(window)


def paste(window: MainWindow) -> None:
    """Put what was copied down at the same place, in whatever picture is open, and select it to be moved."""
    easel, piece, project = easel_of(window), window.session.clipboard, window.session.project
    if easel is None or piece is None or project is None:
        return
    document, area, schema = easel.document, (piece.mask, piece.at), project.schema

    def select() -> None:
        window.choose_tool("select")
        select_found(easel, lambda: regions.clipped(area, document.labels.shape))

    easel.change("Paste region", lambda: moving.pasted(document, piece, schema), select)


def select_all(window: MainWindow) -> None:
    """Select everything but the background; in the list of samples, all samples."""
    easel = easel_of(window)
    if window.samples.view.hasFocus():
        window.samples.view.selectAll()
    elif easel is not None:
        window.choose_tool("select")
        labels, background = easel.document.labels, easel.options.background_id
        select_found(easel, lambda: regions.tight(labels != background, (0, 0)))


def deselect(window: MainWindow) -> None:
    if window.session.current is not None:
        window.session.current.document.selection.clear()


def without_islands(window: MainWindow) -> None:
    smallest = window.session.options.number(SMALLEST)

    def step(document: Document, scope: Scope) -> Edit | None:
        return islands.without_islands(document, scope, smallest)

    _clean(window, "Remove islands", step, f"No islands smaller than {smallest} px in")


def largest_kept(window: MainWindow) -> None:
    _clean(window, "Keep the largest", islands.largest_kept, "No second region in")


def without_holes(window: MainWindow) -> None:
    _clean(window, "Fill holes", islands.without_holes, "No holes in")


def cleaner(text: str, change: Change) -> Callable[[MainWindow], None]:
    """Return what makes a change by as many pixels as was chosen."""

    def run(window: MainWindow) -> None:
        by = window.session.options.number(BY)
        nothing = f"{text} by {by} px changes nothing in"
        _clean(window, text, lambda document, scope: cleaning.cleaned(document, text, change, by, scope), nothing)

    return run


def _change(window: MainWindow, text: str, step: Callable[[Document, Placed], Edit | None], keeps: bool = True) -> None:
    """Do something to what is selected; where it ``keeps``, the same pixels are selected afterwards."""
    easel, area = easel_of(window), selected(window)
    if easel is None or area is None:
        return
    document = easel.document
    easel.change(text, lambda: step(document, area), lambda: document.selection.select(area) if keeps else None)


def _clean(window: MainWindow, text: str, step: Callable[[Document, Scope], Edit | None], nothing: str) -> None:
    """Clean up what was chosen to be; ``nothing`` says that there is nothing to do, but for where."""
    easel, options, messages = easel_of(window), window.session.options, window.bench.messages
    if easel is None or window.session.project is None:
        return
    document, area, to = easel.document, selected(window), options.pick(APPLY_TO)
    if to == "selection" and area is None:
        messages.info(
            "Nothing is selected.",
            "Click a region with the tool Select, or apply it to a class or to all.",
            "Select",
            lambda: window.choose_tool("select"),
        )
        return
    scope, where = Scope(options.background_id), "any class"
    if to == "class":
        drawn = window.session.project.schema.get(options.class_id)
        scope, where = Scope(options.background_id, (options.class_id,)), drawn.name if drawn is not None else where
    elif to == "selection":
        scope, where = Scope(options.background_id, area=area), "what is selected"
    before = None if area is None else moving.lifted(document, area)
    easel.change(
        text,
        lambda: step(document, scope),
        lambda: _reselect(easel, before),
        lambda: messages.info(f"{nothing} {where}."),
    )


def _reselect(easel: Easel, before: moving.Piece | None) -> None:
    """Select what has become of regions: those that hold pixels which are what they were."""
    if before is not None and (kept := moving.kept(easel.document, before)) is not None:
        select_touched(easel, kept)
