"""What is compared is counted while one labels, though nobody looks at it: little waits when somebody does."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, Qt

from segstudio.core.confusion import Confusion
from segstudio.gui.reactions import following
from segstudio.services import unread
from segstudio.services.compare import LiveComparison
from segstudio.services.open_sample import OpenSample
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton


class Painted(QObject):
    """Notes how often a widget is painted."""

    times = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.Paint
        return False


class Reads:
    """Notes who asks for what was compared."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self._read = vars(LiveComparison)["confusion"].fget
        patch.setattr(LiveComparison, "confusion", property(self._noted))

    def _noted(self, comparison: LiveComparison) -> Confusion:
        self.times += 1
        found: Confusion = self._read(comparison)
        return found


@pytest.fixture
def opened(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> OpenSample:
    """A sample with a prediction, opened to be labelled; so little is counted at a time that a stroke takes several."""
    prediction = tiny_project / "predictions" / "one" / "a.png"
    prediction.parent.mkdir(parents=True)
    Image.fromarray(np.ones((24, 32), np.uint8)).save(prediction)
    user.open(tiny_project)
    user.window.set_mode("label")
    current = user.window.session.current
    assert current is not None
    user.wait(lambda: current.catch_up(1.0))
    user.wait(lambda: not user.window.following._shares.isActive())
    monkeypatch.setattr(unread, "_BLOCK", 4)
    for name in ("COUNTING_S", "DRAWING_S"):
        monkeypatch.setattr(following, name, -1.0)
    return current


def waiting(current: OpenSample) -> bool:
    assert current.comparison is not None
    return current.counts._changes.waiting or current.comparison._changes.waiting


def right(user: User, current: OpenSample) -> bool:
    """Tell whether what has been compared so far is what there is, without asking for the rest."""
    assert user.window.session.project is not None
    assert current.prediction is not None
    assert current.comparison is not None
    anew = Confusion.of(current.document.labels, current.prediction, user.window.session.project.schema)
    return np.array_equal(current.comparison._confusion.counts, anew.counts)


def test_after_a_stroke_what_is_compared_is_counted_in_idle_moments(
    user: User, opened: OpenSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Reads(monkeypatch)
    user.window.session.options.resize(5)
    user.drag((18, 8.5), (28, 20.5))
    assert not opened.document.editing
    assert not right(user, opened)
    user.wait(lambda: not waiting(opened))
    assert right(user, opened)
    assert reads.times == 0


def test_during_a_stroke_the_backlog_is_worked_off_and_the_shares_stay(
    user: User, opened: OpenSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, painted = Reads(monkeypatch), Painted()
    canvas, view = user.window.canvas, user.window.classes.view.viewport()
    user.window.session.options.resize(5)
    user.bot.mouseMove(canvas, user.at(18, 8.5))
    user.bot.mousePress(canvas, LEFT, pos=user.at(18, 8.5))
    view.installEventFilter(painted)
    user.bot.mouseMove(canvas, user.at(28, 20.5))
    assert not right(user, opened)
    user.wait(lambda: not waiting(opened))
    assert right(user, opened)
    assert opened.document.editing
    assert (reads.times, painted.times) == (0, 0)
    user.bot.mouseRelease(canvas, LEFT, pos=user.at(28, 20.5))
    user.wait(lambda: painted.times)
