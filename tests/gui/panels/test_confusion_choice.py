"""What is said of a confusion that is not there."""

from pathlib import Path

from segstudio.gui.panels.confusion_choice import NO_RUN, NOT_SCORED, ConfusionChoice
from tests.gui.by_hand import Desk, add_run


def test_why_nothing_is_scored_is_said_of_no_run_and_of_one_without_labels(desk: Desk, bare_folder: Path) -> None:
    add_run(bare_folder, "before", 0, "a")
    desk.open(bare_folder)
    choice, project = ConfusionChoice(desk.session), desk.session.project
    assert project is not None
    assert [run.name for run in project.runs] == ["before"]
    desk.session.choose_run(None)
    desk.settle()
    assert choice.nothing == NO_RUN
    desk.session.choose_run(project.runs[0])
    desk.settle()
    assert not len(desk.session.scores)
    assert choice.nothing == NOT_SCORED
