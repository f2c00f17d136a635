"""Hugging Face folders: each kind of network answers as its own library does, and nothing goes online."""

import importlib
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from segstudio.core.ade20k import ade20k_schema
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.late import absent_extra
from segstudio.core.palettes import cityscapes_schema
from segstudio.core.raster import RgbImage
from segstudio.core.schema import LabelSchema
from segstudio.models import load_model
from segstudio.models.description import Description, Preprocess, preprocess_from_json, preprocess_to_json
from segstudio.models.inference import to_input
from segstudio.models.loaders.huggingface import load
from segstudio.models.loaders.huggingface.config import EXTRA, PACKAGE, WHAT
from segstudio.models.loaders.huggingface.task import task_tokens
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.inspection import to_text
from tests.models.loaders.connections import refuse_connections
from tests.models.loaders.hf_folders import KINDS, make, write_words
from tests.models.peers import transformers


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return refuse_connections(monkeypatch)


def picture(height: int, width: int) -> RgbImage:
    """Return waves of colour: a picture whose parts differ, and that can be resized."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [128 + 127 * np.sin(rows / (5 + i) + columns / (9 - i) + i) for i in range(3)]
    return np.stack(waves, axis=-1).round().astype(np.uint8)


def theirs(kind: str, folder: Path, network: nn.Module, processor: Any, image: RgbImage) -> tuple[Any, Tensor]:
    """Return what the library's own processor and network make of an image: prepared input and answer."""
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        task = {"task_inputs": ["semantic"]} if kind == "oneformer" else {}
        prepared = processor(images=[image], return_tensors="pt", **task)["pixel_values"]
        told = {"task_inputs": torch.tensor([task_tokens(folder, 77)])} if task else {}
        return network(pixel_values=prepared, **told), prepared


def processed(processor: Any, answer: Any, image: RgbImage) -> tuple[NDArray[np.int64], Tensor]:
    """Return what the library's own processor makes of an answer: classes by pixel, and their scores."""
    (found,) = processor.post_process_semantic_segmentation(
        answer, target_sizes=[image.shape[:2]], return_segmentation_scores=True
    )
    return found.segmentation.numpy(), found.segmentation_scores


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_answers_as_its_own_library_does(kind: str, tmp_path: Path, offline: list[object]) -> None:
    network, processor = make(tmp_path, kind)
    image = picture(384, 384) if kind == "mask2former" else picture(64, 64)
    answer, prepared = theirs(kind, tmp_path, network, processor, image)
    *_, loaded = load(tmp_path)
    assert isinstance(loaded, Loaded)
    assert loaded.description.assumed == ()
    pixels = to_input([image], loaded.description.preprocess, torch.device("cpu"))
    assert torch.allclose(pixels, prepared.float(), atol=1e-5)
    with torch.inference_mode():
        scores = loaded.network.eval()(pixels)
    wanted, their_scores = processed(processor, answer, image)
    if hasattr(answer, "logits"):
        assert (scores - answer.logits).abs().max() <= 1e-4
        assert len(np.unique(wanted)) > 1
    else:
        assert (scores[0].exp() - their_scores).abs().max() <= 1e-4
        assert their_scores.std() > 0.01
    model = load_model(tmp_path, "cpu")
    assert (model.predict([image])[0].labels == wanted).mean() >= 0.999
    assert [c.name for c in model.info.classes.classes[:2]] == ["background", "thing 1"]
    assert offline == []


@pytest.mark.parametrize("kind", ["segformer", "maskformer", "oneformer", "beit", "mobilenet_v2"])
def test_pictures_are_resized_as_the_library_does(kind: str, tmp_path: Path) -> None:
    network, processor = make(tmp_path, kind)
    image = picture(133, 170)
    answer, prepared = theirs(kind, tmp_path, network, processor, image)
    model = load_model(tmp_path, "cpu")
    pixels = to_input([image], model.info.preprocess, torch.device("cpu"))
    assert pixels.shape == prepared.shape
    # Pillow rounds in between rows and columns: a value of 256 may be one off.
    assert (pixels - prepared).abs().max() <= 2 / 255 / min(model.info.preprocess.std)
    wanted, _ = processed(processor, answer, image)
    assert (model.predict([image])[0].labels == wanted).mean() >= 0.99


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 1500), st.integers(1, 2500), st.sampled_from([1, 32]))
def test_sides_are_those_of_the_library(height: int, width: int, shortest: int, longest: int, multiple: int) -> None:
    transformers()
    sizes = importlib.import_module("transformers.image_transforms")
    theirs = sizes.get_size_with_aspect_ratio((height, width), shortest, longest)
    assume(min(theirs) > 0)
    ours = Preprocess(shortest=shortest, longest=longest, multiple=multiple).target(height, width)
    assert ours == tuple(-(-side // multiple) * multiple for side in theirs)


def test_rules_survive_a_file_and_old_files_have_none() -> None:
    rules = Preprocess(shortest=640, longest=2560, multiple=32, resample="bicubic")
    assert preprocess_from_json(json.loads(json.dumps(preprocess_to_json(rules)))) == rules
    plain = preprocess_to_json(Preprocess())
    assert plain.keys() == {"order", "scale", "mean", "std", "size", "divisor"}
    assert preprocess_from_json(plain) == Preprocess()
    for wrong in ({"shortest": -1}, {"longest": 1 << 30}, {"multiple": 0}, {"resample": "magic"}):
        with pytest.raises(ValueError, match=r"sides are|resized by"):
            Preprocess(**wrong)


def written(folder: Path, processor: dict[str, Any] | None = None, **entries: Any) -> Path:
    """Write a folder as far as ``inspect`` reads it."""
    names = {"0": "wall", "1": "cell"}
    config = {"architectures": ["SegformerForSemanticSegmentation"], "model_type": "segformer", "id2label": names}
    (folder / "config.json").write_text(json.dumps(config | entries))
    save_file({"a": torch.zeros(6), "b.running_mean": torch.zeros(2)}, folder / "model.safetensors")
    if processor is not None:
        (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder


def described(folder: Path) -> Description:
    found = inspect(folder)
    assert found.reason == absent_extra(PACKAGE, EXTRA, WHAT)
    assert found.description is not None
    return found.description


def test_a_folder_is_told_without_the_library(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from segstudio.models.loaders.inspection import inspect\n"
        f"found = inspect(Path({str(written(tmp_path))!r}))\n"
        "print(found.format, found.tensors, found.parameters, 'transformers' in sys.modules, found.reason, sep='|')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().split("|") == ["huggingface", "2", "6", "False", str(absent_extra(PACKAGE, EXTRA, WHAT))]


def test_what_a_folder_does_not_say_is_assumed(tmp_path: Path) -> None:
    said = described(written(tmp_path, id2label={"0": "LABEL_0", "1": "LABEL_1"}))
    assert said.assumed == ("classes", "preprocess")
    assert said.preprocess == Preprocess(size=(512, 512))
    sidecar_of(tmp_path).write_text('version = 1\n[preprocess]\nsize = [64, 64]\nresample = "bicubic"\n')
    said = described(tmp_path)
    assert (said.assumed, said.corrected) == (("classes", "preprocess"), ("size",)), "its numbers are still assumed"
    assert (said.preprocess.size, said.preprocess.resample) == ((64, 64), "bicubic")


def test_labels_that_were_reduced_count_from_1(tmp_path: Path) -> None:
    for name in ("do_reduce_labels", "reduce_labels"):
        said = described(written(tmp_path, {name: True}))
        assert [(c.id, c.name, c.ignore) for c in said.classes.classes] == [
            (0, "unlabelled", True), (1, "wall", False), (2, "cell", False),
        ]  # fmt: skip
    said = described(written(tmp_path, {"do_reduce_labels": False}))
    assert [c.id for c in said.classes.classes] == [0, 1]
    numbered = {str(i): f"LABEL_{i}" for i in range(3)}
    said = described(written(tmp_path, {"do_reduce_labels": True}, id2label=numbered))
    assert [(c.id, c.name, c.ignore, c.background) for c in said.classes.classes] == [
        (0, "unlabelled", True, False), *((i, f"class {i}", False, False) for i in (1, 2, 3)),
    ]  # fmt: skip


def test_other_classes_have_colours_of_their_own_and_the_background_is_black(tmp_path: Path) -> None:
    for count in (3, 40):
        names = {str(i): "Background" if i == 1 else f"kind {i}" for i in range(count)}
        said = described(written(tmp_path, {}, id2label=names))
        colors = [c.color for c in said.classes.classes]
        assert len(set(colors)) == count
        assert [c.id for c in said.classes.classes if c.background] == [1]
        assert colors[1] == (0, 0, 0)


@pytest.mark.parametrize(
    ("schema", "first"), [(ade20k_schema(), (120, 120, 120)), (cityscapes_schema(), (128, 64, 128))]
)
def test_classes_of_known_sets_have_their_colours(
    tmp_path: Path, schema: LabelSchema, first: tuple[int, int, int]
) -> None:
    names = {str(i): c.name for i, c in enumerate(schema.classes)}
    said = described(written(tmp_path, {}, id2label=names))
    assert said.classes.classes[0].color == first
    assert [c.color for c in said.classes.classes] == [c.color for c in schema.classes]


@pytest.mark.parametrize(
    ("model_type", "network", "processor", "wanted"),
    [
        ("segformer", "SegformerForSemanticSegmentation", {"size": 640}, {"size": (640, 640)}),
        ("mask2former", "Mask2FormerForUniversalSegmentation", {"size": 640, "max_size": 2560},
         {"shortest": 640, "longest": 2560, "multiple": 32}),
        ("maskformer", "MaskFormerForInstanceSegmentation", {}, {"shortest": 800, "longest": 1333, "multiple": 32}),
        ("oneformer", "OneFormerForUniversalSegmentation", {"do_resize": False}, {}),
        ("mobilenet_v2", "MobileNetV2ForSemanticSegmentation", {"size": {"shortest_edge": 513}}, {"shortest": 513}),
        ("beit", "BeitForSemanticSegmentation", {"do_resize": False}, {"size": (224, 224), "divisor": 16}),
        ("dpt", "DPTForSemanticSegmentation", {"size": {"height": 480, "width": 480}, "resample": 3},
         {"size": (480, 480), "divisor": 16, "resample": "bicubic"}),
    ],
)  # fmt: skip
def test_each_form_of_a_size_is_read(
    tmp_path: Path, model_type: str, network: str, processor: dict[str, Any], wanted: dict[str, Any]
) -> None:
    plain = {"image_mean": [0.5] * 3, "image_std": [0.25] * 3, "do_center_crop": False}
    folder = written(tmp_path, plain | processor, architectures=[network], model_type=model_type)
    assert described(folder).preprocess == Preprocess(mean=(0.5,) * 3, std=(0.25,) * 3, **wanted)


def test_what_is_done_otherwise_is_noted(tmp_path: Path) -> None:
    crop = {"do_center_crop": True, "size": {"shortest_edge": 544}, "do_flip_channel_order": True, "resample": 1}
    names = {"architectures": ["MobileViTForSemanticSegmentation"], "model_type": "mobilevit"}
    said = described(written(tmp_path, crop, **names))
    assert (said.preprocess.order, said.preprocess.mean) == ("BGR", (0, 0, 0))
    assert ["bicubic" in said.notes[0], "whole picture" in said.notes[1]] == [True, True]
    assert "Note: The library" in to_text(inspect(tmp_path))


@pytest.mark.parametrize("form", ["pickle", "legacy", "parts", "parts of pickles"])
def test_weights_in_any_form_are_the_same(form: str, tmp_path: Path) -> None:
    network, _ = make(tmp_path, "segformer")
    rewrite(tmp_path, form)
    *_, loaded = load(tmp_path)
    assert isinstance(loaded, Loaded)
    theirs, ours = network.state_dict(), loaded.network.get_submodule("inner").state_dict()
    assert theirs.keys() == ours.keys()
    assert all(torch.equal(theirs[name], ours[name]) for name in theirs)


def rewrite(folder: Path, form: str) -> None:
    """Write the weights of a folder in another form."""
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    if not form.startswith("parts"):
        torch.save(weights, folder / "pytorch_model.bin", _use_new_zipfile_serialization=form == "pickle")
        return
    whole, save = ("pytorch_model.bin", torch.save) if form.endswith("pickles") else ("model.safetensors", save_file)
    parts = {name: f"part-{i % 2}.{whole.rpartition('.')[2]}" for i, name in enumerate(weights)}
    for part in set(parts.values()):
        save({name: tensor for name, tensor in weights.items() if parts[name] == part}, folder / part)
    (folder / f"{whole}.index.json").write_text(json.dumps({"weight_map": parts}))


def test_the_task_is_told_in_the_words_of_the_library(tmp_path: Path) -> None:
    clip_tokenizer = transformers().CLIPTokenizer
    write_words(tmp_path)
    vocabulary = json.loads((tmp_path / "vocab.json").read_text())
    tokens = task_tokens(tmp_path, 9)
    told = {number: word for word, number in vocabulary.items()}
    words = ["<|startoftext|>", "the</w>", "task</w>", "is</w>", "semantic</w>", "<|endoftext|>"]
    assert [told[number] for number in tokens[:6]] == words
    assert tokens[6:] == [0, 0, 0]
    clip = clip_tokenizer.from_pretrained(tmp_path, local_files_only=True)
    assert clip("the task is semantic")["input_ids"] == tokens[:6]
    lines = (tmp_path / "merges.txt").read_text().splitlines()[1:]
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary, "merges": lines}}))
    assert task_tokens(tmp_path, 9) == tokens


@pytest.mark.parametrize(
    ("vocabulary", "merges"), [({}, []), ({"a": 1}, [["a"]]), ({"a": "b"}, []), ({"the</w>": 1}, ["t h"]), ([], None)]
)
def test_a_tokenizer_without_the_words_is_said(tmp_path: Path, vocabulary: object, merges: object) -> None:
    pytest.importorskip("tokenizers")
    with pytest.raises(UnreadableFile, match="no tokenizer"):
        task_tokens(tmp_path, 77)
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary, "merges": merges}}))
    with pytest.raises(UnreadableFile, match="vocabulary"):
        task_tokens(tmp_path, 77)


class Failing:
    """A library that raises whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> object:
        raise self._error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ImportError("\nIt requires the timm library.\n"),
            "needs a package that is not installed: It requires the timm",
        ),
        (ModuleNotFoundError("No module", name="no_such.part"), "needs a package that is not installed: no_such."),
        (
            ImportError("cannot import name 'x'", name="numpy"),
            "numpy, which is installed and cannot be imported: cannot",
        ),
        (ModuleNotFoundError("No module named 'numpy.x'", name="numpy.x"), "numpy, which is installed and cannot be"),
        (ValueError("no torchvision in it"), "can be built from its config.json: no torchvision in it"),
    ],
)
def test_what_the_library_lacks_is_told_from_what_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr("segstudio.models.loaders.huggingface.network.library", lambda: Failing(error))
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(SegstudioError, match=re.escape(said)):
        load_model(written(tmp_path), "cpu")


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(SegstudioError, match="needs the package transformers") as caught:
        load_model(written(tmp_path), "cpu")
    assert "segstudio[huggingface]" in caught.value.hint
