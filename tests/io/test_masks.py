"""Label maps: what is read and written unchanged is identical in every pixel."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io import decoder
from segstudio.io.classes import read_classes
from segstudio.io.masks import inspect_mask, read_mask, read_objects, undeclared, write_mask

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (200, 10, 10)),
        LabelClass(2, "edge", (10, 200, 10)),
        LabelClass(255, "void", (224, 224, 192), ignore=True),
    )
)
BINARY = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (255, 0, 0))))
WIDE = LabelSchema((LabelClass(0, "nothing", (0, 0, 0)), LabelClass(40000, "far", (9, 9, 9))))
IDS = np.arange(12, dtype=np.uint8).reshape(3, 4)


@given(
    plane=hnp.arrays(st.sampled_from([np.uint8, np.uint16]), hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)),
    schema=st.sampled_from([SCHEMA, WIDE]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back_in_every_pixel(tmp_path: Path, plane: NDArray[Any], schema: LabelSchema) -> None:
    path = tmp_path / "mask.png"
    write_mask(path, plane, schema)
    again = read_mask(path, schema)
    np.testing.assert_array_equal(again, plane)
    assert again.flags.c_contiguous
    assert again.flags.writeable
    write_mask(tmp_path / "again.png", again, schema)
    assert (tmp_path / "again.png").read_bytes() == path.read_bytes()


def test_only_planes_of_one_byte_may_be_larger_than_other_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "available_memory", lambda: 119)
    plane = Image.fromarray(IDS)
    for mode in ("L", "P", "1", "RGB", "I;16"):
        path = tmp_path / "mask.png"
        plane.convert(mode).save(path)
        if mode in ("L", "P", "1"):
            assert read_mask(path, SCHEMA).shape == IDS.shape
        else:
            with pytest.raises(UnreadableFile, match="4 x 3 pixels need"):
                read_mask(path, SCHEMA)


def test_masks_are_indexed_pngs_in_the_class_colours(tmp_path: Path) -> None:
    write_mask(tmp_path / "mask.png", np.array([[0, 1], [2, 255]], np.uint8), SCHEMA)
    with Image.open(tmp_path / "mask.png") as written:
        assert (written.format, written.mode) == ("PNG", "P")
        assert written.convert("RGB").getpixel((1, 1)) == (224, 224, 192)
    write_mask(tmp_path / "wide.png", np.array([[0, 40000]], np.uint16), WIDE)
    with Image.open(tmp_path / "wide.png") as written:
        assert written.mode == "I;16"


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("indexed", [True, False])
def test_low_depths_are_read_as_stored(tmp_path: Path, bits: int, indexed: bool) -> None:
    plane = IDS & np.uint8((1 << bits) - 1)
    path = tmp_path / "mask.png"
    if indexed:
        picture = Image.fromarray(plane)
        picture.putpalette([i % 256 for i in range(3 << bits)])
        picture.save(path, bits=bits)
    else:
        path.write_bytes(gray_png(plane, bits))
    schema = LabelSchema(tuple(LabelClass(i, str(i), (i, i, i)) for i in range(16)))
    np.testing.assert_array_equal(read_mask(path, schema), plane)
    assert inspect_mask(path).values == tuple(range(min(12, 1 << bits)))
    assert not inspect_mask(path).deep


def gray_png(plane: NDArray[np.uint8], bits: int) -> bytes:
    """Return a gray PNG of 1 to 8 bits a sample, which Pillow cannot write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    spread = np.unpackbits(plane[:, :, None], axis=2)[:, :, 8 - bits :].reshape(len(plane), -1)
    rows = b"".join(b"\0" + np.packbits(row).tobytes() for row in spread)
    header = struct.pack(">IIBBBBB", plane.shape[1], plane.shape[0], bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_graymap_with_a_small_maximum_is_not_scaled(tmp_path: Path) -> None:
    (tmp_path / "mask.pgm").write_bytes(b"P5 4 3 12\n" + IDS.tobytes())
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.pgm", SCHEMA), IDS)


def test_whole_floats_are_ids_and_fractions_are_not(tmp_path: Path) -> None:
    path = tmp_path / "mask.tif"
    Image.fromarray(IDS.astype(np.float32)).save(path)
    np.testing.assert_array_equal(read_mask(path, SCHEMA), IDS)
    for bad, reason in ((IDS / np.float32(2), "fractions"), (IDS - np.float32(1), "from -1"), (IDS * np.nan, "nan")):
        Image.fromarray(bad.astype(np.float32)).save(path)
        with pytest.raises(UnreadableFile, match=reason):
            read_mask(path, SCHEMA)


def test_colours_are_looked_up_in_the_schema(tmp_path: Path) -> None:
    plane = np.array([[0, 1, 2, 255]], np.uint8)
    rgb = SCHEMA.palette()[plane]
    Image.fromarray(rgb).save(tmp_path / "rgb.png")
    Image.fromarray(np.dstack([rgb, np.full((1, 4), 255, np.uint8)])).save(tmp_path / "rgba.png")
    for name in ("rgb.png", "rgba.png"):
        np.testing.assert_array_equal(read_mask(tmp_path / name, SCHEMA), plane)
    rgb[0, :2] = (1, 2, 3)
    Image.fromarray(rgb).save(tmp_path / "rgb.png")
    with pytest.raises(SegstudioError, match=r"rgb\.png is colour-coded.*#010203 \(2 px\)") as caught:
        read_mask(tmp_path / "rgb.png", SCHEMA)
    assert "classes.csv" in caught.value.hint


def test_a_colour_of_two_classes_is_refused_where_it_is_used(tmp_path: Path) -> None:
    twice = LabelSchema((*SCHEMA.classes, LabelClass(3, "other cell", (200, 10, 10))))
    Image.fromarray(SCHEMA.palette()[np.array([[0, 1]])]).save(tmp_path / "rgb.png")
    with pytest.raises(SegstudioError, match="cell and other cell"):
        read_mask(tmp_path / "rgb.png", twice)


def test_gray_values_stored_as_colour_are_ids(tmp_path: Path) -> None:
    plane = np.array([[0, 1, 2, 255]], np.uint8)
    Image.fromarray(plane).convert("RGB").save(tmp_path / "rgb.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "rgb.png", SCHEMA), plane)


@pytest.mark.parametrize(("stored", "object_id"), [(255, 1), (1, 255)])
def test_one_class_is_whatever_is_not_zero(tmp_path: Path, stored: int, object_id: int) -> None:
    schema = LabelSchema((LabelClass(0, "background", (0, 0, 0)), LabelClass(object_id, "object", (255, 0, 0))))
    Image.fromarray(np.array([[0, stored]], np.uint8)).save(tmp_path / "mask.png")
    assert read_mask(tmp_path / "mask.png", schema).tolist() == [[0, object_id]]


def test_255_stays_void_where_it_is_declared_and_other_values_stay(tmp_path: Path) -> None:
    with_void = BINARY.with_ignored([255])
    Image.fromarray(np.array([[0, 255]], np.uint8)).save(tmp_path / "void.png")
    assert read_mask(tmp_path / "void.png", with_void).tolist() == [[0, 255]]
    Image.fromarray(np.array([[0, 1, 255]], np.uint8)).save(tmp_path / "three.png")
    plane = read_mask(tmp_path / "three.png", BINARY)
    assert plane.tolist() == [[0, 1, 255]]
    assert undeclared(plane, BINARY) == {255: 1}


def test_values_beyond_the_schema_are_kept_and_counted(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 300, 300, 7]], np.uint16)).save(tmp_path / "deep.png")
    plane = read_mask(tmp_path / "deep.png", SCHEMA)
    assert plane.dtype == np.uint16
    assert undeclared(plane, SCHEMA) == {7: 1, 300: 2}
    assert inspect_mask(tmp_path / "deep.png").deep
    assert read_objects(tmp_path / "deep.png").tolist() == [[False, True, True, True]]


def test_undeclared_counts_every_block_of_a_large_plane() -> None:
    plane = np.zeros((3000, 3000), np.uint8)
    plane[:, -1] = 9
    assert undeclared(plane, SCHEMA) == {9: 3000}


def test_a_stack_of_labels_goes_by_page_and_a_single_mask_serves_any(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((2, 2), value, np.uint8)) for value in (0, 1, 2)]
    pages[0].save(tmp_path / "stack.tif", save_all=True, append_images=pages[1:])
    assert [int(read_mask(tmp_path / "stack.tif", SCHEMA, page)[0, 0]) for page in range(3)] == [0, 1, 2]
    pages[1].save(tmp_path / "page.png")
    assert read_mask(tmp_path / "page.png", SCHEMA, 2).tolist() == [[1, 1], [1, 1]]


def test_real_masks_survive_reading_and_writing(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    sets = {
        "voc/2007_004189.png": "voc",
        "camvid/trainannot/0001TP_006690.png": "camvid",
        "isbi_em/labels/00.png": "isbi_em",
    }
    for name, folder in sets.items():
        path = shared_data(name)
        schema = read_classes(shared_data(folder) / "classes.csv")
        plane = read_mask(path, schema)
        with Image.open(path) as stored:
            np.testing.assert_array_equal(plane, np.asarray(stored))
        assert undeclared(plane, schema) == {}
        write_mask(tmp_path / "copy.png", plane, schema)
        np.testing.assert_array_equal(read_mask(tmp_path / "copy.png", schema), plane)


def test_two_encodings_of_one_comparison_agree(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("voc_pairs")
    schema = read_classes(folder / "classes.csv")
    for name in ("1_target.png", "1_pred.png", "23_target.png", "fcn_label.png", "fcn_output.png"):
        assert undeclared(read_mask(folder / name, schema), schema) == {}
    truth, prediction = (read_mask(folder / name, schema) for name in ("fcn_label.png", "fcn_output.png"))
    assert truth.shape == prediction.shape
    assert ((truth == prediction) | (truth == 255)).mean() > 0.8
