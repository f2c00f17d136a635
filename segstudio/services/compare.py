"""Compare masks: counts kept up to date while one of the two is edited."""

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.events import Event
from segstudio.core.raster import LabelMap, LabelPlane, Rect
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Change, Document
from segstudio.services.unread import UnreadChanges


class LiveComparison:
    """The counts of a document, the truth being edited, against a prediction; exact whenever they are read.

    ``changed`` says that they may be others now. Truth pixels of a value without a class are
    ``confusion.undeclared`` until they are painted over. ``counted`` are the counts now, where they are known. Raises
    ``ValueError`` where the planes differ in shape.
    """

    def __init__(
        self, document: Document, prediction: LabelPlane, schema: LabelSchema, counted: Confusion | None = None
    ) -> None:
        if prediction.shape != document.labels.shape:
            raise ValueError(f"a prediction of the shape {prediction.shape} for labels of {document.labels.shape}")
        self._prediction = prediction
        self._schema, self._counter = schema, PairCounter(schema)
        self._confusion = Confusion.zero(schema) if counted is None else counted
        self._changes = UnreadChanges(document, self._on_changed, anew=self._forget, nothing_yet=counted is None)
        self.changed: Event[None] = Event()
        self._stop = document.changed.connect(self._tell)

    @property
    def confusion(self) -> Confusion:
        """The counts; the same object until they are others."""
        self._changes.read()
        return self._confusion

    def catch_up(self, seconds: float) -> bool:
        """Count what changed as long as there is time, and return whether the counts can now be read at once."""
        return self._changes.read_for(seconds)

    def close(self) -> None:
        """Follow the document no more."""
        self._stop()
        self._changes.close()

    def _on_changed(self, rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        predicted = self._prediction[rect.slices]
        if before is None:
            self._confusion += self._counter.count(now.classes, predicted)
            return
        others = before.classes != now.classes  # few: the rectangle around what a brush adds is mostly as it was
        changed = now.classes[others], before.classes[others], predicted[others]
        self._confusion += self._counter.difference(*changed)

    def _forget(self) -> None:
        self._confusion = Confusion.zero(self._schema)

    def _tell(self, change: Change) -> None:
        self.changed.emit(None)
