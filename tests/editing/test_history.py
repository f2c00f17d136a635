"""Undo within a budget of bytes, and whether what is shown is what was saved."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import Rect
from segstudio.editing.edit import Edit, Patch
from segstudio.editing.history import FORGOTTEN_TO, History


def step(number: int) -> Edit:
    """Return an edit that turns the plane of ``number`` into the plane of ``number + 1``."""
    before = np.full((4, 4), number, np.uint16)
    return Edit(str(number), (Patch.between(Rect(0, 0, 4, 4), before, before + 1),))


BYTES = step(1).nbytes


@given(
    st.lists(st.sampled_from(["push", "push", "undo", "redo", "save", "late save"]), max_size=30),
    st.sampled_from([1, 3 * BYTES, 100 * BYTES]),
)
def test_dirty_says_whether_the_disk_holds_what_is_shown(actions: list[str], budget: int) -> None:
    """Each state has a number of its own. What was saved is known, whatever was undone or forgotten since."""
    history = History(budget)
    made, states, at, forgotten = 0, [0], 0, 0
    on_disk, position, state_at_position = 0, history.position, 0
    for action in actions:
        if action == "push":
            made += 1
            states[at + 1 :] = [made]
            at += 1
            history.push(step(made))
            forgotten = max(forgotten, at - len(history))
        elif action == "undo":
            assert (history.take_undo() is None) == (at == forgotten)
            at = max(at - 1, forgotten)
        elif action == "redo":
            assert (history.take_redo() is None) == (at == len(states) - 1)
            at = min(at + 1, len(states) - 1)
        elif action == "save":
            position, state_at_position = history.position, states[at]
        else:  # a save that began some steps ago is done
            history.mark_saved(position)
            on_disk = state_at_position
        assert history.dirty == (states[at] != on_disk)
        assert len(history) == at - forgotten


def test_the_oldest_steps_are_forgotten_first() -> None:
    history = History(3 * BYTES + BYTES // 2)
    for number in range(5):
        history.push(step(number))
    assert [edit.text for _ in range(9) if (edit := history.take_undo())] == ["4", "3", "2"]


def test_one_step_larger_than_the_budget_can_be_undone() -> None:
    history = History(1)
    history.push(step(0))
    history.push(step(1))
    assert len(history) == 1
    assert history.undo_text == "1"


def test_undone_to_where_older_steps_were_forgotten_is_not_as_on_disk() -> None:
    history = History(1)
    history.push(step(0))
    history.push(step(1))
    history.take_undo()
    assert len(history) == 0
    assert history.dirty


def test_saved_step_that_was_forgotten_is_known_again_when_all_is_undone() -> None:
    history = History(1)
    history.push(step(0))
    history.mark_saved(history.position)
    history.push(step(1))
    assert history.dirty
    history.take_undo()
    assert not history.dirty


def test_a_new_step_takes_the_undone_ones_away() -> None:
    history = History()
    history.push(step(0))
    history.mark_saved(history.position)
    history.take_undo()
    assert history.redo_text == "0"
    history.push(step(1))
    assert history.redo_text is None
    history.take_undo()
    assert history.dirty  # the disk holds a state that can no longer be reached


def test_every_change_is_announced() -> None:
    history = History()
    heard: list[str | None] = []
    history.changed.connect(lambda _: heard.append(history.undo_text))
    history.push(step(0))
    history.take_undo()
    history.take_undo()
    history.take_redo()
    history.mark_saved(history.position)
    assert heard == ["0", None, "0", "0"]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_inverting_twice_changes_nothing(dtype: type) -> None:
    rng = np.random.default_rng(3)
    before, after = rng.integers(0, 256, (2, 5, 7)).astype(dtype)
    patch = Patch.between(Rect(2, 3, 7, 10), before, after)
    np.testing.assert_array_equal(patch.after.pixels(), after)
    np.testing.assert_array_equal(patch.inverted().after.pixels(), before)
    assert patch.after.pixels().dtype == dtype
    assert patch.inverted().inverted() == patch


@given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 8), st.booleans())
def test_restored_steps_are_those_that_fit_the_budget_next_to_where_one_was(
    done: int, undone: int, room: int, saved: bool
) -> None:
    history = History(room * BYTES + BYTES // 2)
    steps = [step(number) for number in range(done + undone)]
    position = steps[done - 1] if done else None
    history.restore(steps[:done], steps[done:], position if saved else step(99))
    kept = min(done, room if done <= room else max(int((room + 0.5) * FORGOTTEN_TO), 1))
    assert len(history) == kept
    assert history.steps == tuple(steps[done - kept : done + min(undone, max(room - kept, 0))])
    assert history.dirty != saved
    assert history.position is position
    while history.take_undo():
        pass
    assert history.position is (steps[done - kept - 1] if done > kept else None)


def test_a_step_after_restored_ones_takes_the_undone_away() -> None:
    history = History()
    history.restore([step(0)], [step(1)], None)
    history.push(step(2))
    assert (history.undo_text, history.redo_text) == ("2", None)
    history.take_undo()
    assert history.undo_text == "0"


def test_single_pixels_are_charged_for_what_they_take_in_memory() -> None:
    pixel = np.zeros((1, 1), np.uint8)
    edit = Edit("dot", (Patch.between(Rect(0, 0, 1, 1), pixel, pixel + 1),))
    assert edit.nbytes > 400
    history = History(budget=100 * edit.nbytes)
    for _ in range(1000):
        history.push(replace(edit))
    assert len(history) <= 100
