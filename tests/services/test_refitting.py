"""Work that was not saved when labels became deeper, shallower, or began to tell objects apart: none of it is lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.records import Project
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.on_disk import stamps_of
from segstudio.services.opening import open_path, save_schema
from segstudio.services.recovery import Resumed, read_begun, resume
from segstudio.services.unsaved_work import save_unsaved
from tests.services.desk import Desk, unsaved
from tests.services.rig import sample

WIDE = LabelClass(300, "wide", (1, 2, 3))


def widened(project: Project) -> Project:
    return save_schema(replace(project, schema=LabelSchema((*project.schema.classes, WIDE))))


def narrowed(project: Project) -> Project:
    return save_schema(replace(project, schema=LabelSchema(tuple(c for c in project.schema.classes if c != WIDE))))


def told_apart(project: Project) -> Project:
    return save_schema(replace(project, task="instances"))


def told_apart_no_more(project: Project) -> Project:
    return save_schema(replace(project, task="semantic"))


CHANGES: dict[str, tuple[Callable[[Project], Project], Callable[[Project], Project]]] = {
    "wider": (lambda project: project, widened),
    "narrower": (widened, narrowed),
    "told apart": (lambda project: project, told_apart),
    "told apart no more": (told_apart, told_apart_no_more),
    "both": (lambda project: project, lambda project: told_apart(widened(project))),
}


def take_up(project: Project, sample_id: str = "a") -> Resumed:
    opened = sample(project, sample_id)
    return resume(project, opened, read_begun(project, opened).planes, stamps_of(project, sample_id))


@pytest.mark.parametrize("saved_before", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_not_saved_is_recovered_on_planes_of_another_kind(
    tiny_project: Path, change: str, saved_before: bool
) -> None:
    before, after = CHANGES[change]
    before(open_path(tiny_project))
    desk = Desk(tiny_project)
    desk.paint(1)
    if saved_before and desk.document.instances is None:
        desk.save()
    desk.paint(2)
    labels = desk.document.labels.copy()
    project = after(open_path(tiny_project))
    changes = 1 if saved_before and desk.document.instances is None else 2
    assert unsaved(project) == [("a", changes)]
    resumed = take_up(project)
    assert (resumed.changes, resumed.contested, resumed.problems) == (changes, None, ())
    assert resumed.document.labels.dtype == project.schema.dtype
    np.testing.assert_array_equal(resumed.document.labels, labels)
    resumed.document.undo()
    assert resumed.document.labels[2, 20] != 1
    ((_, saved),) = save_unsaved(project, [sample(project, "a")])
    assert saved.error is None
    np.testing.assert_array_equal(read_begun(project, sample(project, "a")).planes.classes, labels)


def test_what_does_not_fit_is_told_kept_and_found_again_until_it_fits(tiny_project: Path) -> None:
    project = widened(open_path(tiny_project))
    desk = Desk(tiny_project, "c")
    desk.paint(1, value=300)
    project = narrowed(project)
    for _ in range(2):
        assert unsaved(project) == [("c", 1)]
        resumed = take_up(project, "c")
        assert (resumed.changes, resumed.contested) == (0, None)
        (problem,) = resumed.problems
        assert "classes of higher numbers than there are now" in str(problem)
    ((_, saved),) = save_unsaved(project, [sample(project, "c")])
    assert saved.error is not None
    resumed = take_up(widened(project), "c")
    assert resumed.contested is not None
    assert resumed.contested.edits[0].patches[0].after.pixels().max() == 300


def test_a_picture_of_another_size_is_told(tiny_project: Path) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    Image.new("RGB", (20, 10)).save(tiny_project / "images" / "c.png")
    (problem,) = take_up(desk.project, "c").problems
    assert "a picture of another size" in str(problem)
    assert unsaved(desk.project) == [("c", 1)]
