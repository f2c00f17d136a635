"""Finding what was meant by a few typed letters."""

from collections.abc import Sequence

MOST_TRIED = 10_000
"""Names looked at closer in one search: what holds one of the words but not the others is passed over no longer."""


def distance(wanted: str, text: str) -> int | None:
    """Return how far a text is from what was typed, 0 where it begins so; None where it is something else.

    Every word of ``wanted`` must be in the text: at its start, at the start of a word, anywhere, or as the beginnings
    of words that follow each other, where each word that is begun counts. Both are case-folded.
    """
    total = 0
    for word in wanted.split():
        found = _distance(word, text)
        if found is None:
            return None
        total += found
    return total


def begins_words(wanted: str, text: str) -> bool:
    """Return whether a word of a text begins with each word that was typed; both are case-folded."""
    return all(f" {word}" in f" {text}" for word in wanted.split())


def _distance(word: str, text: str) -> int | None:
    at = text.find(word)
    if at == 0:
        return 0
    if f" {word}" in text:
        return 1
    return 3 if at > 0 else _initials(word, text)


def _initials(word: str, text: str) -> int | None:
    """Return 4 and of how many words it is the beginnings, as "prfo" is of "predict the folder"; None if of none.

    Letters from anywhere would be found in nearly every text.
    """
    begins = [i for i in range(len(text)) if f" {text}"[i] == " "]
    reached = {-1: 0}
    for letter in word:
        further: dict[int, int] = {}
        for at, words in reached.items():
            steps = [(at + 1, words)] if at >= 0 else []
            for to, cost in (*steps, *((begin, words + 1) for begin in begins if begin > at)):
                if text[to : to + 1] == letter:
                    further[to] = min(cost, further.get(to, cost))
        reached = further
    return 4 + min(reached.values()) if reached else None


class NameFinder:
    """Finds names that hold what was typed among any number of them, 100,000 in some milliseconds."""

    def __init__(self, names: Sequence[str]) -> None:
        # One text with a line for each name, so that the search itself runs at the speed of str.find.
        self._text = "\n".join(["", *names, ""]).casefold()
        if self._text.count("\n") > len(names) + 1:  # a name of two lines, which file systems allow
            self._text = "\n".join(["", *(name.replace("\n", " ") for name in names), ""]).casefold()

    def find(self, wanted: str, most: int) -> list[int]:
        """Return the positions of at most ``most`` names that hold every word of ``wanted``, in their order.

        Names of which a part begins with a word come first.
        """
        words = wanted.casefold().split()
        if not words:
            return []
        if len(words) > 1:
            words.sort(key=self._text.count)  # the rarest leads to the fewest names that must be looked at
        if words[0] not in self._text:
            return []
        found: dict[int, None] = {}
        for before in ("\n", "/", ""):
            self._collect(before + words[0], words[1:], most, found)
        return list(found)

    def _collect(self, needle: str, others: list[str], most: int, found: dict[int, None]) -> None:
        text, counted, line = self._text, 0, -1
        at = text.find(needle)
        for _ in range(MOST_TRIED):
            if at < 0 or len(found) >= most:
                return
            end = text.index("\n", at + 1)
            begin = text.rindex("\n", 0, at + 1)
            line += text.count("\n", counted, begin + 1)
            counted = begin + 1
            if all(word in text[begin:end] for word in others):
                found[line] = None
            at = text.find(needle, end)
