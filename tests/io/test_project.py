"""``segstudio.toml``: what is ours is written, what is not stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import LabelSource
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.project import CONFIG_NAME, ProjectConfig, read_config, write_config

COMMENTED = """\
# my project
version = 1
task = "semantic"            # or "instances"
images = "images"
spacing = [0.5, 0.5]         # size of a pixel
unit = "um"
[[labels]]                   # first = where edits are written
name = "truth"
folder = "masks"
origin = "person"
mine = 3
[[class]]
id = 0
name = "background"
color = "#000000"
background = true            # what the eraser writes
[[class]]
id = 1
name = "cell"
color = "#e6194b"
thing = true
note = "keep me"
[tool.other]
x = 1
"""


def config_file(tmp_path: Path, text: str) -> Path:
    (tmp_path / CONFIG_NAME).write_text(text, encoding="utf-8")
    return tmp_path / CONFIG_NAME


def test_reads_folders_whole_and_the_first_labels_as_writable(tmp_path: Path) -> None:
    config = read_config(config_file(tmp_path, COMMENTED + '[[labels]]\nfolder = "/far/annot"\nimages = "train/"\n'))
    assert config.image_root == tmp_path / "images"
    assert [(s.name, s.folder, s.read_only, s.images) for s in config.labels] == [
        ("truth", tmp_path / "masks", False, ""),
        ("annot", Path("/far/annot"), True, "train"),
    ]
    assert config.schema is not None
    assert config.schema.background == 0


def test_writing_back_what_was_read_changes_nothing(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED)
    write_config(path, read_config(path))
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_a_changed_class_keeps_comments_and_unknown_keys(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED)
    config = read_config(path)
    assert config.schema is not None
    changed = config.schema.replaced(LabelClass(1, "nucleus", (1, 2, 3))).extended("edge")
    write_config(path, replace(config, schema=changed))
    text = path.read_text(encoding="utf-8")
    for kept in (
        "# my project",
        "# size of a pixel",
        "# what the eraser writes",
        "mine = 3",
        "keep me",
        "[tool.other]",
    ):
        assert kept in text
    assert "thing" not in text
    assert read_config(path).schema == changed


def test_classes_can_be_taken_out_and_reordered(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED)
    config = read_config(path)
    assert config.schema is not None
    for classes in (config.schema.classes[::-1], config.schema.classes[1:]):
        write_config(path, replace(config, schema=LabelSchema(classes)))
        assert read_config(path).schema == LabelSchema(classes)


def test_deleted_classes_are_remembered_and_come_back_without_a_trace(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED)
    config = read_config(path)
    assert config.schema is not None
    cell = config.schema.classes[1]
    write_config(path, replace(config, schema=config.schema.without(1)))
    again = read_config(path)
    assert again.schema is not None
    assert again.schema.deleted == (cell,)
    write_config(path, replace(again, schema=again.schema.restored(1)))
    assert read_config(path).schema == config.schema
    assert "deleted" not in path.read_text(encoding="utf-8")


def test_a_deleted_class_that_is_declared_again_is_a_class(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED + '[[deleted_class]]\nid = 1\nname = "old"\n[[deleted_class]]\nid = 2\n')
    schema = read_config(path).schema
    assert schema is not None
    assert [c.name for c in schema.classes] == ["background", "cell"]
    assert [(c.id, c.name) for c in schema.deleted] == [(2, "class 2")]


def test_a_fault_in_a_deleted_class_is_named_as_one(tmp_path: Path) -> None:
    path = config_file(tmp_path, COMMENTED + '[[deleted_class]]\nid = 7\ncolor = "reddish"\n')
    with pytest.raises(UnreadableFile, match=r"\[\[deleted_class\]\] number 1"):
        read_config(path)


@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), max_size=5),
    colors=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=5, max_size=5),
    flags=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=5, max_size=5),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_classes_come_back(
    tmp_path: Path, names: list[str], colors: list[tuple[int, int, int]], flags: list[tuple[bool, bool, bool]]
) -> None:
    classes = (LabelClass(i * 999, n, colors[i], *flags[i], group=n) for i, n in enumerate(["first", *names][:5]))
    config = ProjectConfig(tmp_path, (LabelSource("truth", tmp_path / "masks"),), LabelSchema(tuple(classes)))
    path = tmp_path / CONFIG_NAME
    path.unlink(missing_ok=True)
    write_config(path, config)
    first = path.read_bytes()
    assert read_config(path) == config
    write_config(path, config)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("version = 2\n", "it is of version 2, and this program reads up to 1: update it"),
        ("version = 'one'\n", '"version" has to be a whole number'),
        ("version = 1\nimages = [\n", "line 2: "),
        ("images = '../elsewhere'\n", 'the folder "../elsewhere" leads out of the project'),
        ("[[labels]]\nfolder = 'a/../../b'\n", "leads out of the project"),
        ("[[labels]]\nname = 'truth'\n", r'\[\[labels\]\] number 1: "folder" is missing'),
        ("[[labels]]\nfolder = 'm'\norigin = 'heaven'\n", "one of person, run, import"),
        ("task = 'panoptic'\n", "one of semantic, instances"),
        ("labels = 3\n", '"labels" has to be a list'),
        ("labels = [3]\n", r"written as \[\[labels\]\] entries"),
        ("a = " + "[" * 3000, "nested"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, fault: str) -> None:
    path = config_file(tmp_path, text)
    with pytest.raises(UnreadableFile, match=fault) as caught:
        read_config(path)
    assert str(path) in str(caught.value)
    assert path.read_text(encoding="utf-8") == text


def test_without_words_on_images_the_usual_folder_is_taken(tmp_path: Path) -> None:
    path = config_file(tmp_path, "version = 1\n")
    assert read_config(path).image_root == tmp_path
    (tmp_path / "images").mkdir()
    assert read_config(path).image_root == tmp_path / "images"
