"""``segstudio train``, as it is called."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomlkit
import torch
from PIL import Image

from segstudio.cli import main
from segstudio.cli import train as command
from segstudio.io.instances import write_label_map
from segstudio.models.training.trainer import Trainer
from segstudio.services.opening import open_path
from segstudio.services.sample_project import make_sample_project
from segstudio.services.train import checkpoint_path, train
from segstudio.services.training_material import material_of
from tests.models.small_rcnn import make_small
from tests.models.training.scenes import SCHEMA, scene

QUICK = ("--option", "width=2", "--option", "depth=1", "--crop", "16", "--batch", "2", "--device", "cpu")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    list(make_sample_project(tmp_path / "cells", 3))
    return tmp_path / "cells"


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(*words: object) -> int:
    return main(["train", *map(str, (*QUICK, *words))])


def go_on(project: Path, checkpoint: Path, *words: object) -> int:
    return main(["train", str(project), "--resume", str(checkpoint), "--device", "cpu", *map(str, words)])


def stopped(project: Path, model: Path, monkeypatch: pytest.MonkeyPatch, *words: object) -> Path:
    """Interrupt a training of three epochs of one step and one image in its second epoch; return its checkpoint."""

    def interrupted(*given: Any) -> Any:
        for number, step in enumerate(train(*given)):
            if number == 2:
                signal.raise_signal(signal.SIGINT)
            yield step

    with monkeypatch.context() as patch:
        patch.setattr(command, "train", interrupted)
        assert run(project, "--epochs", 3, "--out", model, *words) == 130
    return checkpoint_path(model)


def test_a_model_its_curve_and_how_it_went(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, how = tmp_path / "m.safetensors", tmp_path / "how.json"
    assert run(project, "--epochs", 2, "--out", model, "--json", how, "--balance", "--loss", "ce+focal") == 0
    said = capsys.readouterr()
    assert f"{model}: mean IoU 0." in said.out
    assert "1 of 3 images are held out" in said.err
    assert "epoch 2: loss" in said.err
    assert {path.name for path in tmp_path.glob("m.*")} == {"m.safetensors", "m.curve.csv"}
    told = json.loads(how.read_text())
    assert [epoch["epoch"] for epoch in told["epochs"]] == [1, 2]
    assert told["best"]["mean_iou"] == max(epoch["mean_iou"] for epoch in told["epochs"])
    assert main(["predict", str(model), str(project), "--out", str(tmp_path / "run"), "--device", "cpu"]) == 0


def test_a_network_that_is_worth_nothing_is_said_to_be(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how = tmp_path / "how.json"
    assert run(project, "--epochs", 1, "--rate", "1e-9", "--out", tmp_path / "m.safetensors", "--json", how) == 0
    told, said = json.loads(how.read_text()), capsys.readouterr().out
    assert told["best"]["mean_iou"] <= told["trivial"]
    assert f"of no use yet: calling every pixel the most frequent class scores {told['trivial']:.3f}." in said


def test_images_of_one_class_cannot_tell_what_a_network_is_worth(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how = tmp_path / "how.json"
    (held_out,) = material_of(open_path(project), "unet").split.scored
    mask = project / "masks" / f"{held_out.id}.png"
    Image.fromarray(np.zeros_like(np.array(Image.open(mask)))).save(mask)
    assert run(project, "--epochs", 1, "--out", tmp_path / "m.safetensors", "--json", how) == 0
    said = capsys.readouterr().out
    assert json.loads(how.read_text())["trivial"] == 1
    assert "cannot be told: the images that it is scored on hold one class alone, or none." in said
    assert "of no use" not in said


def test_without_out_the_project_gets_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "--epochs", 1, "--json", "-") == 0
    (model,) = (project / "models").glob("*.safetensors")
    assert json.loads(capsys.readouterr().out)["model"] == str(model)


def test_interrupted_it_finishes_its_step_and_can_be_gone_on_with(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, before = tmp_path / "m.safetensors", signal.getsignal(signal.SIGINT)
    stopped(project, model, monkeypatch)
    assert f"--resume {tmp_path / 'm.resume.pt'}" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before
    assert go_on(project, tmp_path / "m.resume.pt") == 0
    assert "epoch 3" in capsys.readouterr().err
    assert model.is_file()
    assert not (tmp_path / "m.resume.pt").exists()


def test_the_whole_length_can_be_changed_beside_resume(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = stopped(project, tmp_path / "m.safetensors", monkeypatch)
    capsys.readouterr()
    assert go_on(project, checkpoint, "--epochs", 5, "--json", "-") == 0
    assert [epoch["epoch"] for epoch in json.loads(capsys.readouterr().out)["epochs"]] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "words",
    [
        ("--arch", "unet"), ("--backbone", "resnet18"), ("--option", "width=2"), ("--crop", "256"), ("--batch", "8"),
        ("--loss", "ce"), ("--balance",), ("--optimizer", "adamw"), ("--rate", "0"), ("--turns",),
        ("--precision", "auto"),
    ],
)  # fmt: skip
def test_other_options_of_the_plan_are_refused_beside_resume(
    words: tuple[str, ...], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert go_on(project, tmp_path / "m.resume.pt", *words) == 2
    assert f"{words[0]} cannot be changed" in capsys.readouterr().err


def test_where_no_model_can_be_is_said_before_every_image_is_read(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--out", tmp_path) == 2
    assert "a model's name ends in .safetensors" in (error := capsys.readouterr().err)
    assert "held out" not in error


def test_an_absent_checkpoint_is_said(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert go_on(project, tmp_path / "absent.pt") == 2
    assert "absent.pt could not be read" in capsys.readouterr().err


def test_a_crop_beyond_all_memory_is_said_and_leaves_nothing_to_go_on_from(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--out", tmp_path / "m.safetensors", "--crop", 10**8) == 2
    error = capsys.readouterr().err
    assert "The computer has not enough memory for 2 crops of 100000000 x 100000000 pixels." in error
    assert "--resume" not in error
    assert not (tmp_path / "m.resume.pt").exists()


def test_a_second_interrupt_leaves_a_checkpoint_too(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Trainer._learn

    def impatient(self: Trainer, *given: Any) -> float:
        if not self.steps:
            return learn(self, *given)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "_learn", impatient)
        assert run(project, "--epochs", 2, "--out", tmp_path / "m.safetensors") == 130
    assert f"--resume {tmp_path / 'm.resume.pt'}" in capsys.readouterr().err
    assert go_on(project, tmp_path / "m.resume.pt") == 0


def test_a_training_that_diverges_says_so_and_still_tells_what_there_is(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    how = tmp_path / "how.json"
    assert run(project, "--epochs", 9, "--rate", "1e30", "--out", tmp_path / "m.safetensors", "--json", how) == 2
    assert "The training has diverged" in capsys.readouterr().err
    assert json.loads(how.read_text(), parse_constant=pytest.fail)["version"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--arch", "segnet", "--backbone", "resnet50"), "SegNet has no backbone"),
        (("--loss", "l2"), "not of l2"),
        (("--loss", "ce+ce"), "a term twice"),
        (("--minutes", "-1"), "no plan"),
        (("--minutes", "nan"), "its length is nan"),
        (("--rate", "-1"), "its learning rate is -1.0"),
        (("--rate", "0"), "its learning rate is 0.0"),
        (("--device", "cuda:77"), "no device"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    project: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(project), *QUICK[:-2], *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not (project / "models").exists()


@pytest.mark.parametrize("words", [("--option", "width"), ("--epochs", "0"), ("--epochs", "1", "--minutes", "1")])
def test_wrong_usage_is_refused(project: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        main(["train", str(project), *words])


def test_options_are_numbers_switches_or_words() -> None:
    assert [command._option(text) for text in ("a=3", "b=true", "c=False", "d=x=y", "e=-1", "f=TRUE")] == [
        ("a", 3), ("b", True), ("c", False), ("d", "x=y"), ("e", -1), ("f", True)
    ]  # fmt: skip


@pytest.fixture
def scenes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that tells objects apart."""
    make_small(monkeypatch)
    root = tmp_path / "scenes"
    for name, seed in (("a", 1), ("b", 2), ("c", 3)):
        image, labels = scene(seed)
        (root / "images").mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(root / "images" / f"{name}.png")
        write_label_map(root / "masks" / f"{name}.png", labels, SCHEMA)
    folders = 'version = 1\ntask = "instances"\nimages = "images"\n[[labels]]\nname = "truth"\nfolder = "masks"\n'
    classes = "".join(f"[[class]]\n{tomlkit.dumps(c.entry())}" for c in SCHEMA.classes)
    (root / "segstudio.toml").write_text(folders + classes)
    return root


OF_OBJECTS = ("--arch", "mask_rcnn", "--backbone", "resnet18", "--option", "min_size=64", "--option", "max_size=64")


def run_objects(*words: object) -> int:
    return main(["train", *map(str, (*OF_OBJECTS, "--device", "cpu", *words))])


def test_a_network_of_objects_is_scored_by_pq_and_its_model_finds_objects(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, how = tmp_path / "m.safetensors", tmp_path / "how.json"
    assert run_objects(scenes, "--epochs", 2, "--out", model, "--json", how) == 0
    said = capsys.readouterr()
    assert f"{model}: PQ 0." in said.out
    assert "PQ 0." in said.err
    assert (tmp_path / "m.curve.csv").read_text().startswith("epoch,loss,pq,")
    told = json.loads(how.read_text())
    assert told["best"].keys() == {"epoch", "pq"}
    assert ("finds no object as it should" in said.out) == (told["best"]["pq"] == 0)
    assert told["options"]["classes"] == 3
    assert main(["predict", str(model), str(scenes), "--out", str(tmp_path / "run"), "--device", "cpu"]) == 0
    assert (tmp_path / "run" / "a.instances.png").is_file()
    assert (tmp_path / "run" / "instances.json").is_file()
    assert json.loads((tmp_path / "run" / "run.json").read_text())["model"]["training"]["pq"] == told["best"]["pq"]


def test_a_network_of_objects_can_be_gone_on_with(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*given: Any) -> Any:
        for number, step in enumerate(train(*given)):
            if number == 2:
                signal.raise_signal(signal.SIGINT)
            yield step

    with monkeypatch.context() as patch:
        patch.setattr(command, "train", interrupted)
        assert run_objects(scenes, "--epochs", 2, "--out", tmp_path / "m.safetensors") == 130
    assert main(["train", str(scenes), "--resume", str(tmp_path / "m.resume.pt"), "--device", "cpu"]) == 0
    assert "epoch 2" in capsys.readouterr().err


def test_what_tells_no_objects_apart_teaches_none(
    project: Path, scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_objects(project, "--epochs", 1) == 2
    assert "does not tell instances apart" in capsys.readouterr().err
    for mask in (scenes / "masks").iterdir():
        plane = np.zeros((64, 64), np.uint8)
        mask.unlink() if ".instances" in mask.name else Image.fromarray(plane).save(mask)
    assert run_objects(scenes, "--epochs", 1) == 2
    assert "hold no objects to learn from" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--crop", "64"), ("--loss", "ce"), ("--balance",)])
def test_options_of_pixels_say_nothing_to_a_network_of_objects(
    words: tuple[str, ...], scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_objects(scenes, "--epochs", 1, *words) == 2
    assert f"{words[0]} cannot be chosen for mask_rcnn" in capsys.readouterr().err
