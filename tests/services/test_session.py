"""What is open, what is chosen, and what is forgotten."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.editing.moving import lifted
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import open_path
from segstudio.services.session import Session
from segstudio.tools.base import Easel, Pointer
from segstudio.tools.pick import Pick
from tests.services.rig import exact, open_sample, paint
from tests.services.sure_project import add_sure_run, random_probabilities


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
    session.choose_run(run)
    assert session.run is run
    assert session.project is not None
    assert session.project.runs == (*project.runs, run)
    session.add_run(LabelSource("two", run.folder, "run", files={"a": run.folder / "a.png"}))
    assert [r.name for r in session.project.runs] == ["one", "two"]
    assert heard == [run]
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


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        (lambda schema: schema.extended("nerve"), True),
        (lambda schema: schema.with_ignored([1]), True),
        (lambda schema: schema.with_ignored([77]), True),
        (lambda schema: schema.replaced(replace(schema.classes[1], name="nerve")), False),
        (lambda schema: schema.replaced(replace(schema.classes[1], color=(1, 2, 3))), False),
    ],
    ids=["added", "ignored", "an ignored one added", "renamed", "recoloured"],
)
def test_scores_are_dropped_only_where_they_would_differ(
    session: Session, project: Project, change: Callable[[LabelSchema], LabelSchema], anew: bool
) -> None:
    opened = open_sample(session, "a")
    assert opened.comparison is not None
    session.scores.put("a", opened.comparison.confusion)
    scores, dropped = session.scores, list[None]()
    session.scores_dropped.connect(dropped.append)
    session.update_project(replace(project, schema=change(project.schema)))
    assert (session.scores is not scores) == anew
    assert len(dropped) == anew
    assert exact(opened, session.project.schema)  # type: ignore[union-attr]
    paint(opened.document, 255)
    assert exact(opened, session.project.schema)  # type: ignore[union-attr]
    total = session.live_total()
    assert (total is None) == anew
    if total is not None:
        np.testing.assert_array_equal(total.counts, opened.comparison.confusion.counts)


def test_a_value_without_a_class_is_not_picked(session: Session) -> None:
    chosen = session.options.class_id
    heard: list[None] = []
    session.options.changed.connect(heard.append)
    labels = np.full((4, 4), 77, np.uint8)
    labels[0, 0] = 255
    pick = Pick(Easel(Document(labels), np.zeros((4, 4, 3), np.uint8), session.options))
    pick.press(Pointer(2, 2))
    assert session.options.class_id == chosen
    assert not heard
    pick.press(Pointer(0, 0))
    assert session.options.class_id == 255
    assert len(heard) == 1


def test_a_new_class_can_be_chosen_and_the_choice_stays_through_a_rename(session: Session, project: Project) -> None:
    session.options.choose(2)
    assert session.options.class_id == 1
    changed = project.schema.extended("nerve")
    session.update_project(replace(project, schema=changed))
    session.options.choose(2)
    session.update_project(replace(project, schema=changed.replaced(replace(changed.classes[-1], name="vein"))))
    assert session.options.class_id == 2


def test_the_next_sample_is_named_in_the_classes_of_the_run(session: Session) -> None:
    open_sample(session, "a")
    other = (LabelClass(9, "tree", (1, 2, 3)),)
    session.set_prediction(np.full((24, 32), 9, np.uint8), other)
    assert session.seen_schema.get(9) is not None
    open_sample(session, "c")
    assert session.seen_schema.get(9) is None


def test_what_was_copied_is_forgotten_with_a_class_and_not_before(session: Session, project: Project) -> None:
    piece = session.clipboard = lifted(open_sample(session, "a").document, (np.ones((2, 2), np.bool_), (0, 0)))
    session.update_project(replace(project, schema=project.schema.extended("nerve")))
    assert session.clipboard is piece
    session.update_project(project)
    assert session.clipboard is None


def test_labels_that_are_tried_count_for_the_image_and_not_in_the_data_set(tiny_project: Path) -> None:
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b"))
    project = open_path(tiny_project)
    session = Session()
    session.open_project(project)
    session.show(load_sample(project, project.samples[0], session.run))
    current = session.current
    assert current is not None
    assert current.comparison is not None
    stored, counts = current.prediction, current.comparison.confusion
    session.scores.put("a", counts)
    session.try_prediction(np.ones((24, 32), np.uint8))
    assert current.comparison.confusion.counts[0, 1] == 23 * 32 - 120
    total = session.live_total()
    assert total is not None
    np.testing.assert_array_equal(total.counts, counts.counts)
    session.try_prediction(np.zeros((24, 32), np.uint8))
    session.try_prediction(None)
    assert current.prediction is stored
    np.testing.assert_array_equal(current.comparison.confusion.counts, counts.counts)


def test_another_run_ends_what_is_tried(tiny_project: Path) -> None:
    add_sure_run(tiny_project, random_probabilities(1, "a"))
    project = open_path(tiny_project)
    session = Session()
    session.open_project(project)
    session.show(load_sample(project, project.samples[0], session.run))
    current = session.current
    assert current is not None
    stored = current.prediction
    session.try_prediction(np.ones((24, 32), np.uint8))
    session.choose_run(None)
    assert current.prediction is stored
    session.set_prediction(None, ())
    session.try_prediction(np.ones((24, 32), np.uint8))  # of what is not there nothing can be tried
    assert current.prediction is None


def test_another_project_does_not_get_a_brush_that_covers_its_pictures(session: Session, project: Project) -> None:
    session.options.resize(1500)
    open_sample(session, "a")
    assert session.options.size == 24
