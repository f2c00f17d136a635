"""Open whatever the user points at as a project, and make a project of it at the first edit."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import LabelPlane
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.io.classes import GuessedClasses
from segstudio.io.images import image_size, read_image
from segstudio.io.masks import read_mask, read_objects
from segstudio.io.pairing import stem_of
from segstudio.io.project import CONFIG_NAME, ProjectConfig, read_config, write_config
from segstudio.io.scan import Found, scan, scan_project
from segstudio.services.class_choice import choose_classes

MODEL_SUFFIXES = (".pth", ".pt", ".safetensors", ".onnx", ".ckpt")


def open_path(path: Path) -> Project:
    """Open a folder, a project or a single image.

    Nothing is written. Classes are those of ``segstudio.toml``, else of a class table in the folder, else guessed
    from the labels; one of them can start a new mask. The first source is where edits go, which is no file yet in a
    folder that is no project. Raises ``SegstudioError`` for what cannot be opened.
    """
    path = path.absolute()
    if not path.exists():
        raise UnreadableFile(
            path, "there is no such file or folder", "Check the name and whether the disk is attached."
        )
    if path.is_dir():
        return _open_project(path) if (path / CONFIG_NAME).is_file() else _open_folder(path)
    if path.name == CONFIG_NAME:
        return _open_project(path.parent)
    return _open_file(path)


def configure(project: Project) -> Project:
    """Make a project of an opened folder by writing ``segstudio.toml``, so that it opens again as it is.

    Raises ``UnwritableFile`` in a folder that may not be written to.
    """
    save_schema(project)
    return replace(project, configured=True)


def save_schema(project: Project) -> None:
    """Write the classes, and where images and labels lie, to ``segstudio.toml``; raises ``UnwritableFile``."""
    config = ProjectConfig(project.image_root or project.root, project.sources, project.schema, project.task)
    write_config(project.root / CONFIG_NAME, config)


def read_labels(project: Project, sample: Sample, source: LabelSource | None = None) -> LabelPlane | None:
    """Read a sample's labels from ``source``, or from the first of the project's that has them; None without any.

    The plane has the schema's dtype and the size of the image. Raises ``SizeMismatch``, ``UnreadableFile``, or
    ``SegstudioError`` for values or colours that the schema cannot hold.
    """
    for candidate in project.sources if source is None else (source,):
        if (path := candidate.find(sample.id)) is not None:
            return _read_plane(path, project.schema, sample, candidate)
    return None


def read_plane(path: Path, schema: LabelSchema, page: int = 0, numbered: bool = False) -> LabelPlane:
    """Read a file of labels as class ids, also one in which objects are ``numbered``; raises as ``read_mask`` does."""
    if not numbered:
        return read_mask(path, schema, page)
    return np.where(read_objects(path, page), _object_id(schema), 0).astype(schema.dtype)


def _read_plane(path: Path, schema: LabelSchema, sample: Sample, source: LabelSource) -> LabelPlane:
    plane = read_plane(path, schema, sample.page, source.holds == "instances")
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
    above = next((parent for parent in root.parents if (parent / CONFIG_NAME).is_file()), None)
    if above is not None and (project := _open_project(above)).image_root == root:
        return project
    found = scan(root)
    if not found.samples:
        raise _no_images(root, found)
    return _new_project(root, found)


def _open_project(root: Path) -> Project:
    config = read_config(root / CONFIG_NAME)
    labels = config.labels or (LabelSource("truth", root / "masks"),)
    found = scan_project(root, config.image_root, labels)
    if not found.samples:
        raise _no_images(config.image_root, found)
    guessed = GuessedClasses(config.schema) if config.schema else choose_classes(root, found)
    return Project(
        root,
        guessed.schema.with_background(),
        found.samples,
        found.sources,
        found.runs,
        configured=True,
        task=config.task,
        notes=(*found.notes, *guessed.notes),
        image_root=config.image_root,
    )


def _open_file(path: Path) -> Project:
    if path.suffix.casefold() in MODEL_SUFFIXES:
        raise SegstudioError(f"{path} is a model file, not an image.", "Open images first, then load it as a model.")
    read_image(path)  # a picture that is cut short must not take the place of what is open
    above = next((parent for parent in path.parents if (parent / CONFIG_NAME).is_file()), None)
    if above is not None:
        project = _open_project(above)
        if _sample_of(path, project.samples, (*project.sources, *project.runs)) is not None:
            return project
        if above == path.parent:
            raise SegstudioError(
                f"{path} lies in a project, but is none of its images.",
                f"Move it below {project.image_root}, or open it from another folder.",
            )
    return _new_project(path.parent, _only(path, scan(path.parent, deep=False)))


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


def _new_project(root: Path, found: Found) -> Project:
    guessed = choose_classes(root, found)
    behind = tuple(replace(s, holds="instances") if guessed.instances else s for s in found.sources)
    notes = (*found.notes, *guessed.notes)
    sources = (LabelSource("truth", _free_folder(root)), *behind)
    schema = guessed.schema.with_background()
    return Project(root, schema, found.samples, sources, found.runs, notes=notes, image_root=found.image_root)


def _free_folder(root: Path) -> Path:
    """Return the folder that edits go to: one that is not there yet, so that nobody's labels are written over."""
    more = (f"masks-segstudio-{number}" for number in itertools.count(2))
    names = itertools.chain(("masks", "masks-segstudio"), more)
    return next(folder for name in names if not (folder := root / name).exists())


def _no_images(root: Path, found: Found) -> SegstudioError:
    if not any(root.iterdir()):
        return SegstudioError(f"{root} is empty.", "Choose a folder with images.")
    because = f" {found.notes[-1]}" if len(found.notes) > 1 else ""
    return SegstudioError(
        f"{root} holds no images that can be read.{because}",
        "Choose a folder with PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000 or PNM files.",
    )
