"""``segstudio predict``, as it is called."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from segstudio.cli import main
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from segstudio.services.sample_project import make_sample_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a", "b"):
        Image.new("RGB", (30, 20), "white").save(tmp_path / "images" / f"{name}.png")
    return tmp_path / "images"


def predict(*words: object) -> int:
    return main(["predict", *map(str, words), "--device", "cpu"])


def test_masks_and_record_go_where_asked(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--batch", 2, "--json", tmp_path / "r.json") == 0
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"a.png", "b.png", "run.json"}
    said = capsys.readouterr()
    assert f"2 masks in {tmp_path / 'run'}" in said.out
    assert "2 of 2 images" in said.err
    assert (tmp_path / "r.json").read_bytes() == (tmp_path / "run" / "run.json").read_bytes()


def test_json_on_stdout_is_nothing_else(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["done"] == 2


def test_without_out_a_project_gets_a_run(tmp_path: Path) -> None:
    list(make_sample_project(tmp_path / "p", 1))
    assert predict(resource(MODEL), tmp_path / "p") == 0
    (run,) = (tmp_path / "p" / "predictions").iterdir()
    assert run.name.startswith("demo_unet-2")
    assert (run / "cells_001.png").is_file()


def test_images_within_a_project_are_its_samples(tmp_path: Path) -> None:
    list(make_sample_project(tmp_path / "p", 3))
    assert predict(resource(MODEL), tmp_path / "p" / "images" / "cells_002.png") == 0
    (run,) = (tmp_path / "p" / "predictions").iterdir()
    assert {path.name for path in run.iterdir()} == {"cells_002.png", "run.json"}


def test_without_out_a_bare_folder_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    assert predict(resource(MODEL), folder) == 0
    assert {path.name for path in folder.iterdir()} == {"a.png", "b.png"}
    assert len(list((tmp_path / "predictions").glob("*/a.png"))) == 1


def test_without_out_an_image_alone_gets_its_masks_beside_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert predict(resource(MODEL), "b.png") == 0
    assert [path.name for path in (folder / "predictions").glob("*/*.png")] == ["b.png"]


def test_a_run_is_not_mixed_with_an_earlier_one(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run") == 0
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run") == 2
    assert "it holds the masks of an earlier run" in capsys.readouterr().err


def test_a_bad_image_is_listed_and_the_status_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes()[:40])
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run") == 1
    said = capsys.readouterr()
    assert "b.png" in said.err
    assert "Traceback" not in said.err
    assert "1 failed" in said.out


def test_nothing_but_bad_images_is_nothing_done(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:40])
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run") == 2


def test_faults_are_sentences(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.pth").write_bytes(b"")
    (tmp_path / "nothing").mkdir()
    for words in (
        [tmp_path / "bad.pth", folder],
        [resource(MODEL), tmp_path / "nothing"],
        [resource(MODEL), tmp_path / "absent"],
        [resource(MODEL), folder, "--out", folder],
    ):
        assert predict(*words) == 2
        said = capsys.readouterr().err
        assert str(words[-1] if len(words) > 2 or "bad" not in str(words[0]) else words[0]) in said
        assert "Traceback" not in said


def test_weights_that_are_no_numbers_make_no_masks(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = {name: np.full(each.shape, np.nan, np.float32) for name, each in load_file(resource(MODEL)).items()}
    save_file(weights, tmp_path / "diverged.safetensors")
    assert predict(tmp_path / "diverged.safetensors", folder, "--out", tmp_path / "run") == 2
    assert "hold values that are not numbers" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("batch", ["0", "-1", "x"])
def test_a_batch_of_none_is_wrong_usage(folder: Path, batch: str) -> None:
    with pytest.raises(SystemExit) as caught:
        predict(resource(MODEL), folder, "--batch", batch)
    assert caught.value.code == 2


def test_options_of_later_versions_are_not_accepted(folder: Path) -> None:
    with pytest.raises(SystemExit):
        predict(resource(MODEL), folder, "--tta", "flip")


def test_confidence_and_probabilities_are_kept_when_asked_for(folder: Path, tmp_path: Path) -> None:
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--confidence", "--probabilities") == 0
    names = {path.name for path in (tmp_path / "run").iterdir()}
    kinds = (".png", ".confidence.png", ".probabilities.npz")
    assert names == {f"{stem}{kind}" for stem in ("a", "b") for kind in kinds} | {"run.json"}


def test_classes_are_mapped_as_asked(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "segstudio.toml").write_text(
        "version = 1\n"
        + "".join(f'[[class]]\nid = {i}\nname = "{n}"\ncolor = "#0000ff"\n' for i, n in ((4, "Rods"), (9, "dirt")))
    )
    (tmp_path / "map.toml").write_text('nothing = ["background"]\n[to]\n"round cell" = "dirt"\n')
    expected = {
        "name": ([0, 1, 4, 3], "3 of 4 classes of the model are not in this project: background, round cell"),
        "order": ([4, 9, 2, 3], "in their order; not in this project: rod, granular cell"),
        tmp_path / "map.toml": (
            [255, 9, 4, 3],
            "2 of 4 classes of the model are not in this project: background, gran",
        ),
    }
    for number, (how, (ids, said)) in enumerate(expected.items()):
        assert predict(resource(MODEL), folder.parent, "--out", tmp_path / f"run{number}", "--map", how) == 0
        run = json.loads((tmp_path / f"run{number}" / "run.json").read_text())
        assert [c["written_as"] for c in run["model"]["classes"]] == ids
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("how", ["name", "order"])
@pytest.mark.parametrize("declared", [False, True])
def test_images_without_classes_get_the_ids_of_the_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, declared: bool
) -> None:
    if declared:
        (tmp_path / "segstudio.toml").write_text('version = 1\n[images]\npath = "images"\n')
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--map", how) == 0
    model = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert [c["written_as"] for c in model["classes"]] == [c["id"] for c in model["classes"]] == [0, 1, 2, 3]
    assert model["mapping"]["new"] == []
    said = capsys.readouterr().err
    assert "These images have no classes of their own: those of the model are written, by its ids." in said
    assert "are not in this project" not in said


def test_a_mapping_by_hand_names_the_models_classes_where_there_are_no_others(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('[to]\n"round cell" = "rod"\n')
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--map", tmp_path / "map.toml") == 0
    model = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert [c["written_as"] for c in model["classes"]] == [0, 2, 2, 3]


@pytest.mark.parametrize("own", ["declared", "found"])
def test_classes_that_are_background_and_object_are_some_all_the_same(folder: Path, tmp_path: Path, own: str) -> None:
    if own == "declared":
        entries = ((0, "background", "true"), (1, "object", "false"))
        classes = "".join(f'[[class]]\nid = {i}\nname = "{n}"\nbackground = {b}\n' for i, n, b in entries)
        (tmp_path / "segstudio.toml").write_text(f"version = 1\n{classes}")
    else:
        (tmp_path / "masks").mkdir()
        Image.new("L", (30, 20)).save(tmp_path / "masks" / "a.png")
    assert predict(resource(MODEL), tmp_path, "--out", tmp_path / "run") == 0
    model = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert [c["written_as"] for c in model["classes"]] == [0, 2, 3, 4]
    assert model["mapping"]["new"] == [1, 2, 3]


def test_a_mapping_that_cannot_be_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "map.toml").write_text('[to]\n"rod" = "nobody"\n')
    assert predict(resource(MODEL), folder, "--out", tmp_path / "run", "--map", tmp_path / "map.toml") == 2
    assert "'nobody' is no class of the project" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
