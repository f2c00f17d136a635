"""Compare masks: counts kept up to date while one of the two is edited."""

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.events import Event
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Change, Document


class LiveComparison:
    """The counts of a document, the truth being edited, against a prediction; exact after every change.

    Truth pixels of a value without a class are ``confusion.undeclared`` until they are painted over.
    Raises ``ValueError`` where the planes differ in shape.
    """

    def __init__(self, document: Document, prediction: LabelPlane, schema: LabelSchema) -> None:
        self._document = document
        self._prediction = prediction
        self._counter = PairCounter(schema)
        self.confusion = self._counter.count(document.labels, prediction)
        self.changed: Event[Confusion] = Event()
        self.close = document.changed.connect(self._on_change)

    def _on_change(self, change: Change) -> None:
        after, differs = change.differing(self._document.labels)
        predicted = self._prediction[change.rect.slices][differs]
        added, removed = after[differs], change.before[differs]
        self.confusion += self._counter.count(added, predicted) - self._counter.count(removed, predicted)
        self.changed.emit(self.confusion)
