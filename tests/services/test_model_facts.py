"""What a card says of a model."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Choice, Preprocess
from segstudio.models.loaders import LOADERS
from segstudio.models.references import Option
from segstudio.models.segmenter import Cost, ModelInfo
from segstudio.models.zoo import ARCHITECTURES
from segstudio.services.model_facts import (
    Fact,
    Measured,
    disk_bytes,
    facts,
    nearest_variant,
    numbers,
    output_stride,
    size_rule,
    size_text,
)

CLASSES = LabelSchema(tuple(LabelClass(i, f"class {i}", (i, i, i)) for i in range(5)))
INFO = ModelInfo(Path("net.pth"), "state_dict", "pspnet", 12_340_000, CLASSES, Preprocess(), "CPU", "fp32",
                 ("preprocess",), {}, "hszhao", {"backbone": "resnet50"}, corrected=("classes",))  # fmt: skip
MEASURED = Measured(98_700_000, (480, 640), Cost(12.346, 1, 200_000_000))


def said(info: ModelInfo, measured: Measured | None = None) -> Mapping[str, Fact]:
    return {fact.name: fact for fact in facts(info, measured)}


def test_who_says_so_is_marked() -> None:
    found = said(INFO)
    assert (found["Normalisation"].mark, found["Classes"].mark, found["Device"].mark) == ("assumed", "corrected", "")
    assert found["Classes"].value == "5: class 0, class 1, class 2 and 2 more"
    assert found["Classes"].more.endswith("class 4")
    assert found["Architecture"].value == "PSPNet, resnet50"


def test_what_was_corrected_of_pictures_is_marked_where_it_stands() -> None:
    def marks(*corrected: str, assumed: tuple[str, ...] = ()) -> tuple[str, str]:
        found = said(replace(INFO, corrected=corrected, assumed=assumed))
        return found["Input"].mark, found["Normalisation"].mark

    assert marks(assumed=("preprocess",)) == ("assumed", "assumed")
    assert marks("preprocess") == ("assumed", "corrected"), "weights tell no size, whatever is said of the numbers"
    assert marks("size", assumed=("preprocess",)) == ("corrected", "assumed")
    assert marks("preprocess", "size") == ("corrected", "corrected")
    assert said(replace(INFO, preprocess=Preprocess("BGR")))["Normalisation"].value == "its own numbers, BGR"
    assert said(INFO)["Normalisation"].value == "ImageNet, RGB"


def test_a_program_of_one_size_tells_that_itself() -> None:
    program = replace(INFO, format="aot", preprocess=Preprocess(size=(64, 64)))
    assert (said(program)["Input"].mark, said(program)["Normalisation"].mark) == ("", "assumed")
    assert said(replace(program, preprocess=Preprocess()))["Input"].mark == "assumed"
    assert said(replace(program, format="segstudio", corrected=("preprocess",), assumed=()))["Input"].mark == ""


def test_what_a_network_brings_images_to_by_itself_is_told() -> None:
    finder = replace(INFO, architecture="mask_rcnn", options={"backbone": "resnet50"}, instances=True)
    assert said(finder)["Input"].value == "shorter side 800, longer at most 1333, padded to multiples of 32"
    other = replace(finder, options={"min_size": 200, "max_size": 300})
    assert said(other)["Input"].value.startswith("shorter side 200, longer at most 300")
    assert said(replace(finder, preprocess=Preprocess(size=(64, 96))))["Input"].value.startswith("resized to 96 x 64")


def test_costs_are_told_for_the_size_that_images_are_brought_to() -> None:
    found = said(replace(INFO, preprocess=Preprocess(size=(512, 256))), MEASURED)
    assert found["GMACs"].value == "12.35 for 256 x 512"
    assert found["Memory"].value.endswith("for 256 x 512")


@pytest.mark.parametrize(
    ("preprocess", "told"),
    [
        (Preprocess(mean=(0, 0, 0), std=(1, 1, 1)), "RGB / 255"),
        (Preprocess(scale=1, mean=(0, 0, 0), std=(1, 1, 1)), "RGB"),
        (Preprocess(scale=1, mean=(1, 2, 3), std=(1, 1, 1)), "RGB - [1 2 3]"),
        (Preprocess("gray", mean=(0,), std=(0.5,)), "gray / 255 / [0.5]"),
        (Preprocess(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)), "(RGB / 255 - [0.5 0.5 0.5]) / [0.5 0.5 0.5]"),
    ],
)
def test_a_formula_has_no_more_than_changes_a_pixel(preprocess: Preprocess, told: str) -> None:
    assert numbers(preprocess) == told


def test_costs_are_told_once_they_are_known() -> None:
    assert said(INFO)["GMACs"].value == "being counted"
    found = said(INFO, MEASURED)
    assert found["GMACs"].value == "12.35 for 640 x 480"
    assert found["Parameters"].value == "12.34 M, 98.7 MB on disk"
    assert found["Memory"].value == "about 249 MB for 640 x 480"
    assert said(INFO, MEASURED._replace(cost=None))["GMACs"].value == "not known of a program"
    assert said(replace(INFO, parameters=8_123))["Parameters"].value == "8.1 k"
    waiting = (said(INFO)["Memory"], said(INFO, MEASURED._replace(cost=None))["Memory"])
    assert [fact.value for fact in waiting] == ["49.4 MB of weights"] * 2, "one line as before, so that nothing moves"
    unknown = said(replace(INFO, parameters=0))
    assert (unknown["Parameters"].value, unknown["Memory"].value) == ("not told", "not told")
    finder = replace(INFO, instances=True)
    assert said(finder, MEASURED._replace(cost=None))["GMACs"].value == "depends on how many objects it finds"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_stride_is_that_of_the_zoo(name: str) -> None:
    for variant in ARCHITECTURES[name].variants:
        info = replace(INFO, architecture=name, options={"more": 1, **variant.options})
        assert nearest_variant(name, info.options) is variant or not variant.options
        assert output_stride(info, None) == variant.output_stride or not variant.options


def test_the_stride_of_others_is_that_which_was_counted() -> None:
    other = replace(INFO, architecture="SegformerForSemanticSegmentation")
    assert output_stride(other, Cost(1, 4, 0)) == 4
    assert output_stride(other, None) is None
    assert "Output stride" not in said(other)
    assert output_stride(other, Cost(1, 1, 0)) is None, "it enlarges its scores itself"
    open_one = replace(INFO, choices=(Choice("output_stride", (8, 16), 8, ""),), options={"output_stride": 8})
    assert "Output stride" not in said(open_one), "it is chosen on the card"


@pytest.mark.parametrize("format", LOADERS)
def test_formats_are_told_alike(format: str) -> None:
    """What it is, and in brackets the ending or the folder that it comes as."""
    title = said(replace(INFO, format=format, family=LOADERS[format].title.split()[0]))["Format"].value
    assert re.fullmatch(r"(?!an? ).+ \((\.\w+(, \.\w+)*|folder.*)\)|pickled objects of a program", title)


def test_a_program_is_called_as_its_file_is() -> None:
    program = replace(INFO, format="torch_export", architecture="D")
    assert said(program)["Architecture"].value == "net (the name of its file)"
    assert said(program)["Architecture"].more == "The program calls itself D"
    assert said(program)["Family"].value == "hszhao"
    graph = said(replace(program, format="onnx", architecture="ONNX graph", family="pytorch"))
    assert graph["Architecture"] == ("Architecture", "net (the name of its file)", "",
                                     "The file does not tell which network it is", False)  # fmt: skip
    assert graph["Format"].value == "ONNX model (.onnx)"
    assert (graph["Written by"].value, "Family" in graph) == ("pytorch", False)
    nobodys = said(replace(program, format="onnx", architecture="ONNX graph", family="ONNX"))
    assert not {"Written by", "Family"} & nobodys.keys()
    assert all(fact.value and "ONNX graph" not in fact.value for fact in nobodys.values())
    ours = replace(program, architecture="pspnet")
    assert said(ours)["Architecture"].value == "PSPNet, resnet50"


def test_the_rule_of_sizes_in_words() -> None:
    assert size_rule(Preprocess()) == "any size"
    assert size_rule(Preprocess("BGR"), 32) == "any size, padded to multiples of 32"
    assert size_rule(Preprocess(size=(256, 512))) == "resized to 512 x 256"
    assert size_rule(Preprocess(shortest=512, longest=2048)) == "shorter side 512, longer at most 2048"


@pytest.mark.parametrize(
    ("architecture", "options", "told"),
    [
        ("deeplabv3", {"backbone": "resnet50"}, "any size"),
        ("unet", {}, "any size, padded to multiples of 16"),
        ("unet", {"drops_odd": True}, "any size"),
        ("nnunet", {}, "any size, padded to multiples of 8"),
        ("SegformerForSemanticSegmentation", {}, "any size, padded to multiples of 8"),
    ],
)
def test_what_a_network_pads_to_is_told_and_not_its_stride(
    architecture: str, options: dict[str, Option], told: str
) -> None:
    info = replace(INFO, architecture=architecture, options=options, preprocess=Preprocess(divisor=8))
    assert said(info)["Input"].value == told


def test_a_training_record_is_shown_whole_behind_its_score() -> None:
    found = said(replace(INFO, training={"mean_iou": 0.7654321, "epochs": 30}))
    assert found["Trained to"].value == "mean IoU 76.5 % on unseen images"
    assert "epochs: 30" in found["Trained to"].more
    assert said(replace(INFO, training={"pq": 0.5}))["Trained to"].value == "PQ 50.0 % on unseen images"
    assert not found["Trained to"].poor
    poor = said(replace(INFO, training={"mean_iou": 0.2}))["Trained to"]
    assert poor.poor, "of five classes, one everywhere could be as good"
    assert "worth little" in poor.more
    assert said(replace(INFO, training={"by": "somebody"}))["Training"].value == "1 entry"


def test_bytes_of_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "deep").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"12345")
    (tmp_path / "a" / "deep" / "two").write_bytes(b"123")
    assert disk_bytes(tmp_path / "a") == 8
    assert disk_bytes(tmp_path / "a" / "one") == 5
    assert disk_bytes(tmp_path / "gone") == 0
    assert size_text(29_058) == "29.1 kB"
    assert [size_text(n) for n in (1_500_000, 99_900_000, 123_400_000, 2_346_000_000)] == [
        "1.5 MB", "99.9 MB", "123 MB", "2.35 GB" if size_text(2_346_000_000) == "2.35 GB" else "2.34 GB",
    ]  # fmt: skip
