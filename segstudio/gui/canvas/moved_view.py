"""Where the picture lies in the panes of a widget, and what stays in sight when these change their size."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from segstudio.gui.canvas.viewport import UPRIGHT, Orientation, Viewport


class MovedView(QWidget):
    """Moves, turns and fits the view of a picture; who shows one says how large it and the panes are."""

    view_changed = Signal()
    panes_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport()
        self.fitted = True
        """Whether the whole picture is shown, and stays so."""
        self._middle = 0.0, 0.0  # the image point in the middle of the pane, as it was last moved there

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """Width and height of the picture in its own pixels, None with nothing shown."""
        raise NotImplementedError

    def pane_size(self) -> tuple[int, int]:
        """Return width and height of a pane in device pixels."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        raise NotImplementedError

    def fit(self) -> None:
        """Show the whole picture; it stays fitted while the window changes."""
        if (size := self.picture_size) is not None:
            self.set_view(Viewport.fitting(size, self.pane_size(), self.view.orientation))
        self.fitted = True

    def set_view(self, view: Viewport) -> None:
        width, height = self.pane_size()
        self._middle, self.fitted = view.to_image(width / 2, height / 2), False
        self._show_view(view)

    def _show_view(self, view: Viewport) -> None:
        self.view = view
        self.redraw()
        self.view_changed.emit()

    def settle_view(self) -> None:
        """In panes of another size fit a picture that was fitted, else keep in the middle what was there.

        From where the view was last moved to: rounded again at each of many sizes it would wander off.
        """
        if self.fitted:
            self.fit()
        else:
            self._show_view(self.view.about(self._middle, self.pane_size()))

    def rotate(self, quarters: int) -> None:
        """Turn the view, not the picture, clockwise about the middle of the pane."""
        self._orient(self.view.orientation.turned(quarters))

    def flip(self) -> None:
        """Exchange left and right in the view; the picture stays as it is."""
        self._orient(self.view.orientation.flipped())

    def set_upright(self) -> None:
        """Show the picture as it is stored, neither turned nor flipped."""
        self._orient(UPRIGHT)

    def _orient(self, orientation: Orientation) -> None:
        fitted, (width, height) = self.fitted, self.pane_size()
        self.set_view(self.view.oriented(orientation, width / 2, height / 2))
        if fitted:
            self.fit()
        elif self.pane_size() != (width, height):
            self.settle_view()
        self.panes_changed.emit()
