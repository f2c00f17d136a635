"""The class table is changed in the window, and what it then says is on disk."""

from pathlib import Path

import pytest
import tomlkit

from tests.journeys.user import User


def table(root: Path) -> list[dict[str, object]]:
    """Return the classes as they are on disk."""
    return [dict(entry) for entry in tomlkit.parse((root / "segstudio.toml").read_text(encoding="utf-8"))["class"]]


def do(user: User, name: str) -> None:
    user.window.actions_by_name[name].trigger()
    user.wait(lambda: user.window.bench.autosave.settled)


def test_a_class_moves_in_the_list_and_to_another_key(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    before = [c["id"] for c in table(tiny_project)]
    user.window.session.options.choose(1)
    do(user, "class down")
    assert [c["id"] for c in table(tiny_project)] == [before[0], before[2], before[1]]
    user.window.classes.choose_key(1)
    assert user.window.session.options.class_id == before[2]


@pytest.mark.parametrize(("name", "mark"), [("ignore class", "ignore"), ("thing class", "thing")])
def test_marks_of_a_class_are_set_and_taken_away(name: str, mark: str, user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    was = bool(table(tiny_project)[1].get(mark))
    do(user, name)
    assert bool(table(tiny_project)[1].get(mark)) is not was
    user.wait(lambda: user.window.actions_by_name[name].isChecked() is not was)
    do(user, name)
    assert bool(table(tiny_project)[1].get(mark)) is was


def test_one_class_is_the_background(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    do(user, "background class")
    assert [c["id"] for c in table(tiny_project) if c.get("background")] == [1]
    assert user.window.session.options.background_id == 1


def test_a_class_that_is_used_is_not_deleted(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    do(user, "delete class")
    assert [c["id"] for c in table(tiny_project)] == [0, 1, 255]
    assert "pixels in this picture" in user.heard[-1].title
    user.window.session.options.choose(0)
    do(user, "delete class")
    assert "background" in user.heard[-1].title
    assert len(table(tiny_project)) == 3


def test_a_class_that_nothing_is_drawn_with_is_deleted_and_brought_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    project = user.window.session.project
    assert project is not None
    user.window.bench.change_schema(project.schema.extended("nerve"))
    user.window.session.options.choose(2)
    do(user, "delete class")
    assert [c["id"] for c in table(tiny_project)] == [0, 1, 255]
    message = user.heard[-1]
    assert message.action is not None
    message.action()
    user.wait(lambda: [c["name"] for c in table(tiny_project)][-1] == "nerve")
