"""Which sample is next, and how a time reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.services.flow import next_unfinished, spent

IDS = [f"s{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("at", "by", "finished", "expected"),
    [
        (0, 1, set(), 1),
        (0, 1, {"s1", "s2"}, 3),
        (5, 1, {"s0"}, 1),
        (3, -1, {"s2", "s1"}, 0),
        (0, -1, {"s5"}, 4),
        (-1, 1, set(), 0),
        (-1, -1, set(), 5),
        (2, 1, {"s0", "s1", "s3", "s4", "s5"}, None),
        (2, 1, set(IDS), None),
    ],
)
def test_the_next_unfinished(at: int, by: int, finished: set[str], expected: int | None) -> None:
    assert next_unfinished(IDS, at, by, finished) == expected


def test_an_empty_list_has_no_next() -> None:
    assert next_unfinished([], -1, 1, set()) is None


@given(finished=st.sets(st.sampled_from(IDS)), at=st.integers(-1, 5), by=st.sampled_from([1, -1]))
def test_going_on_meets_every_unfinished_sample_once_a_round(finished: set[str], at: int, by: int) -> None:
    others = {i for n, i in enumerate(IDS) if i not in finished and n != at}
    met: list[str] = []
    place: int | None = at
    for _ in others:
        place = next_unfinished(IDS, at if place is None else place, by, finished | set(met))
        assert place is not None
        met.append(IDS[place])
    assert set(met) - {IDS[at] if at >= 0 else ""} <= others
    assert len(set(met)) == len(met)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, ""), (0.4, ""), (1, "1 s"), (59.9, "59 s"), (60, "1 min"), (275, "4 min"), (3900, "1 h 05 min")],
)
def test_a_time_as_one_reads_it(seconds: float, text: str) -> None:
    assert spent(seconds) == text
