"""Archives that would run something in torch's own loader: refused by name, and nothing of them ever runs."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.sniff import sniff
from tests.models.loaders.made import ANY, Malice, Net, exported, pickled, rewritten, saved

MKDIR = f"{os.mkdir.__module__}.mkdir"
PROGRAM, WEIGHTS, CONSTANTS = (
    "models/model.json",
    "data/weights/model_weights_config.json",
    "data/constants/model_constants_config.json",
)
Entries = dict[str, bytes]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(exported(Net(), image=ANY), tmp_path_factory.mktemp("clean") / "net.pt2")


def refused(path: Path) -> str:
    """Load and inspect a file that must not load; return what the user is told."""
    with pytest.raises(UnreadableFile) as caught:
        load_model(path, "cpu")
    found = inspect(path)
    assert found.reason == caught.value.sentence()
    assert str(path) in found.reason
    return caught.value.sentence()


def in_json(entry: str, change: Callable[[Any], object]) -> Callable[[Entries], None]:
    """Return what changes the JSON of an entry."""

    def changed(entries: Entries) -> None:
        data = json.loads(entries[entry])
        change(data)
        entries[entry] = json.dumps(data).encode()

    return changed


def a_call(target: str, **arguments: Any) -> Callable[[Any], object]:
    """Return what lets a program begin with a call of ``target``."""
    inputs = [{"name": name, "arg": value, "kind": 1} for name, value in arguments.items()]
    node = {"target": target, "inputs": inputs, "outputs": [], "metadata": {}, "name": "evil"}
    return lambda data: data["graph_module"]["graph"]["nodes"].insert(0, node)


def pickled_weight(entries: Entries, trace: Path) -> None:
    """As was reported of torch in pytorch#176791, and is still so in 2.13: a weight that says it is pickled."""
    in_json(WEIGHTS, lambda data: data["config"]["head.bias"].update(use_pickle=True))(entries)
    name = json.loads(entries[WEIGHTS])["config"]["head.bias"]["path_name"]
    entries[f"data/weights/{name}"] = pickled(Malice(trace))


def pickled_constant(entries: Entries, trace: Path) -> None:
    in_json(CONSTANTS, lambda data: data["config"]["offsets"].update(use_pickle=True))(entries)
    name = json.loads(entries[CONSTANTS])["config"]["offsets"]["path_name"]
    entries[f"data/constants/{name}"] = pickled(Malice(trace))


def opaque_object(entries: Entries, trace: Path) -> None:
    in_json(CONSTANTS, lambda data: data["config"]["offsets"].update(path_name="opaque_obj_0"))(entries)
    entries["data/constants/opaque_obj_0"] = pickled(Malice(trace))


def custom_object(entries: Entries, trace: Path) -> None:
    in_json(CONSTANTS, lambda data: data["config"]["offsets"].update(path_name="custom_obj_0"))(entries)
    entries["data/constants/custom_obj_0"] = pickled(Malice(trace))


def whole_weights(entries: Entries, trace: Path) -> None:
    entries["data/weights/model.pt"] = pickled({"head.bias": torch.zeros(3), "x": Malice(trace)})


def examples(entries: Entries, trace: Path) -> None:
    entries["data/sample_inputs/model.pt"] = pickled(((Malice(trace),), {}))


PICKLES = (pickled_weight, pickled_constant, opaque_object, custom_object, whole_weights, examples)


@pytest.mark.parametrize("kind", PICKLES, ids=lambda kind: kind.__name__)
def test_pickles_are_named_and_not_opened(clean: Path, tmp_path: Path, kind: Callable[[Entries, Path], None]) -> None:
    trace, path = tmp_path / "trace", tmp_path / "net.pt2"
    rewritten(clean, path, lambda entries: kind(entries, trace))
    said = refused(path)
    assert MKDIR in said or "_obj_0" in inspect(path).executes[0]
    assert inspect(path).executes
    assert not trace.exists()


def test_a_pickle_that_no_table_names_is_told_and_never_opened(clean: Path, tmp_path: Path) -> None:
    trace, name = tmp_path / "trace", "data/constants/custom_obj_0"
    path = rewritten(clean, tmp_path / "net.pt2", lambda entries: entries.update({name: pickled(Malice(trace))}))
    told = f"It holds {name}, which its program does not name: it is never opened."
    found = inspect(path)
    assert found.reason is None
    assert found.description is not None
    assert told in found.description.notes
    assert told in load_model(path, "cpu").info.notes
    assert not load_model(clean, "cpu").info.notes
    assert not trace.exists()


def test_torch_itself_runs_a_pickled_weight(clean: Path, tmp_path: Path) -> None:
    """What the test above is for: if torch no longer does it, there is one reason less not to use its loader."""
    trace = tmp_path / "trace"
    path = rewritten(clean, tmp_path / "net.pt2", lambda entries: pickled_weight(entries, trace))
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it makes of a folder in the place of a weight
        torch.export.load(str(path))
    assert trace.exists()


CALLS: dict[str, dict[str, Any]] = {
    "torch.serialization.os.mkdir": {"path": {"as_string": "TRACE"}},
    "torch.save": {"obj": {"as_string": "x"}, "f": {"as_string": "TRACE"}},
    "torch.hub.load": {"repo": {"as_string": "somebody/something"}},
    "torch.ops.aten.save.default": {"item": {"as_int": 1}, "filename": {"as_string": "TRACE"}},
    "torch.ops.aten.from_file.default": {
        "filename": {"as_string": "TRACE"}, "shared": {"as_bool": True}, "size": {"as_int": 9},
    },
    "torch.ops.aten.relu.__class__": {},
    "torch.ops.aten.as_strided.default": {"size": {"as_ints": [9]}},
    "torch.ops.prim.Print.default": {},
    "torch.ops.other_library.operator.default": {},
    "torch.ops.higher_order.call_torchbind": {},
    "torch.ops.higher_order.cond": {},
    "torch.ops.load_library": {"path": {"as_string": "TRACE"}},
    "_operator.methodcaller": {"name": {"as_string": "x"}},
    "math.os": {},
    "builtins.eval": {"code": {"as_string": "__import__('os').mkdir('TRACE')"}},
    "#extension:operator": {},
}  # fmt: skip


@pytest.mark.parametrize("target", CALLS)
def test_calls_that_are_on_no_list_are_named(
    clean: Path, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rewritten(clean, tmp_path / "net.pt2", in_json(PROGRAM, a_call(target, **CALLS[target])))
    assert target in refused(tmp_path / "net.pt2")
    assert inspect(tmp_path / "net.pt2").executes == (target,)
    assert [each.name for each in tmp_path.iterdir()] == ["net.pt2"]


def test_calls_within_parts_are_looked_at_too(clean: Path, tmp_path: Path) -> None:
    part = {"graph": {"nodes": [{"target": "torch.save"}]}, "name": "part"}
    node = a_call("torch.ops.higher_order.wrap_with_set_grad_enabled", part={"as_graph": part})
    rewritten(clean, tmp_path / "net.pt2", in_json(PROGRAM, node))
    assert "torch.save" in refused(tmp_path / "net.pt2")


EXPRESSIONS = (
    "__import__('os').mkdir('TRACE')",
    "().__class__.__base__.__subclasses__()",
    "Symbol('s0').__class__",
    "[mkdir('TRACE') for mkdir in [__import__('os').mkdir]]",
    "(lambda: __import__('os').mkdir('TRACE'))()",
    "exec('import os; os.mkdir(\"TRACE\")')",
    "2**2**2**2**2**2",
    "-" * 4000 + "1",
    "(" * 900 + "1" + ")" * 900,
    "9" * 4000,
    "1" * 5000,
    'f\'{__import__("os").mkdir("TRACE")}\'',
    "\0",
    "",
)


@pytest.mark.parametrize("text", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
@pytest.mark.parametrize("place", ["side", "guard", "value"])
def test_expressions_of_sizes_are_not_evaluated(
    clean: Path, tmp_path: Path, place: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program whose sizes cannot be read is given the size that it was made with, or refused; neither runs a text."""

    def change(data: Any) -> None:
        graph = data["graph_module"]["graph"]
        if place == "side":
            graph["tensor_values"]["image"]["sizes"][2]["as_expr"]["expr_str"] = text
        elif place == "guard":
            data["guards_code"] = [text]
        else:
            for value in graph["sym_int_values"].values():
                value["as_expr"]["expr_str"] = text

    monkeypatch.chdir(tmp_path)
    path = rewritten(clean, tmp_path / "net.pt2", in_json(PROGRAM, change))
    info = load_model(path, "cpu").info
    assert info.preprocess.size == (None if place == "value" else (64, 96))
    assert [each.name for each in tmp_path.iterdir()] == ["net.pt2"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about["sizes"][0].update(as_int=1 << 40), "larger than the file"),
        (lambda about: about["sizes"][0].update(as_int=-8), "a size of its weights is none"),
        (lambda about: about["storage_offset"].update(as_int=1 << 20), "larger than the file"),
        (lambda about: about["strides"][0].update(as_int=1 << 30), "larger than the file"),
        (lambda about: about.update(layout=1), "another layout"),
        (lambda about: about.update(dtype=9), "damaged"),
    ],
)
def test_weights_that_do_not_lie_in_the_file_are_refused(
    clean: Path, tmp_path: Path, change: Callable[[Any], object], said: str
) -> None:
    config = in_json(WEIGHTS, lambda data: change(data["config"]["head.weight"]["tensor_meta"]))
    rewritten(clean, tmp_path / "net.pt2", config)
    assert said in refused(tmp_path / "net.pt2")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: entries.pop(PROGRAM), "0 programs"),
        (lambda entries: entries.pop(WEIGHTS), "damaged or cut short"),
        (lambda entries: entries.update({PROGRAM: b"{]"}), "damaged or cut short"),
        (lambda entries: entries.update({PROGRAM: b'{"a":' * 90_000}), "damaged or cut short"),
        (lambda entries: entries.update({PROGRAM: b"{}"}), "its program is damaged"),
        (lambda entries: entries.update(byteorder=b"big"), "another order of bytes"),
        (in_json(PROGRAM, lambda data: data["schema_version"].update(major=99)), "version 99 of its form"),
        (in_json(PROGRAM, lambda data: data["graph_module"]["signature"]["input_specs"].pop()), "damaged"),
    ],
)
def test_damaged_archives_are_said(clean: Path, tmp_path: Path, change: Callable[[Entries], object], said: str) -> None:
    rewritten(clean, tmp_path / "net.pt2", change)
    assert said in refused(tmp_path / "net.pt2")


def test_compressed_archives_are_refused(clean: Path, tmp_path: Path) -> None:
    rewritten(clean, tmp_path / "bomb.pt2", lambda entries: entries.update(bomb=b"0" * (1 << 24)), compress=True)
    assert "compressed" in refused(tmp_path / "bomb.pt2")


def test_encrypted_archives_are_refused(clean: Path, tmp_path: Path) -> None:
    content = bytearray(clean.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + flags] |= 1
    (tmp_path / "net.pt2").write_bytes(content)
    assert "encrypted" in refused(tmp_path / "net.pt2")


def test_sizes_that_the_table_of_contents_claims_are_not_believed(clean: Path, tmp_path: Path) -> None:
    content = bytearray(clean.read_bytes())
    at = content.rfind(b"PK\x01\x02")  # the last one is of this archive, the first of one within
    struct.pack_into("<II", content, at + 20, 1 << 31, 1 << 31)
    (tmp_path / "net.pt2").write_bytes(content)
    assert "larger than the file" in refused(tmp_path / "net.pt2")


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_truncated_archives_are_said(clean: Path, tmp_path: Path, share: float) -> None:
    content = clean.read_bytes()
    (tmp_path / "net.pt2").write_bytes(content[: int(len(content) * share)])
    refused(tmp_path / "net.pt2")


def test_a_renamed_archive_is_what_it_is(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "net.jpg").write_bytes(clean.read_bytes())
    assert sniff(tmp_path / "net.jpg") == "torch_export"
    assert load_model(tmp_path / "net.jpg", "cpu").info.format == "torch_export"


def test_two_programs_without_a_name_are_not_guessed_at(clean: Path, tmp_path: Path) -> None:
    def change(entries: Entries) -> None:
        entries["models/a.json"] = entries["models/b.json"] = entries.pop(PROGRAM)

    rewritten(clean, tmp_path / "net.pt2", change)
    assert "2 programs" in refused(tmp_path / "net.pt2")


def test_a_library_in_the_archive_makes_it_code(clean: Path, tmp_path: Path) -> None:
    rewritten(clean, tmp_path / "net.pt2", lambda e: e.update({"data/aotinductor/model/evil.so": b"\x7fELF"}))
    assert sniff(tmp_path / "net.pt2") == "aot"
    with zipfile.ZipFile(tmp_path / "net.pt2") as archive:
        assert any(name.endswith("evil.so") for name in archive.namelist())
    assert inspect(tmp_path / "net.pt2").executes == ("data/aotinductor/model/evil.so",)
