"""What was chosen for the tools, and what becomes of it from picture to picture."""

from hypothesis import given
from hypothesis import strategies as st

from segstudio.tools.options import MAX_SIZE, MIN_SIZE, USUAL_SIZE, ToolOptions

SIDES = st.integers(1, 20_000)


@given(size=st.integers(MIN_SIZE, MAX_SIZE), height=SIDES, width=SIDES)
def test_the_first_picture_of_a_project_bounds_the_brush_for_good(size: int, height: int, width: int) -> None:
    options = ToolOptions(size=size)
    options.fit((height, width), anew=True)
    assert options.size <= max(min(height, width) // 2, USUAL_SIZE)
    bounded = options.size
    options.fit((20_000, 20_000), anew=False)
    assert options.size == bounded


def test_within_a_project_a_large_brush_comes_back_with_a_large_picture() -> None:
    options = ToolOptions()
    heard: list[None] = []
    options.changed.connect(heard.append)
    options.fit((16_384, 16_384), anew=True)
    options.resize(1500)
    options.fit((640, 480), anew=False)
    assert options.size == 240
    options.fit((600, 600), anew=False)
    assert options.size == 300
    options.fit((16_384, 16_384), anew=False)
    assert options.size == 1500
    options.fit((640, 480), anew=False)
    options.resize(100)  # whoever chooses another size there has it everywhere
    options.fit((16_384, 16_384), anew=False)
    assert options.size == 100
    assert len(heard) == 6
