"""Work done ahead in a few threads, and handed over in order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final, TypeVar

from segstudio.core.errors import SegstudioError

READERS: Final = min(4, os.cpu_count() or 1)
"""Threads that decode and count; each holds one pair of planes."""

AHEAD: Final = 8 * READERS
"""Items begun at most before they are asked for; anew when half of them are, so that threads seldom wait for these."""

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    items: Sequence[T], begin: Callable[[ThreadPoolExecutor, T], Future[R]]
) -> Generator[tuple[T, R | SegstudioError], None, None]:
    """Yield each item with what came of it, in order; a ``SegstudioError`` is one of the things that may come of it.

    ``begin`` hands an item to the threads. So many are begun ahead that memory stays bounded. Closing the generator
    stops the work.
    """
    remaining = iter(items)
    pool = ThreadPoolExecutor(READERS, "score")
    try:
        ahead: deque[tuple[T, Future[R]]] = deque()
        for _ in items:
            if len(ahead) <= AHEAD // 2:
                ahead.extend((item, begin(pool, item)) for item in islice(remaining, AHEAD - len(ahead)))
            item, future = ahead.popleft()
            try:
                yield item, future.result()
            except SegstudioError as error:
                yield item, error
    finally:
        pool.shutdown(cancel_futures=True)
