"""Work ahead comes back in order, bounded, and stops when nobody wants more."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from segstudio.core.errors import SegstudioError
from segstudio.services.ahead import AHEAD, in_order


def test_results_come_in_order_with_errors_among_them() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise SegstudioError("three")
        return 10 * number

    found = list(in_order(range(6), lambda pool, number: pool.submit(work, number)))
    assert [item for item, _ in found] == list(range(6))
    assert [made for _, made in found if not isinstance(made, SegstudioError)] == [0, 10, 20, 40, 50]
    assert isinstance(found[3][1], SegstudioError)


def test_a_bug_is_raised() -> None:
    def work(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        list(in_order([1, 0], lambda pool, number: pool.submit(work, number)))


def test_so_much_is_begun_ahead_and_no_more() -> None:
    begun, lock = [], threading.Lock()

    def begin(pool: ThreadPoolExecutor, number: int) -> Future[None]:
        with lock:
            begun.append(number)
        return pool.submit(lambda: None)

    steps = in_order(range(1000), begin)
    for _ in range(3):
        next(steps)
    steps.close()
    assert 3 <= len(begun) <= 3 + AHEAD
    nothing: list[int] = []
    rest = in_order(nothing, begin)
    assert next(rest, None) is None
