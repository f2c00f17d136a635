"""Pictures of suspicious regions are of what is open and looked at now, whatever a worker was about to cut."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.display import Display, Kind
from segstudio.core.raster import Rect
from segstudio.gui.analysis.suspicious_cutouts import SuspiciousCutouts
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services.suspicion import Suspicion
from tests.gui.by_hand import Desk, images_looked_at

DARK, BRIGHT = 10, 240


def region(digest: int) -> Suspicion:
    return Suspicion(1, 0, 64, Rect(2, 2, 10, 10), (2, 2), ErrorKind.SWAP, digest, "a", None)


def filled(project: Path, value: int) -> Path:
    for image in (project / "images").rglob("*.png"):
        Image.fromarray(np.full((24, 32, 3), value, np.uint8)).save(image)
    return project


@pytest.fixture
def cutouts(desk: Desk, tiny_project: Path) -> Iterator[SuspiciousCutouts]:
    """Of a project whose images are dark."""
    desk.open(filled(tiny_project, DARK))
    made = SuspiciousCutouts(desk.session)
    made.forget()
    yield made
    made.close()


@pytest.fixture
def seen(desk: Desk, cutouts: SuspiciousCutouts) -> Callable[[Suspicion], int | None]:
    """How bright the picture of a region is in the middle, None where it has not come."""

    def seen(found: Suspicion) -> int | None:
        image = cutouts.get(found).toImage()
        color = image.pixelColor(image.width() // 2, image.height() // 2)
        return color.red() if color.alpha() else None

    return seen


def settle(desk: Desk, cutouts: SuspiciousCutouts) -> None:
    desk.deliver()
    while desk.pool(cutouts).waiting:
        desk.finish(cutouts)


def test_a_picture_comes_and_is_kept(
    desk: Desk, cutouts: SuspiciousCutouts, seen: Callable[[Suspicion], int | None]
) -> None:
    assert seen(region(1)) is None
    settle(desk, cutouts)
    assert seen(region(1)) == DARK
    assert not desk.pool(cutouts).waiting


def test_what_is_cut_of_another_project_is_shown_in_none_of_this(
    desk: Desk, cutouts: SuspiciousCutouts, seen: Callable[[Suspicion], int | None], other_project: Path
) -> None:
    seen(region(1))
    desk.open(filled(other_project, BRIGHT))
    cutouts.forget()
    desk.work(cutouts)
    seen(region(2))
    settle(desk, cutouts)
    assert (seen(region(1)), seen(region(2))) == (None, BRIGHT)
    settle(desk, cutouts)
    assert seen(region(1)) == BRIGHT


def test_what_comes_after_other_regions_are_shown_is_not_kept(
    desk: Desk, cutouts: SuspiciousCutouts, seen: Callable[[Suspicion], int | None]
) -> None:
    seen(region(1))
    desk.work(cutouts)
    cutouts.forget()
    desk.deliver()
    assert seen(region(1)) is None
    settle(desk, cutouts)
    assert seen(region(1)) == DARK


def test_pictures_are_cut_anew_where_images_look_different(
    desk: Desk, cutouts: SuspiciousCutouts, seen: Callable[[Suspicion], int | None], tiny_project: Path
) -> None:
    for image in (tiny_project / "images").rglob("*.png"):
        Image.fromarray(np.full((24, 32), 1000, np.uint16)).save(image)
    deep = Kind("uint16", 1)
    desk.session.displays[deep] = Display(low=1000, high=2000, channels=(0,))
    for _ in range(2):
        seen(region(1))
        settle(desk, cutouts)
    assert seen(region(1)) == 0
    desk.session.displays[deep] = Display(low=0, high=1000, channels=(0,))
    assert seen(region(1)) is None
    settle(desk, cutouts)
    assert seen(region(1)) == 255


def test_no_image_is_kept_once_nobody_looks(
    desk: Desk, cutouts: SuspiciousCutouts, seen: Callable[[Suspicion], int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = images_looked_at(monkeypatch)
    for digest in (1, 2):
        seen(region(digest))
    settle(desk, cutouts)
    assert len(read) == 1, "the regions of one image are cut from what was read once"
    assert read[0]() is not None
    seen(region(3))
    desk.work(cutouts)
    cutouts.rest()
    desk.deliver()
    assert read[0]() is None
    assert seen(region(1)) == DARK, "the pictures stay"
