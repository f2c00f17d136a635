"""Export a model file to another kind, and hold what was written against the model it was made from."""

import shutil
import tempfile
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.io.files import plain_reason, put_in_place
from segstudio.models import LoadStep, Segmenter, load_steps
from segstudio.models.export import COMPILED, EXPORTERS, AlreadyCompiled, exported, refusal
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.loaders.sniff import sniff
from segstudio.services.comparing_networks import Nearness, compared
from segstudio.services.verifying import check_file

if TYPE_CHECKING:
    from segstudio.models.export.subject import Subject

STEPS: Final = 5


class ExportStep(NamedTuple):
    """What is begun, and how many of ``STEPS`` are done."""

    what: str
    done: int


Step: TypeAlias = LoadStep | ExportStep
"""Of an export, or of one of the two loadings within it."""


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What is wanted: ``to`` is of ``EXPORTERS``; images are brought to a ``size`` (height, width) where there is one.

    ``half`` stores numbers in two bytes each.
    """

    model: Path
    to: str
    out: Path
    size: tuple[int, int] | None = None
    half: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and how near it is to the model on the pictures that both were given.

    ``assumed`` is what was not told by the model, and is assumed of the file too.
    """

    out: Path
    size: int
    near: Nearness
    assumed: tuple[str, ...] = ()

    @property
    def faithful(self) -> bool:
        return self.near.faithful

    def sentence(self) -> str:
        """Say what was written, how near it is to the model, and what is to be known of it."""
        done = "Exported" if self.faithful else "Written, but it is not the same network:"
        return f"{done} {self.out.name}. {self.detail()}"

    def detail(self) -> str:
        """Say how large the file is, how near to the model, and what is to be known of it."""
        alike = "all" if self.near.alike == 1 else f"{min(self.near.alike, 0.99999):.3%} of"
        of_scores = f"largest difference of logits {self.near.difference:.2g}"
        near = f"{of_scores if self.near.objects is None else self.near.objects.detail()}, {alike} pixels alike"
        known = f" Written as it was assumed: {', '.join(self.assumed)}." if self.assumed else ""
        return f"{self.size / 1e6:.1f} MB, {near}.{known}"


def export(job: ExportJob, trusted: Collection[str] = ()) -> Generator[Step | Exported, None, None]:
    """Load the model on the CPU, write it, load what was written, and run both; the last that is given is ``Exported``.

    Nothing stands under the name before it was loaded and run; a file that was there stays until then. Raises
    ``SegstudioError`` where the model cannot be loaded or exported, or what was written cannot be loaded.
    """
    with scratch(job) as folder:
        yield from export_into(folder, job, trusted)


@contextmanager
def scratch(job: ExportJob) -> Iterator[Path]:
    """Give a folder on the disk that the file is to be on, and remove it; raises ``SegstudioError``.

    That is so too for a model that cannot become another file, before anything of it is loaded or run.
    """
    if (format := sniff(job.model)) in COMPILED:
        raise AlreadyCompiled(job.model, format)
    if job.out.exists() and job.model.exists() and job.out.samefile(job.model):
        raise SegstudioError(f"{job.out} is the model itself.", "Choose another name.")
    if job.out.is_dir():
        raise SegstudioError(f"{job.out} is a folder.", "Name a file in it.")
    _check_suffix(job)
    for old in (sidecar_of(job.out), check_file(job.out)):
        if old.exists():  # said of the model that had this name, and would be taken as said of the new one
            raise SegstudioError(f"{old} is of another model of that name.", "Remove it, or choose another name.")
    try:
        job.out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".segstudio-", dir=job.out.parent))
    except OSError as error:
        raise UnwritableFile(job.out, plain_reason(error)) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_suffix(job: ExportJob) -> None:
    """Raise ``SegstudioError`` for a name by which other programs would take the file for one of another kind."""
    kind = EXPORTERS[job.to]
    wanted = f".{kind.suffix}"
    if job.out.suffix.lower() != wanted:
        said = f"{job.out.name} does not end in {wanted}, by which programs know what this is ({kind.line})."
        raise SegstudioError(said, f"Name it {job.out.with_suffix(wanted).name}.")


def export_into(
    folder: Path, job: ExportJob, trusted: Collection[str], threads: int | None = None
) -> Generator[Step | Exported, None, None]:
    """Export as ``export`` does, by way of a folder that is there; ``threads`` bounds what it takes of the CPU."""
    model = yield from _loaded(job.model, trusted, threads)
    if (refused := refusal(model.info, job.to)) is not None:
        raise refused
    found = yield from _drafted(folder, job, model, threads)
    put_in_place(folder / job.out.name, job.out)
    yield Exported(job.out, found.size, found.near, model.info.assumed)


class _Draft(NamedTuple):
    """A file that was written and run: how many bytes it has, and how near it is to the model."""

    size: int
    near: Nearness


def _drafted(folder: Path, job: ExportJob, model: Segmenter, threads: int | None) -> Generator[Step, None, _Draft]:
    """Write the file into a folder, load it, and run it beside the model."""
    yield ExportStep(f"Following the network for {EXPORTERS[job.to].line}", 1)
    content = exported((yield from _subject(model, job)), job.to)
    yield ExportStep("Writing it", 2)
    draft = folder / job.out.name
    try:
        draft.write_bytes(content)
        size, digest = len(content), digest_of(draft)
    except OSError as error:
        raise UnwritableFile(job.out, plain_reason(error)) from error
    del content
    yield ExportStep("Loading what was written", 3)
    again = yield from _loaded(draft, (digest,), threads)
    return _Draft(size, (yield from _near(model, again, job, 4, job.half)))


def _near(
    model: Segmenter, other: Segmenter, job: ExportJob, done: int, half: bool = False
) -> Generator[Step, None, Nearness]:
    """Run a model beside another one, as it is to be exported; there is a step for each picture."""
    yield ExportStep("Running both", done)
    found: list[Nearness] = []
    for near in compared(_brought_to(model, job.size), other, half):
        found.append(near)
        yield ExportStep("Running both", done)
    return found[-1]


def _loaded(path: Path, trusted: Collection[str], threads: int | None) -> Generator[LoadStep, None, Segmenter]:
    found: Segmenter | None = None
    for step in load_steps(path, "cpu", threads, trusted):
        if isinstance(step, LoadStep):
            yield step
        else:
            found = step
    assert found is not None
    return found


def _subject(model: Segmenter, job: ExportJob) -> Generator[Step, None, "Subject"]:
    """Return what is to be exported; a network that is built here takes a program's place where it says the same."""
    from segstudio.models.export.subject import subject_of  # imports torch

    subject = subject_of(model, job.size, job.half, rebuild=EXPORTERS[job.to].copies != model.info.format)
    if not subject.rebuilt or (yield from _near(model, subject.segmenter(), job, 1)).faithful:
        return subject
    return subject_of(model, job.size, job.half, rebuild=False)


def _brought_to(model: Segmenter, size: tuple[int, int] | None) -> Segmenter:
    """Return the model as it is with images that are brought to a size."""
    said = model.info
    return model.redescribed(replace(said.preprocess, size=size), said.classes, said.corrected) if size else model
