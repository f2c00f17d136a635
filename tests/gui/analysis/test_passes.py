"""What computes for the pages: only what was asked last is heard of."""

import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.gui.analysis.data_set_pass import DataSetPass, Ids, Make
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.analysis.object_side import ObjectSide
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.pass_progress import PassProgress
from segstudio.gui.analysis.side_choice import SideChoice, SideSwitch
from segstudio.gui.analysis.threshold_side import ThresholdSide
from segstudio.gui.jobs import Worker
from segstudio.gui.messages import Message, Messages
from segstudio.services.open_sample import Counted, OpenSample
from segstudio.services.seen import look
from segstudio.services.session import Session
from tests.gui.by_hand import Pool, _pool, drive_by_hand

SCHEMA = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (9, 9, 9))))


@dataclass(frozen=True)
class Step:
    id: str
    done: int
    total: int
    error: SegstudioError | None = None


@pytest.fixture
def messages(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Messages:
    drive_by_hand(monkeypatch)
    return Messages()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session with a project of two images, "a" and "b"."""
    session = Session()
    for name in "ab":
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / f"{name}.png")
    samples = tuple(Sample(name, tmp_path / f"{name}.png") for name in "ab")
    session.open_project(Project(tmp_path, SCHEMA, samples, (LabelSource("truth", tmp_path / "masks"),)))
    return session


@pytest.fixture
def going(session: Session, messages: Messages) -> Iterator[DataSetPass]:
    made = DataSetPass(session, messages)
    yield made
    made.close()


@pytest.fixture
def newest(messages: Messages) -> Iterator[Newest]:
    made = Newest(messages)
    yield made
    made.close()


def pool_of(owner: DataSetPass | Newest) -> Pool:
    worker = owner.findChild(Worker)
    assert worker is not None
    return _pool(worker)


def work(owner: DataSetPass | Newest) -> None:
    pool_of(owner).waiting.popleft()()


def deliver() -> None:
    for _ in range(3):
        QApplication.processEvents()


def steps(name: str) -> Make:
    def made(*_: object) -> Generator[Step, None, None]:
        yield Step(f"{name}1", 1, 2)
        yield Step(f"{name}2", 2, 2, SegstudioError("bad"))

    return made


def test_a_pass_tells_its_steps_and_what_failed(going: DataSetPass) -> None:
    heard: list[str] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.begin(steps("a"))
    work(going)
    deliver()
    assert heard == ["a1", "a2"]
    assert going.whole
    assert list(going.failures) == ["a2"]
    assert going.text() == "1 not measured"


def test_how_far_a_pass_is_is_shown_while_it_goes_on(going: DataSetPass, qtbot: QtBot) -> None:
    shown = PassProgress()
    qtbot.addWidget(shown)
    shown.show()
    (bar,), (text,) = shown.findChildren(QProgressBar), shown.findChildren(QLabel)
    seen: list[tuple[int, int, bool, str]] = []

    def look() -> None:
        shown.show_pass(going)
        seen.append((bar.value(), bar.maximum(), bar.isVisible(), text.text()))

    going.stepped.connect(look)
    going.ended.connect(look)
    going.begin(steps("a"))
    work(going)
    deliver()
    end = (2, 2, False, "1 not measured")
    assert seen == [(1, 2, True, "1 of 2 images"), (2, 2, True, "1 not measured"), end]
    assert text.toolTip() == "bad"


def test_begun_anew_nothing_is_heard_of_the_pass_before(going: DataSetPass) -> None:
    heard: list[str] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.begin(steps("a"))
    going.begin(steps("b"))
    work(going)
    deliver()
    work(going)
    deliver()
    assert heard == ["b1", "b2"]


def test_stopped_nothing_more_is_heard(going: DataSetPass) -> None:
    heard: list[str] = []
    ends: list[bool] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.ended.connect(lambda: ends.append(True))
    going.begin(steps("a"))
    work(going)
    going.stop()
    deliver()
    assert heard == []
    assert ends == [True]
    assert not going.whole
    going.begin(steps("b"))
    work(going)
    deliver()
    assert heard == ["b1", "b2"]


def each(project: Project, _: Ids | None) -> Generator[Step, None, None]:
    total = len(project.samples)
    yield from (Step(sample.id, done, total) for done, sample in enumerate(project.samples, 1))


def heard_of(going: DataSetPass) -> list[str]:
    """Let the worker do what waits, and return the images that are heard of."""
    heard: list[str] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    while pool_of(going).waiting:
        work(going)
        deliver()
    return heard


def test_what_was_written_since_is_gone_over_again(going: DataSetPass, session: Session) -> None:
    going.begin(each)
    assert heard_of(going) == ["a", "b"]
    going.catch_up()
    assert heard_of(going) == []
    session.writes.note("b")
    going.catch_up()
    assert heard_of(going) == ["b"]
    assert (going.done, going.total, going.whole) == (2, 2, True), "what is told of the pass stays"
    going.catch_up()
    assert heard_of(going) == []


def test_what_is_written_while_a_pass_goes_on_is_gone_over_when_it_has_ended(
    going: DataSetPass, session: Session
) -> None:
    going.begin(each)
    session.writes.note("a")
    assert heard_of(going) == ["a", "b", "a"]


def test_a_stopped_catching_up_is_taken_up_again(going: DataSetPass, session: Session) -> None:
    going.begin(each)
    heard_of(going)
    session.writes.note("a")
    going.catch_up()
    going.stop()
    assert heard_of(going) == []
    going.catch_up()
    assert heard_of(going) == ["a"]


def test_of_another_project_nothing_is_caught_up(going: DataSetPass, session: Session) -> None:
    going.begin(each)
    heard_of(going)
    session.writes.note("a")
    assert session.project is not None
    session.open_project(replace(session.project, root=session.project.root / "other"))
    going.catch_up()
    assert heard_of(going) == []


def opened(session: Session, sample_id: str) -> OpenSample:
    assert session.project is not None
    sample = next(sample for sample in session.project.samples if sample.id == sample_id)
    document = Document(np.zeros((8, 8), np.uint8))
    seen = look(sample, {})
    return OpenSample(sample, seen, document, Counted.of(document, None, session.project.schema), True)


@pytest.mark.parametrize("undone", [False, True])
def test_what_is_drawn_on_is_gone_over_when_it_is_left_and_saved(
    going: DataSetPass, session: Session, undone: bool
) -> None:
    going.begin(each)
    heard_of(going)
    first = opened(session, "a")
    session.show(first)
    stroke = first.document.begin("Brush")
    stroke.paint(np.ones((2, 2), np.bool_), (0, 0), 1)
    stroke.commit()
    if undone:
        first.document.undo()
    going.catch_up()
    assert heard_of(going) == [], "what is open is put in as it is drawn"
    session.show(opened(session, "b"))
    going.catch_up()
    assert heard_of(going) == (["a"] if undone else [])
    first.document.history.mark_saved(first.document.history.position)
    session.writes.note("a")
    going.catch_up()
    assert heard_of(going) == ["a"]


def test_planes_are_told_apart_by_being_others() -> None:
    plane = np.zeros(3)
    assert Same(plane) == Same(plane)
    assert Same(plane) != Same(plane.copy())
    count = sys.getrefcount(plane)
    kept = Same(plane)
    assert sys.getrefcount(plane) == count + 1, "an id is given to another once its object is gone"
    assert hash(kept) == hash(Same(plane))


def test_of_what_is_asked_meanwhile_the_last_is_computed(newest: Newest) -> None:
    done: list[str] = []
    worked: list[str] = []

    def ask(key: str) -> None:
        newest.ask(key, lambda: worked.append(key) or key, done.append)  # type: ignore[func-returns-value]

    ask("a")
    ask("a")
    ask("b")
    ask("c")
    work(newest)
    deliver()
    work(newest)
    deliver()
    assert worked == ["a", "c"]
    assert done == ["c"]
    ask("c")
    assert not pool_of(newest).waiting, "it is known"
    newest.forget()
    ask("c")
    assert pool_of(newest).waiting


def test_a_failure_is_told_once_and_does_not_block(newest: Newest, messages: Messages) -> None:
    heard: list[Message] = []
    done: list[str] = []
    messages.said.connect(heard.append)

    def bad() -> str:
        raise SegstudioError("it is broken")

    newest.ask("bad", bad, done.append)
    newest.ask("good", lambda: "good", done.append)
    work(newest)
    deliver()
    work(newest)
    deliver()
    assert done == ["good"]
    assert heard == [], "nobody asks for it any more"
    newest.ask("bad", bad, done.append)
    work(newest)
    deliver()
    assert [m.title for m in heard] == ["it is broken"]


@pytest.mark.parametrize("of", ["objects", "thresholds"])
def test_figures_of_a_part_of_the_data_set_say_so(
    of: str, going: DataSetPass, messages: Messages, qtbot: QtBot
) -> None:
    session, page = Session(), QWidget()
    qtbot.addWidget(page)
    switch = SideSwitch(SideChoice(session), session, page)
    shown = ObjectSide(switch) if of == "objects" else ThresholdSide(PageJob(messages), switch)
    qtbot.addWidget(shown)
    heads: list[tuple[bool, bool]] = []

    def look() -> None:
        shown.show_pass(going)
        texts = shown.findChildren(QLabel)
        heads.append((any(p.text() == "set, 1 of 2" for p in texts), all(p.isEnabled() for p in texts)))

    going.stepped.connect(look)
    going.begin(steps("a"))
    work(going)
    deliver()
    assert heads == [(True, False), (False, True)]
