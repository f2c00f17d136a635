"""Hugging Face and smp folders from strangers: nothing in them runs or is fetched, and each fault is a sentence."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from segstudio.cli import main
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders import loader_for
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.sniff_folders import is_model_folder
from tests.models.loaders.connections import refuse_connections
from tests.models.loaders.hf_folders import make

CONFIG: dict[str, Any] = {
    "architectures": ["SegformerForSemanticSegmentation"],
    "model_type": "segformer",
    "hidden_sizes": [8, 16, 24, 32],
    "depths": [1, 1, 1, 1],
    "decoder_hidden_size": 16,
    "id2label": {"0": "background", "1": "cell"},
}


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return refuse_connections(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that is in order as far as it can be told without the library."""
    path = tmp_path / "model"
    path.mkdir()
    (path / "config.json").write_text(json.dumps(CONFIG))
    save_file({"a": torch.zeros(40_000)}, path / "model.safetensors")
    return path


def changed(folder: Path, **entries: Any) -> None:
    """Write other entries into the configuration."""
    data = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(data | entries))


def refused(folder: Path) -> str:
    """Load and inspect a folder that must not load; return what the user is told."""
    with pytest.raises(SegstudioError) as caught:
        load_model(folder, "cpu")
    assert caught.value.hint
    return caught.value.sentence()


class Malice:
    """Makes whoever unpickles it create a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


def own_program(folder: Path, trace: Path) -> None:
    (folder / "modeling_own.py").write_text(f"import os\nos.mkdir({str(trace)!r})\nclass Own: pass\n")
    changed(folder, auto_map={"AutoModelForSemanticSegmentation": "modeling_own.Own"})


def hidden_program(folder: Path, trace: Path) -> None:
    own_program(folder, trace)
    changed(folder, auto_map=None, backbone_config={"auto_map": {"AutoBackbone": "modeling_own.Own"}})


def own_processor(folder: Path, trace: Path) -> None:
    own_program(folder, trace)
    changed(folder, auto_map=None)
    (folder / "preprocessor_config.json").write_text('{"auto_map": {"AutoImageProcessor": "modeling_own.Own"}}')


def pickled_weights(folder: Path, trace: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({"a": torch.zeros(2), "b": Malice(trace)}, folder / "pytorch_model.bin")


def plain_pickle(folder: Path, trace: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Malice(trace)))


def pickle_called_safetensors(folder: Path, trace: Path) -> None:
    torch.save(Malice(trace), folder / "model.safetensors")


PROGRAMS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "own program": (own_program, "modeling_own.Own"),
    "hidden program": (hidden_program, "modeling_own.Own"),
    "own processor": (own_processor, "modeling_own.Own"),
    "pickled weights": (pickled_weights, f"{os.mkdir.__module__}.mkdir"),
    "plain pickle": (plain_pickle, f"{os.mkdir.__module__}.mkdir"),
    "pickle by another name": (pickle_called_safetensors, f"{os.mkdir.__module__}.mkdir"),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_program_in_a_folder_is_named_and_never_runs(
    kind: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], tried: list[object]
) -> None:
    trace = tmp_path / "trace"
    spoil, named = PROGRAMS[kind]
    spoil(folder, trace)
    assert named in refused(folder)
    assert main(["inspect", str(folder), "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert named in found["executes"]
    assert named in found["reason"]
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main(["predict", str(folder), str(tmp_path / "a.png"), "--device", "cpu"]) == 2
    assert named in capsys.readouterr().err
    assert not trace.exists()
    assert tried == []


OUTSIDE: dict[str, Callable[[Path], object]] = {
    "above": lambda folder: index(folder, "../other.safetensors"),
    "absolute": lambda folder: index(folder, str(folder.parent / "other.safetensors")),
    "link": lambda folder: (folder / "model.safetensors").symlink_to(folder.parent / "other.safetensors"),
    "linked part": lambda folder: linked_part(folder),
}


def index(folder: Path, part: str) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": part}}))


def linked_part(folder: Path) -> None:
    index(folder, "part.safetensors")
    (folder / "part.safetensors").symlink_to(folder.parent / "other.safetensors")


@pytest.mark.parametrize("kind", OUTSIDE)
def test_nothing_outside_of_the_folder_is_read(kind: str, folder: Path) -> None:
    (folder / "model.safetensors").rename(folder.parent / "other.safetensors")
    OUTSIDE[kind](folder)
    assert "out" in refused(folder)
    assert inspect(folder).reason is not None


def test_what_the_cache_of_the_hub_links_to_is_read(folder: Path) -> None:
    snapshot, blobs = folder.parent / "repo" / "snapshots" / "0a", folder.parent / "repo" / "blobs"
    snapshot.mkdir(parents=True)
    folder.rename(blobs)
    for file in blobs.iterdir():
        (snapshot / file.name).symlink_to(file)
    assert "could not be read" not in (inspect(snapshot).reason or "")
    assert is_model_folder(snapshot)


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "another network": ({"architectures": ["BertModel"], "model_type": "bert"}, "its network is BertModel"),
    "a classifier": ({"architectures": ["SegformerForImageClassification"]}, "SegformerForImageClassification"),
    "classes that are missing": ({"id2label": {"0": "a", "2": "b"}}, "'id2label' is"),
    "classes that are no texts": ({"id2label": {"0": 1}}, "'id2label' is"),
    "classes that are a list": ({"id2label": ["a"]}, "'id2label' is"),
    "classes without end": ({"id2label": None, "num_labels": 4096}, "'num_labels' is 4096 and not 0 to 4,095"),
    "a width beyond any": ({"hidden_sizes": [10**9, 16, 24, 32]}, "it says 1000000000"),
    "a depth beyond any": ({"depths": [10**7, 1, 1, 1]}, "it says 10000000"),
    "no number": ({"layer_norm_eps": float("nan")}, "it says nan"),
    "quantised": ({"quantization_config": {"quant_method": "bitsandbytes"}}, "quantised"),
    "a backbone elsewhere": ({"backbone": "evil/repository"}, "to be fetched (evil/repository)"),
    "channels that are a text": ({"num_channels": "three"}, "'num_channels' is three"),
    "four channels": ({"num_channels": 4}, "it takes 4 channels"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_configuration_that_cannot_be_is_said(kind: str, folder: Path) -> None:
    entries, said = FAULTS[kind]
    changed(folder, **entries)
    assert said in refused(folder)
    reason = inspect(folder).reason
    assert reason is not None
    assert said in reason


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("config.json", "{", "it is no JSON"),
        ("config.json", "[1]", "it is a list"),
        ("config.json", '{"a":' * 90 + "1" + "}" * 90, "nested too deeply"),
        ("preprocessor_config.json", '{"size": "large"}', "'size' is large"),
        ("preprocessor_config.json", '{"size": {"depth": 3}}', "'size' is"),
        ("preprocessor_config.json", '{"size": {"height": 1e9, "width": 3}}', "'height' is"),
        ("preprocessor_config.json", '{"image_mean": [1, 2]}', "3 numbers"),
        ("preprocessor_config.json", '{"image_std": [0, 0, 0]}', "none of std"),
        ("preprocessor_config.json", '{"rescale_factor": 0}', "cannot be prepared"),
        ("preprocessor_config.json", '{"do_resize": "yes"}', "true or false"),
        ("model.safetensors.index.json", "{}", "no list 'weight_map'"),
    ],
)
def test_json_of_another_kind_is_said(folder: Path, name: str, text: str, said: str) -> None:
    if "index" in name:
        (folder / "model.safetensors").unlink()
    (folder / name).write_text(text)
    assert said in refused(folder)


def test_a_folder_without_weights_says_so(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "tf_model.h5")
    assert "it has no weights" in refused(folder)
    assert not is_model_folder(folder)


def test_weights_that_claim_the_same_bytes_again_and_again_are_refused(folder: Path) -> None:
    entry = {"dtype": "F32", "shape": [250], "data_offsets": [0, 1000]}
    header = json.dumps({f"w{i}": entry for i in range(100)}).encode()
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(1000))
    assert "its weights claim" in refused(folder)


@pytest.mark.parametrize(
    "entries",
    [
        {"depths": [900_000, 1, 1, 1]},
        {"hidden_sizes": [900_000, 900_000, 24, 32]},
        {"decoder_hidden_size": 500_000},
        {"num_encoder_blocks": 900_000},
    ],
)
def test_a_network_larger_than_its_weights_is_not_built(tmp_path: Path, entries: dict[str, Any]) -> None:
    make(tmp_path, "segformer")
    changed(tmp_path, **entries)
    assert "config.json" in refused(tmp_path) or "larger than its weights" in refused(tmp_path)


@pytest.mark.parametrize(
    "entries",
    [
        {"_attn_implementation_internal": "evil/kernel", "_attn_implementation": "evil/kernel"},
        {"attn_implementation": "evil/kernel", "use_kernels": True, "experts_implementation": "evil/kernel"},
        {"_name_or_path": "https://evil.example/model", "_commit_hash": "0"},
        {"use_pretrained_backbone": True, "trust_remote_code": True, "tp_plan": "auto", "torch_dtype": "float8"},
    ],
)
def test_what_would_be_fetched_is_left_out(tmp_path: Path, entries: dict[str, Any], tried: list[object]) -> None:
    make(tmp_path, "segformer")
    changed(tmp_path, **entries)
    assert load_model(tmp_path, "cpu").info.format == "huggingface"
    assert tried == []


def test_weights_and_configuration_that_do_not_belong_together_are_said(tmp_path: Path) -> None:
    make(tmp_path, "segformer")
    weights = load_file(tmp_path / "model.safetensors")
    removed = next(name for name in weights if name.endswith("classifier.weight"))
    save_file(
        {k: v for k, v in weights.items() if k != removed} | {"more": torch.zeros(2)}, tmp_path / "model.safetensors"
    )
    said = refused(tmp_path)
    assert "classifier.weight (missing)" in said
    assert "more (unknown)" in said
    save_file(weights | {"more": torch.zeros(2)}, tmp_path / "model.safetensors")
    assert "Nothing is made of 1 of its weights: more." in load_model(tmp_path, "cpu").info.notes


def test_a_folder_is_told_by_what_it_holds(folder: Path, tmp_path: Path) -> None:
    assert loader_for(folder).extra == "huggingface"
    (folder / "config.json").write_text(json.dumps({"_model_class": "FPN"}))
    assert loader_for(folder).extra == "smp"
    assert is_model_folder(folder)
    assert not is_model_folder(tmp_path)
    with pytest.raises(UnreadableFile, match="is a folder"):
        loader_for(tmp_path)
