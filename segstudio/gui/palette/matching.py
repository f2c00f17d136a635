"""Finding what was meant by a few typed letters."""

from collections.abc import Sequence

MOST_TRIED = 10_000
"""Names looked at closer in one search: what holds one of the words but not the others is passed over no longer."""


def distance(wanted: str, text: str) -> int | None:
    """Return how far a text is from what was typed, 0 where it begins so; None where letters are missing.

    Every word of ``wanted`` must be in the text: at its start, at the start of a word, anywhere, or letter by letter in
    this order, where each jump counts. Both are case-folded.
    """
    total = 0
    for word in wanted.split():
        found = _distance(word, text)
        if found is None:
            return None
        total += found
    return total


def _distance(word: str, text: str) -> int | None:
    at = text.find(word)
    if at == 0:
        return 0
    if f" {word}" in text:
        return 1
    return 2 if at > 0 else _jumps(word, text)


def _jumps(word: str, text: str) -> int | None:
    """Return 3 and how often one must jump on to find all letters in this order; None where they are not there."""
    by_words = _walk(word, text, by_words=True)
    # Who jumps to the next word may miss a letter before it; who never does misses none.
    return by_words if by_words is not None else _walk(word, text, by_words=False)


def _walk(word: str, text: str, by_words: bool) -> int | None:
    """Find letter after letter, where ``by_words`` at the next start of a word that has it, else at the next place."""
    at, jumps = -1, 0
    for letter in word:
        if text[at + 1 : at + 2] == letter:
            at += 1
            continue
        start = text.find(f" {letter}", at + 1) if by_words else -1
        at = start + 1 if start >= 0 else text.find(letter, at + 1)
        if at < 0:
            return None
        jumps += 1
    return 3 + jumps


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
