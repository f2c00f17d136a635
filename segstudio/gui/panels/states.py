"""How far the work on a sample is, as the list, its filter, the panel of the open sample and the menus name it."""

from enum import Enum

from segstudio.core.records import WorkState
from segstudio.services.session import Session


class State(Enum):
    """What is known of a sample, in the order of work: its text, icon and colour token.

    The first three are what is found of one of which nobody has said anything.
    """

    UNLABELLED = ("unlabelled", "circle-outline", "text3")
    PREDICTED = ("predicted", "creation", "text2")
    LABELLED = ("labelled", "check-circle-outline", "text2")
    IN_WORK = ("in work", "pencil-circle", "accent")
    REVIEW = ("needs review", "flag", "warn")
    DONE = ("done", "check-circle", "ok")
    FAILED = ("failed", "alert-circle", "error")

    @property
    def text(self) -> str:
        return str(self.value[0])

    @property
    def title(self) -> str:
        """The text where it stands alone, as on a button."""
        return self.text.capitalize()


SAID = {WorkState.IN_WORK: State.IN_WORK, WorkState.REVIEW: State.REVIEW, WorkState.DONE: State.DONE}
"""What a person says of a sample, or the first edit does."""


def state_of(session: Session, sample_id: str) -> State:
    """Return how far the work on a sample is; what somebody said of it goes before what is found."""
    return SAID.get(session.records.get(sample_id).state) or found_of(session, sample_id)


def found_of(session: Session, sample_id: str) -> State:
    """Return what is found of a sample, whatever somebody said of it."""
    sources = session.project.sources if session.project is not None else ()
    if sample_id in session.edited or any(sample_id in source.files for source in sources):
        return State.LABELLED
    return State.PREDICTED if session.run is not None and sample_id in session.run.files else State.UNLABELLED
