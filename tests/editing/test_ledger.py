"""Whatever is drawn, undone, saved and written anew: the ledger leads from what is on disk to what was seen."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.ledger import UNKNOWN, Ledger, Mark, standing
from segstudio.editing.replacing import copied, write_edits
from segstudio.io.journal import digests_of

SHAPE = (150, 140)
ACTIONS = st.tuples(st.sampled_from(["paint", "paint", "undo", "redo", "mark", "save"]), st.integers(0, 999))


class Desk:
    """A document that a ledger follows, and the labels last put on disk."""

    def __init__(self) -> None:
        self.document = Document(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
        self.disk = self.planes
        self.ledger = Ledger(digests_of(self.disk))
        history = self.document.history
        history.pushed.connect(lambda edit: self.ledger.push(edit, len(history)))
        history.moved.connect(lambda way: self.ledger.undo() if way < 0 else self.ledger.redo())

    @property
    def planes(self) -> LabelMap:
        return copied(LabelMap(self.document.labels, self.document.instances))

    def do(self, action: str, seed: int) -> None:
        if action == "paint":
            rng = np.random.default_rng(seed)
            stroke = self.document.begin(f"stroke {seed}")
            at = int(rng.integers(-20, 140)), int(rng.integers(-20, 130))
            stroke.paint(rng.random((30, 30)) > 0.3, at, int(rng.integers(0, 5)), int(rng.integers(0, 3)))
            stroke.commit()
        elif action in ("undo", "redo"):
            getattr(self.document, action)()
        else:
            self.ledger.mark(Mark(self.ledger.count, digests_of(self.planes)))
            self.disk = self.planes
            if action == "save":
                self.ledger.save(self.ledger.count)
                self.ledger.forget_saved()


@given(st.lists(ACTIONS, max_size=20))
def test_what_is_saved_lacks_nothing_only_where_it_is_what_is_seen(actions: list[tuple[str, int]]) -> None:
    desk, saved = Desk(), None
    for action in actions:
        desk.do(*action)
        saved = desk.planes if action[0] == "save" else saved
    before = saved or LabelMap(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
    if not desk.ledger.lacking:
        assert digests_of(before) == digests_of(desk.planes)
    desk.ledger.save(desk.ledger.count)
    assert desk.ledger.lacking == 0


@given(st.lists(ACTIONS, max_size=20))
def test_the_ledger_leads_from_what_is_on_disk_to_what_is_seen(actions: list[tuple[str, int]]) -> None:
    desk = Desk()
    for action in actions:
        desk.do(*action)
    ledger, planes = desk.ledger, copied(desk.disk)
    found = ledger.found(digests_of(planes))
    assert found is not None
    write_edits(planes, ledger.since(found["classes"]), "classes")
    write_edits(planes, ledger.since(found["instances"]), "instances")
    for seen, replayed in zip(desk.planes, planes, strict=True):
        assert seen is not None
        np.testing.assert_array_equal(seen, replayed)
    assert (*ledger.done, *reversed(ledger.undone)) == desk.document.history.steps
    assert ledger.top(ledger.count) in (desk.document.history.position, UNKNOWN)


@given(st.lists(ACTIONS, max_size=20))
@settings(max_examples=40)
def test_the_changes_that_stand_lead_where_all_of_them_do_and_are_the_steps(actions: list[tuple[str, int]]) -> None:
    desk = Desk()
    for action in actions:
        desk.do(*(action if action[0] not in ("mark", "save") else ("undo", 0)))
    left, planes = standing(desk.ledger.applied), copied(desk.disk)
    write_edits(planes, left)
    for seen, replayed in zip(desk.planes, planes, strict=True):
        assert seen is not None
        np.testing.assert_array_equal(seen, replayed)
    assert left == list(desk.ledger.done)


def test_a_saved_step_that_was_undone_is_a_change_until_it_is_done_again() -> None:
    desk = Desk()
    for action in ("paint", "save", "undo"):
        desk.do(action, 1)
    assert desk.ledger.lacking == 1
    desk.do("redo", 0)
    assert desk.ledger.lacking == 0
    desk.do("undo", 0)
    desk.do("paint", 2)
    assert desk.ledger.lacking == 2, "one taken back, one drawn"


def step(name: str) -> Edit:
    return Edit(name, ())


def test_only_the_steps_that_can_be_undone_are_kept() -> None:
    ledger = Ledger({})
    for number in range(5):
        ledger.push(step(str(number)), kept=min(number + 1, 2))
    assert [edit.text for edit in ledger.done] == ["3", "4"]
    assert ledger.count == 5


@pytest.mark.parametrize("move", [Ledger.undo, Ledger.redo])
def test_nothing_is_undone_or_done_again_that_was_not_there(move: Callable[[Ledger], None]) -> None:
    with pytest.raises(ValueError, match="that was not"):
        move(Ledger({}))


def test_each_plane_is_found_where_it_is_though_only_one_of_two_files_was_written() -> None:
    ledger = Ledger({"classes": b"a", "instances": b"A"})
    ledger.push(step("1"))
    ledger.mark(Mark(1, {"classes": b"b", "instances": b"B"}))
    assert ledger.found({"classes": b"b", "instances": b"A"}) == {"classes": 1, "instances": 0}
    assert ledger.found({"classes": b"b", "instances": b"x"}) is None
    assert ledger.found({"classes": b"b"}) is None


def test_more_may_be_on_disk_than_is_noted() -> None:
    ledger = Ledger({"classes": b"a"})
    ledger.mark(Mark(3, {"classes": b"b"}))
    assert ledger.found({"classes": b"b"}) == {"classes": 3}
    assert not ledger.since(3)
    assert ledger.top(3) is UNKNOWN


def test_what_is_saved_is_forgotten_only_where_it_is_known_what_is_on_disk() -> None:
    ledger = Ledger({"classes": b"a"})
    ledger.push(step("1"))
    ledger.push(step("2"))
    ledger.save(1)
    ledger.forget_saved()
    assert (ledger.first, ledger.lacking) == (0, 1)
    ledger.mark(Mark(1, {"classes": b"b"}))
    ledger.save(1)
    ledger.forget_saved()
    assert (ledger.first, ledger.base, len(ledger.since(1))) == (1, {"classes": b"b"}, 1)
