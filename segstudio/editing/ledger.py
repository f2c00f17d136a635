"""What was done to one image, in order and counted: the history as a journal keeps it."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from segstudio.editing.edit import Edit, Plane

Digests = Mapping[Plane, bytes]
"""What tells the content of each plane there is from any other."""

UNKNOWN = Edit("", ())
"""Stands for a step that is not known, and so is no other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the planes held when ``number`` changes had been made."""

    number: int
    digests: Digests


class Ledger:
    """Steps done and undone, and the changes since the labels were saved last.

    A change is a step made, undone or done again; each has a number, which goes on growing. ``applied`` holds the
    changes from the number ``first`` on, as edits of the pixels: a step undone is there inverted. ``base`` says what
    the planes held at ``first``; ``marks`` what they held, or were about to be saved as, since.
    """

    def __init__(self, base: Digests, first: int = 0) -> None:
        self.base = dict(base)
        self.first = self.saved = first
        self.done: deque[Edit] = deque()
        self.undone: list[Edit] = []
        self.applied: list[Edit] = []
        self.marks: list[Mark] = []
        self._tops: list[Edit | None] | None = None

    @property
    def count(self) -> int:
        """The number of the change that comes next."""
        return self.first + len(self.applied)

    @property
    def lacking(self) -> int:
        """How many changes the saved labels lack, of those that stand."""
        return len(standing(self.since(self.saved)))

    @property
    def nbytes(self) -> int:
        steps = {id(edit): edit for edit in (*self.done, *self.undone)}
        return sum(edit.nbytes for edit in (*steps.values(), *self.applied))

    def push(self, edit: Edit, kept: int | None = None) -> None:
        """Note a step just made; only the last ``kept`` of those done can be undone from now on."""
        self._tops_known()
        self.done.append(edit)
        self.undone.clear()
        self._apply(edit)
        while kept is not None and len(self.done) > max(kept, 1):
            self.done.popleft()

    def undo(self) -> None:
        """Note that the last step was undone; raises ``ValueError`` where there is none."""
        self._tops_known()
        if not self.done:
            raise ValueError("a step is undone that was not done")
        self.undone.append(self.done.pop())
        self._apply(self.undone[-1].inverted())

    def redo(self) -> None:
        """Note that a step was done again; raises ``ValueError`` where none had been undone."""
        self._tops_known()
        if not self.undone:
            raise ValueError("a step is done again that was not undone")
        self.done.append(self.undone.pop())
        self._apply(self.done[-1])

    def carry(self, edit: Edit) -> None:
        """Note a change of the pixels that ``done`` and ``undone``, as they are, have in them already."""
        tops = self._tops_known()
        tops[-1] = UNKNOWN  # the steps done are those at the end
        self._apply(edit)

    def mark(self, mark: Mark) -> None:
        if mark.number >= self.first:
            self.marks.append(mark)

    def save(self, number: int) -> None:
        """Note that labels with the first ``number`` changes are on disk; those marked so are the base from now on."""
        self.saved = max(self.saved, number)

    def forget_saved(self) -> None:
        """Keep of the changes only those since the last save."""
        base = next((mark for mark in reversed(self.marks) if mark.number == self.saved), None)
        if base is None or not self.first < self.saved <= self.count:
            return
        behind = self.saved - self.first
        del self.applied[:behind], self._tops_known()[:behind]
        self.base, self.first = dict(base.digests), self.saved
        self.marks = [mark for mark in self.marks if mark.number > self.first]

    def found(self, digests: Digests) -> dict[Plane, int] | None:
        """Return up to which change each plane is on disk, given what it holds there; None where that is not known.

        A number above ``count`` says that more was saved than is noted here.
        """
        numbers: dict[Plane, int] = {}
        for plane in digests if digests.keys() == self.base.keys() else ():
            held = (m.number for m in (*reversed(self.marks), Mark(self.first, self.base)) if _same(m, digests, plane))
            if (number := max(held, default=None)) is None:
                return None
            numbers[plane] = number
        return numbers or None

    def top(self, number: int) -> Edit | None:
        """Return the last step that was done when ``number`` changes had been made, None for none, or ``UNKNOWN``."""
        tops = self._tops_known()
        return tops[number - self.first] if self.first <= number <= self.count else UNKNOWN

    def since(self, number: int) -> Sequence[Edit]:
        """Return the changes from a number on."""
        return self.applied[max(number - self.first, 0) :]

    def mapped(self, edit: Callable[[Edit], Edit], mark: Callable[[Mark], Mark]) -> "Ledger":
        """Return a ledger of the same changes with other edits and marks in their place, each edit asked for once."""
        made: dict[int, Edit] = {id(UNKNOWN): UNKNOWN}

        def once(old: Edit) -> Edit:
            if id(old) not in made:
                made[id(old)] = edit(old)
            return made[id(old)]

        new = Ledger(mark(Mark(self.first, self.base)).digests, self.first)
        new.saved, new.marks = self.saved, list(map(mark, self.marks))
        new.done, new.undone, new.applied = (
            deque(map(once, self.done)),
            *(list(map(once, e)) for e in (self.undone, self.applied)),
        )
        new._tops = [top and once(top) for top in self._tops_known()]
        return new

    def _apply(self, edit: Edit) -> None:
        self.applied.append(edit)
        self._tops_known().append(self.done[-1] if self.done else None)

    def _tops_known(self) -> list[Edit | None]:
        """Return the last step done at ``first`` and after each change since; asked for before the next change."""
        if self._tops is None:
            self._tops = [self.done[-1] if self.done else None]
        return self._tops


def standing(changes: Iterable[Edit]) -> list[Edit]:
    """Return what is left of changes, in order, without those that were taken back, and what took them back.

    A step that was undone is none, and so is one of an earlier time that was undone and done again.
    """
    left: list[Edit] = []
    for edit in changes:
        if left and edit.undoes(left[-1]):
            left.pop()
        else:
            left.append(edit)
    return left


def _same(mark: Mark, digests: Digests, plane: Plane) -> bool:
    return mark.digests.get(plane) == digests.get(plane)
