"""Predictions from elsewhere: a folder of masks that some other program made, compared as a run of the project."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import Holds, LabelSource, Project, Sample
from segstudio.io.coco_panoptic import json_of
from segstudio.io.linking import with_files
from segstudio.io.pairing import role_of
from segstudio.io.panoptic_folders import with_segments
from segstudio.services.class_choice import number_objects
from segstudio.services.run_record import FILE as RECORD


def found_run(project: Project, folder: Path) -> LabelSource:
    """Return the masks in a folder as a run of the project's samples; a worker may call this.

    Raises ``SegstudioError`` where no file fits a sample.
    """
    holds: Holds = "classes" if json_of(folder) is None else "panoptic"
    run = _filled(LabelSource(folder.name, folder, "run", read_only=True, holds=holds), project.samples)
    if not run.files:
        raise SegstudioError(
            f"No mask in {folder} has the name of an image of this project.",
            f"An image named {project.samples[0].name} goes with a mask such as {project.samples[0].name}.png.",
        )
    return _recognised(project, run)


def with_linked(project: Project, run: LabelSource) -> Project:
    """Return the project with a run, the last of its runs, that its file names from now on.

    Raises ``SegstudioError`` where the project reads its folder already, under whatever spelling.
    """
    wanted = run.folder.resolve()
    known = next((s for s in (*project.sources, *project.runs) if s.folder.resolve() == wanted), None)
    if known is not None:
        raise SegstudioError(f"{run.folder} is already read as {known.name}.", "Choose it in the head of Metrics.")
    run = replace(run, name=_free_name(project, run.name))
    return replace(project, runs=(*project.runs, run), linked=(*project.linked, run))


def found_again(project: Project) -> Project:
    """Return a project that was just read with the runs that its file names, and with what the masks of all hold.

    What is wrong with a run, and what was assumed of one, is a note.
    """
    runs, notes = list(project.runs), list(project.notes)
    for named in project.linked:
        if any(run.folder == named.folder for run in runs):
            continue
        try:
            runs.append(_filled(named, project.samples))
        except UnreadableFile as error:
            notes.append(error.sentence())
    known = [_recognised(project, run) for run in runs]
    notes += [f"{run.name} numbers objects: they are of one class." for run in known if run.holds == "instances"]
    folders = {run.folder for run in project.linked}
    others = (run for run in known if run.folder not in folders and not _looked_for(project.root, run))
    return replace(project, runs=tuple(known), linked=(*project.linked, *others), notes=tuple(notes))


def _looked_for(root: Path, run: LabelSource) -> bool:
    """Tell whether a run in the project's folder is found again without being named in its file."""
    if run.holds != "panoptic":
        return True
    return run.folder.is_relative_to(root) and role_of(run.folder.relative_to(root).parts[0]).kind == "prediction"


def _filled(run: LabelSource, samples: Sequence[Sample]) -> LabelSource:
    return with_segments(run, samples, []) if run.holds == "panoptic" else with_files(run, samples)


def _recognised(project: Project, run: LabelSource) -> LabelSource:
    """Return a run with what its masks hold: where the project tells objects apart, they may number these.

    This program's own runs hold classes, with the numbers in files beside them.
    """
    if project.task != "instances" or run.holds != "classes" or (run.folder / RECORD).is_file():
        return run
    return replace(run, holds="instances") if number_objects([*run.files.values()], project.schema) else run


def _free_name(project: Project, name: str) -> str:
    """Return a name that no run and no source has, as they are told apart by it in the project's file."""
    taken = {source.name for source in (*project.sources, *project.runs)}
    tries = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(free for free in tries if free not in taken)
