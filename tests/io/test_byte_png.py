"""Plain PNG files: what OpenCV makes of them is what Pillow makes of them, or it is left to Pillow."""

import io
import struct
import zlib
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io import byte_png
from segstudio.io.byte_png import read_byte_png
from segstudio.io.decoder import opened
from segstudio.io.masks import read_mask

Chunks = list[tuple[bytes, bytes]]
PLANES = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40))
MISSHAPEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(plane: NDArray[np.uint8], colors: int) -> bytes:
    """Return a PNG of a byte a pixel, in gray or, with ``colors``, indices into a palette of so many."""
    picture = Image.fromarray(plane)
    if colors:
        picture.putpalette(bytes(range(256)) * 3 if colors == 256 else bytes(3 * colors))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def chunks_of(data: bytes) -> Chunks:
    chunks, at = [], 8
    while at < len(data):
        end = at + 8 + struct.unpack_from(">I", data, at)[0]
        chunks.append((data[at + 4 : at + 8], data[at + 8 : end]))
        at = end + 4
    return chunks


def joined(chunks: Chunks) -> bytes:
    """Return a file of chunks whose checksums are right, whatever is in them."""
    parts = (struct.pack(">I", len(c)) + name + c + struct.pack(">I", zlib.crc32(name + c)) for name, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def samples_by_pillow(path: Path) -> NDArray[np.uint8] | None:
    try:
        with opened(path) as picture:
            return np.array(picture) if picture.mode in ("L", "P") else None
    except UnreadableFile:
        return None


@given(PLANES, st.sampled_from([0, 17, 256]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_samples_and_palette_are_as_stored(tmp_path: Path, plane: NDArray[np.uint8], colors: int) -> None:
    (tmp_path / "mask.png").write_bytes(encoded(plane, colors))
    read = read_byte_png(tmp_path / "mask.png")
    assert read is not None
    np.testing.assert_array_equal(read.samples, plane)
    with Image.open(tmp_path / "mask.png") as picture:
        palette = picture.getpalette("RGB")
    assert (read.palette is None) == (palette is None) == (colors == 0)
    if read.palette is not None:
        assert read.palette.ravel().tolist() == palette


@given(PLANES, st.sampled_from([0, 256]), st.sampled_from(["cut", "bent", "longer"]), st.randoms(use_true_random=False))
@MISSHAPEN
def test_damaged_pixels_are_those_that_pillow_reads_or_none(
    tmp_path: Path, plane: NDArray[np.uint8], colors: int, way: str, chance: Random
) -> None:
    chunks = chunks_of(encoded(plane, colors))
    at = next(i for i, (name, _) in enumerate(chunks) if name == b"IDAT")
    packed = bytearray(chunks[at][1])
    if way == "cut":
        del packed[chance.randrange(len(packed)) :]
    elif way == "bent":
        packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
    else:
        packed += chance.randbytes(5)
    chunks[at] = (b"IDAT", bytes(packed))
    (tmp_path / "mask.png").write_bytes(joined(chunks))
    read = read_byte_png(tmp_path / "mask.png")
    if read is not None:
        np.testing.assert_array_equal(read.samples, samples_by_pillow(tmp_path / "mask.png"))


@given(PLANES, st.integers(0, 12), st.integers(0, 255))
@MISSHAPEN
def test_a_header_that_says_otherwise_is_never_read_as_other_pixels(
    tmp_path: Path, plane: NDArray[np.uint8], at: int, value: int
) -> None:
    (first, header), *others = chunks_of(encoded(plane, 0))
    bent = header[:at] + bytes([value]) + header[at + 1 :]
    (tmp_path / "mask.png").write_bytes(joined([(first, bent), *others]))
    read = read_byte_png(tmp_path / "mask.png")
    if read is not None:
        np.testing.assert_array_equal(read.samples, samples_by_pillow(tmp_path / "mask.png"))


@pytest.mark.parametrize("name", [b"tRNS", b"gAMA", b"sBIT", b"bKGD", b"iCCP", b"tEXt", b"pHYs"])
def test_what_is_said_of_the_colours_changes_no_sample(tmp_path: Path, name: bytes) -> None:
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    header, *others = chunks_of(encoded(plane, 0))
    (tmp_path / "mask.png").write_bytes(joined([header, (name, b"\0\2\0\2\0\0"), *others]))
    read = read_byte_png(tmp_path / "mask.png")
    assert read is not None
    np.testing.assert_array_equal(read.samples, plane)


def test_pixels_that_are_cut_into_several_chunks_are_joined(tmp_path: Path) -> None:
    plane = np.arange(240, dtype=np.uint8).reshape(12, 20)
    chunks = [
        part
        for name, content in chunks_of(encoded(plane, 0))
        for part in ([(name, content[:9]), (name, content[9:])] if name == b"IDAT" else [(name, content)])
    ]
    (tmp_path / "mask.png").write_bytes(joined(chunks))
    read = read_byte_png(tmp_path / "mask.png")
    assert read is not None
    np.testing.assert_array_equal(read.samples, plane)


def left_to_others() -> list[tuple[str, bytes]]:
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    gray, indexed = chunks_of(encoded(plane, 0)), chunks_of(encoded(plane, 256))
    palette = next(chunk for chunk in indexed if chunk[0] == b"PLTE")
    huge = struct.pack(">IIBBBBB", 1 << 15, 1 << 15, 8, 0, 0, 0, 0)
    pixels = next(chunk for chunk in gray if chunk[0] == b"IDAT")
    return [
        ("another format", b"BM" + encoded(plane, 0)),
        ("colours", _png(np.dstack([plane, plane, plane]))),
        ("16 bits", _png(plane.astype(np.uint16))),
        ("turned by EXIF", joined([gray[0], (b"eXIf", b"MM\0*"), *gray[1:]])),
        ("turned by a profile in a text", joined([gray[0], (b"tEXt", b"Raw profile type exif\0..."), *gray[1:]])),
        ("turned by XMP in a text", joined([gray[0], (b"tEXt", b"XML:com.adobe.xmp\0..."), *gray[1:]])),
        ("turned by XMP", joined([gray[0], (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0..."), *gray[1:]])),
        ("an unknown chunk", joined([gray[0], (b"abCd", b""), *gray[1:]])),
        ("gray values with a palette", joined([gray[0], palette, *gray[1:]])),
        ("a palette behind the pixels", joined([*(c for c in indexed[:-1] if c is not palette), palette, indexed[-1]])),
        ("two palettes", joined([indexed[0], palette, *indexed[1:]])),
        (
            "half a colour",
            joined([indexed[0], (b"PLTE", palette[1][:-1]), *(c for c in indexed[1:] if c is not palette)]),
        ),
        ("a header that is not first", joined([(b"gAMA", b"1234"), *gray])),
        ("two headers", joined([gray[0], *gray])),
        ("a header too long", joined([(b"IHDR", gray[0][1] + b"\0"), *gray[1:]])),
        ("no pixels", joined([gray[0], gray[-1]])),
        ("several pictures", joined([gray[0], (b"acTL", bytes(8)), *gray[1:]])),
        ("indices without a palette", joined([chunk for chunk in indexed if chunk[0] != b"PLTE"])),
        ("more pixels than its bytes can hold", joined([(b"IHDR", huge), *gray[1:]])),
        ("pixels in two places", joined([*gray[:-1], (b"tEXt", b"a\0b"), pixels, gray[-1]])),
        ("a wrong checksum", encoded(plane, 0).replace(b"IEND", b"IEND!")),
        ("a bent byte", encoded(plane, 0)[:30] + b"\xff" + encoded(plane, 0)[31:]),
        ("no end", encoded(plane, 0)[:-12]),
        ("nothing but a signature", encoded(plane, 0)[:8]),
    ]


def _png(pixels: NDArray[np.generic]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("what", "data"), left_to_others(), ids=[what for what, _ in left_to_others()])
def test_what_is_not_plain_and_whole_is_left_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, data: bytes
) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    (tmp_path / "mask.png").write_bytes(data)
    assert read_byte_png(tmp_path / "mask.png") is None, what


@pytest.mark.parametrize("bound", ["_LONGEST", "_MOST_CHUNKS"])
def test_long_files_and_those_in_crumbs_are_left_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    data = encoded(np.zeros((3, 4), np.uint8), 0)
    (tmp_path / "mask.png").write_bytes(data)
    for most, read in ((len(data) if bound == "_LONGEST" else 3, True), (2, False)):
        monkeypatch.setattr(byte_png, bound, most)
        assert (read_byte_png(tmp_path / "mask.png") is not None) == read


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt"])
def test_a_mask_that_says_how_it_is_turned_is_turned_as_its_image(tmp_path: Path, name: bytes) -> None:
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    header, *others = chunks_of(encoded(plane, 0))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="3"/></x:xmpmeta>'
    text = b"XML:com.adobe.xmp\0" + (b"" if name == b"tEXt" else b"\0\0\0\0") + xmp
    (tmp_path / "mask.png").write_bytes(joined([header, (name, text), *others]))
    ids = LabelSchema(tuple(LabelClass(i, str(i), (i, i, i)) for i in range(12)))
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png", ids), plane[::-1, ::-1])
