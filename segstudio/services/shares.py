"""How many pixels each class has in the open sample, exact after every edit."""

from segstudio.core.raster import value_counts
from segstudio.editing.document import Change, Document


class ClassCounts:
    """Pixels by class id of one document. ``counts`` has one entry for every value the plane's dtype can hold."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.counts = value_counts(document.labels)
        self.close = document.changed.connect(self._on_change)

    def share(self, class_id: int) -> float:
        """Return the part of the picture, 0..1, that a class covers."""
        return float(self.counts[class_id] / max(self._document.labels.size, 1))

    def _on_change(self, change: Change) -> None:
        # Of a round brush's rectangle little differs. In a column, as one plane of all that does.
        after, differs = change.differing(self._document.labels)
        self.counts += value_counts(after[differs][:, None]) - value_counts(change.before[differs][:, None])
