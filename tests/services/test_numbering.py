"""What number is drawn with, after whatever was chosen."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from segstudio.core.raster import Rect
from segstudio.core.records import Instance
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.numbering import Numbering
from segstudio.services.opening import open_path
from segstudio.services.session import Session
from segstudio.tools import TOOLS
from segstudio.tools.base import Easel, Pointer
from tests.services.rig import open_sample

ROD, SKY = 2, 3


class Desk:
    """Sample ``a`` is open: one cell at rows 6 to 17, columns 4 to 13, which is object 1."""

    def __init__(self, root: Path, task: Literal["semantic", "instances"] = "instances") -> None:
        self.session = Session()
        self.numbering = Numbering(self.session)
        self.options = self.session.options
        project = open_path(root)
        classes = (LabelClass(ROD, "rod", (1, 2, 3), thing=True), LabelClass(SKY, "sky", (4, 5, 6)))
        schema = LabelSchema((*project.schema.classes, *classes))
        self.session.open_project(replace(project, schema=schema, task=task))
        self.document = open_sample(self.session, "a").document

    def paint(self, row: int) -> None:
        easel = Easel(self.document, np.zeros((24, 32, 3), np.uint8), self.options)
        stroke = self.document.begin("x")
        stroke.paint(np.ones((2, 6), np.bool_), (row, 20), *easel.target(erase=False))
        stroke.commit()


@pytest.fixture
def desk(tiny_project: Path) -> Desk:
    return Desk(tiny_project)


def test_a_sample_begins_with_a_new_object(desk: Desk) -> None:
    assert (desk.options.class_id, desk.options.instance) == (1, 2)
    assert desk.numbering.drawn is None


def test_strokes_draw_one_object_until_a_new_one_is_asked_for(desk: Desk) -> None:
    desk.paint(2)
    desk.paint(4)
    assert desk.numbering.drawn == Instance(2, 1, 24, Rect(2, 20, 6, 26))
    desk.numbering.new()
    assert desk.options.instance == 3
    desk.numbering.new()
    assert desk.options.instance == 3, "it has no pixel yet"


def test_stuff_and_background_have_no_number_and_a_thing_goes_on_where_it_was(desk: Desk) -> None:
    desk.paint(2)
    for class_id in (SKY, 0, 255):
        desk.options.choose(class_id)
        assert desk.options.instance == 0
    desk.options.choose(1)
    assert desk.options.instance == 2


def test_another_class_keeps_a_number_without_pixels_and_else_begins_a_new_object(desk: Desk) -> None:
    desk.options.choose(ROD)
    assert desk.options.instance == 2
    desk.paint(2)
    desk.options.choose(1)
    assert desk.options.instance == 3


def test_a_new_object_is_of_the_last_thing_where_stuff_is_chosen(desk: Desk) -> None:
    desk.options.choose(ROD)
    desk.options.choose(SKY)
    desk.numbering.new()
    assert (desk.options.class_id, desk.options.instance) == (ROD, 2)


def test_a_pixel_is_picked_with_its_object(desk: Desk) -> None:
    easel = Easel(desk.document, np.zeros((24, 32, 3), np.uint8), desk.options)
    TOOLS["pick"](easel).press(Pointer(8.5, 10.5))
    assert (desk.options.class_id, desk.options.instance) == (1, 1)
    TOOLS["pick"](easel).press(Pointer(30.5, 20.5))
    assert (desk.options.class_id, desk.options.instance) == (0, 0)


def test_without_instances_there_are_no_numbers(tiny_project: Path) -> None:
    desk = Desk(tiny_project, "semantic")
    desk.numbering.new()
    assert desk.options.instance == 0
    assert desk.numbering.drawn is None


def test_another_sample_begins_with_a_new_object_of_its_own(desk: Desk) -> None:
    desk.paint(2)
    desk.numbering.new()
    open_sample(desk.session, "c")
    assert desk.options.instance == 1
