"""What each output of a model is written as, by name, by order and by hand, and as a file."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import Keep, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Preprocess
from segstudio.models.segmenter import ModelInfo
from segstudio.services.class_mapping import (
    BY_NAME,
    BY_ORDER,
    ClassMapping,
    Found,
    Target,
    map_classes,
    stem_of,
)
from segstudio.services.mapping_file import mapping_of, read_mapping, write_mapping
from segstudio.services.predict import predict_folder
from tests.services.test_predict import Thirds


def schema(*names: str, first: int = 0) -> LabelSchema:
    return LabelSchema(tuple(LabelClass(first + i, name, (i % 256, 9, 9)) for i, name in enumerate(names)))


def info(classes: LabelSchema, assumed: tuple[str, ...] = ()) -> ModelInfo:
    return ModelInfo(Path("net"), "segstudio", "fcn", 0, classes, Preprocess(), "CPU", "fp32", assumed, {})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("traffic_light", "Traffic Lights"),
        ("traffic-light", "TrafficLight"),
        ("__background__", "background"),
        ("column_pole", "Column pole"),
        ("T-cell", "t cells"),
    ],
)
def test_names_that_differ_in_spelling_only_are_alike(said: str, meant: str) -> None:
    assert stem_of(said) == stem_of(meant)
    (row,) = map_classes(info(schema(said)), schema("other", meant)).rows
    assert (row.target.id, row.found) == (1, "alike" if said.casefold() != meant.casefold() else "name")


@pytest.mark.parametrize(
    ("said", "other"), [("CD4+", "CD4-"), ("grass", "gras"), ("grade 1-2", "grade 12"), ("level 1 2", "level 12")]
)
def test_names_that_mean_something_else_are_not(said: str, other: str) -> None:
    assert stem_of(said) != stem_of(other)


def found(model: Sequence[str], project: Sequence[str]) -> list[tuple[str, Found]]:
    rows = map_classes(info(schema(*model)), schema(*project)).rows
    return [(row.target.name, row.found) for row in rows]


def test_the_same_name_goes_before_one_that_is_alike() -> None:
    assert found(["cars", "car"], ["car"]) == [("cars", "new"), ("car", "name")]


def test_of_several_that_are_alike_none_is_taken() -> None:
    assert found(["road", "lane mark"], ["road", "lanemark", "lane_marks"]) == [("road", "name"), ("lane mark", "new")]
    assert found(["road", "pole s", "poles"], ["road", "pole"])[1:] == [("pole s", "new"), ("poles", "new")]


def test_by_order_ignored_classes_are_left_out() -> None:
    project = LabelSchema(
        (LabelClass(7, "void", (0, 0, 0), ignore=True), LabelClass(3, "x", (1, 1, 1)), LabelClass(5, "y", (2, 2, 2)))
    )
    told = map_classes(info(schema("a", "b", "c")), project, BY_ORDER)
    assert [(row.target.id, row.found) for row in told.rows] == [(3, "order"), (5, "order"), (2, "new")]
    assert [row.source.name for row in told.unmapped] == ["c"]


def test_by_hand_what_was_not_chosen_goes_by_the_rule() -> None:
    model, project = info(schema("a", "b", "c", "d")), schema("b", "x", "y")
    mapping = BY_NAME.with_chosen(0, 2).with_chosen(2, "nothing")
    told = map_classes(model, project, mapping)
    assert [row.found for row in told.rows] == ["hand", "name", "nothing", "new"]
    assert (told.written[0], told.written[1], told.written[3]) == (2, 0, 3)
    unlabelled = told.schema.get(told.written[2])
    assert unlabelled is not None
    assert unlabelled.ignore, "the project has no background: nothing is then an ignored class"
    ordered = map_classes(model, project, mapping.by("order").by("hand"))
    assert [row.found for row in ordered.rows] == ["hand", "order", "nothing", "new"]


def test_a_choice_outlives_the_other_ways_and_not_its_class() -> None:
    model, project = info(schema("a", "b")), schema("a", "b", "c")
    mapping = BY_NAME.with_chosen(0, 2)
    assert map_classes(model, project, mapping.by("name")).written == {0: 0, 1: 1}
    assert map_classes(model, project, mapping.by("order").by("name").by("hand")).written == {0: 2, 1: 1}
    assert map_classes(model, schema("a", "b"), mapping).written == {0: 0, 1: 1}, "class 2 was taken out since"


def test_names_that_are_assumed_count_as_those_that_are_told() -> None:
    voc = info(schema("background", "aeroplane", "car"), assumed=("classes",))
    told = map_classes(voc, schema("Sky", "Car", "Fence"))
    assert [(row.target.name, row.found) for row in told.rows] == [
        ("background", "new"), ("aeroplane", "new"), ("Car", "name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("project", "name", "why"),
    [
        (schema("Sky", "Car", "Road"), "unlabelled", "nothing"),
        (schema("Sky", "rest", "Road").with_background_at(1), "rest", "background"),
    ],
)
def test_what_lies_between_found_objects_is_no_class_by_its_id(project: LabelSchema, name: str, why: Found) -> None:
    classes = schema("background", "class 1", "class 2").with_background_at(0)
    finder = replace(info(classes, assumed=("classes",)), instances=True)
    for model in (finder, replace(finder, assumed=(), classes=schema("_", "car").with_background_at(0))):
        assert (lambda row: (row.target.name, row.found))(map_classes(model, project).rows[0]) == (name, why)
    assert map_classes(replace(finder, instances=False), project).rows[0].found == "number"


def test_names_that_say_no_more_than_ids_and_names_that_nobody_knows_count_by_their_ids() -> None:
    for model in (info(schema("class 0", "class 1"), assumed=("classes",)), info(schema("p", "q", "r"))):
        told = map_classes(model, schema("b", "a"))
        assert [row.found for row in told.rows] == ["number", "number", "new"][: len(told.rows)]
        assert told.by_number


def test_ids_are_not_checked_until_somebody_says_so() -> None:
    model, project = info(schema("class 0", "class 1"), assumed=("classes",)), schema("p", "q")
    by_hand = map_classes(model, project, BY_NAME.by("hand"))
    assert by_hand.by_number, "to look at the rows is to choose nothing"
    one = map_classes(model, project, BY_NAME.with_chosen(0, 1))
    assert (one.by_number, len(one.unchecked)) == (False, 1)
    sure = map_classes(model, project, BY_NAME.confirming(by_hand.unchecked))
    assert not sure.unchecked
    assert sure.written == by_hand.written


def test_what_is_taken_by_order_is_not_said_to_be_known() -> None:
    project = schema("p", "q")
    told = map_classes(info(schema("a", "b"), assumed=("classes",)), project, BY_ORDER).sentence()
    assert told == "The 2 outputs of the model are taken for the classes of the project in their order."
    told = map_classes(info(schema("a", "b", "c")), project, BY_ORDER).sentence()
    assert told.endswith("in their order; not in this project: c.")


names = st.text("ab 1_", max_size=3)
tables = st.lists(names, min_size=1, max_size=6).map(lambda found: schema(*found))
targets: st.SearchStrategy[Target] = st.one_of(st.integers(0, 7), st.sampled_from(("new", "nothing")))
mappings = st.builds(
    ClassMapping,
    st.sampled_from(("name", "order", "hand")),
    st.sampled_from(("name", "order")),
    st.dictionaries(st.integers(0, 7), targets, max_size=6),
)


@given(tables, tables, mappings, st.booleans())
def test_every_output_has_a_class_and_new_ones_take_nobodys_id(
    model: LabelSchema, project: LabelSchema, mapping: ClassMapping, assumed: bool
) -> None:
    told = map_classes(info(model, ("classes",) if assumed else ()), project, mapping)
    assert [row.source for row in told.rows] == list(model.scored)
    assert told.schema.classes[: len(project)] == project.classes
    new = [row.target.id for row in told.rows if row.found == "new"]
    assert len(set(new)) == len(new)
    assert not {c.id for c in project.classes} & set(new)
    for row in told.rows:
        kept = told.schema.get(row.target.id)
        assert kept is not None
        assert kept.name == row.target.name


@settings(max_examples=40)
@given(tables, tables, mappings)
def test_a_mapping_by_hand_comes_back_from_its_file(
    tmp_path_factory: pytest.TempPathFactory, model: LabelSchema, project: LabelSchema, mapping: ClassMapping
) -> None:
    path = tmp_path_factory.mktemp("map") / "map.toml"
    by_hand = mapping.by("hand")
    write_mapping(path, by_hand, info(model), project)
    read = read_mapping(path, info(model), project)
    assert map_classes(info(model), project, read) == map_classes(info(model), project, by_hand)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_somebody_wrote(tmp_path: Path) -> None:
    text = 'nothing = ["sky"]\nnew = ["car"]\n[to]\nroad = "street"\n3 = 0\n'
    model, project = info(schema("sky", "road", "car", "bus")), schema("vehicle", "street")
    told = map_classes(model, project, read_mapping(written(tmp_path, text), model, project))
    assert [(row.target.name, row.found) for row in told.rows] == [
        ("unlabelled", "nothing"), ("street", "hand"), ("car", "new"), ("vehicle", "hand"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[to]\ntree = "street"', "'tree' is no class of the model"),
        ('[to]\nroad = "lane"', "'lane' is no class of the project"),
        ("[to]\nroad = 9", "9 is no class of the project"),
        ("[to]\nroad = true", "True is no class of the project"),
        ('new = ["road"]\nnothing = ["road"]', "twice"),
        ('rest = "colour"', '"rest" is "name" or "order"'),
        ("version = 2", "version 2"),
        ("to = 3", "[to]"),
        (f'[to]\n{"9" * 5000} = "street"', "is no class of the model"),
        ("classes = 3", "'classes'"),
        ("[to", "line 1"),
    ],
)
def test_faults_of_a_file_are_said(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UnreadableFile) as error:
        read_mapping(path, info(schema("sky", "road")), schema("vehicle", "street"))
    assert said.replace("'classes'", '"classes"') in str(error.value)
    assert str(path) in str(error.value)


def test_what_the_command_line_says(tmp_path: Path) -> None:
    model, project = info(schema("a", "b")), schema("b", "a")
    assert map_classes(model, project, mapping_of("order", model, project)).written == {0: 0, 1: 1}
    assert map_classes(model, project, mapping_of("name", model, project)).written == {0: 1, 1: 0}
    with pytest.raises(UnreadableFile):
        mapping_of(str(tmp_path / "missing.toml"), model, project)


def test_outputs_that_are_written_as_one_are_one_in_all_files(tmp_path: Path) -> None:
    image = tmp_path / "images" / "a.png"
    image.parent.mkdir()
    Image.fromarray(np.array([[[10] * 3, [100] * 3, [200] * 3]], np.uint8)).save(image)
    (tmp_path / "net").write_bytes(b"weights")
    model = Thirds(tmp_path / "net", classes=schema("sky", "car", "bus"))
    mapping = BY_NAME.with_chosen(1, 1).with_chosen(2, 1)
    keep = Keep(confidence=True, probabilities=True)
    list(predict_folder([Sample("a", image)], model, schema("sky", "vehicle"), tmp_path / "run", 1, keep, mapping))
    with Image.open(tmp_path / "run" / "a.png") as mask:
        assert np.asarray(mask).tolist() == [[0, 1, 1]]
    with np.load(tmp_path / "run" / "a.probabilities.npz") as kept:
        assert kept["classes"].tolist() == [0, 1]
        assert kept["probabilities"][0].tolist() == [[128, 127, 55]]
        assert kept["probabilities"][1].tolist() == [[254, 255, 255]], "127 + 127, and no more than 255"
    model_record = json.loads((tmp_path / "run" / "run.json").read_text())["model"]
    assert model_record["mapping"] == {"how": "hand", "new": [], "nothing": []}
    assert [entry["written_as"] for entry in model_record["classes"]] == [0, 1, 1]


def test_two_outputs_that_are_written_as_one_are_no_binary_model(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(image)
    (tmp_path / "net").write_bytes(b"weights")
    model = Thirds(tmp_path / "net", classes=schema("car", "bus"))
    mapping = BY_NAME.with_chosen(0, 1).with_chosen(1, 1)
    keep = Keep(confidence=True)
    list(predict_folder([Sample("a", image)], model, schema("sky", "vehicle"), tmp_path / "run", 1, keep, mapping))
    assert not (tmp_path / "run" / "a.probability.png").exists()


def test_a_thousand_classes_by_hand_are_many_rows_and_no_more(tmp_path: Path) -> None:
    model, project = info(schema(*(f"output {i}" for i in range(1000)))), schema("a", "b", first=500)
    mapping = ClassMapping("hand", "name", {i: ("nothing", 500, "new")[i % 3] for i in range(1000)})
    told = map_classes(model, project, mapping)
    assert len(told.rows) == 1000
    assert len({row.target.id for row in told.rows}) == 333 + 2
