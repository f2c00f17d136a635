"""What is not on disk stays in memory, and is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.display import Display
from segstudio.core.records import Project, Sample
from segstudio.editing.document import Document
from segstudio.services import session as session_module
from segstudio.services.open_sample import Counted, OpenSample
from segstudio.services.seen import Seen
from segstudio.services.session import Session
from tests.services.rig import exact, open_sample, paint

KEPT, SIDE = 6, 8


@pytest.mark.parametrize("unsaved", [0, 1, KEPT, KEPT + 5])
def test_unsaved_work_is_never_dropped(
    session: Session, project: Project, unsaved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many samples are visited, whatever was painted on, the shown one included, is still there to be saved."""
    image, labels = np.zeros((SIDE, SIDE, 3), np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    painted_on = Document(labels)
    paint(painted_on, size=2)
    step = painted_on.history.nbytes
    assert step > 0
    budget = KEPT * labels.nbytes + unsaved * step
    monkeypatch.setattr(session_module, "KEPT_BYTES", budget)

    def show(name: str) -> Document:
        document = Document(labels)
        shown = Sample(name, Path(name))
        seen = Seen(image, Display(), image)
        session.show(OpenSample(shown, seen, document, Counted.of(document, None, project.schema), labelled=True))
        return document

    expected = []
    for number in range(unsaved):
        expected.append((f"painted {number}", show(f"painted {number}")))
        paint(expected[-1][1], size=2)
    for number in range(2 * KEPT):
        show(f"seen {number}")
    last = show("last")
    assert session.document_of("last") is last
    paint(last, size=1)
    assert session.unsaved() == [*expected, ("last", last)]
    clean = [f"seen {number}" for number in range(2 * KEPT)]
    kept = max(KEPT - unsaved - 1, 0)
    assert [name for name in clean if session.document_of(name)] == clean[len(clean) - kept :]


def test_a_stroke_under_way_is_work(session: Session) -> None:
    document = open_sample(session, "a").document
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 2), np.bool_), (10, 20), 1)
    assert session.has_work
    assert session.unsaved() == [("a", document)]
    stroke.cancel()
    assert not session.has_work
    document.begin("x").paint(np.ones((2, 2), np.bool_), (10, 20), 1)
    session.settle()
    assert document.history.dirty


def test_a_stroke_under_way_keeps_its_document(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "KEPT_BYTES", 0)
    document = open_sample(session, "a").document
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 2), np.bool_), (10, 20), 1)
    open_sample(session, "c")
    stroke.commit()
    assert session.unsaved() == [("a", document)]


def test_undo_steps_count_as_memory(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_sample(session, "a").document
    paint(first)
    first.history.mark_saved(first.history.position)
    monkeypatch.setattr(session_module, "KEPT_BYTES", 2 * first.labels.nbytes)
    open_sample(session, "c")
    assert session.document_of("a") is None


def test_the_class_table_is_work_until_it_is_on_disk(session: Session, project: Project) -> None:
    changed = project.schema.extended("nerve")
    session.update_project(replace(project, schema=changed))
    assert session.classes_unsaved
    assert session.has_work
    session.mark_classes_saved(project)
    assert session.classes_unsaved, "an older one was saved"
    session.mark_classes_saved(replace(project, schema=changed))
    assert not session.has_work


def test_labels_are_dropped_only_when_saved_and_the_sample_with_them(session: Session) -> None:
    opened = open_sample(session, "a")
    paint(opened.document)
    with pytest.raises(AssertionError):
        session.forget_documents()
    opened.document.history.mark_saved(opened.document.history.position)
    closed: list[None] = []
    session.sample_closed.connect(closed.append)
    counts = opened.counts.counts.copy()
    session.forget_documents()
    assert session.current is None
    assert session.document_of("a") is None
    assert len(closed) == 1
    paint(opened.document, 255)
    np.testing.assert_array_equal(opened.counts.counts, counts)


def test_edits_come_back_with_their_history(session: Session, project: Project) -> None:
    document = open_sample(session, "a").document
    paint(document, 255)
    painted = document.labels.copy()
    open_sample(session, "c")
    again = open_sample(session, "a")
    assert again.document is document
    np.testing.assert_array_equal(again.document.labels, painted)
    assert exact(again, project.schema)
    document.undo()
    assert not document.history.dirty


def test_a_sample_that_is_left_keeps_the_score_that_was_painted(session: Session) -> None:
    """The worst-first list is right also where nobody looked at the scores while one painted."""
    opened = open_sample(session, "a")
    assert opened.comparison is not None
    session.scores.put("a", opened.comparison.confusion)
    paint(opened.document, 255)
    painted = opened.comparison.confusion
    assert session.scores.get("a") is not painted
    open_sample(session, "c")
    assert session.scores.get("a") is painted
