"""Which key does what, without a window."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from segstudio.gui.actions import ACTIONS
from segstudio.gui.keys.keymap import KeyMap
from segstudio.gui.settings import Settings

KEYS = st.lists(st.sampled_from(string.ascii_uppercase), max_size=3, unique=True).map(tuple)
STEPS = st.lists(st.tuples(st.sampled_from(list(ACTIONS)), st.none() | KEYS), max_size=8)


@pytest.fixture
def keymap(own_directories: None) -> KeyMap:
    return KeyMap(ACTIONS, Settings())


def test_begins_with_the_keys_of_the_table(keymap: KeyMap) -> None:
    assert {name: keymap.keys(name) for name in ACTIONS} == {name: spec.keys for name, spec in ACTIONS.items()}
    assert keymap.shown("redo") == "Ctrl+Shift+Z"
    assert keymap.all_shown("redo") == "Ctrl+Shift+Z, Ctrl+Y"
    assert keymap.holder("B") == "tool brush"
    assert keymap.holder("Ctrl+Alt+Shift+F12") is None


def test_a_key_that_is_taken_over_leaves_its_action_and_comes_back_when_given_up(keymap: KeyMap) -> None:
    assert keymap.conflicts("tool eraser", ("E", "B")) == {"B": "tool brush"}
    keymap.give("tool eraser", ("E", "B"))
    assert keymap.keys("tool brush") == ()
    assert keymap.holder("B") == "tool eraser"
    assert keymap.is_changed("tool brush")
    assert keymap.is_changed("tool eraser")
    keymap.reset("tool eraser")
    assert keymap.keys("tool brush") == ("B",)
    assert not keymap.is_changed("tool brush")


def test_resetting_takes_the_keys_back_from_who_has_them(keymap: KeyMap) -> None:
    keymap.give("tool eraser", ("B",))
    keymap.reset("tool brush")
    assert keymap.keys("tool brush") == ("B",)
    assert keymap.keys("tool eraser") == ()
    keymap.reset_all()
    assert keymap.keys("tool eraser") == ("E",)


def test_only_what_differs_is_kept_and_it_is_there_at_the_next_start(keymap: KeyMap) -> None:
    keymap.give("tool brush", ("B", "Ctrl+Alt+B"))
    keymap.give("undo", ())
    keymap.give("fit", ACTIONS["fit"].keys)
    assert Settings().keys == {"tool brush": ("B", "Ctrl+Alt+B"), "undo": ()}
    again = KeyMap(ACTIONS, Settings())
    assert again.keys("tool brush") == ("B", "Ctrl+Alt+B")
    assert again.keys("undo") == ()


@pytest.mark.parametrize(
    "kept",
    ['{"no such action": ["B"]}', "not json", "[]", '{"undo": "Z"}', '{"undo": ["no such key at all", "Space"]}', "7"],
)
def test_what_was_kept_and_makes_no_sense_takes_no_key_from_anybody(own_directories: None, kept: str) -> None:
    QSettings("segstudio", "segstudio").setValue("keys", kept)
    keymap = KeyMap(ACTIONS, Settings())
    assert all(keymap.keys(name) == spec.keys for name, spec in ACTIONS.items() if name != "undo")
    assert "Space" not in keymap.keys("undo")


def test_a_key_kept_for_two_belongs_to_the_first(own_directories: None) -> None:
    Settings().keys = {"undo": ("F9",), "redo": ("F9", "F10")}
    keymap = KeyMap(ACTIONS, Settings())
    assert keymap.keys("undo") == ("F9",)
    assert keymap.keys("redo") == ("F10",)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_changed_a_key_belongs_to_one_action(
    own_directories: None, steps: list[tuple[str, tuple[str, ...] | None]]
) -> None:
    keymap = KeyMap(ACTIONS, Settings())
    keymap.reset_all()
    for name, keys in steps:
        if keys is None:
            keymap.reset(name)
        else:
            keymap.give(name, keys)
            assert keymap.keys(name) == keys
        given_out = [key for action in ACTIONS for key in keymap.keys(action)]
        assert len(given_out) == len(set(given_out))
    again = KeyMap(ACTIONS, Settings())
    assert all(again.keys(name) == keymap.keys(name) for name in ACTIONS)
