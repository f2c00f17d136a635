"""One row of the command palette, and how near it is to what was typed."""

from collections.abc import Callable
from dataclasses import dataclass

from segstudio.gui.palette.matching import begins_words, distance

NEAR_BY_NAME = 2
"""Of a text that is called so elsewhere, or stands in a place so called: nearer than what has it within a word."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A text, where it belongs, its key, and what it does. ``action`` is its name in the table of actions.

    ``reason`` says what to do about it where it cannot be done now; ``also`` are words for it that are not shown.
    """

    text: str
    place: str
    run: Callable[[], object]
    icon: str = ""
    key: str = ""
    enabled: bool = True
    action: str = ""
    reason: str = ""
    also: str = ""

    def nearness(self, wanted: str) -> int | None:
        """Return how far it is from what was typed, case-folded; None where it is something else.

        A text that is just that is nearer than any that only begins so, however lately that was used.
        """
        text = self.text.casefold()
        if wanted == text:
            return -1
        if (near := distance(wanted, text)) is not None:
            return near
        return NEAR_BY_NAME if begins_words(wanted, f"{text} {self.place} {self.also}".casefold()) else None
