"""``segstudio compare`` as somebody types it."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics as sk
from PIL import Image

from segstudio.cli import main
from segstudio.metrics.comparison import EXACT_IMAGES

NAMES = [f"{n:02}" for n in range(6)]


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Write a truth and two models; the second is right more often, and has no ``05``."""
    rng = np.random.default_rng(3)
    for name in NAMES:
        truth = rng.integers(0, 3, (12, 14)).astype(np.uint8)
        for side, wrong in (("truth", 0.0), ("first", 0.5), ("second", 0.2)):
            plane = np.where(rng.random(truth.shape) < wrong, rng.integers(0, 3, truth.shape), truth)
            folder = tmp_path / side
            folder.mkdir(exist_ok=True)
            if (side, name) != ("second", "05"):
                Image.fromarray(plane.astype(np.uint8)).save(folder / f"{name}.png")
    return {side: tmp_path / side for side in ("truth", "first", "second")}


def read(folder: Path, names: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.concatenate([np.asarray(Image.open(folder / f"{name}.png")).ravel() for name in names])


def test_against_a_truth(folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {kind: tmp_path / f"found.{kind}" for kind in ("json", "csv", "markdown", "latex")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
    sides = [str(folders[side]) for side in ("first", "second")]
    assert main(["compare", *sides, "--truth", str(folders["truth"]), *options]) == 1, "one image is missing"
    out, err = capsys.readouterr()
    assert "Over the summed counts of all images" in out
    assert "Means over images" in out
    assert "B is ahead of A most in" in out
    assert "A - B [95 % interval]" in out
    assert "05" in err
    found = json.loads(files["json"].read_text(encoding="utf-8"))
    truth, *both = (read(folders[side], NAMES[:-1]) for side in ("truth", "first", "second"))
    mean_iou = next(s for s in found["scores"] if (s["metric"], s["id"]) == ("iou", None))["over_counts"]
    for side, plane in zip(("first", "second"), both, strict=True):
        assert mean_iou[side]["value"] == pytest.approx(sk.jaccard_score(truth, plane, average="macro"), rel=1e-12)
    assert mean_iou["images"] == len(NAMES) - 1 <= EXACT_IMAGES
    assert mean_iou["exact"]
    assert mean_iou["difference"]["high"] < 0, "A - B, as in the window"
    assert found["agreement"]["kappa"] == pytest.approx(sk.cohen_kappa_score(*both), rel=1e-12)
    assert [failure["id"] for failure in found["failures"]] == ["05"]
    with files["csv"].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 2 * len(found["scores"])
    assert "| mean IoU |" in files["markdown"].read_text(encoding="utf-8")
    assert "mean IoU & " in files["latex"].read_text(encoding="utf-8")


@pytest.mark.parametrize("truth", [True, False])
def test_that_runs_are_no_truth_goes_without_saying(
    folders: dict[str, Path], truth: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    for side in ("first", "second"):
        (folders[side] / "run.json").write_text("{}", encoding="utf-8")
    against = ["--truth", str(folders["truth"])] if truth else []
    assert main(["compare", str(folders["first"]), str(folders["second"]), *against]) == 1
    out, err = capsys.readouterr()
    assert "not a truth" not in out + err
    assert main(["evaluate", str(folders["first"]), str(folders["second"])]) == 1
    assert "not a truth" in "".join(capsys.readouterr())


def test_without_a_truth_only_the_agreement_is_found(
    folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(folders["second"]), str(folders["first"])]) == 0
    out = capsys.readouterr().out
    assert "There is no truth" in out
    assert "Cohen's kappa" in out
    assert "95 %" not in out


def test_a_value_without_a_class_is_left_out_whoever_has_it(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "classes.txt").write_text("ground\ncell\nother\n", encoding="utf-8")
    plane = np.asarray(Image.open(folders["first"] / "01.png")).copy()
    plane[0, 0] = 77
    Image.fromarray(plane).save(folders["first"] / "01.png")
    (folders["first"] / "05.png").unlink()
    found = []
    for sides in (("first", "second"), ("second", "first")):
        words = [str(folders[side]) for side in sides]
        assert main(["compare", *words, "--classes", str(tmp_path / "classes.txt"), "--json", "-"]) == 0
        found.append(json.loads(capsys.readouterr().out)["agreement"])
    assert found[0] == found[1]
    assert found[0]["pixels"] == 5 * 12 * 14 - 1


def test_only_the_truth_has_to_have_classes_alone(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "classes.txt").write_text("ground\ncell\nother\n", encoding="utf-8")
    words = [str(folders["first"]), str(folders["second"]), "--truth", str(folders["truth"])]
    for side, name in (("first", "01"), ("truth", "02")):
        plane = np.asarray(Image.open(folders[side] / f"{name}.png")).copy()
        plane[0, 0] = 77
        Image.fromarray(plane).save(folders[side] / f"{name}.png")
    assert main(["compare", *words, "--classes", str(tmp_path / "classes.txt"), "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {failure["id"] for failure in found["failures"]} == {"02", "05"}
    assert found["agreement"]["pixels"] == 5 * 12 * 14 - 1


def test_the_same_input_gives_the_same_bytes(folders: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", *(str(folders[s]) for s in ("first", "second")), "--truth", str(folders["truth"]), "--json"]
    texts = []
    for _ in range(2):
        main([*words, "-"])
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]


def test_a_class_table_of_the_truth_is_that_of_all(tiny_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run, value in (("a", 0), ("b", 1)):
        for name in ("a", "deep/b"):
            file = tiny_project / "predictions" / run / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((24, 32), value, np.uint8)).save(file)
    runs = [str(tiny_project / "predictions" / run) for run in "ab"]
    assert main(["compare", *runs, "--truth", str(tiny_project), "--no-background", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [c["name"] for c in found["agreement"]["classes"]] == ["background", "cell"]
    mean = next(s for s in found["scores"] if (s["metric"], s["id"]) == ("recall", None))["over_counts"]
    assert (mean["first"]["value"], mean["second"]["value"]) == (0.0, 1.0)


@pytest.mark.parametrize("written_as_255", ["truth", "first", "second"])
def test_an_object_may_be_written_in_two_ways(
    written_as_255: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, (12, 14)).astype(np.uint8)
    wrong = rng.random(truth.shape)
    planes = {"truth": truth, "first": truth | (wrong < 0.1), "second": truth & (wrong < 0.7)}
    for side, plane in planes.items():
        (tmp_path / side).mkdir()
        written = plane * np.uint8(255 if side == written_as_255 else 1)
        Image.fromarray(written).save(tmp_path / side / "a.png")
    sides = [str(tmp_path / side) for side in ("first", "second")]
    assert main(["compare", *sides, "--truth", str(tmp_path / "truth"), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)["scores"]
    iou = next(s for s in found if (s["metric"], s["id"]) == ("iou", 1))["over_counts"]
    for side in ("first", "second"):
        expected = sk.jaccard_score(truth.ravel(), planes[side].ravel())
        assert iou[side]["value"] == pytest.approx(expected, rel=1e-12)
    assert err.count("every value but 0 is the object") == 1


def test_the_class_table_of_the_truth_goes_before_those_of_the_models(tiny_project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(tiny_project, other)
    config = other / "segstudio.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"cell"', '"blob"'), encoding="utf-8")
    shutil.copytree(other / "masks", other / "predictions" / "run")
    report = tmp_path / "found.json"
    words = [str(other), str(other), "--truth", str(tiny_project), "--json", str(report)]
    assert main(["compare", *words]) == 0
    names = [c["name"] for c in json.loads(report.read_text(encoding="utf-8"))["agreement"]["classes"]]
    assert names == ["background", "cell"]


def test_a_file_that_is_compared_is_not_written_over(folders: dict[str, Path]) -> None:
    victim = folders["first"] / "00.png"
    before = victim.read_bytes()
    assert main(["compare", str(folders["first"]), str(folders["second"]), "--csv", str(victim)]) == 2
    assert victim.read_bytes() == before
