"""What a person says of a model is written beside it, whole, beside whatever stood there; and can be taken back."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import FILTERS, PER_IMAGE, Choice, Description, Preprocess
from segstudio.models.loaders.sidecar import sidecar_of, with_sidecar
from segstudio.models.segmenter import Cost, LoadStep, ModelInfo, Segmenter
from segstudio.services.corrections import (
    Correction,
    corrected,
    forgotten,
    restored,
    sidecar_content,
    with_classes_of,
    write_correction,
)

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "class 1", (200, 0, 0))))
NOTES = """\
# Measured on the ward, do not touch
[preprocess]  # as in the thesis
order = "RGB"  # I think

[[class]]
id = 1
name = "cell"  # the round ones
color = "#e6194b"
"""


class Stub:
    """A model of which only the description is asked for."""

    def __init__(self, file: Path) -> None:
        assumed = ("classes", "preprocess")
        self.info = ModelInfo(file, "state_dict", "unet", 0, CLASSES, Preprocess(), "CPU", "fp32", assumed, {})

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        raise NotImplementedError

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        raise NotImplementedError

    def interrupt(self) -> None: ...

    def resume(self) -> None: ...

    def cost(self, height: int, width: int) -> Cost | None:
        raise NotImplementedError

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "Stub":
        other = Stub(self.info.file)
        other.info = replace(self.info, preprocess=preprocess, classes=classes, corrected=corrected)
        return other


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "net.pth"


@pytest.fixture
def model(file: Path) -> Stub:
    return Stub(file)


def told(file: Path, choices: tuple[Choice, ...] = (), own: Preprocess | None = None) -> Description:
    """Return what a loader would make of the sidecar, where the file has an ``own`` preparation."""
    said = Description("unet", {"classes": 2, "in_channels": 3, "output_stride": 16}, CLASSES, own or Preprocess(),
                       choices=choices, assumed=("classes", "preprocess"))  # fmt: skip
    return with_sidecar(file, said)


def never() -> Generator[LoadStep | Segmenter, None, None]:
    raise AssertionError("nothing had to be loaded")
    yield


def last(steps: Generator[LoadStep | Segmenter, None, None]) -> ModelInfo:
    *_, model = steps
    assert not isinstance(model, LoadStep)
    return model.info


numbers = st.floats(-1e3, 1e3, allow_nan=False).filter(lambda value: abs(value) > 1e-6)
triples = st.tuples(numbers, numbers, numbers)


sides = st.sampled_from([0, 1, 520, 16384])
preparations = st.builds(
    Preprocess, st.sampled_from(["RGB", "BGR"]), numbers, triples, triples,
    st.sampled_from([None, (64, 96)]), st.sampled_from([1, 32]), sides, sides, st.sampled_from([1, 14]),
    st.sampled_from(FILTERS), st.sampled_from(["", *PER_IMAGE]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(own=preparations, said=st.lists(preparations, min_size=1, max_size=3))
def test_what_is_written_is_what_is_read(model: Stub, own: Preprocess, said: list[Preprocess]) -> None:
    """Of every field: also of those that become what is usual again, and of one correction after another."""
    sidecar_of(model.info.file).unlink(missing_ok=True)
    for before, after in pairwise([own, *said]):
        write_correction(replace(model.info, preprocess=before), Correction(preprocess=after))
        assert told(model.info.file, own=own).preprocess == after
        assert told(model.info.file, own=own).assumed == ("classes",)


@pytest.mark.parametrize(
    "text",
    [
        "preprocess = { shortest = 520, size = [] }  # mine\n",
        "preprocess.shortest = 520\noptions = {}\npreprocess.size = []  # mine\n",
    ],
)
def test_a_table_is_kept_however_it_is_written(model: Stub, text: str) -> None:
    sidecar_of(model.info.file).write_text(text, encoding="utf-8")
    before = told(model.info.file).preprocess
    assert before.shortest == 520
    write_correction(replace(model.info, preprocess=before), Correction(replace(before, order="BGR")))
    assert told(model.info.file).preprocess == replace(before, order="BGR")
    assert "# mine" in sidecar_of(model.info.file).read_text(encoding="utf-8")


def test_comments_and_what_else_stands_there_stay(model: Stub) -> None:
    sidecar = sidecar_of(model.info.file)
    sidecar.write_text(NOTES, encoding="utf-8")
    changed = LabelSchema((CLASSES.classes[0], LabelClass(1, "nucleus", (1, 2, 3))))
    write_correction(model.info, Correction(replace(Preprocess(), order="BGR"), changed))
    text = sidecar.read_text(encoding="utf-8")
    for comment in ("# Measured on the ward, do not touch", "# as in the thesis"):
        assert comment in text
    assert 'order = "BGR" # I think' in text.replace("  #", " #")
    read = told(model.info.file)
    assert [c.name for c in read.classes.classes] == ["background", "nucleus"]
    assert read.preprocess.order == "BGR"
    assert read.corrected == ("preprocess", "classes")


def test_options_that_were_settled_can_be_settled_anew(model: Stub) -> None:
    stride = Choice("output_stride", (8, 16), 16, "either")
    write_correction(model.info, Correction(options={"output_stride": 8}))
    read = told(model.info.file, (stride,))
    assert (read.config["output_stride"], read.settled, read.choices) == (8, (stride,), ())
    write_correction(model.info, Correction(options={"output_stride": 16}))
    assert told(model.info.file, (stride,)).config["output_stride"] == 16


def test_sizes_and_numbers_are_corrected_apart(model: Stub) -> None:
    wider = replace(Preprocess(), shortest=520)
    assert last(corrected(model, Correction(preprocess=wider), never)).corrected == ("preprocess", "size")
    assert told(model.info.file).corrected == ("preprocess", "size")
    sidecar_of(model.info.file).write_text("[preprocess]\nshortest = 520\n", encoding="utf-8")
    assert told(model.info.file).corrected == ("size",)
    assert "preprocess" in told(model.info.file).assumed, "nothing is said of what becomes of the numbers"


def test_the_network_stays_where_only_its_description_changes(model: Stub) -> None:
    said = replace(Preprocess(), order="BGR")
    info = last(corrected(model, Correction(preprocess=said), never))
    assert (info.preprocess, info.corrected) == (said, ("preprocess",))
    assert told(model.info.file).preprocess == said


@pytest.mark.parametrize("before", [None, NOTES])
def test_where_the_model_cannot_be_loaded_the_sidecar_is_what_it_was(model: Stub, before: str | None) -> None:
    if before is not None:
        sidecar_of(model.info.file).write_text(before, encoding="utf-8")

    def fails() -> Generator[LoadStep | Segmenter, None, None]:
        yield LoadStep("Reading", 0, 1)
        raise SegstudioError("It does not fit.")

    with pytest.raises(SegstudioError, match="does not fit"):
        list(corrected(model, Correction(options={"output_stride": 8}), fails))
    assert sidecar_content(model.info.file) == (before.encode() if before is not None else None)


def test_where_it_is_given_up_the_sidecar_is_what_it_was(model: Stub) -> None:
    def slow() -> Generator[LoadStep | Segmenter, None, None]:
        yield LoadStep("Reading", 0, 1)
        yield model

    steps = corrected(model, Correction(options={"output_stride": 8}), slow)
    next(steps)
    assert sidecar_of(model.info.file).exists()
    steps.close()
    assert not sidecar_of(model.info.file).exists()


def test_a_sidecar_that_cannot_be_understood_is_left_alone(model: Stub) -> None:
    sidecar = sidecar_of(model.info.file)
    sidecar.write_text("order = = RGB", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="line 1"):
        list(corrected(model, Correction(preprocess=Preprocess()), never))
    assert sidecar.read_text(encoding="utf-8") == "order = = RGB"


def test_what_was_said_is_taken_back_and_brought_back(model: Stub) -> None:
    sidecar = sidecar_of(model.info.file)
    list(corrected(model, Correction(preprocess=replace(Preprocess(), order="BGR")), never))
    content = sidecar_content(model.info.file)
    again: list[Segmenter] = [model]
    assert last(forgotten(model, lambda: (each for each in again))) is model.info
    assert not sidecar.exists(), "nothing was in it but that"
    list(restored(model.info.file, content, lambda: (each for each in again)))
    assert sidecar_content(model.info.file) == content


def test_notes_of_a_person_are_not_taken_back(model: Stub) -> None:
    sidecar = sidecar_of(model.info.file)
    sidecar.write_text(NOTES, encoding="utf-8")
    list(forgotten(model, lambda: (each for each in [model])))
    text = sidecar.read_text(encoding="utf-8")
    assert "# Measured on the ward" in text
    assert "preprocess" not in text
    assert told(model.info.file).corrected == ()


def test_the_projects_classes_are_taken_in_order(model: Stub) -> None:
    project = LabelSchema(
        (
            LabelClass(255, "void", (9, 9, 9), ignore=True),
            LabelClass(3, "road", (1, 1, 1)),
            LabelClass(0, "sky", (2, 2, 2)),
        )
    )
    assert [(c.id, c.name) for c in with_classes_of(model.info, project).classes] == [(3, "road"), (0, "sky")]
    three = LabelSchema((*CLASSES.classes, LabelClass(3, "class 3", (7, 7, 7))))
    more = replace(model.info, classes=three)
    found = with_classes_of(more, project).classes
    assert [c.name for c in found] == ["road", "sky", "class 3"]
    assert len({c.id for c in found}) == 3
    fewer = with_classes_of(model.info, LabelSchema((*project.classes, LabelClass(4, "car", (3, 3, 3)))))
    assert [c.name for c in fewer.classes] == ["road", "sky"], "the model has two outputs"
