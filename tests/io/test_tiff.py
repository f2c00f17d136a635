"""TIFF pages of any number of channels and any type, as other programs write them."""

from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from segstudio.core.errors import UnreadableFile
from segstudio.io import decoder, tiff
from segstudio.io.images import as_rgb, image_size, page_count, read_image, read_samples, read_thumbnail

DTYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float16", "float32", "float64")


def values(dtype: str, channels: int, height: int = 21, width: int = 18) -> NDArray[Any]:
    drawn = np.random.default_rng(channels).random((height, width, channels)) * 100
    return drawn.astype(dtype)


def write(path: Path, samples: NDArray[Any], planar: bool = False, **options: Any) -> Path:
    """Write samples of shape (height, width, channels) by tifffile."""
    if samples.shape[2] == 1:
        data = samples[..., 0]
    else:
        data = np.moveaxis(samples, -1, 0).copy() if planar else samples
        options["planarconfig"] = "separate" if planar else "contig"
    tifffile.imwrite(path, data, photometric="minisblack", **options)
    return path


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("planar", [False, True], ids=["contiguous", "planar"])
def test_samples_are_read_as_they_were_written(tmp_path: Path, dtype: str, channels: int, planar: bool) -> None:
    samples = values(dtype, channels)
    path = write(tmp_path / "x.tif", samples, planar)
    read = read_samples(path)
    if dtype == "uint8" and channels in (1, 3):
        np.testing.assert_array_equal(read, np.broadcast_to(samples, (21, 18, 3)))
    else:
        np.testing.assert_array_equal(read, samples[..., 0] if channels == 1 else samples)
        assert read.dtype == samples.dtype
    assert read.flags.c_contiguous
    assert image_size(path) == (21, 18)
    np.testing.assert_array_equal(read_image(path), as_rgb(read))
    assert max(read_thumbnail(path, 30).shape) == 30


@pytest.mark.parametrize("order", ["<", ">"], ids=["little endian", "big endian"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rowsperstrip": 4},
        {"compression": "zlib", "predictor": True, "rowsperstrip": 4},
        {"compression": "zlib", "predictor": True, "tile": (16, 32)},
        {"tile": (16, 16)},
        {"compression": "lzma"},
    ],
    ids=["plain", "strips", "differences in strips", "differences in tiles", "tiles", "lzma"],
)
def test_layouts_and_compressions(tmp_path: Path, order: str, options: dict[str, Any]) -> None:
    samples = values("uint16", 5)
    for planar in (False, True):
        path = write(tmp_path / "x.tif", samples, planar, byteorder=order, **options)
        np.testing.assert_array_equal(read_samples(path), samples)


@pytest.mark.parametrize("predictor", [1, 2, 3])
def test_floats_that_opencv_compresses(tmp_path: Path, predictor: int) -> None:
    samples = values("float32", 3)
    how = (cv2.IMWRITE_TIFF_COMPRESSION, cv2.IMWRITE_TIFF_COMPRESSION_LZW, cv2.IMWRITE_TIFF_PREDICTOR, predictor)
    cv2.imwrite(str(tmp_path / "x.tif"), samples[..., ::-1], how)
    np.testing.assert_array_equal(read_samples(tmp_path / "x.tif"), samples)


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "zstd"])
def test_what_pillow_writes(tmp_path: Path, mode: str, compression: str | None) -> None:
    samples = values({"I;16": "uint16", "I": "int32", "F": "float32"}[mode], 1)[..., 0]
    Image.fromarray(samples).save(tmp_path / "x.tif", compression=compression)
    read = read_samples(tmp_path / "x.tif")
    np.testing.assert_array_equal(read, samples)
    assert read.dtype == samples.dtype


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(("channels", "kept"), [(2, 1), (4, 3)])
def test_opacity_is_dropped(tmp_path: Path, dtype: str, channels: int, kept: int) -> None:
    samples = values(dtype, channels)
    photometric = "rgb" if channels == 4 else "minisblack"
    tifffile.imwrite(tmp_path / "x.tif", samples, photometric=photometric, extrasamples=["unassalpha"])
    read = read_samples(tmp_path / "x.tif")
    expected = samples[..., 0] if kept == 1 else samples[..., :3]
    if dtype == "uint8":
        expected = np.broadcast_to(samples[..., :kept], (21, 18, 3))
    np.testing.assert_array_equal(read, expected)


def test_a_fourth_channel_that_is_no_opacity_is_kept(tmp_path: Path) -> None:
    samples = values("uint8", 4)
    tifffile.imwrite(tmp_path / "x.tif", samples, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(read_samples(tmp_path / "x.tif"), samples)
    np.testing.assert_array_equal(read_image(tmp_path / "x.tif"), samples[..., :3])


def test_deep_pages_lie_as_the_orientation_says(tmp_path: Path) -> None:
    stored = values("uint16", 2)
    for orientation in range(1, 9):
        path = write(tmp_path / "x.tif", stored, extratags=[(274, 3, 1, orientation, True)])
        read = read_samples(path)
        np.testing.assert_array_equal(read, decoder.upright(stored, orientation))
        assert image_size(path) == read.shape[:2]


def test_pages_are_no_channels_and_copies_of_lower_resolution_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    with tifffile.TiffWriter(path) as file:
        for page in range(3):
            file.write(values("uint16", 1)[..., 0] + np.uint16(1000 * page), subifds=0)
            file.write(np.zeros((4, 4), np.uint16), subfiletype=1)
    assert page_count(path) == 3
    assert [int(read_samples(path, page).min()) // 1000 for page in range(3)] == [0, 1, 2]
    with pytest.raises(UnreadableFile, match="it has no page 3, the first being 0"):
        read_samples(path, 3)


def test_pages_of_several_kinds_are_each_read_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(np.full((5, 6, 3), 9, np.uint8), photometric="rgb")
        file.write(np.zeros((2, 3), np.uint8), subfiletype=1)
        file.write(values("float64", 1)[..., 0], photometric="minisblack")
        file.write(np.full((7, 8, 3), 8, np.uint8), photometric="rgb")
    shapes = [(read_samples(path, page).dtype.name, image_size(path, page)) for page in range(page_count(path))]
    assert shapes == [("uint8", (5, 6)), ("float64", (21, 18)), ("uint8", (7, 8))]


def test_the_pages_of_a_stack_are_looked_for_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, np.arange(40, dtype=np.uint16).repeat(12).reshape(40, 3, 4), photometric="minisblack")
    loaded: list[int] = []

    class Counting(ImageFileDirectory_v2):
        def load(self, stream: IO[bytes]) -> None:
            loaded.append(1)
            super().load(stream)

    monkeypatch.setattr(tiff, "_tags", Counting)
    assert page_count(path) == 40
    loaded.clear()
    assert [int(read_samples(path, page)[0, 0]) for page in (39, 7)] == [39, 7]
    assert len(loaded) == 2
    tifffile.imwrite(path, np.zeros((30, 3, 4), np.uint16), photometric="minisblack")
    assert page_count(path) == 30
    with pytest.raises(UnreadableFile, match="it has no page 39"):
        read_samples(path, 39)


def test_white_is_the_greatest_value_whatever_the_depth(tmp_path: Path) -> None:
    gray = np.arange(0, 256, 15, dtype=np.uint8).reshape(3, 6)
    deep: list[NDArray[Any]] = [
        gray.astype(np.uint16) * 257,
        gray.astype(np.int32) - 128,
        gray.astype(np.float32) / 255,
    ]
    for samples in (gray, *deep):
        tifffile.imwrite(tmp_path / "x.tif", samples, photometric="miniswhite")
        np.testing.assert_array_equal(read_image(tmp_path / "x.tif")[..., 0], 255 - gray, err_msg=str(samples.dtype))
    tifffile.imwrite(tmp_path / "x.tif", deep[0], photometric="miniswhite")
    np.testing.assert_array_equal(read_samples(tmp_path / "x.tif"), 65_535 - deep[0])


def test_strips_that_all_name_the_same_bytes_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tif", values("uint16", 2), compression="zlib", rowsperstrip=1)
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        counts, offsets = tags["StripByteCounts"], tags["StripOffsets"]
    assert counts.count == offsets.count == 21
    data = bytearray(path.read_bytes()) + bytes(10_000)
    kind = {3: "<u2", 4: "<u4"}
    for tag, value in ((counts, 9_000), (offsets, offsets.value[0])):
        same = np.full(21, value, kind[tag.dtype]).tobytes()
        data[tag.valueoffset : tag.valueoffset + len(same)] = same
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="its header claims more bytes for the pixels than the file has") as caught:
        read_samples(path)
    assert caught.value.hint


def test_directories_in_a_circle_end(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tif", values("uint16", 1))
    data = bytearray(path.read_bytes())
    at = int.from_bytes(data[4:8], "little")
    after = at + 2 + 12 * int.from_bytes(data[at : at + 2], "little")
    data[after : after + 4] = at.to_bytes(4, "little")
    path.write_bytes(data)
    assert page_count(path) == 1


def test_more_samples_than_fit_into_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "x.tif", values("uint16", 5))
    monkeypatch.setattr(decoder, "available_memory", lambda: 21 * 18 * 5 * 2)
    for read in (read_samples, read_image):
        with pytest.raises(UnreadableFile, match="its 18 x 21 pixels need") as caught:
            read(path)
        assert caught.value.hint


def test_samples_of_an_unknown_kind_are_named_as_such(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "x.tif", np.ones((4, 5), np.complex64))
    for read in (read_samples, lambda path: read_thumbnail(path, 8)):
        with pytest.raises(UnreadableFile, match="its samples are stored in a way that is not known here") as caught:
            read(tmp_path / "x.tif")
        assert "floats" in caught.value.hint


@pytest.mark.parametrize("tile", [(1 << 20, 1 << 20), (16, 1 << 27), (0, 16)])
def test_tiles_that_claim_to_be_huge_or_nothing_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tile: tuple[int, int]
) -> None:
    monkeypatch.setattr(decoder, "available_memory", lambda: 8 << 30)
    path = write(tmp_path / "x.tif", values("uint16", 5), tile=(16, 16))
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        for tag, side in zip((323, 322), tile, strict=True):
            at = file.pages.first.tags[tag].valueoffset
            data[at - 6 : at + 4] = (4).to_bytes(2, "little") + (1).to_bytes(4, "little") + side.to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"of memory|damaged"):
        read_samples(path)


def test_a_big_endian_bigtiff_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tif", values("uint16", 1), bigtiff=True, byteorder=">")
    for read in (read_samples, page_count, image_size):
        with pytest.raises(UnreadableFile, match="it is a BigTIFF of the big-endian kind"):
            read(path)


def test_a_bigtiff_is_read(tmp_path: Path) -> None:
    samples = values("float32", 5)
    path = write(tmp_path / "x.tif", samples, bigtiff=True, rowsperstrip=5)
    np.testing.assert_array_equal(read_samples(path), samples)


@given(data=st.data(), planar=st.booleans(), packed=st.booleans())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_gives_samples_or_a_sentence(
    tmp_path: Path, data: st.DataObject, planar: bool, packed: bool
) -> None:
    path = write(tmp_path / "x.tif", values("uint16", 3), planar, compression="zlib" if packed else None)
    damaged = bytearray(path.read_bytes())
    near_header = st.integers(0, min(400, len(damaged) - 1))
    for place in data.draw(st.lists(near_header | st.integers(0, len(damaged) - 1), max_size=6)):
        damaged[place] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    for read in (read_samples, image_size, page_count, lambda p: read_thumbnail(p, 16)):
        with suppress(UnreadableFile):
            read(path)
