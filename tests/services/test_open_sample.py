"""A sample is read whole, and stays exact whatever happens while it is read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Project
from segstudio.services import open_sample as open_sample_module
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import open_path
from segstudio.services.session import Session
from segstudio.services.shares import class_counts
from tests.services.rig import exact, open_sample, paint, sample


def test_a_sample_has_its_image_its_labels_and_its_prediction(project: Project) -> None:
    opened = load_sample(project, sample(project, "a"), project.runs[0])
    opened.follow(project.schema)
    assert opened.seen.image.shape == (24, 32, 3)
    np.testing.assert_array_equal(opened.document.labels, Image.open(project.root / "masks" / "a.png"))
    assert opened.prediction is not None
    assert (opened.prediction == 1).all()
    assert opened.problems == ()
    assert exact(opened, project.schema)
    assert not opened.document.history.dirty


def test_a_sample_without_labels_begins_with_background(project: Project) -> None:
    opened = load_sample(project, sample(project, "c"), None)
    assert opened.document.labels.shape == (24, 32)
    assert opened.document.labels.dtype == np.uint8
    assert not opened.document.labels.any()
    assert not opened.document.history.dirty
    assert opened.comparison is None


def test_a_prediction_of_another_size_is_a_problem_but_no_failure(project: Project) -> None:
    opened = load_sample(project, sample(project, "deep/b"), project.runs[0])
    assert opened.prediction is None
    assert [type(p) for p in opened.problems] == [SizeMismatch]
    assert "10 x 10" in str(opened.problems[0])


def test_values_without_a_class_are_kept_and_told(project: Project) -> None:
    mask = np.zeros((24, 32), np.uint8)
    mask[3, :5] = 77
    Image.fromarray(mask).save(project.root / "masks" / "a.png")
    opened = load_sample(project, sample(project, "a"), None)
    assert np.count_nonzero(opened.document.labels == 77) == 5
    assert "77 (5 px)" in str(opened.problems[0])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / "images" / "a.png").write_bytes(b"no image"),
        lambda root: (root / "masks" / "a.png").write_bytes((root / "masks" / "a.png").read_bytes()[:60]),
        lambda root: (root / "images" / "a.png").unlink(),
        lambda root: Image.fromarray(np.zeros((5, 5), np.uint8)).save(root / "masks" / "a.png"),
    ],
    ids=["an image that is none", "a truncated mask", "a missing image", "a mask of another size"],
)
def test_what_cannot_be_read_leaves_open_what_was_open(session: Session, spoil: Callable[[Path], object]) -> None:
    assert session.project is not None
    before = open_sample(session, "deep/b")
    paint(before.document)
    spoil(session.project.root)
    with pytest.raises((UnreadableFile, SizeMismatch), match=r"a\.png"):
        open_sample(session, "a")
    assert session.current is before
    assert session.document_of("a") is None
    assert session.unsaved() == [("deep/b", before.document)]


def test_edits_made_while_a_sample_is_read_again_are_counted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker counts the labels of a document that is painted on meanwhile: between its count and its first change."""
    assert session.project is not None
    document = open_sample(session, "a").document

    def overtaken(labels: LabelPlane) -> NDArray[np.int64]:
        counts = class_counts(labels)
        paint(document)
        return counts

    monkeypatch.setattr(open_sample_module, "class_counts", overtaken)
    again = open_sample(session, "a")
    assert again.document is document
    assert exact(again, session.project.schema)
    document.undo()
    assert exact(again, session.project.schema)


def test_classes_changed_while_a_sample_is_read_are_those_it_is_scored_with(session: Session) -> None:
    assert session.project is not None
    opened = load_sample(session.project, sample(session.project, "a"), session.run)
    changed = session.project.schema.extended("other")
    session.update_project(replace(session.project, schema=changed))
    session.show(opened)
    assert opened.comparison is not None
    assert opened.comparison.confusion.labels == (0, 1, 2)


def test_whoever_reads_a_sample_in_a_worker_listens_to_nothing(session: Session) -> None:
    """An event of a document is heard where it is written to, so that is where listeners are added and removed."""
    assert session.project is not None
    document = open_sample(session, "a").document
    before = list(document.changed._listeners)
    read = load_sample(session.project, sample(session.project, "a"), session.run, document)
    assert document.changed._listeners == before
    read.close()
    assert document.changed._listeners == before


def test_other_classes_are_scored_a_slice_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """To count a large picture takes longer than a frame."""
    assert session.project is not None
    counted: list[int] = []
    count = PairCounter.count

    def told(counter: PairCounter, truth: LabelPlane, prediction: LabelPlane) -> Confusion:
        counted.append(truth.size)
        return count(counter, truth, prediction)

    monkeypatch.setattr(PairCounter, "count", told)
    opened = open_sample(session, "a")
    assert counted == [24 * 32]
    changed = session.project.schema.extended("other")
    session.update_project(replace(session.project, schema=changed))
    assert opened.comparison is not None
    assert counted == [24 * 32], "nothing yet"
    assert exact(opened, changed)
    assert opened.catch_up(1.0)
    assert len(counted) > 1


def test_closed_samples_follow_their_documents_no_more(session: Session) -> None:
    first = open_sample(session, "a")
    counts = first.counts.counts.copy()
    open_sample(session, "c")
    paint(first.document, 255)
    np.testing.assert_array_equal(first.counts.counts, counts)


def test_problems_have_a_way_out(project: Project) -> None:
    opened = load_sample(project, sample(project, "deep/b"), project.runs[0])
    assert all(isinstance(problem, SegstudioError) and problem.hint for problem in opened.problems)


def test_an_image_without_labels_has_no_score_until_it_is_drawn_on(session: Session, project: Project) -> None:
    Image.fromarray(np.ones((24, 32), np.uint8)).save(project.root / "predictions" / "one" / "c.png")
    session.open_project(open_path(project.root))
    opened = open_sample(session, "c")
    assert not opened.labelled
    assert opened.comparison is not None
    assert opened.scored is None
    session.scores.put("c", opened.comparison.confusion)
    paint(opened.document)
    assert opened.scored is opened.comparison
    opened.document.undo()
    assert opened.scored is None
    assert open_sample(session, "a").scored is not None
