"""The brushes that look: on pictures of which it is known what is to be painted."""

from typing import Any

import numpy as np
import pytest

from segstudio.core.raster import Rect, RgbImage
from segstudio.editing.document import Document
from segstudio.editing.finding.sides import brightness
from segstudio.tools import TOOLS
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.edge_snap import SENSITIVITY
from segstudio.tools.options import ToolOptions
from segstudio.tools.threshold import BY, HIGH, LOW

CLASS, HEIGHT, WIDTH, EDGE = 3, 80, 100, 50


def halves(left: int, right: int, noise: int = 0) -> RgbImage:
    """Return a picture that is as bright as ``left`` up to column ``EDGE``, from there on as ``right``."""
    image = np.full((HEIGHT, WIDTH, 3), left, np.uint8)
    image[:, EDGE:] = right
    return image + np.random.default_rng(0).integers(0, noise + 1, image.shape, dtype=np.uint8)


def easel_of(image: RgbImage, size: int = 31) -> Easel:
    return Easel(Document(np.zeros(image.shape[:2], np.uint8)), image, ToolOptions(class_id=CLASS, size=size))


def stroke(tool: Tool, *way: tuple[float, float], erase: bool = False) -> None:
    tool.press(Pointer(*way[0], erase))
    for at in way[1:]:
        tool.move(Pointer(*at, erase))
    tool.release(Pointer(*way[-1], erase))


def painted_with_a_plain_brush(
    *way: tuple[float, float], size: int = 31
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    easel = easel_of(halves(0, 0), size)
    stroke(TOOLS["brush"](easel), *way)
    return np.asarray(easel.document.labels == CLASS)


LEFT, RIGHT = (44.5, 40.5), (55.5, 40.5)


@pytest.mark.parametrize("name", ["threshold", "snap"])
@pytest.mark.parametrize(("at", "side"), [(LEFT, slice(0, EDGE)), (RIGHT, slice(EDGE, WIDTH))])
@pytest.mark.parametrize("noise", [0, 12])
def test_a_dab_beside_an_edge_stays_on_its_side(name: str, at: tuple[float, float], side: slice, noise: int) -> None:
    easel = easel_of(halves(60, 150, noise))
    stroke(TOOLS[name](easel), at)
    plain = painted_with_a_plain_brush(at)
    wanted = np.zeros_like(plain)
    wanted[:, side] = plain[:, side]
    np.testing.assert_array_equal(easel.document.labels == CLASS, wanted)


@pytest.mark.parametrize("name", ["threshold", "snap"])
def test_a_stroke_along_an_edge_fills_its_side_only_and_is_one_step(name: str) -> None:
    easel = easel_of(halves(60, 150, 8))
    way = ((44.5, 10.5), (44.5, 30.5), (44.5, 70.5))
    stroke(TOOLS[name](easel), *way)
    plain = painted_with_a_plain_brush(*way)
    plain[:, EDGE:] = False
    np.testing.assert_array_equal(easel.document.labels == CLASS, plain)
    assert len(easel.document.history) == 1
    assert easel.document.history.undo_text == f"{TOOLS[name].text} stroke"
    easel.document.undo()
    assert not easel.document.labels.any()


@pytest.mark.parametrize("name", ["threshold", "snap"])
def test_where_there_is_no_edge_all_of_the_brush_paints(name: str) -> None:
    easel = easel_of(halves(100, 100, 6))
    stroke(TOOLS[name](easel), LEFT, RIGHT)
    np.testing.assert_array_equal(easel.document.labels == CLASS, painted_with_a_plain_brush(LEFT, RIGHT))


@pytest.mark.parametrize("name", ["threshold", "snap"])
def test_erasing_stops_there_too(name: str) -> None:
    easel = easel_of(halves(60, 150))
    full = easel.document.begin("All")
    full.paint(np.ones((HEIGHT, WIDTH), np.bool_), (0, 0), CLASS)
    full.commit()
    stroke(TOOLS[name](easel), LEFT, erase=True)
    assert not easel.document.labels[40, 40:EDGE].any()
    assert (easel.document.labels[:, EDGE:] == CLASS).all()


@pytest.mark.parametrize("name", ["threshold", "snap"])
def test_what_a_dab_would_paint_is_shown_before(name: str) -> None:
    easel = easel_of(halves(60, 150))
    tool = TOOLS[name](easel)
    tool.move(Pointer(*LEFT))
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    mask, (top, left) = preview.area
    stroke(tool, LEFT)
    np.testing.assert_array_equal(
        easel.document.labels[top : top + mask.shape[0], left : left + mask.shape[1]] == CLASS, mask
    )
    assert np.count_nonzero(easel.document.labels) == np.count_nonzero(mask)
    tool.leave()
    assert tool.preview() is None


def test_while_the_button_is_down_nothing_more_is_shown() -> None:
    tool = TOOLS["threshold"](easel_of(halves(60, 150)))
    tool.move(Pointer(*LEFT))
    tool.press(Pointer(*LEFT))
    tool.move(Pointer(*LEFT))
    assert tool.preview() is None


def test_otsu_says_where_its_limit_is() -> None:
    tool = TOOLS["threshold"](easel_of(halves(60, 150)))
    texts = []
    for at in (LEFT, RIGHT):
        tool.move(Pointer(*at))
        preview = tool.preview()
        assert preview is not None
        texts.append(preview.text)
    assert texts == ["up to 60", "brighter than 60"]


@pytest.mark.parametrize(
    ("low", "high", "columns"), [(0, 59, 0), (0, 60, EDGE), (60, 150, WIDTH), (61, 255, WIDTH - EDGE)]
)
def test_a_range_has_both_its_ends(low: int, high: int, columns: int) -> None:
    easel = easel_of(halves(60, 150), size=300)
    for setting, value in ((LOW, low), (HIGH, high)):
        easel.options.set(setting, value)
    easel.options.set(BY, "range")
    stroke(TOOLS["threshold"](easel), LEFT)
    assert np.count_nonzero(easel.document.labels[40]) == columns


@pytest.mark.parametrize(("sensitivity", "stops"), [(SENSITIVITY.low, False), (SENSITIVITY.high, True)])
def test_sensitivity_says_how_faint_an_edge_may_be(sensitivity: int, stops: bool) -> None:
    easel = easel_of(halves(100, 110))
    easel.options.set(SENSITIVITY, sensitivity)
    stroke(TOOLS["snap"](easel), LEFT)
    assert easel.document.labels[:, EDGE:].any() != stops


def test_a_hole_in_an_edge_lets_nothing_through() -> None:
    image = halves(60, 60)
    image[:, EDGE] = image[:, EDGE + 1] = 200
    image[40:42, EDGE : EDGE + 2] = 60
    easel = easel_of(image)
    stroke(TOOLS["snap"](easel), LEFT)
    assert easel.document.labels[40, EDGE - 3] == CLASS
    assert not easel.document.labels[:, EDGE + 4 :].any()


def test_with_the_pointer_on_the_edge_the_nearer_side_is_painted() -> None:
    easel = easel_of(halves(60, 150))
    stroke(TOOLS["snap"](easel), (EDGE + 0.5, 40.5))
    sides = easel.document.labels[40, EDGE - 8] == CLASS, easel.document.labels[40, EDGE + 8] == CLASS
    assert sorted(sides) == [False, True]


@pytest.mark.parametrize("name", ["threshold", "snap"])
def test_it_looks_at_no_more_than_it_paints(name: str) -> None:
    looked: list[Rect] = []

    class Watched(np.ndarray[Any, np.dtype[np.uint8]]):
        def __getitem__(self, key: Any) -> Any:
            looked.append(Rect(key[0].start, key[1].start, key[0].stop, key[1].stop))
            return super().view(np.ndarray)[key]

    easel = easel_of(halves(60, 150))
    easel.image = halves(60, 150).view(Watched)
    stroke(TOOLS[name](easel), LEFT)
    assert looked
    assert all(rect.shape[0] <= 44 and rect.shape[1] <= 44 for rect in looked)


def test_brightness_is_of_the_colours_as_seen() -> None:
    image = np.zeros((1, 3, 3), np.uint8)
    image[0, 0, 0] = image[0, 1, 1] = image[0, 2, 2] = 255
    assert brightness(image, Rect(0, 0, 1, 3)).tolist() == [[76, 150, 29]]
