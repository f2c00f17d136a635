"""ONNX files of strangers: cut, made of noise, larger than they are, and reaching for what is not theirs."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.cli import main
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.onnx_file.reading import read_onnx
from tests.models.loaders.onnx_graphs import CLASSES, WEIGHTS, write_external, write_graph


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("onnx")
    return write_graph(folder / "net.onnx", metadata={"names": '["a", "b", "c", "d"]'}).read_bytes()


@given(data=st.data())
def test_what_is_cut_or_changed_is_read_or_refused(
    data: st.DataObject, whole: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.onnx"
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for place in data.draw(st.lists(st.integers(0, max(len(content) - 1, 0)), max_size=4)) if content else []:
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    found = inspect(path)
    assert (found.description is None) or found.description.config["in_channels"] in (1, 3)
    if found.reason is not None:
        assert str(path) in found.reason


@given(noise=st.binary(max_size=200))
def test_noise_is_no_graph(noise: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.onnx"
    path.write_bytes(b"\x08\x08\x12\x01x" + noise)
    with pytest.raises(UnreadableFile):
        read_onnx(path)


def test_every_part_of_a_file_is_refused_by_the_window_and_the_command_line(tmp_path: Path, whole: bytes) -> None:
    for length in range(8, len(whole), 29):
        (tmp_path / "cut.onnx").write_bytes(whole[:length])
        with pytest.raises(UnreadableFile):
            load_model(tmp_path / "cut.onnx", "cpu")


def changed(path: Path, change: str) -> Path:
    model = onnx.load_from_string(write_graph(path).read_bytes())
    (weights,) = (each for each in model.graph.initializer if each.name == "w")
    if change == "more":
        weights.dims[0] = 1 << 40
    elif change == "less":
        weights.dims[0] = -1
    elif change == "cut":
        weights.raw_data = weights.raw_data[:-1]
    elif change == "sides":
        weights.dims.extend([1] * 70)
    elif change == "typed":
        weights.ClearField("raw_data")
        weights.float_data.extend([1.0, 2.0])
        weights.dims[0] = 100
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("change", ["more", "less", "cut", "sides", "typed"])
def test_a_tensor_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        load_model(changed(tmp_path / "net.onnx", change), "cpu")


def test_a_length_beyond_the_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "bomb.onnx").write_bytes(b"\x08\x08\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
    with pytest.raises(UnreadableFile, match=r"ends within a part of 9,223,372,036,854,775,807 bytes"):
        read_onnx(tmp_path / "bomb.onnx")
    (tmp_path / "nested.onnx").write_bytes(b"\x08\x08\x12\x01x" + b"\x3a\x00" * 10)
    with pytest.raises(UnreadableFile, match="no graph"):
        read_onnx(tmp_path / "nested.onnx")


def part(number: int, content: bytes) -> bytes:
    """Return a field with a message within."""
    length = len(content)
    return bytes([number << 3 | 2, length & 0x7F | 0x80, length >> 7]) + content


def test_graphs_within_graphs_to_no_end_are_refused(tmp_path: Path) -> None:
    graph = b""
    for _ in range(40):
        graph = part(1, part(5, part(6, graph)))  # a node of the graph, its attribute, the graph in that
    (tmp_path / "deep.onnx").write_bytes(b"\x08\x08" + part(7, graph))
    with pytest.raises(UnreadableFile, match="too deep"):
        read_onnx(tmp_path / "deep.onnx")


@pytest.mark.parametrize(
    "location",
    ["../secret.bin", "sub/../../secret.bin", "/etc/hostname", "C:\\secret.bin", "\\\\host\\share\\x", "..\\secret.bin",
     "*/_ORT_MEM_ADDR_/*", "", ".", "a\x00b"],
)  # fmt: skip
def test_weights_outside_of_the_folder_are_refused_before_anything_is_opened(
    tmp_path: Path, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.bin").write_bytes(WEIGHTS.tobytes())
    (tmp_path / "models").mkdir()
    path = write_external(tmp_path / "models" / "net.onnx", location)
    opened: list[object] = []
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda *given, **_: opened.append(given))
    with pytest.raises(UnreadableFile, match=r"not in its folder|is missing|is no file"):
        load_model(path, "cpu")
    assert inspect(path).reason is not None
    assert not opened


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(WEIGHTS.tobytes())
    (tmp_path / "models").mkdir()
    path = write_external(tmp_path / "models" / "net.onnx", "net.data")
    path.with_name("net.data").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(UnreadableFile, match=r"'net\.data', which is not in its folder"):
        load_model(path, "cpu")
    path.with_name("net.data").unlink()
    path.with_name("net.data").symlink_to(path.with_name("net.data"))
    with pytest.raises(UnreadableFile, match="missing"):
        load_model(path, "cpu")


@pytest.mark.parametrize("within", ["attribute", "branch", "function", "default", "sparse"])
def test_weights_outside_are_found_wherever_they_stand(tmp_path: Path, within: str) -> None:
    model = onnx.load_from_string(write_external(tmp_path / "net.onnx", "../secret.bin").read_bytes())
    (tensor,) = (each for each in model.graph.initializer if each.name == "w")
    other = onnx.load_from_string(write_graph(tmp_path / "net.onnx", result=["N", CLASSES, "H", "W"]).read_bytes())
    node = onnx.helper.make_node("Constant", [], ["unused"], value=tensor)
    if within == "attribute":
        other.graph.node.insert(0, node)
    elif within == "branch":
        branch = onnx.helper.make_graph([node], "branch", [], [])
        other.graph.node.append(onnx.helper.make_node("If", ["c"], [], then_branch=branch))
    elif within == "function":
        other.functions.append(onnx.helper.make_function("mine", "f", [], ["unused"], [node], []))
    elif within == "default":
        mine = onnx.helper.make_function("mine", "f", [], ["unused"], [], [])
        mine.attribute_proto.append(node.attribute[0])
        other.functions.append(mine)
    else:
        other.graph.sparse_initializer.append(onnx.SparseTensorProto(values=tensor, dims=[1]))
    (tmp_path / "net.onnx").write_bytes(other.SerializeToString())
    assert "not in its folder" in (inspect(tmp_path / "net.onnx").reason or "")


def test_a_sidecar_that_is_too_short_or_no_file_is_refused(tmp_path: Path) -> None:
    path = write_external(tmp_path / "net.onnx", "net.data", data=WEIGHTS.tobytes()[:-4])
    with pytest.raises(UnreadableFile, match="holds 44 bytes of 48"):
        load_model(path, "cpu")
    path.with_name("net.data").unlink()
    path.with_name("net.data").mkdir()
    with pytest.raises(UnreadableFile, match="is no file"):
        load_model(path, "cpu")
    with pytest.raises(UnreadableFile, match="larger than what is stored"):
        load_model(write_external(tmp_path / "short.onnx", "net.data", length=4), "cpu")


def test_operations_of_other_programs_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_graph(tmp_path / "net.onnx", ending="Surprise", domain="my.company")
    with pytest.raises(UnreadableFile, match=r"my\.company\.Surprise"):
        load_model(path, "cpu")
    assert main(["inspect", str(path)]) == 1
    assert "my.company.Surprise" in capsys.readouterr().out


def test_graphs_that_take_no_image_or_return_no_map_are_said(tmp_path: Path) -> None:
    for arguments, words in (
        ({"size": (1,)}, "no image"),
        ({"batch": 1, "size": (64, 96), "result": [1, 84, 8400]}, "no map of classes"),
        ({"result": [1, 1000]}, "no map of classes"),
    ):
        path = write_graph(tmp_path / "net.onnx", **arguments)
        with pytest.raises(SegstudioError, match=words):
            load_model(path, "cpu")
    model = onnx.load_from_string(write_graph(tmp_path / "net.onnx").read_bytes())
    model.graph.input.append(onnx.helper.make_tensor_value_info("prompt", onnx.TensorProto.FLOAT, [1, 2]))
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(UnreadableFile, match=r"2 inputs \(image, prompt\)"):
        load_model(tmp_path / "net.onnx", "cpu")


def test_a_graph_whose_file_has_gone_or_changed_is_not_opened_anew(tmp_path: Path) -> None:
    model = load_model(write_graph(tmp_path / "net.onnx"), "cpu")
    (tmp_path / "net.onnx").unlink()
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)  # so that the graph is opened anew, from a file that has gone
    try:
        with pytest.raises(SegstudioError, match="changed since it was loaded"):
            model.predict([np.zeros((8, 8, 3), np.uint8)])
    finally:
        torch.set_num_threads(threads)
