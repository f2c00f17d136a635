"""The window of values through which the open picture is looked at, and how it follows the user."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.display import Display, Distribution, shown, whole_window
from segstudio.core.raster import RgbImage
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.displayed import DisplayedPicture, ValuePicture
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.gui.opener import Loaded
from segstudio.services.open_sample import OpenSample
from segstudio.services.seen import Seen
from segstudio.services.session import Session

SETTLED_MS = 300
"""After the last change, until the picture is made whole for the tools: the screen follows at once."""


class Windowing(QObject):
    """Keeps one display for each kind of picture; what is automatic suits itself to each picture."""

    changed = Signal()  # another picture, another display, or its values are known now
    settled = Signal(object)  # the DisplayedPicture, a moment after its last change

    def __init__(self, session: Session, canvas: Canvas, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._messages = session, canvas, messages
        self._picture: DisplayedPicture | None = None
        self._looked_at: OpenSample | None = None
        self._background = Background(1, "display", self)
        self._changing = QTimer(self)
        self._changing.setSingleShot(True)
        self._changing.setInterval(SETTLED_MS)
        self._changing.timeout.connect(self._settle)
        session.project_opened.connect(lambda _: self._leave())
        session.sample_closed.connect(lambda _: self._leave())

    @property
    def seen(self) -> Seen | None:
        """The open picture, or None where none is open."""
        return self._session.current.seen if self._session.current is not None and self._picture is not None else None

    def show(self, loaded: Loaded) -> None:
        """Follow another picture. What was chosen while it was read holds for it too."""
        self._picture, seen = loaded.picture, loaded.opened.seen
        self._changing.stop()
        wanted = self._session.displays.get(seen.kind, seen.display)
        if (wanted if seen.values is None else wanted.fitted(seen.values)) != seen.display:
            self.set_display(wanted)
        self.changed.emit()

    def set_display(self, display: Display) -> None:
        """Show the open picture, and others of its kind, in another way."""
        current, seen = self._session.current, self.seen
        if current is None or seen is None or self._picture is None:
            return
        self._session.displays[seen.kind] = display
        if display.auto and seen.values is None:
            self.look_at_values()
            return
        display = display if seen.values is None else display.fitted(seen.values)
        current.seen = replace(seen, display=display)
        self._picture = self._picture.through(display)
        self._canvas.set_picture(self._picture)
        self._changing.start()
        self.changed.emit()

    def fit(self) -> None:
        """Let the window follow the picture: automatic contrast."""
        if self.seen is not None:
            self.set_display(replace(self.seen.display, auto=True))

    def reset(self) -> None:
        """Show all that there is, from the least to the greatest value, as it is."""
        seen = self.seen
        if seen is None:
            return
        if seen.kind.plain:
            self.set_display(Display())
        elif seen.values is not None:
            low, high = whole_window(seen.kind, seen.values)
            self.set_display(replace(Display.first(seen.kind), low=low, high=high, auto=False))

    def look_at_values(self) -> None:
        """Have the values of the open picture looked at where nobody has yet."""
        current, seen = self._session.current, self.seen
        if current is None or seen is None or seen.values is not None or self._looked_at is current:
            return
        self._looked_at = current

        def done(values: Distribution) -> None:
            self._looked_at = None
            if self._session.current is current and current.seen.values is None:
                current.seen = replace(current.seen, values=values)
                self.set_display(self._session.displays.get(seen.kind, current.seen.display))

        self._background.run(lambda: Distribution.of(seen.samples), done, self._messages.fail)

    def close(self) -> None:
        self._changing.stop()
        self._background.close()

    def _settle(self) -> None:
        """Tell of the change, and make the whole picture as it is shown now, for the tools."""
        current, seen = self._session.current, self.seen
        if current is None or seen is None:
            return
        self.settled.emit(self._picture)
        if not isinstance(self._picture, ValuePicture):
            return

        def done(image: RgbImage) -> None:
            if self._session.current is current and isinstance(self._picture, ValuePicture):
                current.seen = replace(current.seen, image=image)
                self._picture = self._picture.with_image(image)
                self._canvas.set_picture(self._picture)

        self._background.run(lambda: shown(seen.samples, seen.display), done, self._messages.fail)

    def _leave(self) -> None:
        self._picture = None
        self._changing.stop()
        self.changed.emit()
