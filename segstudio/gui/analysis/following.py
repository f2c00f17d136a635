"""What is found of a data set in a worker, and of the open image as it is now, for whoever shows it."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.newest import Newest
from segstudio.gui.messages import Messages
from segstudio.services.each_pair import PairStep
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

T = TypeVar("T")
PutT = TypeVar("PutT", contravariant=True)


class Total(Protocol[PutT]):
    """What was found of images, together; ``put`` takes one in the place of what was found of it before."""

    def __contains__(self, sample_id: str) -> bool: ...
    def put(self, sample_id: str, found: PutT, /) -> None: ...


class Following(QObject):
    """Goes over a data set, and again where it was written to since. ``changed`` says that there is news.

    Whoever is one says what is gone over, begins that, and takes its steps.
    """

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.going = DataSetPass(session, messages, self)
        self.going.stepped.connect(self._on_step)
        self.going.ended.connect(self._on_end)

    def stop(self) -> None:
        """Go over the data set no further; what is known stays."""
        self.going.stop()

    def close(self) -> None:
        """Wait for what works in the background."""
        self.going.close()

    def _go_on(self, begin: Callable[[], None]) -> None:
        """Begin a pass unless one has gone over everything, or is about to; then what was written since is left."""
        if self.going.whole or self.going.running:
            self.going.catch_up()
        else:
            begin()

    def _on_step(self, step: Any) -> None:
        raise NotImplementedError

    def _on_end(self) -> None:
        self.changed.emit()


class FollowingImage(Following, Generic[T]):
    """Finds the same of the open image, as it is drawn: ``image``, None where that is not known.

    ``total`` has what was found of the data set. A stroke goes on while its labels are read: for a moment what is found
    may be half of before, half of after.
    """

    total: Total[T]

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(session, messages, parent)
        self._newest = Newest(messages, self)
        self._opened: OpenSample | None = None
        self.image: T | None = None

    def close(self) -> None:
        super().close()
        self._newest.close()

    def _look_at(self, opened: OpenSample | None) -> None:
        """Forget what was found of another image."""
        if opened is not self._opened:
            self._opened, self.image = opened, None
            self._newest.forget()

    def _put_image(self) -> None:
        """Put what is open into the total as it is now, where the total has it."""
        if self._opened is not None and self.image is not None and self._opened.sample.id in self.total:
            self.total.put(self._opened.sample.id, self.image)

    def _on_step(self, step: PairStep[T]) -> None:
        if step.found is not None:
            self.total.put(step.id, step.found)
        self.changed.emit()
