"""What is known of where a class has pixels."""

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.services.class_use import ClassUse, class_use, known_values
from segstudio.services.session import Session
from tests.services.rig import open_sample, paint


def scored(session: Session, pixels: int) -> Confusion:
    """Return the counts of a picture with pixels of class 1, all found, and none else."""
    assert session.project is not None
    labels = tuple(c.id for c in session.project.schema.scored)
    counts = np.zeros((len(labels), len(labels) + 1), np.int64)
    counts[labels.index(1), labels.index(1)] = pixels
    return Confusion(labels, counts)


def test_the_open_picture_is_counted_and_others_as_far_as_they_were_scored(session: Session) -> None:
    opened = open_sample(session, "a")
    here = int(np.count_nonzero(opened.document.labels == 1))
    assert class_use(session, 1) == ClassUse(here, 0, 0)
    for sample_id, pixels in (("a", 9), ("c", 0), ("deep/b", 4)):
        session.scores.put(sample_id, scored(session, pixels))
    assert class_use(session, 1) == ClassUse(here, 1, 2), "the open one is not another"
    assert class_use(session, 60_000) == ClassUse(0, 0, 0)


def test_a_new_class_gets_no_value_that_the_labels_or_the_predictions_have(session: Session) -> None:
    opened = open_sample(session, "a")
    paint(opened.document, 2)
    session.predicted = (LabelClass(3, "tree", (1, 2, 3)),)
    assert session.project is not None
    schema = session.project.schema.extended("new", known_values(session))
    assert schema.classes[-1].id == 4
