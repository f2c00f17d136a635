"""What the files of a sample's labels held when they were read or written last, to notice who else writes to them."""

import os
from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Project, Sample
from segstudio.editing.ledger import Digests
from segstudio.io.instances import numbers_path
from segstudio.io.journal import digests_of
from segstudio.services.label_maps import read_label_map

Stamp = tuple[int, int]
"""Size and time of the last change, in nanoseconds."""

Stamps = tuple[Stamp | None, Stamp | None]
"""Of the mask and of the numbers of its objects, None for a file that is not there."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """``digests`` say what was in the files, or, where there were none, what the labels begin with."""

    stamps: Stamps
    digests: Digests


def stamps_of(project: Project, sample_id: str) -> Stamps:
    """Return the stamps of the files that a sample's labels are written to; two look-ups on the disk."""
    mask = project.sources[0].target(sample_id)
    return _stamp(mask), _stamp(numbers_path(mask))


def changed_since(project: Project, sample: Sample, known: OnDisk, wanted: Digests | None = None) -> bool:
    """Tell whether somebody else has put other labels into a sample's files than are known, or wanted; in a worker.

    Files that are gone hold nothing that could be lost. Those that were only touched, or copied, are read.
    """
    now = stamps_of(project, sample.id)
    if now == known.stamps or now[0] is None:
        return False
    try:
        read = read_label_map(project, sample)
    except SegstudioError:  # it was good when it was read or written
        return True
    return read is not None and digests_of(read.planes) not in (known.digests, wanted)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - asked often
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
