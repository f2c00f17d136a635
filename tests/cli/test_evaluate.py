"""``segstudio evaluate`` as somebody types it."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.cli import main


def masks(folder: Path, files: dict[str, list[int]]) -> Path:
    folder.mkdir()
    for name, row in files.items():
        Image.fromarray(np.array([row], np.uint8)).save(folder / name)
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    truth = masks(tmp_path / "truth", {"a.png": [0, 1, 1, 2], "b.png": [0, 0, 1, 1]})
    prediction = masks(tmp_path / "prediction", {"a.png": [0, 1, 0, 2], "b.png": [0, 0, 1, 1]})
    return str(truth), str(prediction)


def test_prints_a_table_and_notes_apart(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *folders]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("2 images, 8 pixels scored\n")
    assert "class 1     0.7500  0.8571     1.0000  0.7500       4" in out
    assert "the values found" in err
    assert "2 of 2 images" in err


def test_json_on_stdout_stands_alone(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *folders, "--ignore", "2", "--ignore", "0", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [c["id"] for c in document["classes"]] == [1]
    assert document["ignored_pixels"] == 4
    assert document["confusion"] == {"labels": [1, None], "counts": [[3, 1]]}


def test_writes_json_and_csv(folders: tuple[str, str], tmp_path: Path) -> None:
    files = ["--json", str(tmp_path / "out" / "s.json"), "--csv", str(tmp_path / "s.csv")]
    assert main(["evaluate", *folders, "--per-image", "--no-background", *files]) == 0
    document = json.loads((tmp_path / "out" / "s.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in document["per_image"]] == ["a", "b"]
    assert document["mean"]["iou"] == pytest.approx((0.75 + 1) / 2)
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 3 * 4


def test_a_failure_is_listed_and_the_status_is_1(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(folders[1], "b.png").unlink()
    assert main(["evaluate", *folders, "--json", "-"]) == 1
    out, err = capsys.readouterr()
    assert [failure["id"] for failure in json.loads(out)["failures"]] == ["b"]
    assert json.loads(out)["images"] == 1
    assert "b: " in err
    assert "has no prediction" in err


def test_only_failures_are_status_2(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.png", "b.png"):
        Path(folders[1], name).write_bytes(b"")
    assert main(["evaluate", *folders, "--classes", str(_table(folders)), "--json", "-"]) == 2
    assert len(json.loads(capsys.readouterr().out)["failures"]) == 2


def _table(folders: tuple[str, str]) -> Path:
    table = Path(folders[0]).with_name("classes.txt")
    table.write_text("sky\ntree\nroad\n", encoding="utf-8")
    return table


def test_no_background_where_none_is_scored_is_said(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *folders, "--classes", str(_table(folders)), "--no-background"]) == 0
    assert "nothing is left out of the means" in capsys.readouterr().err


def test_a_fault_is_a_sentence_with_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path / "none"), str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"segstudio: {tmp_path / 'none'} could not be read: there is no such file or folder.")
    assert "Traceback" not in err
    for words in (["evaluate", "--debug"], ["--debug", "evaluate"]):
        assert main([*words, str(tmp_path / "none"), str(tmp_path)]) == 2
        assert "Traceback" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *folders, "--csv", str(tmp_path)]) == 2
    assert "could not be written" in capsys.readouterr().err


def test_outlines_are_measured_where_asked(folders: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *folders, "--boundary", "--surface", "--per-image", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    _, cell, other = document["classes"]
    # Image a: 0 1 1 2 against 0 1 0 2; image b is right.
    assert cell["boundary_iou"] == 3 / 4
    assert (cell["hd"], cell["hd_infinite"], cell["hd_undefined"], cell["nsd"]) == (0.5, 0, 0, 1.0)
    assert (other["hd"], other["hd_undefined"], other["boundary_f1_undefined"]) == (0.0, 1, 1)
    assert document["per_image"][1]["classes"][2] | {"id": 2} == {"id": 2} | dict.fromkeys(
        ("iou", "dice", "boundary_iou", "boundary_f1", "hd", "hd95", "assd", "nsd")
    )
    assert document["surface"] == {"convention": "edges", "spacing": [1.0, 1.0], "tolerance": 1.0}


def test_a_class_in_one_mask_alone_is_infinitely_far(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = masks(tmp_path / "t", {"a.png": [0, 0, 1], "b.png": [0, 1, 0]})
    prediction = masks(tmp_path / "p", {"a.png": [0, 0, 0], "b.png": [1, 0, 0]})
    assert main(["evaluate", str(truth), str(prediction), "--surface", "--json", "-", "--per-image"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {key: document["classes"][1][key] for key in ("hd", "hd_infinite", "hd_undefined", "nsd")} == {
        "hd": 1.0, "hd_infinite": 1, "hd_undefined": 0, "nsd": 0.5,
    }  # fmt: skip
    assert [image["classes"][1]["assd"] for image in document["per_image"]] == ["inf", 1.0]
    assert main(["evaluate", str(truth), str(prediction), "--surface", "lattice"]) == 0
    assert "1.0000 (+1 inf)" in capsys.readouterr().out


def test_the_spacing_is_the_projects_unless_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("images", "masks"):
        masks(tmp_path / folder, {"a.png": [0, 1, 0, 0]})
    prediction = masks(tmp_path / "prediction", {"a.png": [0, 0, 0, 1]})
    classes = "".join(f'[[class]]\nid = {i}\nname = "{i}"\ncolor = "#00000{i}"\n' for i in (0, 1))
    labels = '[[labels]]\nname = "truth"\nfolder = "masks"\n'
    text = f'version = 1\nspacing = [0.5, 0.25]\nunit = "mm"\n{labels}{classes}'
    (tmp_path / "segstudio.toml").write_text(text, encoding="utf-8")
    for words, far in (([], 0.5), (["--spacing", "1,3"], 6.0)):
        assert main(["evaluate", str(tmp_path), str(prediction), "--surface", *words, "--json", "-"]) == 0
        assert json.loads(capsys.readouterr().out)["classes"][1]["hd"] == far


def test_another_size_fails_unless_it_is_resized(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = masks(tmp_path / "t", {"a.png": [0, 0, 1, 1], "b.png": [0, 1]})
    prediction = masks(tmp_path / "p", {"a.png": [0, 1], "b.png": [0, 1]})
    assert main(["evaluate", str(truth), str(prediction), "--json", "-"]) == 1
    assert "a.png is 2 x 1 pixels" in json.loads(capsys.readouterr().out)["failures"][0]["error"]
    for _ in range(2):  # the second time from what is kept
        assert main(["evaluate", str(truth), str(prediction), "--resize", "nearest", "--json", "-"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out)["resized"] == ["a"]
        assert json.loads(out)["mean"]["iou"] == 1.0
        assert "1 prediction resized to the size of the truth: a." in err


def test_the_report_is_one_file_and_the_same_each_time(folders: tuple[str, str], tmp_path: Path) -> None:
    words = ["--per-image", "--boundary", "--surface", "--html"]
    assert main(["evaluate", *folders, *words, str(tmp_path / "1.html")]) == 0
    assert main(["evaluate", *folders, *words, str(tmp_path / "2.html")]) == 0
    text = (tmp_path / "1.html").read_text(encoding="utf-8")
    assert text == (tmp_path / "2.html").read_text(encoding="utf-8")
    assert "http" not in text
    assert "<script" not in text
    assert text.count("data:image/png;base64,") == 6


@pytest.mark.parametrize("option", ["--json", "--csv", "--html"])
def test_what_is_compared_is_not_written_over(
    folders: tuple[str, str], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table, notes = _table(folders), Path(folders[1], "notes.txt")
    notes.write_text("mine", encoding="utf-8")
    alias = table.with_name("alias")
    alias.symlink_to(folders[0])
    for path in (Path(folders[0], "a.png"), Path(folders[1], "b.png"), notes, table, alias / "a.png"):
        before = path.read_bytes()
        assert main(["evaluate", *folders, "--classes", str(table), option, str(path)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert f"{path} could not be written: it is one of the files that are compared" in err
        assert path.read_bytes() == before
    assert main(["evaluate", *folders, "--classes", str(table), option, str(Path(folders[1], "new"))]) == 0


def test_an_object_written_otherwise_than_in_the_table_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth, prediction = masks(tmp_path / "t", {"a.png": [0, 255]}), masks(tmp_path / "p", {"a.png": [0, 1]})
    (tmp_path / "c.txt").write_text("background\ncell\n", encoding="utf-8")
    note = "In labels of 0 and 255, 255 is read as the one class there is."
    for pair, said in (((truth, prediction), 1), ((truth, truth), 1), ((prediction, prediction), 0)):
        assert main(["evaluate", *map(str, pair), "--classes", str(tmp_path / "c.txt")]) == 0
        assert capsys.readouterr().err.count(note) == said


@pytest.mark.parametrize(("raised", "status"), [(KeyboardInterrupt(), 130), (RuntimeError("odd"), 2)])
def test_stopping_and_bugs_end_in_a_sentence(
    raised: BaseException,
    status: int,
    folders: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr("segstudio.cli.evaluate_semantic.find_pairs", fail)
    assert main(["evaluate", *folders]) == status
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert ("odd" in err) == (status == 2)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["evaluate"],
        *(
            ["evaluate", "t", "p", *words]
            for words in (
                ["--ignore", "-1"],
                ["--surface", "round"],
                ["--resize", "bilinear"],
                ["--spacing", "1"],
                ["--spacing", "0,1"],
                ["--spacing", "1,nan"],
                ["--tolerance", "-1"],
                ["--tolerance", "x"],
            )
        ),
    ],
)
def test_wrong_usage_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: segstudio" in capsys.readouterr().err


def test_help_names_the_commands_and_loads_neither_qt_nor_torch() -> None:
    script = (
        "import sys; from segstudio.cli import main\n"
        "for words in (['--help'], ['evaluate', '--help'], ['--version']):\n"
        "    try: main(words)\n"
        "    except SystemExit as left: assert left.code == 0\n"
        "import segstudio.services.pairs, segstudio.cli.evaluate\n"
        "assert not {'torch', 'PySide6'} & set(sys.modules), 'loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("predict", "evaluate", "demo", "--per-image", "segstudio 0."))


def test_camvid_against_itself_is_perfect(
    shared_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shared_data("camvid"))
    assert main(["evaluate", "valannot", "valannot", "--ignore", "11", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["images"] == 101
    present = [c for c in document["classes"] if c["truth_pixels"]]
    assert len(present) == 11
    assert {c[key] for c in present for key in ("iou", "dice", "precision", "recall", "cosine")} == {1.0}
    assert set(document["mean"].values()) == {document["kappa"], document["mcc"], document["pixel_accuracy"]} == {1.0}
