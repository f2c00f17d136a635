"""Class tables as people write them, and classes guessed where there is none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.palettes import VOC_NAMES, voc_color, voc_schema
from segstudio.core.schema import LabelSchema
from segstudio.io.classes import FIRST_CLASSES, find_classes, guess_classes, read_classes


def written(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def names(schema: LabelSchema) -> dict[int, str]:
    return {c.id: c.name for c in schema.classes}


def test_the_tables_of_the_real_sets_are_read(shared_data: Callable[[str], Path]) -> None:
    camvid = read_classes(shared_data("camvid") / "classes.csv")
    assert len(camvid) == 12
    assert camvid.ignored_ids == (11,)
    assert camvid.background == 11
    cells = read_classes(shared_data("isbi_em") / "classes.csv")
    assert names(cells) == {0: "membrane", 255: "cell interior"}
    for name in ("voc", "voc_pairs"):
        assert read_classes(shared_data(name) / "classes.csv") == voc_schema()
    loveda = read_classes(shared_data("formats_mmseg") / "pseudo_loveda_dataset" / "classes.csv")
    assert (loveda.ignored_ids, loveda.background) == ((0,), 1)


def test_a_list_of_names_is_numbered_by_line(tmp_path: Path) -> None:
    schema = read_classes(written(tmp_path, "classes.txt", "background\ncell\nedge\n\n"))
    assert names(schema) == {0: "background", 1: "cell", 2: "edge"}
    assert schema.background == 0


def test_labelme_lists_begin_with_what_is_ignored(tmp_path: Path) -> None:
    schema = read_classes(written(tmp_path, "labels.txt", "__ignore__\n_background_\ncat\n"))
    assert names(schema) == {0: "background", 1: "cat", 255: "ignore"}
    assert schema.ignored_ids == (255,)
    assert schema.background == 0


def test_csv_parted_by_semicolons_with_other_columns(tmp_path: Path) -> None:
    text = "Name;comment;ID;r;g;b;ignore\ncell;x;3;1;2;3;no\nvoid;;9;;;;yes\n\n"
    schema = read_classes(written(tmp_path, "classes.csv", text))
    assert names(schema) == {3: "cell", 9: "void"}
    assert schema.classes[0].color == (1, 2, 3)
    assert schema.ignored_ids == (9,)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("c.csv", "name,color\nx,1\n", 'line 1: the header needs a column "id"'),
        ("c.csv", "id,name\n0,a\nx,b\n", 'line 3: "id" is a whole number, not "x"'),
        ("c.csv", "id,name\n0,a\n70000,b\n", "line 3: .*0..65535"),
        ("c.csv", "id,name,r,g,b\n0,a,1,2,300\n", 'line 2: "b" lies within 0..255'),
        ("c.csv", "id,name,ignore\n0,a,maybe\n", 'line 2: "ignore" is 0 or 1'),
        ("c.csv", "id,name\n0,a\n0,b\n", "the id 0 is given to a and to b"),
        ("c.csv", "id,name\n", "it declares no class"),
        ("c.txt", "a\n\nb\n", "line 2: it is empty"),
        ("c.toml", "[[class]]\nname = 'a'\n", 'number 1: "id" is missing'),
        ("c.toml", "[[class]]\nid = 1\ncolor = 'red'\n", 'number 1: "color" is like'),
        ("c.toml", "[[class]]\nid = true\n", 'number 1: "id" has to be a whole number'),
        ("c.toml", "a = 1\nb =\n", "line 2: "),
        ("c.toml", "class = 3\n", '"class" has to be a list'),
    ],
)
def test_faults_name_the_file_and_the_line(tmp_path: Path, name: str, text: str, fault: str) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(UnreadableFile, match=fault) as caught:
        read_classes(path)
    assert str(path) in str(caught.value)


def test_a_project_file_serves_as_a_table(tiny_project: Path) -> None:
    schema = read_classes(tiny_project / "segstudio.toml")
    assert names(schema) == {0: "background", 1: "cell", 255: "void"}
    assert schema.classes[1].thing


def test_a_table_is_found_in_the_folder_before_its_parent(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    assert find_classes(folder) is None
    above = written(tmp_path, "classes.csv", "id,name\n0,a\n")
    assert find_classes(folder) == above
    here = written(folder, "labels.txt", "a\n")
    assert find_classes(folder) == here


def mask(path: Path, values: list[int], palette: bool = False, dtype: type = np.uint8) -> Path:
    picture = Image.fromarray(np.array([values], dtype))
    if palette:
        picture.putpalette([channel for index in range(256) for channel in voc_color(index)])
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


def test_no_masks_give_something_to_draw_with() -> None:
    assert guess_classes([]).schema == FIRST_CLASSES


def test_zero_and_255_alone_are_background_and_foreground(tmp_path: Path) -> None:
    guessed = guess_classes([mask(tmp_path / "a.png", [0, 255]), mask(tmp_path / "b.png", [255])])
    assert names(guessed.schema) == {0: "background", 255: "foreground"}
    assert guessed.schema.ignored_ids == ()


def test_255_beside_classes_is_void_and_palettes_are_kept(tmp_path: Path) -> None:
    guessed = guess_classes([mask(tmp_path / "a.png", [0, 7, 255], palette=True)])
    assert names(guessed.schema) == {0: "background", 7: "class 7", 255: "void"}
    assert guessed.schema.ignored_ids == (255,)
    assert guessed.schema.classes[1].color == voc_color(7)


def test_voc_is_known_by_palette_and_folder(tmp_path: Path) -> None:
    guessed = guess_classes([mask(tmp_path / "SegmentationClass" / "a.png", [0, 12, 255], palette=True)])
    assert guessed.schema == voc_schema()
    assert VOC_NAMES[12] == "dog"
    assert guess_classes([mask(tmp_path / "SegmentationClass" / "b.png", [0, 12])]).schema != voc_schema()


def test_numbers_of_objects_are_no_classes(tmp_path: Path) -> None:
    guessed = guess_classes([mask(tmp_path / "a.png", list(range(40)), dtype=np.uint16)])
    assert guessed.instances
    assert guessed.schema == FIRST_CLASSES
    assert any("numbers of objects" in note for note in guessed.notes)
    few = guess_classes([mask(tmp_path / "b.png", [0, 1, 2], dtype=np.uint16)])
    assert not few.instances
    assert len(few.schema) == 3


def test_colours_are_numbered_and_black_is_background(tmp_path: Path) -> None:
    rgb = np.array([[[0, 0, 0], [9, 9, 200], [3, 200, 3]]], np.uint8)
    Image.fromarray(rgb).save(tmp_path / "rgb.png")
    guessed = guess_classes([tmp_path / "rgb.png"])
    assert [(c.id, c.color) for c in guessed.schema.classes] == [(0, (0, 0, 0)), (1, (3, 200, 3)), (2, (9, 9, 200))]
    assert guessed.schema.background == 0


def test_a_photograph_gives_no_classes(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (99, 99, 3), np.uint8)).save(tmp_path / "a.png")
    guessed = guess_classes([tmp_path / "a.png"])
    assert guessed.schema == FIRST_CLASSES
    assert any("too many colours" in note for note in guessed.notes)


def test_masks_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    guessed = guess_classes([tmp_path / "broken.png"])
    assert any("broken.png" in note for note in guessed.notes)
