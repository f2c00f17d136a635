"""Classes that need wider labels: everything is read anew, and nothing that was drawn is lost."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.opening import open_path
from segstudio.services.resources import resource
from tests.gui.by_hand import Desk

WIDE = LabelClass(300, "wide", (1, 2, 3))


def widened(desk: Desk) -> LabelSchema:
    assert desk.session.project is not None
    return LabelSchema((*desk.session.project.schema.classes, WIDE))


def test_a_class_above_255_widens_the_labels_and_loses_nothing(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    painted = desk.document.labels.copy()
    desk.go("c")
    desk.paint(row=1)
    schema = widened(desk)
    desk.bench.change_schema(schema)
    desk.finish(desk.bench.autosave)
    assert desk.session.current is None, "nothing can be drawn into labels that are too narrow"
    desk.settle()
    assert desk.shown == "c"
    assert desk.document.labels.dtype == np.uint16
    assert desk.document.labels[1, 1] == 1
    desk.session.options.choose(300)
    assert desk.session.options.class_id == 300
    desk.paint(300, row=2)
    desk.pass_delay()
    desk.settle()
    assert desk.on_disk(tiny_project, "c")[2, 1] == 300
    assert open_path(tiny_project).schema == schema
    desk.go("a")
    assert desk.document.labels.dtype == np.uint16
    np.testing.assert_array_equal(desk.document.labels, painted)


def test_a_stroke_under_way_is_ended_before_the_labels_are_widened(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    stroke = desk.press()
    desk.bench.change_schema(widened(desk))
    desk.settle()
    assert desk.document.labels.dtype == np.uint8
    stroke.commit()
    desk.pass_delay()
    desk.settle()
    assert desk.document.labels.dtype == np.uint16
    assert desk.document.labels[1, 1] == 1


def test_a_sample_asked_for_meanwhile_is_read_in_wide_labels(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.ask("c")
    desk.work(desk.bench.opener)
    desk.bench.change_schema(widened(desk))
    desk.settle()
    assert desk.shown == "c"
    assert desk.document.labels.dtype == np.uint16


def test_labels_that_cannot_be_saved_are_not_widened(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    (tiny_project / "masks").rename(tiny_project / "away")
    (tiny_project / "masks").write_text("not a folder")
    desk.paint()
    document = desk.document
    desk.bench.change_schema(widened(desk))
    desk.settle()
    assert desk.document is document
    assert desk.session.unsaved() == [("a", document)]
    assert desk.heard[-1].title == "The class table was not changed."


def test_a_table_meant_for_the_project_before_is_dropped(desk: Desk, tiny_project: Path, other_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.open(other_project)
    desk.finish(desk.bench.opener)
    desk.bench.change_schema(widened(desk))
    desk.settle()
    assert desk.root == other_project
    assert desk.session.project is not None
    assert desk.session.project.schema.get(300) is None


@pytest.mark.parametrize("kind", ["model", "folder"])
def test_a_path_is_opened_as_what_it_is(desk: Desk, tiny_project: Path, kind: str) -> None:
    desk.open(tiny_project)
    desk.open(resource("demo_unet.safetensors") if kind == "model" else tiny_project / "images")
    assert (desk.bench.predictor.model is not None) == (kind == "model")
    assert not desk.errors()
