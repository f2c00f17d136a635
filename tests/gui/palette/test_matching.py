"""Finding what was meant by a few letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.gui.palette.matching import NameFinder, begins_words, distance

NAMES = ["train/cat_01", "train/dog_01", "val/cat_02", "Straße/Cat", "two\nlines", "catalogue"]


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("undo", "undo"),
        ("pre", "predict this image"),
        ("fold", "predict the folder"),
        ("the pre", "predict the folder"),
        ("ptf", "predict the folder"),
        ("prfo", "predict the folder"),
    ],
)
def test_the_nearest_is_what_was_meant(wanted: str, nearest: str) -> None:
    texts = ["redo", "compare", "predict this image", "predict the folder", "undo", "outlines only"]
    found = {text: near for text in texts if (near := distance(wanted, text)) is not None}
    assert min(found, key=lambda text: found[text]) == nearest


def test_where_it_stands_tells_how_near_it_is() -> None:
    order = ["cat", "a cat", "concat", "c and at"]
    distances = [distance("cat", text) for text in order]
    assert distances == sorted(distances, key=lambda d: -1 if d is None else d)
    assert len(set(distances)) == 4
    assert distance("cat", "act") is None
    assert distance("", "anything") == 0


@pytest.mark.parametrize("wanted", ["gamma", "split", "union", "theme", "prfoe", "redict fldr"])
def test_letters_from_anywhere_are_no_name(wanted: str) -> None:
    texts = [
        "grow a million pixels again",
        "predict the folder",
        "sample lists in this",
        "undo correction",
    ]
    assert [distance(wanted, text) for text in texts] == [None] * 4


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=5), st.data())
def test_a_text_is_found_by_the_beginnings_of_its_words(words: list[str], data: st.DataObject) -> None:
    taken = [word[: data.draw(st.integers(0, len(word)))] for word in words]
    assert distance("".join(taken), " ".join(words)) is not None


def test_words_are_found_where_others_begin_so() -> None:
    assert begins_words("zoom fi", "fit the picture zoom")
    assert not begins_words("oom", "fit the picture zoom")
    assert not begins_words("zoom out", "fit the picture zoom")


def test_names_are_found_by_their_parts_first() -> None:
    finder = NameFinder(NAMES)
    assert finder.find("cat", 9) == [5, 0, 2, 3]
    assert finder.find("CAT tra", 9) == [0, 3] if "tra" in NAMES[3].casefold() else [0]
    assert finder.find("strasse", 9) == [3]
    assert finder.find("two lines", 9) == [4]
    assert finder.find("01", 9) == [0, 1]
    assert finder.find("", 9) == []
    assert finder.find("nobody", 9) == []
    assert finder.find("cat nobody", 9) == []


def test_no_more_are_given_than_asked_for() -> None:
    finder = NameFinder([f"frame_{i:05d}" for i in range(5000)])
    assert finder.find("frame", 3) == [0, 1, 2]
    assert finder.find("frame 04999", 3) == [4999]


@given(st.lists(st.text("ab/_1", min_size=1), unique=True, max_size=30), st.text("ab1 ", max_size=4))
def test_found_is_what_holds_every_word(names: list[str], wanted: str) -> None:
    words = wanted.split()
    holding = [i for i, name in enumerate(names) if words and all(word in name for word in words)]
    assert sorted(NameFinder(names).find(wanted, len(names) + 1)) == holding
