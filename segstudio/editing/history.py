"""Undo and redo within a budget of bytes."""

from collections import deque
from collections.abc import Iterable

from segstudio.core.events import Event
from segstudio.editing.edit import Edit

DEFAULT_BUDGET = 256 << 20
"""Bytes of compressed tiles that the undo side may hold; the oldest steps go first."""

MOST_STEPS = 10_000
"""More steps than this nobody undoes one by one; the oldest go first."""

FORGOTTEN_TO = 0.9
"""Part of the budget, or of the steps, that is left of too many: to add them up at every push would take too long."""


_NEVER = Edit("", ())
"""A step that no document has done."""


class History:
    """Two stacks of edits, and the step at which the document was last saved.

    ``pushed`` tells of a step just made, ``moved`` that one was undone (-1) or done again (+1); ``changed`` follows
    on either, and on a save.
    """

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self.changed: Event[None] = Event()
        self.pushed: Event[Edit] = Event()
        self.moved: Event[int] = Event()
        self._budget = budget
        self._done: deque[Edit] = deque()
        self._undone: list[Edit] = []
        self._bytes = 0
        self._saved: Edit | None = None
        self._forgotten: Edit | None = None

    def push(self, edit: Edit) -> None:
        """Add a step just made. What had been undone is gone; old steps beyond the budget are forgotten."""
        self._done.append(edit)
        self._undone.clear()
        self._forget()
        self.pushed.emit(edit)
        self.changed.emit(None)

    def restore(self, done: Iterable[Edit], undone: Iterable[Edit], saved: Edit | None) -> None:
        """Take over the steps of an earlier time, the oldest first, where there are none yet; ``changed`` follows.

        ``saved`` is the last step done when the document was saved, whether it is among them or not. The oldest of
        those done beyond the budget are forgotten, and so are those undone for which no room is left.
        """
        assert not self.steps
        self._done.extend(done)
        self._forget_to_budget()
        room = self._budget - self._bytes
        for edit in undone:
            room -= edit.nbytes
            if room < 0:
                break
            self._undone.insert(0, edit)
        self._saved = saved
        self.changed.emit(None)

    def _forget(self) -> None:
        # Steps shrink as their tiles are compressed: what they take is asked anew where it may be too much.
        self._bytes += self._done[-1].nbytes
        if self._bytes > self._budget or len(self._done) > MOST_STEPS:
            self._forget_to_budget()

    def _forget_to_budget(self) -> None:
        self._bytes = sum(edit.nbytes for edit in self._done)
        wanted = self._budget if self._bytes <= self._budget else self._budget * FORGOTTEN_TO
        most = MOST_STEPS if len(self._done) <= MOST_STEPS else int(MOST_STEPS * FORGOTTEN_TO)
        while len(self._done) > 1 and (self._bytes > wanted or len(self._done) > most):
            self._forgotten = self._done.popleft()
            self._bytes -= self._forgotten.nbytes

    def take_undo(self) -> Edit | None:
        if not self._done:
            return None
        edit = self._done.pop()
        self._undone.append(edit)
        self.moved.emit(-1)
        self.changed.emit(None)
        return edit

    def take_redo(self) -> Edit | None:
        if not self._undone:
            return None
        edit = self._undone.pop()
        self._done.append(edit)
        self.moved.emit(1)
        self.changed.emit(None)
        return edit

    def __len__(self) -> int:
        """Return how many steps can be undone."""
        return len(self._done)

    @property
    def steps(self) -> tuple[Edit, ...]:
        """All steps, the oldest first; the first ``len(self)`` of them are done, the others undone."""
        return (*self._done, *reversed(self._undone))

    @property
    def nbytes(self) -> int:
        """What the steps take in memory, undone ones too."""
        return sum(edit.nbytes for edit in self.steps)

    @property
    def undo_text(self) -> str | None:
        return self._done[-1].text if self._done else None

    @property
    def redo_text(self) -> str | None:
        return self._undone[-1].text if self._undone else None

    @property
    def position(self) -> Edit | None:
        """The last step done, forgotten or not, or None: what a save that starts now will hold."""
        return self._done[-1] if self._done else self._forgotten

    @property
    def dirty(self) -> bool:
        return self.position is not self._saved

    def mark_unsaved(self) -> None:
        """Say that what the document holds is wanted on disk though no step led there: that there is nothing, say."""
        self._saved = _NEVER
        self.changed.emit(None)

    def mark_saved(self, position: Edit | None) -> None:
        """Say that the labels as they were at ``position`` are on disk."""
        self._saved = position
        self.changed.emit(None)
