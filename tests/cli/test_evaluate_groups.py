"""What ``segstudio evaluate`` gives beside the scores of classes: groups, other conventions, tables, the report."""

import base64
import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.cli import main


@pytest.fixture
def predicted(tiny_project: Path) -> list[str]:
    """Predict the two labelled images of the project; return the words that name project and run."""
    for name, shift in (("a", 1), ("deep/b", 4)):
        truth = np.asarray(Image.open(tiny_project / "masks" / f"{name}.png")).copy()
        truth[truth == 255] = 0
        file = tiny_project / "predictions" / "run" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.roll(truth, shift, axis=1)).save(file)
    record = tiny_project / "records" / "a.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"version": 1, "state": "done", "tags": ["night"]}), encoding="utf-8")
    return [str(tiny_project), str(tiny_project / "predictions" / "run")]


def evaluated(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    assert main(["evaluate", *words, "--json", "-"]) == 0
    document: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return document


def test_images_in_groups(predicted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ways = [word for way in ("folder", "tag", "state", "share") for word in ("--by", way)]
    found = evaluated([*predicted, *ways], capsys)["groups"]
    assert {(g["by"], g["name"], tuple(g["ids"])) for g in found if g["by"] != "share"} == {  # type: ignore[arg-type]
        ("folder", "", ("a",)), ("folder", "deep", ("deep/b",)), ("tag", "", ("deep/b",)), ("tag", "night", ("a",)),
        ("state", "done", ("a",)), ("state", "labelled", ("deep/b",)),
    }  # fmt: skip
    assert {g["class"] for g in found if g["by"] == "share"} == {0, 1}
    night = next(g for g in found if g["name"] == "night")
    alone = evaluated([*predicted, "--per-image"], capsys)["per_image"][0]
    assert night["mean"]["iou"] == alone["mean_iou"]  # type: ignore[index]
    assert main(["evaluate", *predicted, *ways]) == 0
    out = capsys.readouterr().out
    assert "By tag" in out
    assert "(no tag)" in out
    assert "cell, from" in out


def test_areas_by_their_size(predicted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # the second time from what is kept
        found = evaluated([*predicted, "--by", "size"], capsys)["sizes"]
        cell = next(c for c in found if c["name"] == "cell")["ranges"]
        assert cell[0] == {  # type: ignore[index]
            "name": "small", "from": 0, "areas": 2, "pixels": 240, "found": 108 + 72, "recall": 0.75,
        }  # fmt: skip
        assert cell[2]["recall"] is None  # type: ignore[index]
    assert main(["evaluate", *predicted, "--by", "size"]) == 0
    assert "recall small" in capsys.readouterr().out


def test_tags_need_a_project(predicted: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    masks = str(Path(predicted[0]) / "masks")
    assert main(["evaluate", masks, predicted[1], "--by", "tag"]) == 2
    assert "needs a project" in capsys.readouterr().err


def test_some_classes_alone_and_several_as_one(predicted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    alone = evaluated([*predicted, "--only", "1"], capsys)
    assert [c["id"] for c in alone["classes"]] == [1]
    one = evaluated([*predicted, "--merge", "all=1,0"], capsys)
    assert [(c["id"], c["name"], c["iou"]) for c in one["classes"]] == [(0, "all", 1.0)]
    for options in (["--only", "1", "--boundary"], ["--merge", "x=0,1", "--surface"], ["--only", "1", "--by", "size"]):
        assert main(["evaluate", *predicted, *options]) == 2
        assert "are of counts" in capsys.readouterr().err
    assert main(["evaluate", *predicted, "--only", "9"]) == 2
    assert "no scored class" in capsys.readouterr().err


def test_the_groups_of_the_class_table_as_one(
    predicted: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "segstudio.toml"
    text = Path(predicted[0], "segstudio.toml").read_text(encoding="utf-8")
    table.write_text(text.replace("id = 0", 'id = 0\ngroup = "all"').replace("id = 1\n", 'id = 1\ngroup = "all"\n'))
    found = evaluated([*predicted, "--classes", str(table), "--merge-groups"], capsys)
    assert [c["name"] for c in found["classes"]] == ["all"]


def test_pictures_of_the_report_show_merged_classes_as_one(predicted: list[str], tmp_path: Path) -> None:
    report = tmp_path / "r.html"
    words: list[list[str]] = [[], ["--merge", "all=1,0"]]
    for options, classes in zip(words, (2, 1), strict=True):
        assert main(["evaluate", *predicted, "--html", str(report), *options]) == 0
        pictures = re.findall('src="data:image/png;base64,([^"]+)', report.read_text(encoding="utf-8"))
        assert len(pictures) == 2 * 3, "truth, prediction and errors of both images"
        for prediction in pictures[1::3]:
            shown = Image.open(BytesIO(base64.b64decode(prediction))).convert("RGB")
            assert len(shown.getcolors() or ()) == classes


@pytest.mark.parametrize("word", ["x", "x=1", "=1,2", "x=1,b"])
def test_what_cannot_be_put_together_is_said(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "t", "p", "--merge", word])
    assert "--merge" in capsys.readouterr().err


def test_other_conventions(predicted: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    document = evaluated([*predicted, "--conventions", "--surface"], capsys)
    found = {row["tool"]: row for row in document["conventions"]}
    mine = document["mean"]
    assert found["segstudio"]["iou"] == mine["iou"]  # type: ignore[call-overload]
    assert found["segstudio"]["hd95"] == pytest.approx(mine["hd95"])  # type: ignore[call-overload]
    assert "hd95" not in found["scikit-learn"]
    assert all(row["why"] for row in found.values())


def test_tables_and_the_report_are_written_and_the_same_again(predicted: list[str], tmp_path: Path) -> None:
    texts = []
    for _ in range(2):
        files = {kind: tmp_path / f"r.{kind}" for kind in ("html", "markdown", "latex")}
        options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
        words = ["evaluate", *predicted, *options, "--by", "folder", "--conventions", "--no-background"]
        assert main(words) == 0
        texts.append({kind: path.read_bytes() for kind, path in files.items()})
    assert texts[0] == texts[1]
    html = texts[0]["html"].decode()
    assert len(re.findall('<img [^>]*src="data:image/jpeg', html)) == 2, "both photos"
    for said in ("By folder", "MONAI", "classes left out of means", "background"):
        assert said in html
        assert said in texts[0]["markdown"].decode() or said.startswith("classes")
    assert r"\begin{tabular}" in texts[0]["latex"].decode()
