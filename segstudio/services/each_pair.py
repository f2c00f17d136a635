"""Something computed of each pair of a data set, in threads and in order, and kept by what the files hold."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from segstudio.core.errors import SegstudioError
from segstudio.services.ahead import in_order
from segstudio.services.content_cache import ContentCache
from segstudio.services.scoring import Mask, MissingPrediction, Pair

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PairStep(Generic[R]):
    """One pair is done: ``found`` is None exactly where ``error`` says why. ``done`` counts failed ones too."""

    id: str
    done: int
    total: int
    found: R | None = None
    error: SegstudioError | None = None


@dataclass(frozen=True, slots=True)
class Computation(Generic[R]):
    """What is computed of a pair, of which ``files``, and how it becomes bytes and comes back.

    ``compute`` may raise ``SegstudioError``. ``unpack`` returns None for bytes that are nothing of it. Pairs without a
    prediction are errors, unless it is computed of the truth ``alone``.
    """

    files: Callable[[Pair], Sequence[Mask]]
    compute: Callable[[Pair], R]
    pack: Callable[[R], bytes]
    unpack: Callable[[bytes], R | None]
    alone: bool = False


def both_masks(pair: Pair) -> list[Mask]:
    """Return the files of what is computed of truth and prediction alone."""
    return [pair.truth] if pair.prediction is None else [pair.truth, pair.prediction]


def each_pair(pairs: Sequence[Pair], what: Computation[R], cache: ContentCache) -> Generator[PairStep[R], None, None]:
    """Compute something of pairs in order, one step each; a bad one is a step with an error, and the run goes on.

    What the cache knows is not computed anew. Closing the generator stops the run.
    """
    steps = in_order(pairs, lambda pool, pair: _begun(pair, what, pool, cache))
    with closing(steps):
        try:
            for done, (pair, found) in enumerate(steps, 1):
                if isinstance(found, SegstudioError):
                    yield PairStep(pair.id, done, len(pairs), error=found)
                else:
                    yield PairStep(pair.id, done, len(pairs), found)
        finally:
            cache.save()


def _begun(pair: Pair, what: Computation[R], pool: ThreadPoolExecutor, cache: ContentCache) -> Future[R]:
    found: Future[R] = Future()
    if pair.prediction is None and not what.alone:
        found.set_exception(MissingPrediction(pair))
    elif (known := cache.find(what.files(pair), what.unpack)) is not None:
        # Handing it to a thread and back would take several times as long as finding it.
        found.set_result(known)
    else:
        return pool.submit(cache.keep, what.files(pair), lambda: what.compute(pair), what.pack)
    return found
