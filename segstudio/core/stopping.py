"""Long computations: they end when nobody wants their result any more, and say how far they are.

Whoever starts one in a worker calls ``watched``; loops over blocks call ``go_on``, or are over ``told``. Where nobody
watches, as in a script, these do nothing.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """A computation was asked to stop. Only whoever has it watched hears of this; nothing in between catches it."""


class _Watch(NamedTuple):
    stop: threading.Event
    tell: Callable[[float], object]


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


def watched(compute: Callable[[], T], stop: threading.Event, tell: Callable[[float], object] = lambda share: None) -> T:
    """Return what ``compute`` returns; raise ``Stopped`` soon after another thread has set ``stop``.

    ``tell`` is called in this thread with the share that is done, 0..1, where that is known.
    """
    before = _watch.set(_Watch(stop, tell))
    try:
        go_on()
        return compute()
    finally:
        _watch.reset(before)


def go_on() -> None:
    """Raise ``Stopped`` where the computation that calls this was asked to stop."""
    watch = _watch.get()
    if watch is not None and watch.stop.is_set():
        raise Stopped


def told(blocks: Iterable[T]) -> Iterator[T]:
    """Yield what a computation is made of, telling what share of it is done; also a place to stop."""
    watch, blocks = _watch.get(), list(blocks)
    for done, block in enumerate(blocks):
        go_on()
        if watch is not None:
            watch.tell(done / len(blocks))
        yield block
