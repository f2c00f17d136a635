"""How sure the model of a run was, counted against the truth: of one image as it is drawn, and of the data set."""

import zlib
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio import __version__
from segstudio.core.raster import Confidence, LabelPlane, Mask
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.io.sureness import Kind, beside
from segstudio.metrics.probability import LEVELS, Counts
from segstudio.services.binary import Binary, binary_of
from segstudio.services.content_cache import ContentCache
from segstudio.services.each_pair import Computation, PairStep, both_masks, each_pair
from segstudio.services.evaluate import project_pairs
from segstudio.services.opening import read_plane
from segstudio.services.run_record import written_classes
from segstudio.services.scoring import Mask as MaskFile
from segstudio.services.scoring import Pair, read_pair, read_sure

_BYTES = 2 * LEVELS * 8
"""What the counts of an image take, unpacked."""


@dataclass(frozen=True, slots=True)
class SweepQuestion:
    """What is counted of a run: of a ``binary`` one the object's probability, of others the chosen class's."""

    schema: LabelSchema
    binary: Binary | None

    @property
    def kept(self) -> Kind:
        return "confidence" if self.binary is None else "probability"

    def count(self, truth: LabelPlane, predicted: LabelPlane | None, sure: Confidence) -> Counts:
        """Count planes of one shape where the truth is scored; ``predicted`` is needed unless the run is binary."""
        if self.binary is not None:
            return Counts.of(sure, truth == self.binary.object, self._counted(truth))
        assert predicted is not None
        return Counts.of(sure, truth == predicted, self._counted(truth))

    def _counted(self, truth: LabelPlane) -> Mask:
        table = np.zeros(int(np.iinfo(truth.dtype).max) + 1, np.bool_)
        table[[c.id for c in self.schema.scored]] = True
        counted: Mask = table[truth]
        return counted


def asked_of(project: Project, run: LabelSource) -> SweepQuestion | None:
    """Return what can be counted of a run; None where it kept neither probabilities nor confidence.

    A run whose record does not tell its classes is taken to have those of the project that are scored. Runs of two
    classes that kept their confidence have the object's probability from that.
    """
    binary = binary_of(written_classes(run.folder) or project.schema.scored)
    file = next(iter(run.files.values()), None)
    if file is None:
        return None
    if binary is not None and beside(file, "probability").is_file():
        return SweepQuestion(project.schema, binary)
    return SweepQuestion(project.schema, None) if beside(file, "confidence").is_file() else None


class SweepTotal:
    """The counts of a data set; those of an image that is counted again take the place of what it had."""

    def __init__(self) -> None:
        self._counts: dict[str, NDArray[np.int32]] = {}
        self._total = np.zeros((2, LEVELS), np.int64)

    def __len__(self) -> int:
        return len(self._counts)

    def put(self, sample_id: str, counts: Counts) -> None:
        if (known := self._counts.get(sample_id)) is not None:
            self._total -= known
        both = np.stack([counts.true, counts.false])
        self._total += both
        self._counts[sample_id] = both.astype(np.int32)  # no picture has 2**31 pixels

    def __contains__(self, sample_id: str) -> bool:
        return sample_id in self._counts

    @property
    def counts(self) -> Counts:
        return Counts(*self._total.copy())


def sweep_run(project: Project, run: LabelSource, asked: SweepQuestion) -> Generator[PairStep[Counts], None, None]:
    """Count each labelled image of a project, in the order of the ids, as ``each_pair`` does."""

    def files(pair: Pair) -> list[MaskFile]:
        assert pair.prediction is not None
        found = both_masks(pair) if asked.binary is None else [pair.truth]
        return [*found, MaskFile(beside(pair.prediction.path, asked.kept), resized=pair.prediction.resized)]

    def counted(pair: Pair) -> Counts:
        return _counted(pair, asked)

    cache = ContentCache(project.root, "sweeps", f"{__version__} {asked!r}")
    return each_pair(project_pairs(project, run), Computation(files, counted, _packed, _unpacked), cache)


def _counted(pair: Pair, asked: SweepQuestion) -> Counts:
    assert pair.prediction is not None
    predicted: LabelPlane | None = None
    if asked.binary is None:
        truth, predicted, _ = read_pair(pair, asked.schema)
    else:
        truth = read_plane(pair.truth.path, asked.schema, pair.truth.page, pair.truth.holds)
    return asked.count(truth, predicted, read_sure(pair.prediction, asked.kept, truth.shape, pair.truth.path))


def _packed(counts: Counts) -> bytes:
    return zlib.compress(np.stack([counts.true, counts.false]).astype("<i8").tobytes(), 1)


def _unpacked(packed: bytes) -> Counts | None:
    try:
        # A byte more than there can be: what goes on after that is nothing of this, and is not unpacked.
        both = np.frombuffer(zlib.decompressobj().decompress(packed, _BYTES + 1), "<i8").reshape(2, LEVELS)
    except (zlib.error, ValueError):
        return None
    return Counts(both[0].astype(np.int64), both[1].astype(np.int64))
