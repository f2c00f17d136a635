"""One decoder for every picture: right pixels, upright, and a sentence for every fault."""

import csv
import io
import os
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import RgbImage, Samples
from segstudio.io import decoder, images
from segstudio.io.images import image_size, page_count, read_image, read_thumbnail

RNG = np.random.default_rng(0)
PHOTO = RNG.integers(0, 256, (40, 60, 3), np.uint8)
FAULTY_BUT_READABLE = {"png_xcsn0g01.png"}
"""Only the checksum is wrong in it, which Pillow passes over where the picture itself is complete."""


def test_every_nasty_file_opens_or_is_named_with_its_fault(
    shared_data: Callable[[str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data("nasty")
    rows = list(csv.DictReader((folder / "index.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 80
    for row in rows:
        path = folder / row["file"]
        if row["deliberately_broken"] == "1" and row["file"] not in FAULTY_BUT_READABLE:
            with pytest.raises(UnreadableFile, match="could not be read: ") as caught:
                read_image(path)
            assert str(path) in str(caught.value)
            with pytest.raises(UnreadableFile):
                read_thumbnail(path, 32)
            continue
        image = read_image(path)
        assert image.dtype == np.uint8, path
        assert image.ndim == 3, path
        assert image_size(path) == image.shape[:2], path
        thumbnail = read_thumbnail(path, 48)
        assert max(thumbnail.shape[:2]) == 48, path
        assert page_count(path) == (int(row["frames"]) if row["format"] == "TIFF" else 1), path
        assert image.flags.c_contiguous, path
        assert image.flags.writeable, path
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_everywhere(tmp_path: Path, orientation: int) -> None:
    seen = np.zeros((8, 16, 3), np.uint8)
    seen[:4, :8], seen[:4, 8:], seen[4:, :8] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(seen)
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    stored.save(path, exif=exif)
    np.testing.assert_array_equal(read_image(path), seen)
    assert image_size(path) == (8, 16)
    np.testing.assert_array_equal(read_thumbnail(path, 16), seen)


@pytest.mark.parametrize("dtype", [np.uint16, np.float32, np.int32])
def test_deep_samples_are_scaled_between_their_extremes(tmp_path: Path, dtype: type) -> None:
    samples: NDArray[np.generic] = np.linspace(1000, 3000, 256).reshape(16, 16).astype(dtype)
    path = tmp_path / "deep.tif"
    Image.fromarray(samples).save(path)
    image = read_image(path)
    assert (image.min(), image.max()) == (0, 255)
    assert (np.diff(image[:, :, 0].ravel().astype(int)) >= 0).all()
    np.testing.assert_array_equal(image[:, :, 0], image[:, :, 2])


def test_a_constant_deep_picture_and_one_with_nan_are_shown(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 5), 7, np.uint16)).save(tmp_path / "constant.png")
    assert not read_image(tmp_path / "constant.png").any()
    samples = np.array([[0, np.nan], [1, np.inf]], np.float32)
    Image.fromarray(samples).save(tmp_path / "nan.tif")
    np.testing.assert_array_equal(read_image(tmp_path / "nan.tif")[:, :, 0], [[0, 0], [255, 255]])


def test_sixteen_bit_colour_keeps_its_low_bits(tmp_path: Path) -> None:
    samples = np.zeros((2, 3, 3), np.uint16)
    samples[0, 0] = (100, 0, 0)
    samples[1, 2] = (0, 51, 0)
    path = tmp_path / "deep.png"
    path.write_bytes(deep_png(samples))
    image = read_image(path)
    assert image[0, 0].tolist() == [255, 0, 0]
    assert image[1, 2].tolist() == [0, 130, 0]


def deep_png(samples: np.ndarray[tuple[int, int, int], np.dtype[np.uint16]]) -> bytes:
    """Return an RGB PNG of 16 bits a sample, which Pillow cannot write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = samples.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_float_colour_that_pillow_does_not_know_is_read(tmp_path: Path) -> None:
    path = tmp_path / "float.tif"
    cv2.imwrite(str(path), np.dstack([np.full((6, 9), v, np.float32) for v in (0.0, 0.5, 1.0)]))
    image = read_image(path)
    assert image[0, 0].tolist() == [255, 128, 0]
    assert image_size(path) == (6, 9)
    assert max(read_thumbnail(path, 20).shape) == 20


def test_pages_of_a_stack_are_told_apart(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((5, 7), value, np.uint8)) for value in (10, 20, 30)]
    path = tmp_path / "stack.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert page_count(path) == 3
    assert [int(read_image(path, page)[0, 0, 0]) for page in range(3)] == [10, 20, 30]
    with pytest.raises(UnreadableFile, match="it has no page 3"):
        read_image(path, 3)


def test_a_size_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.bmp"
    Image.new("1", (8, 8)).save(path)
    data = bytearray(path.read_bytes())
    data[18:26] = struct.pack("<ii", 60000, 60000)
    path.write_bytes(data)
    for read in (read_image, image_size, page_count, lambda p: read_thumbnail(p, 10)):
        with pytest.raises(UnreadableFile, match="claims 60000 x 60000 pixels, more than can be opened"):
            read(path)


def test_more_pixels_than_fit_into_memory_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (8, 8)).save(path)
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 32000, 32000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    monkeypatch.setattr(decoder, "available_memory", lambda: 3 << 30)
    assert image_size(path) == (32000, 32000)
    with pytest.raises(UnreadableFile, match=r"32000 x 32000 pixels need 9\.5 GB of memory, and 3\.0 are free"):
        read_image(path)
    with pytest.raises(UnreadableFile, match="32000 x 32000 pixels, too many for a thumbnail"):
        read_thumbnail(path, 144)


def test_a_photo_larger_than_that_has_a_thumbnail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (400, 200), "red").save(tmp_path / "photo.jpg")
    monkeypatch.setattr(decoder, "available_memory", lambda: 200_000)
    assert read_thumbnail(tmp_path / "photo.jpg", 40).shape == (20, 40, 3)
    with pytest.raises(UnreadableFile, match="400 x 200 pixels"):
        read_image(tmp_path / "photo.jpg")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16", "F"])
def test_a_large_picture_is_thinned_for_its_thumbnail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    half = Image.new("L", (600, 300))
    half.paste(255, (0, 0, 300, 300))
    path = tmp_path / "half.tif"
    half.convert(mode).save(path)
    whole = read_thumbnail(path, 20)
    widened: list[tuple[int, ...]] = []
    to_rgb = images._at_first

    def recorded(samples: Samples) -> RgbImage:
        widened.append(samples.shape[:2])
        return to_rgb(samples)

    monkeypatch.setattr(images, "_at_first", recorded)
    monkeypatch.setattr(images, "LARGE", 100_000)
    np.testing.assert_allclose(read_thumbnail(path, 20), whole, atol=2)
    assert widened == [(100, 200)]


def test_thumbnails_of_photos_look_like_the_photo(tmp_path: Path) -> None:
    ramp = np.repeat(np.linspace(0, 255, 800).astype(np.uint8)[None, :, None], 600, 0).repeat(3, 2)
    path = tmp_path / "photo.jpg"
    Image.fromarray(ramp).save(path, quality=95)
    thumbnail = read_thumbnail(path, 80)
    assert thumbnail.shape == (60, 80, 3)
    np.testing.assert_allclose(thumbnail[30, :, 1], np.linspace(0, 255, 80), atol=6)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    Image.new("L", (2, 2)).save(path)
    path.chmod(0)
    with pytest.raises(UnreadableFile, match="permission is missing"):
        read_image(path)


def encoded(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PHOTO).save(stream, kind)
    return stream.getvalue()


WHOLE = {kind: encoded(kind) for kind in ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "PPM", "JPEG2000")}


@given(kind=st.sampled_from(sorted(WHOLE)), data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_gives_a_picture_or_a_sentence(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[kind])
    places = st.integers(0, len(damaged) - 1)
    near_header = st.integers(0, min(120, len(damaged) - 1))
    for place in data.draw(st.lists(places | near_header, max_size=6)):
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(damaged[: data.draw(places) + 1])
    for read in (read_image, page_count, lambda p: read_thumbnail(p, 16)):
        with suppress(UnreadableFile):
            read(path)
