"""Which labels on disk are others than they were, for whoever has computed something of them."""


class Writes:
    """``count`` grows with every write; what was computed when it was so many is outdated for those ``since``."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}

    def note(self, sample_id: str) -> None:
        """Say that the labels of a sample on disk are others now."""
        self.count += 1
        self._last[sample_id] = self.count

    def since(self, count: int) -> frozenset[str]:
        """Return the samples whose labels were written after there were ``count`` writes."""
        return frozenset(sample_id for sample_id, at in self._last.items() if at > count)
