"""Where a class has pixels, as far as that is known without reading any mask."""

from dataclasses import dataclass

import numpy as np

from segstudio.services.session import Session


@dataclass(frozen=True, slots=True)
class ClassUse:
    """``pixels`` are those in the open picture. Of the ``known`` other pictures, those scored, ``others`` have some."""

    pixels: int
    others: int
    known: int


def class_use(session: Session, class_id: int) -> ClassUse:
    """Return where a class is known to have pixels in the labels of the open project."""
    counts, labels = session.scores.counts, session.scores.counts.labels if session.scores.counts is not None else ()
    here = session.current
    pixels = int(here.counts.counts[class_id]) if here is not None and class_id in _held(session) else 0
    if counts is None or class_id not in labels:
        return ClassUse(pixels, 0, 0)
    at = labels.index(class_id)
    rows = np.arange(len(counts), dtype=np.intp)
    own = session.scores.row(here.sample.id) if here is not None else None
    rows = rows[rows != own] if own is not None else rows
    return ClassUse(pixels, int(np.count_nonzero(counts.margins(rows, slice(at, at + 1)).truth)), len(rows))


def known_values(session: Session) -> frozenset[int]:
    """Return the values that masks of the open project are known to hold, be there a class of that value or none.

    They are those in the open picture, and those that the predictions it is compared with are written with.
    """
    other = session.current.other_classes if session.current is not None else ()
    return _held(session) | {c.id for c in (*session.predicted, *other)}


def _held(session: Session) -> frozenset[int]:
    current = session.current
    return frozenset() if current is None else frozenset(np.flatnonzero(current.counts.counts).tolist())
