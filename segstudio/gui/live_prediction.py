"""The open image as the models predict it, in no file: it follows how their classes are mapped."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from segstudio.core.records import Keep, Prediction
from segstudio.core.schema import LabelSchema
from segstudio.gui.jobs import Background
from segstudio.gui.mappings import Mappings
from segstudio.gui.messages import Messages
from segstudio.gui.model_loading import Side
from segstudio.models import Segmenter
from segstudio.services.class_mapping import ClassMap, ClassMapping, map_classes
from segstudio.services.open_sample import OpenSample
from segstudio.services.predict import translated
from segstudio.services.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a model said of a sample, in its own ids."""

    of: OpenSample
    model: Segmenter
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Mapped:
    """The same as it is shown: its classes mapped so."""

    said: Said
    mapping: ClassMapping
    classes: ClassMap
    prediction: Prediction


class LivePrediction(QObject):
    """Keeps what was said of the open image as the models said it, as long as it is on the screen.

    ``side_of`` tells whether a model is A or B now.
    """

    def __init__(
        self,
        session: Session,
        messages: Messages,
        mappings: Mappings,
        side_of: Callable[[Segmenter], Side | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._mappings, self._side_of = session, messages, mappings, side_of
        self._background = Background(1, "mapping", self)
        self._said: dict[Side, Said] = {}
        mappings.changed.connect(self._follow)
        session.sample_opened.connect(lambda _: self._said.clear())
        session.sample_closed.connect(lambda _: self._said.clear())
        session.prediction_changed.connect(self._drop)

    def predict(self, sample: OpenSample, models: Sequence[Segmenter]) -> Generator[Mapped, None, None]:
        """Return the job that predicts the open sample with each of the models, for ``show``."""
        assert self._session.project is not None
        schema, asked = self._session.project.schema, [(model, self._mappings.of(model.info)) for model in models]

        def job() -> Generator[Mapped, None, None]:
            for model, mapping in asked:
                (prediction,) = model.predict([sample.seen.for_model()], Keep(confidence=True))
                yield _mapped(Said(sample, model, prediction), schema, mapping)

        return job()

    def show(self, mapped: Mapped) -> None:
        """Show a prediction, unless its image or its model has left; by another mapping where that changed since."""
        said, prediction = mapped.said, mapped.prediction
        side, info = self._side_of(said.model), said.model.info
        if side is None or self._session.current is not said.of:
            return
        if mapped.mapping != self._mappings.of(info):
            self._map(said)
            return
        self._said[side] = said
        give = self._session.set_other if side == "b" else self._session.set_prediction
        classes = mapped.classes.schema.classes
        give(prediction.labels, classes, prediction.confidence, prediction.instances, info.file.name)

    def said_by(self, side: Side) -> bool:
        """Return whether what is on the screen of a side was said by its model, and stands in no run."""
        return side in self._said

    def close(self) -> None:
        self._background.close()

    def _drop(self, opened: OpenSample) -> None:
        """Keep no longer what has left the screen, nor its model: a run is shown there, or another model is loaded."""
        if not opened.predicted_by:
            self._said.pop("a", None)
        if not opened.other_by:
            self._said.pop("b", None)

    def _follow(self) -> None:
        """Map anew what is on the screen."""
        for said in tuple(self._said.values()):
            self._map(said)

    def _map(self, said: Said) -> None:
        """Map anew what is on the screen, and show it unless it has left meanwhile; or what is on its way there."""
        assert self._session.project is not None
        schema, mapping = self._session.project.schema, self._mappings.of(said.model.info)
        was_shown = said in self._said.values()

        def show(mapped: Mapped) -> None:
            if said in self._said.values() or not was_shown:
                self.show(mapped)

        self._background.run(lambda: _mapped(said, schema, mapping), show, self._messages.fail)


def _mapped(said: Said, schema: LabelSchema, mapping: ClassMapping) -> Mapped:
    classes = map_classes(said.model.info, schema, mapping)
    return Mapped(said, mapping, classes, translated(said.prediction, classes))
