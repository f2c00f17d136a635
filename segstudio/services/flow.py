"""From sample to sample: which one is next, in which order they came, and how long one took."""

from collections.abc import Container, Generator, Sequence
from contextlib import suppress

from segstudio.core.records import Sample

BATCH = 1000


def next_unfinished(sample_ids: Sequence[str], at: int, by: int, finished: Container[str]) -> int | None:
    """Return the place of the next sample that is not finished, None where there is no other.

    Looks from place ``at`` (-1: before the first) onwards (``by`` 1) or back (-1), and goes round at the ends.
    """
    count = len(sample_ids)
    start = at if at >= 0 else (-1 if by > 0 else count)
    for n in range(1, count + 1):
        place = (start + by * n) % count
        if place != at and sample_ids[place] not in finished:
            return place
    return None


def spent(seconds: float) -> str:
    """Return a time as one reads it: "45 s", "4 min", "1 h 05 min"; nothing where none was spent."""
    if seconds < 1:
        return ""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def image_dates(samples: Sequence[Sample]) -> Generator[dict[str, float], None, None]:
    """Yield when the images of samples were changed last, in seconds, some at a time by id; runs in a worker.

    An image that is gone, or that may not be asked about, is left out.
    """
    for start in range(0, len(samples), BATCH):
        dates: dict[str, float] = {}
        for sample in samples[start : start + BATCH]:
            with suppress(OSError):
                dates[sample.id] = sample.image.stat().st_mtime
        yield dates
