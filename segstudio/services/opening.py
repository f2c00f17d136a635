"""Open whatever the user points at as a project, and make a project of it at the first edit."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Holds, LabelSource, Project, Sample, first_with
from segstudio.core.schema import LabelSchema
from segstudio.io.classes import GuessedClasses
from segstudio.io.images import IMAGE_SUFFIXES, image_size, read_image
from segstudio.io.mask_folders import free_folders, make_free_folder
from segstudio.io.masks import read_mask, read_objects
from segstudio.io.pairing import role_of, stem_of
from segstudio.io.panoptic_maps import read_panoptic_classes
from segstudio.io.project import CONFIG_NAME, ProjectConfig, config_of, config_stamp, read_config, write_config
from segstudio.io.scan import Found, scan, scan_project
from segstudio.services.class_choice import choose_classes
from segstudio.services.linking import found_again
from segstudio.services.model_paths import refuse_model


def open_path(path: Path) -> Project:
    """Open a folder, a project or a single image. A folder of a project's images is the project with these alone.

    Nothing is written. Classes are those of ``segstudio.toml``, else of a class table in the folder, else guessed
    from the labels; one of them can start a new mask. The first source is where edits go, which is no file yet in a
    folder that is no project. Raises ``SegstudioError`` for what cannot be opened, ``ModelFound`` for a model.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - without "..", so that the parts tell what lies in what
    if not path.exists():
        raise UnreadableFile(
            path, "there is no such file or folder", "Check the name and whether the disk is attached."
        )
    if path.is_dir():
        if (path / CONFIG_NAME).is_file():
            return _open_project(path)
        refuse_model(path)
        return _open_folder(path)
    if path.name == CONFIG_NAME:
        return _open_project(path.parent)
    return _open_file(path)


def open_images(path: Path) -> Project:
    """Open as ``open_path`` does, but of a project only the samples of ``path``, be it a folder or an image."""
    project = open_path(path)
    inside = _within(project, Path(os.path.abspath(path)))  # noqa: PTH100 - as in open_path
    return inside if inside.samples else project


def configure(project: Project) -> Project:
    """Make a project of an opened folder by writing ``segstudio.toml``, so that it opens again as it is.

    The folder that edits go to is made here, and may be another than at opening: somebody may have put labels into
    that one since. Raises ``UnwritableFile`` in a folder that may not be written to, and as ``save_schema`` does.
    """
    truth, *behind = project.sources
    folder = make_free_folder(project.root)
    try:
        return save_schema(replace(project, sources=(replace(truth, folder=folder), *behind)))
    except SegstudioError:
        with suppress(OSError):
            folder.rmdir()
        raise


def save_schema(project: Project) -> Project:
    """Write the classes, and where images and labels lie, to ``segstudio.toml``; return the project as it then is.

    Raises ``UnwritableFile``; ``SegstudioError`` where the file is not as it was read or written last: what another
    window, or somebody in a text editor, put there since would be lost.
    """
    path = project.root / CONFIG_NAME
    if config_stamp(path) != project.config_stamp:
        raise SegstudioError(
            f"{path} was made or changed by somebody else since the folder was opened, so it was left as it is.",
            "Open the folder again, then make the change once more.",
        )
    return replace(project, configured=True, config_stamp=write_config(path, config_of(project)))


def read_labels(project: Project, sample: Sample, source: LabelSource | None = None) -> LabelPlane | None:
    """Read a sample's labels from ``source``, or from the first of the project's that has them; None without any.

    The plane has the schema's dtype and the size of the image. Raises ``SizeMismatch``, ``UnreadableFile``, or
    ``SegstudioError`` for values or colours that the schema cannot hold.
    """
    found = first_with(project.sources if source is None else (source,), sample.id)
    return None if found is None else _read_plane(found[1], project.schema, sample, found[0])


def read_plane(path: Path, schema: LabelSchema, page: int = 0, holds: Holds = "classes") -> LabelPlane:
    """Read a file of labels as class ids, whatever it ``holds``.

    Raises as ``read_mask`` and ``read_panoptic_classes`` do.
    """
    if holds == "classes":
        return read_mask(path, schema, page)
    if holds == "panoptic":
        return read_panoptic_classes(path, schema)
    return np.where(read_objects(path, page), _object_id(schema), 0).astype(schema.dtype)


def _read_plane(path: Path, schema: LabelSchema, sample: Sample, source: LabelSource) -> LabelPlane:
    plane = read_plane(path, schema, sample.page, source.holds)
    size = image_size(sample.image, sample.page)
    if plane.shape != size:
        raise SizeMismatch(path, plane.shape, sample.image, size)
    if plane.dtype != schema.dtype:
        raise SegstudioError(
            f"{path} holds values up to {plane.max()}, which is above the id of any class.",
            "If these are numbers of objects, they are no class map; else declare the classes they stand for.",
        )
    return plane


def _object_id(schema: LabelSchema) -> int:
    """Return the class that numbered objects are of: the first scored one that is not the background."""
    return next((c.id for c in schema.scored if c.id != schema.background), 1)


def _open_folder(root: Path) -> Project:
    notes: list[str] = []
    for above, config in _projects_above(root, notes):
        if root.is_relative_to(config.image_root) and (project := _within(_open_project(above), root)).samples:
            return project
    found = scan(root)
    if not found.samples:
        raise _no_images(root, found)
    return _new_project(root, found, notes)


def _projects_above(path: Path, notes: list[str]) -> Iterator[tuple[Path, ProjectConfig]]:
    """Yield the projects that ``path`` lies below, the nearest first; one that cannot be read is told in ``notes``."""
    for folder in path.parents:
        if (folder / CONFIG_NAME).is_file():
            try:
                config = read_config(folder / CONFIG_NAME)
            except UnreadableFile as error:
                notes.append(error.sentence())
            else:
                yield folder, config


def _within(project: Project, path: Path) -> Project:
    """Return a project with the samples whose images lie in ``path``; one that does not hold all images as it is."""
    inside = tuple(sample for sample in project.samples if sample.image.is_relative_to(path))
    if len(inside) == len(project.samples) or path in (project.root, project.root / CONFIG_NAME):
        return project
    note = f"Of the project {project.root}, {path.name} alone is open."
    return replace(project, samples=inside, notes=(note, *project.notes))


def _label_sources(root: Path, config: ProjectConfig) -> tuple[LabelSource, ...]:
    """Return the sources that a project names; where it names none, ``masks`` and behind it what else is found."""
    if config.labels:
        return config.labels
    truth, found = LabelSource("truth", root / "masks"), scan(root)
    others = (_seen_from(config.image_root, source, found.image_root) for source in found.sources)
    return (truth, *(s for s in others if s is not None and (s.folder != truth.folder or s.images)))


def _seen_from(image_root: Path, source: LabelSource, scanned: Path) -> LabelSource | None:
    """Return a source found for the images below ``scanned`` as one for those below ``image_root``, if it has any."""
    mirrored = scanned / source.images
    if source.holds == "panoptic":  # its files are found by name
        return source
    if mirrored.is_relative_to(image_root):
        images = mirrored.relative_to(image_root).as_posix()
        return replace(source, images="" if images == "." else images)
    if image_root.is_relative_to(mirrored):
        return replace(source, folder=source.folder / image_root.relative_to(mirrored), images="")
    return None


def _open_project(root: Path) -> Project:
    stamp = config_stamp(root / CONFIG_NAME)  # before it is read, so that no later change is taken for what was read
    config = read_config(root / CONFIG_NAME)
    labels = _label_sources(root, config)
    found = scan_project(root, config.image_root, labels, config.runs)
    if not found.samples:
        raise _no_images(config.image_root, found)
    guessed = GuessedClasses(config.schema) if config.schema else choose_classes(root, found)
    project = Project(
        root,
        guessed.schema.with_background(),
        found.samples,
        found.sources,
        found.runs,
        linked=config.runs,
        configured=True,
        task=config.task,
        notes=(*_outside(root, labels[0].folder), *found.notes, *guessed.notes),
        image_root=config.image_root,
        config_stamp=stamp,
        spacing=config.spacing,
        unit=config.unit,
    )
    return found_again(project)


def _outside(root: Path, folder: Path) -> list[str]:
    if folder.is_relative_to(root):
        return []
    return [f"Edits are written to {folder}, outside the project, since {CONFIG_NAME} says so."]


def _open_file(path: Path) -> Project:
    if path.suffix.casefold() not in IMAGE_SUFFIXES:
        refuse_model(path)
    read_image(path)  # a picture that is cut short must not take the place of what is open
    notes: list[str] = []
    for above, config in _projects_above(path, notes):
        if _may_hold(above, config, path):
            project = _open_project(above)
            if _sample_of(path, project.samples, (*project.sources, *project.runs)) is not None:
                return project
        if above == path.parent:
            raise SegstudioError(
                f"{path} lies in a project, but is none of its images.",
                f"Move it below {config.image_root}, or open it from another folder.",
            )
    return _new_project(path.parent, _only(path, scan(path.parent, deep=False)), notes)


def _may_hold(root: Path, config: ProjectConfig, path: Path) -> bool:
    """Tell whether a file may be an image, a label or a prediction of a project, before that is looked through."""
    folders = (config.image_root, *(source.folder for source in config.labels))
    role = role_of(path.relative_to(root).parent.as_posix())
    return role.kind != "image" or any(path.is_relative_to(folder) for folder in folders)


def _only(path: Path, found: Found) -> Found:
    """Return what was found of one image, given it or a label of it, a picture of an unusual name included."""
    wanted = _sample_of(path, found.samples, (*found.sources, *found.runs))
    image = path if wanted is None else wanted.image
    samples = tuple(s for s in found.samples if s.image == image) or (Sample(stem_of(path.name), path),)
    ids = {sample.id for sample in samples}
    sources, runs = (
        tuple(s for source in kept if (s := _of_ids(source, ids)).files) for kept in (found.sources, found.runs)
    )
    notes = (f"{image.name} alone is open; open its folder to have all images in it.",)
    return Found(found.image_root, samples, sources, runs, notes)


def _of_ids(source: LabelSource, ids: set[str]) -> LabelSource:
    return replace(source, files={i: file for i, file in source.files.items() if i in ids})


def _sample_of(path: Path, samples: Sequence[Sample], sources: Sequence[LabelSource]) -> Sample | None:
    """Return the sample whose image, or whose file in one of the sources, is ``path``."""
    ids = {i for source in sources for i, file in source.files.items() if file == path}
    return next((s for s in samples if s.image == path or s.id in ids), None)


def _new_project(root: Path, found: Found, told: Sequence[str]) -> Project:
    guessed = choose_classes(root, found)
    numbered = guessed.instances and not any(source.holds == "panoptic" for source in found.sources)
    behind = tuple(replace(s, holds="instances") if numbered else s for s in found.sources)
    notes = (*told, *found.notes, *guessed.notes)
    sources = (LabelSource("truth", next(free_folders(root))), *behind)
    schema = guessed.schema.with_background()
    project = Project(
        root,
        schema,
        found.samples,
        sources,
        found.runs,
        task="instances" if guessed.instances else "semantic",
        notes=notes,
        image_root=found.image_root,
    )
    return found_again(project)


def _no_images(root: Path, found: Found) -> SegstudioError:
    if not any(root.iterdir()):
        return SegstudioError(f"{root} is empty.", "Choose a folder with images.")
    because = f" {found.notes[-1]}" if len(found.notes) > 1 else ""
    return SegstudioError(
        f"{root} holds no images that can be read.{because}",
        "Choose a folder with PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000 or PNM files.",
    )
