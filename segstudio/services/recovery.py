"""Work taken up again where it was left, by closing or by a crash: labels from disk, and what the journal adds."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project, Sample
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit, Plane
from segstudio.editing.ledger import UNKNOWN, Digests, Ledger, standing
from segstudio.editing.replacing import copied, replacing, write_edits
from segstudio.io.images import image_size
from segstudio.io.journal import Header, digests_of
from segstudio.io.journal_places import CONTESTED, DAMAGED, NEWER, journal_places, list_aside, set_aside
from segstudio.io.journal_reader import Found, NewerJournal, read_journal
from segstudio.io.journal_writer import JournalWriter
from segstudio.services.label_maps import ReadLabels, read_label_map
from segstudio.services.on_disk import OnDisk, Stamps
from segstudio.services.refitting import fits, refitted


@dataclass(frozen=True, slots=True)
class Contested:
    """Changes that were not saved when somebody else changed the labels they were made on, and where they are kept."""

    paths: tuple[Path, ...]
    edits: tuple[Edit, ...]


class Misfit(NamedTuple):
    """A journal of changes that were not saved and cannot be made on the picture as it is."""

    path: Path
    changes: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Resumed:
    """A sample's labels as they were left, with their history.

    ``changes`` tells how many changes were not saved and are now in the document all the same, of those that stand: a
    step that was drawn and undone is none, and a saved one that was undone is one.
    ``journal`` is where the work goes on.
    """

    document: Document
    on_disk: OnDisk
    journal: JournalWriter
    number: int
    changes: int = 0
    contested: Contested | None = None
    problems: tuple[SegstudioError, ...] = ()


def read_begun(project: Project, sample: Sample) -> ReadLabels:
    """Read what work on a sample begins from: its labels, or where there are none the background.

    Raises as ``read_label_map`` does, and ``UnreadableFile`` for the image.
    """
    if (read := read_label_map(project, sample)) is not None:
        return read
    shape = image_size(sample.image, sample.page)
    instances = np.zeros(shape, np.uint32) if project.task == "instances" else None
    return ReadLabels(LabelMap(np.full(shape, project.schema.background, project.schema.dtype), instances))


def resume(project: Project, sample: Sample, planes: LabelMap, stamps: Stamps) -> Resumed:
    """Take up the work on a sample, given what is on disk; runs in a worker.

    A journal of other labels than those is set aside, and so is one that cannot be read; nothing is removed.
    """
    problems: list[SegstudioError] = []
    digests = digests_of(planes)
    journals = _journals(project, sample, problems)
    found, document, ledger, changes = _taken_up(_refitted(_newest(journals), planes), planes, digests, problems)
    kept: list[Path] = []
    misfits: list[Misfit] = []
    if found is not None and changes < 0 and set_aside(found.path, CONTESTED) is None:
        kept.append(found.path)
    header = Header.of(planes, generation=found.header.generation if found is not None else 0)
    places = journal_places(project.root, project.configured, sample.id)
    return Resumed(
        document,
        OnDisk(stamps, digests),
        JournalWriter(places, header, ledger, {j.path: j.stamp for j in journals if j.path not in kept}),
        ledger.count,
        max(changes, 0),
        _contested(project, sample, planes, kept, misfits),
        (*problems, *(_told(misfit) for misfit in misfits)),
    )


def unsaved_changes(project: Project, sample: Sample, planes: LabelMap) -> int:
    """Return how many changes the journals hold that are not in a sample's files; nothing is written or renamed."""
    misfits: list[Misfit] = []
    contested = _contested(project, sample, planes, (), misfits)
    set_apart = (len(contested.edits) if contested is not None else 0) + sum(misfit.changes for misfit in misfits)
    try:
        found = _refitted(_newest(_journals(project, sample, None)), planes)
        return set_apart + abs(_replayed(found, planes, digests_of(planes))[2])
    except ValueError:  # told when the sample is opened
        return set_apart


def laid_over(planes: LabelMap, edits: Iterable[Edit], text: str) -> Edit:
    """Return the step that makes changes on other labels than they were made on: the pixels that they touched."""
    after = copied(planes)
    write_edits(after, edits, touched=True)
    return replacing(text, planes, after)


def _journals(project: Project, sample: Sample, problems: list[SegstudioError] | None) -> list[Found]:
    """Return the journals of a sample; what cannot be read is set aside and told, or with None passed over."""
    found: list[Found] = []
    for place in journal_places(project.root, project.configured, sample.id):
        if not place.path.is_file():
            continue
        try:
            found.append(read_journal(place.path))
        except SegstudioError as error:
            if problems is not None:
                set_aside(place.path, NEWER if isinstance(error, NewerJournal) else DAMAGED)
                problems.append(error)
    return found


def _newest(journals: Iterable[Found]) -> Found | None:
    """Return the journal that was written last."""
    return max(journals, key=lambda journal: journal.header.generation, default=None)


def _taken_up(
    found: Found | None, planes: LabelMap, digests: Digests, problems: list[SegstudioError]
) -> tuple[Found | None, Document, Ledger, int]:
    """Replay a journal, or none where that cannot be; return it with what ``_replayed`` does, and tell its faults."""
    try:
        replayed = _replayed(found, planes, digests)
    except ValueError:
        problems.append(_refused(found))
        return None, *_replayed(None, planes, digests)
    if found is not None and found.damaged:
        problems.append(UnreadableFile(found.path, "its end is damaged", "What was drawn until then is recovered."))
    return found, *replayed


def _replayed(found: Found | None, planes: LabelMap, digests: Digests) -> tuple[Document, Ledger, int]:
    """Return the labels with what a journal adds, a ledger to go on with, and how many changes were added.

    Minus as many where they were made on other labels. Raises ``ValueError`` where it cannot be replayed.
    """
    if found is None:
        return Document(*planes), Ledger(digests), 0
    ledger = found.ledger
    numbers = ledger.found(digests) if fits(found.header, planes) else None
    if numbers is None:
        return Document(*planes), Ledger(digests), -ledger.lacking
    if max(numbers.values()) > ledger.count:  # saved, but killed before it was noted: nothing is missing but steps
        return Document(*planes), Ledger(digests), 0
    return _continued(ledger, planes, digests, numbers)


def _continued(
    ledger: Ledger, planes: LabelMap, digests: Digests, numbers: dict[Plane, int]
) -> tuple[Document, Ledger, int]:
    begin = min(numbers.values())
    after = copied(planes) if ledger.count > begin else planes
    for plane, number in numbers.items():
        write_edits(after, ledger.since(number), plane)
    if ledger.count > begin and digests_of(after) == digests:  # what was drawn was undone: the files lack nothing
        begin, numbers = ledger.count, dict.fromkeys(numbers, ledger.count)
    document = Document(*after)
    saved = ledger.top(begin) if len(set(numbers.values())) == 1 else UNKNOWN
    document.history.restore(ledger.done, reversed(ledger.undone), saved)
    lacking = standing(
        _without(edit, [plane for plane in numbers if numbers[plane] > number])
        for number, edit in enumerate(ledger.since(begin), begin)
    )
    return document, _ledger_of(document, digests, lacking), len(lacking)


def _ledger_of(document: Document, digests: Digests, lacking: Iterable[Edit]) -> Ledger:
    """Return a ledger to go on with: all steps of a document, and those changes that are not on disk."""
    new = Ledger(digests)
    steps, done = document.history.steps, len(document.history)
    new.done.extend(steps[:done])
    new.undone.extend(reversed(steps[done:]))
    for edit in lacking:
        new.carry(edit)
    return new


def _without(edit: Edit, planes: Sequence[Plane]) -> Edit:
    """Return what an edit changes in the other planes."""
    return replace(edit, patches=tuple(p for p in edit.patches if p.plane not in planes)) if planes else edit


def _refitted(found: Found | None, planes: LabelMap) -> Found | None:
    """Return a journal as it fits the planes, or as it is where it does not."""
    with suppress(ValueError):
        return refitted(found, planes) if found is not None else None
    return found


def _told(misfit: Misfit) -> SegstudioError:
    text = f"{misfit.path} holds {misfit.changes} changes that were not saved and that do not fit: {misfit.reason}."
    return SegstudioError(text, "It is kept, and taken up when the picture and its classes are as they were.")


def _refused(found: Found | None) -> SegstudioError:
    assert found is not None
    set_aside(found.path, DAMAGED)
    return UnreadableFile(found.path, "the pixels in it are damaged", "It was set aside; a new one is begun.")


def _contested(
    project: Project, sample: Sample, planes: LabelMap, kept: Sequence[Path], misfits: list[Misfit]
) -> Contested | None:
    """Return the changes that were set aside, or ``kept`` where they are, as far as they fit the picture.

    Those that do not are added to ``misfits``.
    """
    places = journal_places(project.root, project.configured, sample.id)
    paths = [*(aside for place in places for aside in list_aside(place.path)), *kept]
    edits: list[Edit] = []
    used: list[Path] = []
    for path in paths:
        try:
            found = read_journal(path)
            found = refitted(found, planes)
        except SegstudioError:  # it is kept, and was told when it was set aside
            continue
        except ValueError as error:
            if found.ledger.lacking:
                misfits.append(Misfit(path, found.ledger.lacking, str(error)))
            continue
        if found.ledger.lacking:
            edits += standing(found.ledger.since(found.ledger.saved))
            used.append(path)
    return Contested(tuple(used), tuple(edits)) if edits else None
