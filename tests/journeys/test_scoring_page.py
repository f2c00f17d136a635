"""Pages that go over what is on disk: when they begin, what they tell, and what becomes of a pass that is stopped."""

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from segstudio.gui.analysis import dock
from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.pages import PageEntry
from segstudio.gui.analysis.scoring_page import UNSAVED, ScoringPage
from segstudio.gui.analysis.suspicious import SuspiciousPage
from segstudio.gui.app import make_window
from segstudio.gui.window import MainWindow
from segstudio.services.suspicion import Looked
from tests.gui.by_hand import mend, spoil
from tests.journeys.user import PATIENCE, User


class Empty(Page):
    def refresh(self) -> None:
        pass


class Counting(ScoringPage):
    """Counts to three, and goes on only as it is let."""

    again_text, doing, nothing = "Count again", "Counting.", "Nothing to count."
    begun: ClassVar[list[int]] = []
    let: ClassVar[threading.Semaphore]

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.found: list[int] = []
        self.save = QToolButton()
        self.lay_out(QWidget(), self.save)

    def subject(self) -> Compared | None:
        return compared(self.window_shown.session, self.window_shown.session.run)

    def job_of(self) -> Callable[[], Generator[int, None, None]]:
        self.found = []
        self.begun.append(1)
        return self._count

    def take(self, step: int) -> None:
        self.found.append(step)
        self.progress(step, 3)

    def show_found(self) -> None:
        self.save.setEnabled(self.whole)
        self.say(f"Counted to {len(self.found)}.")

    def _count(self) -> Generator[int, None, None]:
        for number in (1, 2, 3):
            assert self.let.acquire(timeout=PATIENCE / 1000)
            yield number


@pytest.fixture
def predicted(tiny_project: Path) -> Path:
    """The tiny project with two runs."""
    for run in ("one", "two"):
        file = tiny_project / "predictions" / run / "a.png"
        file.parent.mkdir(parents=True)
        Image.fromarray(np.ones((24, 32), np.uint8)).save(file)
    return tiny_project


@pytest.fixture
def reader(qtbot: QtBot, predicted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    pages = {
        "empty": PageEntry("Empty", "Shows nothing", f"{__name__}:Empty"),
        "counting": PageEntry("Counting", "Counts", f"{__name__}:Counting"),
    }
    monkeypatch.setattr(dock, "PAGES", pages)
    monkeypatch.setattr(Counting, "begun", [])
    monkeypatch.setattr(Counting, "let", threading.Semaphore(0), raising=False)
    window = make_window()
    with qtbot.waitExposed(window):
        window.show()
    user = User(window, qtbot)
    user.open(predicted)
    yield user
    Counting.let.release(100)
    with qtbot.waitSignal(window.closed, timeout=PATIENCE):
        window.close()
    window.deleteLater()


def counting(user: User) -> Counting:
    user.window.comparing.show_page("counting")
    page = user.window.analysis.made("counting")
    assert isinstance(page, Counting)
    return page


def test_it_counts_by_itself_once_and_again_when_asked(reader: User) -> None:
    Counting.let.release(6)
    page = counting(reader)
    reader.wait(lambda: page.note.text() == "Counted to 3.")
    assert page.save.isEnabled()
    page.refresh()
    assert len(Counting.begun) == 1
    page.again.click()
    reader.wait(lambda: len(Counting.begun) == 2 and page.note.text() == "Counted to 3.")


def test_a_stopped_pass_is_not_told_as_the_whole(reader: User) -> None:
    page = counting(reader)
    Counting.let.release()
    reader.wait(lambda: page.found == [1])
    assert page.note.text() == "Counting."
    assert not page.save.isEnabled()
    page.job.cancel.click()
    Counting.let.release()
    reader.wait(lambda: page.note.text().startswith("Stopped after "))
    assert f"Stopped after {len(page.found)} of 3 images." in page.note.text()
    assert not page.save.isEnabled()
    page.refresh()
    assert len(Counting.begun) == 1, "it was stopped by whoever reads it"


def test_what_cannot_be_saved_is_not_counted_as_it_was(reader: User, predicted: Path) -> None:
    spoil(predicted)
    reader.window.session.options.resize(6)
    reader.window.choose_tool("brush")
    reader.drag((4, 20), (28, 20))
    page = counting(reader)
    reader.wait(lambda: page.note.text() == UNSAVED)
    assert Counting.begun == []
    assert not page.save.isEnabled()
    mend(predicted)
    Counting.let.release(3)
    page.again.click()
    reader.wait(lambda: page.note.text() == "Counted to 3.")


def test_a_page_that_is_left_stops_and_begins_anew(reader: User) -> None:
    page = counting(reader)
    reader.wait(lambda: page.job.running)
    reader.window.comparing.show_page("empty")
    Counting.let.release()
    reader.wait(lambda: not page.job.running)
    assert len(Counting.begun) == 1
    Counting.let.release(3)
    reader.window.comparing.show_page("counting")
    reader.wait(lambda: page.note.text() == "Counted to 3.")
    assert len(Counting.begun) == 2


def test_nothing_begins_once_the_page_is_left(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[Callable[[bool], None]] = []
    monkeypatch.setattr(reader.window.bench.autosave, "when_saved", waiting.append)
    page = counting(reader)
    reader.wait(lambda: len(waiting) == 1)
    assert page.note.text() == "Counting."
    reader.window.comparing.show_page("empty")
    waiting.pop()(True)
    assert Counting.begun == []
    reader.window.comparing.show_page("counting")
    reader.wait(lambda: len(waiting) == 1)
    waiting.pop()(True)
    assert len(Counting.begun) == 1


def test_masks_that_are_resized_pixels_of_another_size_and_another_run_are_another_subject(reader: User) -> None:
    Counting.let.release(100)
    page, session = counting(reader), reader.window.session
    reader.wait(lambda: page.note.text() == "Counted to 3.")
    assert session.run is not None
    session.resize(session.run)
    reader.wait(lambda: len(Counting.begun) == 2)
    reader.wait(lambda: page.note.text() == "Counted to 3.")
    assert session.project is not None
    session.update_project(replace(session.project, spacing=(0.5, 0.5)))
    reader.wait(lambda: len(Counting.begun) == 3)
    reader.wait(lambda: page.note.text() == "Counted to 3.")
    session.choose_run(None)
    reader.wait(lambda: page.note.text() == "Nothing to count.")
    assert not page.save.isEnabled()


def suspicious(user: User, project: Path) -> SuspiciousPage:
    user.open(project)
    user.window.comparing.show_page("suspicious")
    page = user.window.analysis.made("suspicious")
    assert isinstance(page, SuspiciousPage)
    user.wait(page.isVisible)
    return page


def test_a_search_that_is_left_stops(user: User, predicted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, closed = threading.Event(), threading.Event()

    def endless(*_: object) -> Generator[Looked, None, None]:
        try:
            while goes_on.wait(PATIENCE / 1000):
                yield Looked("a", 1, 2)
        finally:
            closed.set()

    monkeypatch.setattr("segstudio.gui.analysis.suspicious.rank", endless)
    page = suspicious(user, predicted)
    page.look.click()
    user.wait(page.job.cancel.isVisible)
    user.window.comparing.show_page("labels")
    goes_on.set()
    assert closed.wait(PATIENCE / 1000)


def test_a_search_begins_only_of_what_is_saved_and_while_it_is_seen(
    user: User, predicted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []

    def begin(*asked: object) -> Iterator[Looked]:
        begun.append(asked)
        return iter(())

    page = suspicious(user, predicted)
    monkeypatch.setattr("segstudio.gui.analysis.suspicious.rank", begin)
    waiting: list[Callable[[bool], None]] = []
    monkeypatch.setattr(user.window.bench.autosave, "when_saved", waiting.append)
    page.look.click()
    waiting.pop()(False)
    assert begun == []
    assert (user.heard[-1].title, user.heard[-1].text) == ("The data set was not looked through.", UNSAVED)
    page.look.click()
    user.window.set_mode("label")
    waiting.pop()(True)
    assert begun == []
