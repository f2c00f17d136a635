"""Panoptic pairs as labels and as predictions: opened, remembered, edited, and scored as the two JSON files are."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import LabelMap
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.io.instances import write_label_map
from segstudio.io.project import CONFIG_NAME
from segstudio.services.evaluate import ScoredStep, evaluate, project_pairs
from segstudio.services.label_maps import read_label_map
from segstudio.services.linking import found_run, with_linked
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import configure, open_path, read_labels, save_schema
from segstudio.services.pairs import find_pairs
from segstudio.services.panoptic import (
    PanopticEvaluation,
    categories_of,
    evaluate_panoptic,
    evaluate_panoptic_maps,
    read_panoptic_pair,
)
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import COUNTS_ONLY
from tests.panoptic_sample import (
    CAT,
    CATEGORIES,
    CROWD,
    PREDICTED,
    PREDICTED_SEGMENTS,
    SKY,
    TRUTH,
    panoptic_sample,
    write_set,
)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return panoptic_sample(tmp_path)


def linked(pair: tuple[Path, Path]) -> tuple[Project, LabelSource]:
    """Return the project of the truth, with the prediction as its run."""
    project = open_path(pair[0].parents[1])
    project = with_linked(project, found_run(project, pair[1].with_suffix("")))
    return project, project.runs[-1]


def counts_of(project: Project, run: LabelSource) -> PanopticEvaluation:
    evaluation = PanopticEvaluation(categories_of(project.segments))
    for step in evaluate_panoptic_maps(project_pairs(project, run), project.segments):
        evaluation.add(step)
    return evaluation


def counts_of_files(truth: Path, prediction: Path) -> PanopticEvaluation:
    sides = read_panoptic_pair(truth, prediction)
    evaluation = PanopticEvaluation(tuple(sides[0].categories.values()))
    for step in evaluate_panoptic(*sides):
        evaluation.add(step)
    return evaluation


def test_a_folder_opens_with_its_labels_and_classes(pair: tuple[Path, Path]) -> None:
    project = open_path(pair[0].parents[1])
    truth, found = project.sources
    assert (truth.folder.name, truth.files) == ("masks", {})
    assert (found.holds, found.read_only, sorted(found.files)) == ("panoptic", True, ["a", "b"])
    assert [(c.id, c.name, c.thing, c.ignore) for c in project.schema.classes] == [
        (1, "cat", True, False), (7, "dog", True, False), (200, "sky", False, False), (0, "void", False, True),
    ]  # fmt: skip
    assert project.task == "instances"
    read = read_label_map(project, project.samples[0])
    assert read is not None
    assert read.planes.instances is not None
    assert read.problems == ()
    assert read.planes.classes[::8, ::8].tolist() == [[1, 1, 200, 200], [1, 0, 200, 1], [7, 7, 200, 1]]
    assert read.planes.instances[::8, ::8].tolist() == [[5, 5, 0, 0], [5, 0, 0, 70_000], [0, 0, 0, 70_000]]


def test_classes_without_things_are_no_objects(pair: tuple[Path, Path]) -> None:
    stuff = [category | {"isthing": 0} for category in CATEGORIES]
    write_set(pair[0], TRUTH | {"a": TRUTH["b"]}, [(CAT, 1, 0), (CROWD, 7, 0), (SKY, 200, 0)], stuff)
    project, run = linked(pair)
    assert project.task == "semantic"
    document = json.loads(pair[1].read_text(encoding="utf-8"))
    document["annotations"] = [a for a in document["annotations"] if a["image_id"] == "b"]
    pair[1].write_text(json.dumps(document), encoding="utf-8")
    ours, theirs = counts_of(project, run), counts_of_files(*pair)
    assert sorted(ours.failures) == sorted(theirs.failures) == ["a"]
    assert ours.matches == theirs.matches
    assert ours.means() == ours.means(thing=False) == theirs.means(thing=False)


def test_pq_is_that_of_the_two_json_files(pair: tuple[Path, Path]) -> None:
    ours, theirs = counts_of(*linked(pair)), counts_of_files(*pair)
    assert ours.failures == theirs.failures == {}
    assert ours.matches == theirs.matches
    assert [ours.means(t) for t in (None, True, False)] == [theirs.means(t) for t in (None, True, False)]
    assert 0 < ours.means()["pq"] < 1


def test_pq_of_cocos_own_sample(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    root = shared_data("coco_panoptic")
    truth = root / "panoptic_examples.json"
    document = json.loads(truth.read_text(encoding="utf-8"))
    (tmp_path / "net").mkdir()
    for annotation in document["annotations"]:
        plane = np.asarray(Image.open(truth.with_suffix("") / annotation["file_name"]).convert("RGB"))
        Image.fromarray(np.roll(plane, (4, 7), (0, 1))).save(tmp_path / "net" / annotation["file_name"])
        annotation["segments_info"] = [s | {"iscrowd": 0} for s in annotation["segments_info"]]
        annotation["segments_info"][0]["category_id"] = 2
    net = tmp_path / "net.json"
    net.write_text(json.dumps({"annotations": document["annotations"]}), encoding="utf-8")
    project = open_path(root)
    assert (len(project.samples), len(project.sources[1].files)) == (2, 2)
    assert sum("panoptic_examples_2ch_format left out" in note for note in project.notes) == 1
    run = found_run(project, tmp_path / "net")
    ours, theirs = counts_of(project, run), counts_of_files(truth, net)
    assert {i: m for i, m in ours.matches.items() if i} == theirs.matches
    assert ours.means() == theirs.means()


def test_a_project_keeps_what_its_sources_hold(pair: tuple[Path, Path]) -> None:
    project, _ = linked(pair)
    configured = configure(project)
    assert (project.root / CONFIG_NAME).read_text(encoding="utf-8").count('holds = "panoptic"') == 2
    again = open_path(project.root)
    assert again.sources == configured.sources
    assert again.runs == configured.runs
    assert (again.schema, again.task) == (configured.schema, "instances")
    assert not any("left" in note or "without" in note for note in again.notes)


def test_edited_labels_are_written_in_our_own_form_and_read_first(pair: tuple[Path, Path]) -> None:
    project = configure(linked(pair)[0])
    before = {path: path.read_bytes() for path in pair[0].with_suffix("").iterdir()}
    sample, truth = project.samples[0], project.sources[0]
    read = read_label_map(project, sample)
    assert read is not None
    assert read.planes.instances is not None
    classes = read.planes.classes.copy()
    classes[:8, 16:] = 1
    instances = read.planes.instances.copy()
    instances[:8, 16:] = 5
    write_label_map(truth.target(sample.id), LabelMap(classes, instances), project.schema)
    now = read_label_map(open_path(project.root), sample)
    assert now is not None
    assert now.planes.instances is not None
    assert np.array_equal(now.planes.classes, classes)
    assert np.array_equal(now.planes.instances, instances)
    assert {path: path.read_bytes() for path in before} == before


def test_a_first_source_cannot_be_panoptic(pair: tuple[Path, Path]) -> None:
    project = configure(linked(pair)[0])
    config = project.root / CONFIG_NAME
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('origin = "person"', 'origin = "person"\nholds = "panoptic"', 1), encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"the first \[\[labels\]\] is where edits are written"):
        open_path(project.root)


def test_a_prediction_in_the_folder_is_a_run(pair: tuple[Path, Path]) -> None:
    root = pair[0].parents[1]
    write_set(root / "predictions" / "other.json", PREDICTED, PREDICTED_SEGMENTS)
    write_set(root / "net.json", PREDICTED, PREDICTED_SEGMENTS, None)  # of no role by name, but without categories
    for project in (open_path(root), configure(open_path(root))):
        assert sorted((r.name, r.holds, len(r.files)) for r in project.runs) == [
            ("net", "panoptic", 2), ("other", "panoptic", 2),
        ]  # fmt: skip
    again = open_path(root)
    assert sorted(run.name for run in again.runs) == ["net", "other"]
    assert again.sources == project.sources


def test_of_two_names_of_one_class_the_first_is_taken_and_told(pair: tuple[Path, Path]) -> None:
    renamed = [CATEGORIES[0] | {"name": "lynx"}, *CATEGORIES[1:]]
    write_set(pair[0].with_name("more.json"), PREDICTED, PREDICTED_SEGMENTS, renamed)
    project = open_path(pair[0].parents[1])
    assert [source.folder.name for source in project.sources[1:]] == ["more", "truth"]
    assert project.schema.classes[0].name == "lynx"
    assert "truth.json calls cat what is lynx elsewhere: the first name is taken." in project.notes


def test_what_a_project_does_not_name_is_left_out_and_told(pair: tuple[Path, Path]) -> None:
    root = configure(linked(pair)[0]).root
    write_set(root / "images" / "later.json", PREDICTED, PREDICTED_SEGMENTS)
    project = open_path(root)
    assert [sample.id for sample in project.samples] == ["a", "b"]
    assert "later was left out: it numbers segments, and the project does not name it." in project.notes
    linked_there = with_linked(project, found_run(project, root / "images" / "later"))
    save_schema(linked_there)
    again = open_path(root)
    assert [run.name for run in again.runs] == ["net", "later"]
    assert not any("left out" in note for note in again.notes)


def test_images_are_found_by_the_names_that_the_json_has(pair: tuple[Path, Path]) -> None:
    document = json.loads(pair[0].read_text(encoding="utf-8"))
    document["images"] = [{"id": a["image_id"], "file_name": f"{a['image_id']}.jpg"} for a in document["annotations"]]
    for annotation in document["annotations"]:
        old = pair[0].with_suffix("") / annotation["file_name"]
        annotation["file_name"] = f"{annotation['image_id']}_town_panoptic.png"
        old.rename(old.with_name(annotation["file_name"]))
    pair[0].write_text(json.dumps(document), encoding="utf-8")
    files = open_path(pair[0].parents[1]).sources[1].files
    assert {i: path.name for i, path in files.items()} == {i: f"{i}_town_panoptic.png" for i in "ab"}


def test_what_is_missing_or_left_over_is_a_note(pair: tuple[Path, Path]) -> None:
    folder = pair[0].with_suffix("")
    (folder / "b.png").rename(folder / "c.png")
    notes = open_path(pair[0].parents[1]).notes
    assert "1 file in annotations/truth without an annotation in truth.json: c.png." in notes
    assert "1 file missing that truth.json names: b.png." in notes


def test_a_json_that_cannot_be_read_is_a_note(pair: tuple[Path, Path]) -> None:
    pair[0].write_text(pair[0].read_text(encoding="utf-8").replace('"file_name"', '"name"'), encoding="utf-8")
    project = open_path(pair[0].parents[1])
    assert [sample.id for sample in project.samples] == ["a", "b"]
    assert len(project.sources) == 1
    assert any(n.startswith("2 pictures in annotations/truth left out: ") and "file_name" in n for n in project.notes)


def test_a_source_whose_json_is_gone_is_a_note(pair: tuple[Path, Path]) -> None:
    root = configure(linked(pair)[0]).root
    for path in pair:
        path.unlink()
    project = open_path(root)
    assert sum("which says what its pictures number, is missing" in note for note in project.notes) == 2
    assert project.sources[1].files == {}
    assert project.runs == ()


def test_another_size_than_the_image_is_a_sentence(pair: tuple[Path, Path]) -> None:
    project, run = linked(pair)
    for folder in (pair[0].with_suffix(""), run.folder):
        Image.fromarray(np.asarray(Image.open(folder / "a.png"))[:8]).save(folder / "a.png")
    with pytest.raises(SizeMismatch):
        read_labels(project, project.samples[0])
    write_set(pair[0], {"a": [[5] * 4] * 3}, [(5, 1, 0)])
    opened = load_sample(project, project.samples[0], run)
    assert opened.prediction is None
    assert [type(problem) for problem in opened.problems] == [SizeMismatch]


def test_the_form_of_two_channels_cannot_be_added(pair: tuple[Path, Path]) -> None:
    folder = pair[1].with_suffix("")
    folder.rename(folder.with_name("net_2ch_format"))
    with pytest.raises(SegstudioError, match="the form of two channels"):
        found_run(open_path(pair[0].parents[1]), folder.with_name("net_2ch_format"))


def test_a_run_is_shown_with_its_objects(pair: tuple[Path, Path]) -> None:
    project, run = linked(pair)
    opened = load_sample(project, project.samples[0], run)
    assert opened.problems == ()
    assert opened.found is not None
    assert opened.found[::8, ::8].tolist() == [[5, 5, 5, 0], [5, 0, 0, 0], [77, 77, 0, 70_000]]


def test_a_known_score_is_forgotten_when_the_json_changes(pair: tuple[Path, Path]) -> None:
    project, run = linked(pair)

    def scored() -> list[ScoredStep]:
        cache = ScoreCache(project.root, project.schema, COUNTS_ONLY)
        return list(evaluate(project_pairs(project, run), project.schema, COUNTS_ONLY, cache))

    def counts() -> list[list[list[int]]]:
        return [step.confusion.counts.tolist() for step in scored() if step.confusion is not None]

    first = counts()
    assert counts() == first
    pair[1].write_text(pair[1].read_text(encoding="utf-8").replace('"category_id": 7', '"category_id": 1'))
    assert counts() != first


def test_other_classes_may_be_declared(pair: tuple[Path, Path]) -> None:
    project = configure(linked(pair)[0])
    kept = tuple(c for c in project.schema.classes if c.id != 7)
    save_schema(replace(project, schema=LabelSchema(kept)))
    again = open_path(project.root)
    read = read_labels(again, again.samples[0])  # the JSON says what 7 is, the class table no more: it is kept
    assert read is not None
    assert read[-1, 0] == 7


def test_folders_are_scored_on_the_command_line(pair: tuple[Path, Path]) -> None:
    truth, net = (path.with_suffix("") for path in pair)
    for sides in ((truth, net), (pair[0].parents[1], net)):
        found = find_pairs(*sides, objects=True)
        assert [(p.truth.holds, p.prediction and p.prediction.holds) for p in found.pairs] == [("panoptic",) * 2] * 2
        assert [c["name"] for c in CATEGORIES] == [c.name for c in found.schema.scored]
        evaluation = PanopticEvaluation(categories_of(found.schema))
        for step in evaluate_panoptic_maps(found.pairs, found.schema):
            evaluation.add(step)
        assert evaluation.matches == counts_of_files(*pair).matches
