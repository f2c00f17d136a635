"""``segstudio train``, as it is called."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from segstudio.cli import main
from segstudio.cli import train as command
from segstudio.services.sample_project import make_sample_project
from segstudio.services.train import train

QUICK = ("--option", "width=2", "--option", "depth=1", "--crop", "16", "--batch", "2", "--device", "cpu")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    list(make_sample_project(tmp_path / "cells", 3))
    return tmp_path / "cells"


def run(*words: object) -> int:
    return main(["train", *map(str, words), *QUICK])


def test_a_model_its_curve_and_how_it_went(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, how = tmp_path / "m.safetensors", tmp_path / "how.json"
    assert run(project, "--epochs", 2, "--out", model, "--json", how, "--balance", "--loss", "ce+focal") == 0
    said = capsys.readouterr()
    assert f"{model}: mean IoU 0." in said.out
    assert "1 of 3 images are held out" in said.err
    assert "epoch 2: loss" in said.err
    assert {path.name for path in tmp_path.glob("m.*")} == {"m.safetensors", "m.csv"}
    told = json.loads(how.read_text())
    assert [epoch["epoch"] for epoch in told["epochs"]] == [1, 2]
    assert told["best"]["mean_iou"] == max(epoch["mean_iou"] for epoch in told["epochs"])
    assert main(["predict", str(model), str(project), "--out", str(tmp_path / "run"), "--device", "cpu"]) == 0


def test_without_out_the_project_gets_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "--epochs", 1, "--json", "-") == 0
    (model,) = (project / "models").glob("*.safetensors")
    assert json.loads(capsys.readouterr().out)["model"] == str(model)


def test_interrupted_it_finishes_its_step_and_can_be_gone_on_with(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "m.safetensors"

    def interrupted(*given: Any) -> Any:
        for number, step in enumerate(train(*given)):
            if number == 1:
                signal.raise_signal(signal.SIGINT)
            yield step

    with monkeypatch.context() as patch:
        patch.setattr(command, "train", interrupted)
        assert run(project, "--epochs", 3, "--out", model) == 130
    assert f"--resume {tmp_path / 'm.resume.pt'}" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert run(project, "--resume", tmp_path / "m.resume.pt") == 0
    assert "epoch 3" in capsys.readouterr().err
    assert model.is_file()
    assert not (tmp_path / "m.resume.pt").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--arch", "segnet", "--backbone", "resnet50"), "SegNet has no backbone"),
        (("--loss", "l2"), "not of l2"),
        (("--minutes", "-1"), "no plan"),
        (("--resume", "absent.pt"), "absent.pt"),
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
    assert [command._option(text) for text in ("a=3", "b=true", "c=false", "d=x=y", "e=-1")] == [
        ("a", 3), ("b", True), ("c", False), ("d", "x=y"), ("e", -1)
    ]  # fmt: skip
