"""A picture as it is looked at: by automatic contrast, as the user chose for its kind, or as it is."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from segstudio.core.display import PLAIN, Display, Kind
from segstudio.core.records import Sample
from segstudio.io.images import read_image
from segstudio.services.seen import READ_OFF, Seen, look

DEEP = Kind("uint16", 1)


@pytest.fixture
def deep(tmp_path: Path) -> Sample:
    values = np.arange(600, 2600, dtype=np.uint16).reshape(40, 50)
    values[0, 0] = 60000
    tifffile.imwrite(tmp_path / "deep.tif", values)
    return Sample("deep", tmp_path / "deep.tif")


@pytest.fixture
def plain(tmp_path: Path) -> Sample:
    Image.new("RGB", (6, 5), (10, 20, 30)).save(tmp_path / "plain.png")
    return Sample("plain", tmp_path / "plain.png")


def test_a_plain_picture_is_read_once_and_nothing_more_is_made_of_it(plain: Sample) -> None:
    seen = look(plain, {})
    assert seen.image is seen.samples
    assert seen.values is None
    assert seen.for_model() is seen.samples
    assert seen.display == Display()
    assert seen.text_at(1, 2) == "RGB 10 20 30"


def test_a_deep_picture_is_shown_by_automatic_contrast_and_models_see_all_of_it(deep: Sample) -> None:
    seen = look(deep, {})
    assert seen.kind == DEEP
    assert seen.display.auto
    assert 2500 < seen.display.high < 2600
    assert seen.image[39, 49].tolist() == [255, 255, 255]
    np.testing.assert_array_equal(seen.for_model(), read_image(deep.image))
    assert seen.for_model()[39, 49].tolist() == [9, 9, 9]
    assert seen.text_at(0, 0) == "Value 60000"


def test_what_the_user_chose_for_a_kind_holds_for_it_alone(deep: Sample, plain: Sample) -> None:
    fixed = Display(1000, 2000, 1.5, (0,))
    assert look(deep, {DEEP: fixed}).display == fixed
    assert look(plain, {DEEP: fixed}).display == Display()
    seen = look(plain, {PLAIN: Display(channels=(2,))})
    assert seen.display.channels == (2,)
    assert seen.image is seen.samples
    assert look(plain, {PLAIN: Display(auto=True)}).display == Display(0, 255, auto=True).fitted(
        look(plain, {PLAIN: Display(auto=True)}).values  # type: ignore[arg-type]
    )


def test_only_so_many_channels_are_written_out() -> None:
    samples = np.arange(2 * 3 * 20, dtype=np.float32).reshape(2, 3, 20) / 8
    seen = Seen(samples, Display(), np.zeros((2, 3, 3), np.uint8))
    words = seen.text_at(0, 0).split()
    assert words[:4] == ["Value", "0", "0.125", "0.25"]
    assert len(words) == READ_OFF + 2
    assert words[-1] == "..."
