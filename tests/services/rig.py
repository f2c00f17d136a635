"""Samples read and shown as the window does, and painted on."""

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.records import Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document
from segstudio.services.open_sample import OpenSample, load_sample
from segstudio.services.session import Session


def sample(project: Project, sample_id: str) -> Sample:
    return next(s for s in project.samples if s.id == sample_id)


def open_sample(session: Session, sample_id: str) -> OpenSample:
    """Read and show a sample as the window does."""
    assert session.project is not None
    opened = load_sample(
        session.project, sample(session.project, sample_id), session.run, session.document_of(sample_id)
    )
    session.show(opened)
    return opened


def paint(document: Document, value: int = 1, size: int = 5) -> None:
    stroke = document.begin("x")
    stroke.paint(np.ones((size, size), np.bool_), (1, 1), value)
    stroke.commit()


def exact(opened: OpenSample, schema: LabelSchema) -> bool:
    """Return whether everything that is kept up to date is what counting anew gives."""
    values = np.bincount(opened.document.labels.ravel(), minlength=256)
    assert opened.prediction is not None
    assert opened.comparison is not None
    anew = Confusion.of(opened.document.labels, opened.prediction, schema)
    return np.array_equal(opened.counts.counts, values) and np.array_equal(
        opened.comparison.confusion.counts, anew.counts
    )
