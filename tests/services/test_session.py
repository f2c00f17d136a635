"""What is open, what stays in memory, and what a failure leaves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.services import session as session_module
from segstudio.services.opening import open_path
from segstudio.services.session import KEPT_DOCUMENTS, OpenSample, Session, load_sample
from segstudio.services.shares import ClassCounts


@pytest.fixture
def project(tiny_project: Path) -> Project:
    """A project of the samples a, c and deep/b, with a run that predicts a, and b in another size."""
    for name, shape in (("a", (24, 32)), ("deep/b", (10, 10))):
        file = tiny_project / "predictions" / "one" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ones(shape, np.uint8)).save(file)
    return open_path(tiny_project)


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


@pytest.fixture
def session(project: Project) -> Session:
    session = Session()
    session.open_project(project)
    return session


def exact(opened: OpenSample, schema: LabelSchema) -> bool:
    """Return whether everything that is kept up to date is what counting anew gives."""
    values = np.bincount(opened.document.labels.ravel(), minlength=256)
    assert opened.prediction is not None
    assert opened.comparison is not None
    anew = Confusion.of(opened.document.labels, opened.prediction, schema)
    return np.array_equal(opened.counts.counts, values) and np.array_equal(
        opened.comparison.confusion.counts, anew.counts
    )


def test_a_sample_has_its_image_its_labels_and_its_prediction(project: Project) -> None:
    opened = load_sample(project, sample(project, "a"), project.runs[0])
    assert opened.image.shape == (24, 32, 3)
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


@pytest.mark.parametrize("unsaved", [0, 1, KEPT_DOCUMENTS, KEPT_DOCUMENTS + 5])
def test_unsaved_work_is_never_dropped(session: Session, project: Project, unsaved: int) -> None:
    """However many samples are visited, whatever was painted on, the shown one included, is still there to be saved."""
    image, labels = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8)

    def show(name: str) -> Document:
        document = Document(labels)
        shown = Sample(name, Path(name))
        begun = document.revision, project.schema
        session.show(OpenSample(shown, image, document, ClassCounts(document), begun))
        return document

    expected = []
    for number in range(unsaved):
        expected.append((f"painted {number}", show(f"painted {number}")))
        paint(expected[-1][1], size=2)
    for number in range(2 * KEPT_DOCUMENTS):
        show(f"seen {number}")
    last = show("last")
    assert session.document_of("last") is last
    paint(last, size=1)
    assert session.unsaved() == [*expected, ("last", last)]
    clean = [f"seen {number}" for number in range(2 * KEPT_DOCUMENTS)]
    kept = max(KEPT_DOCUMENTS - unsaved - 1, 0)
    assert [name for name in clean if session.document_of(name)] == clean[len(clean) - kept :]


def test_edits_made_while_a_sample_is_read_again_are_counted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker counts the labels of a document that is painted on meanwhile: between its count and its first change."""
    assert session.project is not None
    document = open_sample(session, "a").document

    class Overtaken(ClassCounts):
        def __init__(self, counted: Document) -> None:
            super().__init__(counted)
            self.close()
            if not counted.history.dirty:
                paint(counted)
            self.close = counted.changed.connect(self._on_change)

    monkeypatch.setattr(session_module, "ClassCounts", Overtaken)
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


def test_closed_samples_follow_their_documents_no_more(session: Session) -> None:
    first = open_sample(session, "a")
    counts = first.counts.counts.copy()
    open_sample(session, "c")
    paint(first.document, 255)
    np.testing.assert_array_equal(first.counts.counts, counts)


def test_opening_a_project_forgets_the_one_before(session: Session, project: Project) -> None:
    open_sample(session, "a")
    heard: list[Project] = []
    session.project_opened.connect(heard.append)
    session.options.swap()
    other = LabelSchema((LabelClass(7, "ground", (1, 2, 3), background=True), LabelClass(9, "tree", (4, 5, 6))))
    session.open_project(replace(project, schema=other))
    assert heard == [session.project]
    assert session.current is None
    assert session.document_of("a") is None
    assert (session.options.class_id, session.options.background_id) == (9, 7)
    session.options.swap()
    session.options.swap()
    assert session.options.class_id == 9


def test_another_run_is_compared_with(session: Session, project: Project) -> None:
    opened = open_sample(session, "a")
    heard: list[LabelSource | None] = []
    session.run_changed.connect(heard.append)
    run = LabelSource("two", project.root / "predictions" / "two", "run")
    session.add_run(run)
    assert session.run is run
    assert session.project is not None
    assert session.project.runs == (*project.runs, run)
    session.add_run(LabelSource("two", run.folder, "run", files={"a": run.folder / "a.png"}))
    assert [r.name for r in session.project.runs] == ["one", "two"]
    assert len(heard) == 2
    session.set_prediction(np.zeros((24, 32), np.uint8), ())
    assert exact(opened, project.schema)


def test_live_total_follows_the_brush(session: Session, project: Project) -> None:
    opened = open_sample(session, "a")
    assert session.live_total() is None
    assert opened.prediction is not None
    before = Confusion.of(opened.document.labels, opened.prediction, project.schema)
    other = Confusion.of(np.ones((3, 3), np.uint8), np.zeros((3, 3), np.uint8), project.schema)
    session.scores.put("a", before)
    session.scores.put("deep/b", other)
    for value in (1, 0, 255):
        paint(opened.document, value)
        after = Confusion.of(opened.document.labels, opened.prediction, project.schema)
        total = session.live_total()
        assert total is not None
        np.testing.assert_array_equal(total.counts, after.counts + other.counts)
        assert total.ignored == after.ignored


def test_changed_classes_are_scored_anew(session: Session, project: Project) -> None:
    opened = open_sample(session, "a")
    session.update_project(replace(project, schema=project.schema.with_ignored([1])))
    assert opened.comparison is not None
    assert opened.comparison.confusion.labels == (0,)
    assert session.live_total() is None


def test_problems_have_a_way_out(project: Project) -> None:
    opened = load_sample(project, sample(project, "deep/b"), project.runs[0])
    assert all(isinstance(problem, SegstudioError) and problem.hint for problem in opened.problems)
