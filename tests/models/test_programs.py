"""Networks of which nothing is known: what they take and return is found out, and becomes scores."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from segstudio.models.outputs import UnknownClass, kind_of, logits_of, main_output, note_on
from segstudio.models.programs import Program, ProgramFailed, tried
from segstudio.models.sides import Sides

HEAD = nn.Conv2d(3, 4, 1)


def scores(image: Tensor) -> Tensor:
    found: Tensor = HEAD(image)
    return found


def only(accepts: Callable[[int, int], bool]) -> Callable[[Tensor], Tensor]:
    """Return a network that stops at images whose height and width it does not accept."""

    def run(image: Tensor) -> Tensor:
        if not accepts(*image.shape[-2:]):
            where = "The following operation failed in the TorchScript interpreter."
            raise RuntimeError(f"{where}\nsizes do not match: {tuple(image.shape)}")
        return scores(image)

    return run


@pytest.mark.parametrize(
    ("accepts", "sides"),
    [
        (lambda h, w: True, Sides()),
        (lambda h, w: h % 32 == 0 and w % 32 == 0, Sides(None, 32)),
        (lambda h, w: h % 14 == 0 and w % 14 == 0, Sides(None, 14)),
        (lambda h, w: h % 8 == 1 and w % 8 == 1, Sides(None, 8, 1)),
        (lambda h, w: h >= 200 and w >= 200 and h % 2 == w % 2 == 0, Sides(None, 2)),
        (lambda h, w: (h, w) == (512, 512), Sides((512, 512))),
        (lambda h, w: (h, w) == (512, 1024), Sides((512, 1024))),
    ],
)
def test_what_a_network_asks_of_sides_is_found(accepts: Callable[[int, int], bool], sides: Sides) -> None:
    told = tried(only(accepts), 3)
    assert (told.sides, told.output, told.classes, told.batch) == (sides, "logits", 4, None)


def test_a_size_that_is_known_is_the_only_one_that_is_tried() -> None:
    assert tried(only(lambda h, w: (h, w) == (40, 50)), 3, (40, 50)).size == (40, 50)
    with pytest.raises(ValueError, match="sizes do not match"):
        tried(only(lambda h, w: (h, w) == (40, 50)), 3, (41, 50))


def test_a_network_whose_results_have_one_size_was_made_for_that() -> None:
    told = tried(lambda image: nn.functional.interpolate(scores(image), (48, 80)), 3)
    assert told.sides == Sides((48, 80))


def test_networks_of_one_image_at_a_time_are_given_such() -> None:
    def run(image: Tensor) -> Tensor:
        return scores(image).view(1, 4, *image.shape[-2:])

    told = tried(run, 3)
    assert told.batch == 1
    images = torch.randn(3, 3, 20, 30)
    assert torch.equal(Program(run, "logits", 4, batch=told.batch)(images), scores(images))


def test_batches_of_a_size_are_filled_up() -> None:
    def run(image: Tensor) -> Tensor:
        assert len(image) == 4
        return scores(image)

    images = torch.randn(6, 3, 20, 30)
    assert torch.equal(Program(run, "logits", 4, batch=4)(images), scores(images))


@pytest.mark.parametrize("size", [(20, 30), (32, 64), (33, 7)])
@pytest.mark.parametrize("sides", [Sides(None, 32), Sides(None, 8, 1), Sides(None, 4, 0, 64)])
def test_images_are_grown_to_what_is_asked_for_and_results_cut(size: tuple[int, int], sides: Sides) -> None:
    seen: list[tuple[int, int]] = []

    def run(image: Tensor) -> Tensor:
        seen.append((image.shape[-2], image.shape[-1]))
        return scores(image)

    images = torch.randn(2, 3, *size)
    assert torch.equal(Program(run, "logits", 4, sides)(images), scores(images))
    assert all(side % sides.multiple == sides.plus and side >= sides.least for side in seen[0])


def test_a_network_that_stops_says_where_in_a_sentence() -> None:
    program = Program(only(lambda h, w: h < 100), "logits", 4)
    with pytest.raises(ProgramFailed, match=r"an image of 30 x 200 pixels: sizes do not match: \(1, 3, 200, 30\)\."):
        program(torch.zeros(1, 3, 200, 30))


def test_memory_that_is_not_there_is_said_as_such() -> None:
    def run(image: Tensor) -> Tensor:
        raise RuntimeError("DefaultCPUAllocator: not enough memory")

    with pytest.raises(RuntimeError, match="not enough memory"):
        Program(run, "logits", 4)(torch.zeros(1, 3, 8, 8))


PLANES = torch.zeros(1, 4, 8, 8)


@pytest.mark.parametrize(
    "found",
    [
        PLANES,
        [PLANES],
        (torch.zeros(1), PLANES),
        {"aux": torch.zeros(1, 9, 8, 8), "out": PLANES},
        {"loss": torch.zeros(1), "x": PLANES},
        {"out": torch.zeros(1), "inner": [None, "text", PLANES]},
    ],
)
def test_scores_are_found_in_what_is_returned(found: Any) -> None:
    assert main_output(found) is PLANES


@pytest.mark.parametrize("found", [None, [], {}, "text", torch.zeros(3), [torch.zeros(1, 2)]])
def test_what_has_no_scores_is_said(found: Any) -> None:
    with pytest.raises(ValueError, match="no scores by class and pixel"):
        main_output(found)


LOUD = 4 * torch.randn((2, 4, 9, 7), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (LOUD, "logits"),
        (LOUD[:, 0], "logits"),
        (LOUD.softmax(1), "probabilities"),
        (LOUD[:, :1].sigmoid(), "probabilities"),
        (LOUD[:, 0].sigmoid(), "probabilities"),
        (LOUD.sigmoid(), "probabilities"),
        (LOUD.argmax(1), "labels"),
        (LOUD.argmax(1, keepdim=True), "labels"),
        (LOUD.argmax(1).float(), "labels"),
        (LOUD.argmax(1).to(torch.uint8), "labels"),
    ],
)
def test_kinds_of_output_are_told_and_keep_the_class_that_wins(found: Tensor, kind: str) -> None:
    assert kind_of(found) == kind
    if found.ndim == 4 and found.shape[1] == 4:
        assert torch.equal(logits_of(found, kind_of(found), range(4)).argmax(1), LOUD.argmax(1))
    elif kind == "labels":
        assert torch.equal(logits_of(found, "labels", range(4)).argmax(1), LOUD.argmax(1))
    else:
        logits = logits_of(found, kind_of(found), range(1)).squeeze(1)
        assert torch.allclose(logits.sigmoid(), LOUD[:, 0].sigmoid(), atol=1e-6)


def test_a_label_that_is_no_class_is_said_and_never_another() -> None:
    labels = torch.tensor([[[0, 3, 255]]])
    with pytest.raises(UnknownClass, match="255"):
        logits_of(labels, "labels", range(4))
    with pytest.raises(ProgramFailed, match="returns 255 at a pixel") as raised:
        Program(lambda image: labels, "labels", 4)(torch.zeros(1, 3, 1, 3))
    assert "Name the classes in the sidecar" in raised.value.hint
    found = logits_of(labels, "labels", (255, 3, 0))
    assert found.argmax(1).tolist() == [[[2, 1, 0]]]


@pytest.mark.parametrize("reduced", [1, 4])
def test_classes_on_the_last_axis_are_found_there(reduced: int) -> None:
    def run(image: Tensor) -> Tensor:
        return scores(image)[..., ::reduced, ::reduced].permute(0, 2, 3, 1)

    told = tried(run, 3)
    assert (told.last, told.classes, told.size, told.batch) == (True, 4, None, None)
    images = torch.randn(2, 3, 20, 32)
    whole = Program(run, "logits", 4, last=True)(images)
    assert torch.allclose(whole[..., 0, 0], scores(images)[..., 0, 0], atol=1e-6) or reduced > 1
    assert whole.shape == (2, 4, 20, 32)


def test_auxiliary_maps_are_not_taken_and_a_choice_is_told() -> None:
    other = torch.zeros(1, 9, 8, 8)
    assert main_output({"aux": other, "seg": PLANES}) is PLANES
    assert note_on({"aux": other, "seg": PLANES}) == note_on({"x": other, "out": PLANES}) == ""
    assert "'seg' is taken for the scores of classes, and not depth" in note_on({"seg": PLANES, "depth": other})
    assert tried(lambda image: {"b": scores(image), "a": scores(image)[:, :1]}, 3).note
