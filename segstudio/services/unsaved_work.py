"""Work that is in the journals of a project and not in its masks: found at the start, saved, or given up."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project, Sample
from segstudio.editing.replacing import replacing
from segstudio.io.journal_places import (
    DISCARDED,
    Stamp,
    journal_places,
    list_aside,
    list_journals,
    list_spent,
    remove_oldest,
    set_aside,
)
from segstudio.io.journal_reader import holds_unsaved, is_newer
from segstudio.services.on_disk import stamps_of
from segstudio.services.recovery import Resumed, read_begun, resume, unsaved_changes
from segstudio.services.saving import Saved, Work, save_work

DISCARD = "Discard what was recovered"
"""The text of the step that does so."""


class Unsaved(NamedTuple):
    """How many changes of a sample are in its journal alone."""

    sample: Sample
    changes: int


class Moved(NamedTuple):
    """A journal that was given up, and where it was."""

    now: Path
    before: Path


class GivenUp(NamedTuple):
    """Journals that were given up, and those that were left in their place."""

    moved: list[Moved]
    left: Mapping[Path, Stamp] = MappingProxyType({})


def find_unsaved(project: Project) -> Generator[Unsaved | None, None, None]:
    """Look through the journals of a project; yields None after each without unsaved work. Runs in a worker.

    Journals without any that take too much room are removed, the oldest first.
    """
    samples = {sample.id: sample for sample in project.samples}
    spent = list(list_spent(project.root, project.configured))
    journals = list(list_journals(project.root, project.configured))
    with_work: set[str] = set()
    for sample_id in dict.fromkeys(sample_id for sample_id, _ in journals if sample_id in samples):
        if (found := _unsaved(project, samples[sample_id])) is not None:
            with_work.add(sample_id)
        yield found
    asides = [aside for _, path in journals for aside in list_aside(path)]
    remove_oldest(
        (
            *spent,
            *filter(_is_saved, asides),
            *(path for sample_id, path in journals if sample_id not in with_work and _is_saved(path)),
        )
    )


def save_unsaved(project: Project, samples: Iterable[Sample]) -> Generator[tuple[Sample, Saved], None, None]:
    """Save what the journals of some samples hold, one after another; the project must be configured. In a worker.

    What was drawn on labels that somebody else has changed since is left where it is.
    """
    for sample in samples:
        try:
            yield sample, _save(project, sample, _resumed(project, sample))
        except SegstudioError as error:
            yield sample, Saved(project, {}, False, error)


def journals_of(project: Project, samples: Iterable[Sample]) -> list[Path]:
    """Return the journals of some samples, also those set aside; but none of a newer version."""
    places = (p for s in samples for p in journal_places(project.root, project.configured, s.id))
    paths = (path for place in places for path in (place.path, *list_aside(place.path)))
    return [path for path in paths if path.is_file() and not is_newer(path)]


def give_up(paths: Iterable[Path]) -> GivenUp:
    """Set journals aside, where they stay for as long as there is room; runs in a worker."""
    return GivenUp([Moved(now, path) for path in paths if (now := set_aside(path, DISCARDED)) is not None])


def discard(project: Project, samples: Iterable[Sample]) -> GivenUp:
    """Give up what was not saved of some samples; runs in a worker.

    Their histories stay, with a step at the end that goes back to what is on disk.
    """
    moved: list[Moved] = []
    left: dict[Path, Stamp] = {}
    for sample in samples:
        back = _back_to_disk(project, sample)
        moved += give_up(journals_of(project, [sample])).moved
        if back is not None:
            with suppress(SegstudioError):  # as if it had never been written: the labels are on disk
                back()
            left |= _stamps_of_journals(project, sample)
    return GivenUp(moved, left)


def bring_back(given: GivenUp) -> None:
    """Undo ``give_up`` or ``discard``, save where another journal has taken the place; runs in a worker."""
    for path, stamp in given.left.items():
        with suppress(OSError):
            if Stamp.of(path.stat()) == stamp:
                path.unlink()
    for now, before in given.moved:
        with suppress(OSError):
            if not before.exists():
                now.rename(before)


def _back_to_disk(project: Project, sample: Sample) -> Callable[[], None] | None:
    """Return what writes the history of a sample anew, with a step that takes back what was not saved, if any was."""
    try:
        planes = read_begun(project, sample).planes
        resumed = resume(project, sample, planes, stamps_of(project, sample.id))
    except SegstudioError:  # without labels or a picture there is nothing to go back to
        return None
    now, steps = resumed.document, len(resumed.document.history)
    step = replacing(DISCARD, LabelMap(now.labels, now.instances), planes)

    def write() -> None:
        resumed.journal.push(step, steps + 1)
        resumed.journal.mark(resumed.number + 1, resumed.on_disk.digests)
        resumed.journal.saved(resumed.number + 1)

    return write if resumed.changes else None


def _stamps_of_journals(project: Project, sample: Sample) -> dict[Path, Stamp]:
    places = journal_places(project.root, project.configured, sample.id)
    return {place.path: Stamp.of(place.path.stat()) for place in places if place.path.is_file()}


def _unsaved(project: Project, sample: Sample) -> Unsaved | None:
    paths = [place.path for place in journal_places(project.root, project.configured, sample.id)]
    try:
        if not any((path.is_file() and holds_unsaved(path)) or list_aside(path) for path in paths):
            return None
        changes = unsaved_changes(project, sample, read_begun(project, sample).planes)
    except SegstudioError:  # told when the sample is opened
        return None
    return Unsaved(sample, changes) if changes else None


def _is_saved(path: Path) -> bool:
    try:
        return path.is_file() and not holds_unsaved(path)
    except SegstudioError:
        return False


def _resumed(project: Project, sample: Sample) -> Resumed:
    stamps = stamps_of(project, sample.id)
    return resume(project, sample, read_begun(project, sample).planes, stamps)


def _save(project: Project, sample: Sample, resumed: Resumed) -> Saved:
    if resumed.contested is not None:
        raise SegstudioError(f"{sample.id} was changed by another program.", "Open it to decide.")
    if not resumed.changes and resumed.problems:
        raise resumed.problems[0]
    planes = LabelMap(resumed.document.labels, resumed.document.instances)
    mark, done = (partial(note, resumed.number) for note in (resumed.journal.mark, resumed.journal.saved))
    return save_work(project, {sample.id: Work(lambda: planes, resumed.on_disk, mark, done)}, classes=False)
