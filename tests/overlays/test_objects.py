"""Objects told apart on the screen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from segstudio.core.raster import InstancePlane, LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.overlays import NUMBERED, OF_FOUND, OVERLAYS
from segstudio.overlays.base import OverlayInput, Pixels, Style, premultiplied
from segstudio.overlays.objects import LIGHT, object_edges

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (230, 25, 75), thing=True),
        LabelClass(2, "sky", (0, 90, 250)),
    )
)
STYLE = Style.of(SCHEMA, 0.5)
SHAPES = st.tuples(st.integers(1, 8), st.integers(1, 8))
PLANES = arrays.arrays(np.uint32, SHAPES, elements=st.sampled_from((0, 1, 2, 257, 70_000)))


def drawn(name: str, labels: LabelPlane, instances: InstancePlane | None, style: Style = STYLE) -> Pixels:
    return OVERLAYS[name](OverlayInput(labels, None, style, (0, 0), instances))


def two_that_touch() -> tuple[LabelPlane, InstancePlane]:
    """Rows 2 to 9: object 7 in columns 2 to 7, object 8 in columns 8 to 13, both cells."""
    labels, instances = np.zeros((12, 16), np.uint8), np.zeros((12, 16), np.uint32)
    labels[2:10, 2:14] = 1
    instances[2:10, 2:8], instances[2:10, 8:14] = 7, 8
    return labels, instances


@given(PLANES)
def test_edges_are_where_a_neighbour_has_another_number(instances: InstancePlane) -> None:
    around = np.pad(instances, 1, mode="edge")
    moved = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
    expected = np.any([instances != there for there in moved], axis=0)
    np.testing.assert_array_equal(object_edges(instances) != 0, expected)


@given(PLANES)
def test_no_numbers_look_like_no_instances(instances: InstancePlane) -> None:
    labels = (instances % 3).astype(np.uint8)
    for name in NUMBERED:
        for style in (STYLE, replace(STYLE, by_instance=True), replace(STYLE, lit=(3,))):
            np.testing.assert_array_equal(
                drawn(name, labels, np.zeros_like(instances), style), drawn(name, labels, None)
            )


@pytest.mark.parametrize("name", sorted(NUMBERED))
def test_a_line_parts_two_of_one_class(name: str) -> None:
    labels, instances = two_that_touch()
    whole, apart = drawn(name, labels, None), drawn(name, labels, instances)
    differs = np.argwhere(whole != apart)
    assert {int(column) for _, column in differs} == {7, 8}
    assert (apart[4, 7:9] == STYLE.line[1]).all()


def test_by_instance_each_has_its_colour_and_the_rest_those_of_classes() -> None:
    labels, instances = two_that_touch()
    labels[11] = 2
    pixels = drawn("truth", labels, instances, replace(STYLE, by_instance=True))
    assert len({pixels[5, 5], pixels[5, 11], STYLE.fill[1]}) == 3
    assert (pixels[11] == drawn("truth", labels, None)[11]).all()
    assert not pixels[0].any()


def test_what_is_hidden_stays_hidden() -> None:
    labels, instances = two_that_touch()
    hidden = Style.of(SCHEMA, 0.5, hidden=frozenset({1}))
    for name in NUMBERED:
        assert not drawn(name, labels, instances, replace(hidden, by_instance=True)).any()


@pytest.mark.parametrize("name", sorted(NUMBERED))
def test_what_is_lit_has_a_light_line_and_a_dark_one_round_it(name: str) -> None:
    labels, instances = two_that_touch()
    plain, lit = drawn(name, labels, instances), drawn(name, labels, instances, replace(STYLE, lit=(7, 99)))
    light = lit == premultiplied(LIGHT, 1.0)
    assert light[2, 2:8].all()
    assert light[1, 2:8].all()
    assert not light[3:9, 3:7].any(), "the inside stays"
    np.testing.assert_array_equal(lit[3:9, 3:7], plain[3:9, 3:7])
    np.testing.assert_array_equal(lit[:, 11:], plain[:, 11:])
    assert lit[0, 4] == premultiplied((0, 0, 0), 0.6)


@pytest.mark.parametrize("name", sorted(OF_FOUND))
def test_objects_of_a_prediction_look_like_those_of_the_truth_but_are_never_lit(name: str) -> None:
    """What is lit are numbers of the truth; the same number is another object of a prediction."""
    labels, instances = two_that_touch()
    style = replace(STYLE, by_instance=True)
    of_truth = drawn({"prediction": "truth", "prediction outline": "truth outline"}[name], labels, instances, style)
    source = OverlayInput(np.zeros_like(labels), labels, replace(style, lit=(7,)), (0, 0), found=instances)
    np.testing.assert_array_equal(OVERLAYS[name](source), of_truth)
    assert (OVERLAYS[name](replace(source, found=None)) != of_truth).any()
