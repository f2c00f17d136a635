"""Headers of files that anybody may have made: read without running anything, and never a fault but a sentence."""

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from segstudio.core.errors import SegstudioError
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import TensorReader
from segstudio.models.loaders.pickles import Call, DamagedPickle, Reader
from segstudio.models.loaders.safetensors_file import read_safetensors
from segstudio.models.loaders.state_dict import executed, read_header_of
from segstudio.models.loaders.stored import StoredTensor, packed
from segstudio.models.zoo.unet import UNet


def followed(value: object, protocol: int) -> object:
    return Reader().read(io.BytesIO(pickle.dumps(value, protocol)))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(plain, st.integers(2, 5))
def test_plain_data_is_followed_as_it_is(value: object, protocol: int) -> None:
    if protocol > 2:  # before, bytes were calls
        assert followed(value, protocol) == value


@pytest.mark.parametrize("protocol", range(6))
def test_calls_are_kept_as_names(protocol: int) -> None:
    reader = Reader()
    found = reader.read(io.BytesIO(pickle.dumps([OrderedDict(a=1), os.getcwd], protocol)))
    assert isinstance(found[0], Call)
    assert {"collections.OrderedDict", f"{os.getcwd.__module__}.getcwd"} <= set(map(str, reader.globals))


def test_a_key_that_takes_for_ever_to_hash_is_not_hashed() -> None:
    # (((...),(...)),((...),(...))): 60 levels of two references each.
    deep = b"\x80\x02}(" + b")" + b"".join(b"q\x00h\x00\x86" for _ in range(60)) + b"Nu."
    assert Reader().read(io.BytesIO(deep)) == {}


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x02", b"\x80\x02.", b"\x80\x02N", b"\x80\x02}u.", b"\x80\x02R.", b"q\xff"]
)
def test_what_is_no_whole_pickle_is_said(content: bytes) -> None:
    with pytest.raises(DamagedPickle):
        Reader().read(io.BytesIO(content))


KINDS = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_tensors_lie_where_the_header_says(tmp_path: Path, kind: torch.dtype, legacy: bool) -> None:
    torch.manual_seed(0)
    base = torch.randint(0, 2, (5, 4, 3, 2)).to(kind)
    tensors = {
        "plain": base,
        "parameter": torch.nn.Parameter(base.clone(), requires_grad=False),
        "last": base.contiguous(memory_format=torch.channels_last),
        "part": base[1:3, ::2],
        "turned": base[0, 0].T,
        "one": base.sum().to(kind),
        "none": base[:0],
    }
    path = tmp_path / "t.pth"
    torch.save(tensors, path, _use_new_zipfile_serialization=not legacy)
    header = read_header_of(path)
    with path.open("rb") as file:
        for name, tensor in tensors.items():
            found = TensorReader(file).read(header.content[name])
            torch.testing.assert_close(found, tensor.detach().to(found.dtype), rtol=0, atol=0)
            assert found.dtype == (torch.float32 if kind.is_floating_point else kind)


def test_numbers_and_arguments_beside_weights_are_no_hindrance(tmp_path: Path) -> None:
    from argparse import Namespace

    torch.save({"state_dict": {"a": torch.zeros(1)}, "best": np.float64(0.5), "args": Namespace(lr=1)}, tmp_path / "n")
    header = read_header_of(tmp_path / "n")
    assert "argparse.Namespace" in header.imports
    assert executed(header) == []


@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3), (4, 1, 5, 2)])
def test_packed_strides_are_those_of_torch(shape: tuple[int, ...]) -> None:
    if 0 not in shape:
        assert packed(shape) == torch.empty(shape).stride()
    assert StoredTensor("uint8", shape, packed(shape), 0).extent == torch.empty(shape).numel()


@cache
def seeds() -> dict[str, bytes]:
    torch.manual_seed(0)
    weights = UNet(3, 2, 2, 1).state_dict()
    archive, old = io.BytesIO(), io.BytesIO()
    torch.save({"epoch": 1, "model": weights}, archive)
    torch.save(weights, old, _use_new_zipfile_serialization=False)
    return {"archive": archive.getvalue(), "old": old.getvalue(), "safetensors": save(weights)}


def within_pickle(content: bytes, change: Callable[[bytearray], object]) -> bytes:
    """Change the pickle of an archive, and pack it so that no checksum tells."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            data = bytearray(old.read(entry))
            if entry.filename.endswith("data.pkl"):
                change(data)
            new.writestr(entry.filename, bytes(data))
    return result.getvalue()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["archive", "old", "safetensors", "pickle"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=9)), min_size=1, max_size=5),
    st.booleans(),
)
def test_changed_bytes_are_a_sentence_or_harmless(
    tmp_path: Path, seed: str, changes: list[tuple[float, bytes]], cut: bool
) -> None:
    def change(data: bytearray) -> None:
        reach = min(len(data), 4000) if seed != "pickle" else len(data)
        for share, new in changes:
            at = int(share * reach)
            data[at : at + len(new)] = new
        if cut:
            del data[int(changes[0][0] * len(data)) :]

    if seed == "pickle":
        damaged = within_pickle(seeds()["archive"], change)
    else:
        content = bytearray(seeds()[seed])
        change(content)
        damaged = bytes(content)
    path = tmp_path / "m"
    path.write_bytes(damaged)
    try:
        found = inspect(path)
    except SegstudioError:
        return
    assert found.reason is not None or (found.description is not None and not found.missing)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_pickle_or_a_sentence(content: bytes) -> None:
    try:
        Reader().read(io.BytesIO(content))
    except DamagedPickle as error:
        assert isinstance(str(error), str)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]},
        {"dtype": "F32", "shape": [1], "data_offsets": [0, 999]},
        {"dtype": "Q4", "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": 3, "data_offsets": [0, 4]},
        {"dtype": "F32"},
        [],
    ],
)
def test_a_header_that_does_not_fit_its_file_is_said(tmp_path: Path, entry: Any) -> None:
    import json

    text = json.dumps({"x": entry}).encode()
    (tmp_path / "m").write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(SegstudioError, match="damaged or cut short"):
        read_safetensors(tmp_path / "m")
