"""The warning that the ids of a prediction do not mean what the project's names for them say."""

from segstudio.core.schema import LabelSchema
from segstudio.gui.mappings import Mappings
from segstudio.gui.messages import Messages
from segstudio.models import Segmenter
from segstudio.services.class_mapping import map_classes, names_classes
from segstudio.services.session import Session

MAPPED = "class mapping"
"""What messages about classes are about."""


class Unmapped:
    """Warns once of each model in each project; of one whose classes are corrected, or loaded again, once more."""

    def __init__(self, session: Session, messages: Messages, mappings: Mappings) -> None:
        self._session, self._messages, self._mappings = session, messages, mappings
        self._warned: list[LabelSchema] = []
        session.project_opened.connect(lambda _: self._warned.clear())
        mappings.changed.connect(self.take_back)
        mappings.wanted.connect(lambda _: self.take_back())

    def take_back(self) -> None:
        """Say it no longer: the classes are mapped otherwise, or the model is another."""
        self._messages.over.emit(MAPPED)

    def warn_of(self, model: Segmenter) -> None:
        """Say that the outputs of a model are taken for the project's class ids, where they are."""
        assert self._session.project is not None
        info = model.info
        warned = any(known is info.classes for known in self._warned)
        if warned or not map_classes(info, self._session.project.schema, self._mappings.of(info)).by_number:
            return
        self._warned.append(info.classes)
        show = ("Map them", lambda: self._mappings.wanted.emit(info))
        if not names_classes(info):
            self._messages.ask(
                f"{info.file.name} names no classes.",
                "Each is shown as the project's class with the same id, which may be another thing.",
                show,
                about=MAPPED,
            )
        else:
            known = ", ".join(c.name for c in info.classes.scored[:6])
            self._messages.ask(
                f"No class of {info.file.name} is named as one of this project.",
                f"It knows {known}. Each is shown as the project's class with the same id, which may be another thing.",
                show,
                about=MAPPED,
            )
