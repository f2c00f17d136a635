"""Find what is to be compared: which prediction belongs to which truth, and with which classes."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from segstudio.core.errors import SegstudioError, UnreadableFile, listed
from segstudio.core.records import LabelSource, Project, Sample, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.core.wording import counted
from segstudio.io.classes import FIRST_CLASSES, GuessedClasses, guess_classes, read_classes
from segstudio.io.coco_panoptic import json_of
from segstudio.io.linking import match_names
from segstudio.io.masks import BINARY_VALUES, inspect_mask
from segstudio.io.pairing import match
from segstudio.io.project import CONFIG_NAME
from segstudio.io.samples import label_files, samples_of
from segstudio.io.scan import scan
from segstudio.services.class_choice import number_objects, read_as_object, segment_classes
from segstudio.services.evaluate import masks_of
from segstudio.services.opening import open_path
from segstudio.services.run_record import FILE as RECORD
from segstudio.services.scoring import Mask, Pair


class FoundPairs(NamedTuple):
    """``pairs`` in the order of their ids, one a truth. ``notes`` say what was assumed and what was left over.

    ``spacing`` is the size of a pixel that a project of the two declares, in its ``unit``; None where none does.
    ``project`` is one that the truth, else the prediction, is; ``photos`` are the images that are known, by id.
    ``folder`` is that of the predictions: the run's where they are one; None without predictions.
    """

    pairs: list[Pair]
    schema: LabelSchema
    notes: list[str]
    spacing: Spacing | None = None
    unit: str = ""
    project: Project | None = None
    photos: Mapping[str, Sample] = MappingProxyType({})
    folder: Path | None = None

    def resizing(self) -> "FoundPairs":
        """Return the same, with each prediction taken as if it had the size of its truth where it has another."""
        sized = [p.prediction and p.prediction._replace(resized=True) for p in self.pairs]
        return self._replace(pairs=[replace(p, prediction=mask) for p, mask in zip(self.pairs, sized, strict=True)])


@dataclass(frozen=True, slots=True)
class _Side:
    """Truth or prediction: the mask of each sample, and the classes where something declares them.

    ``run`` is the folder of the run that the masks are, None where they are not known to be one.
    """

    path: Path
    masks: dict[str, Mask]
    schema: LabelSchema | None = None
    notes: list[str] = field(default_factory=list)
    project: Project | None = None
    samples: Sequence[Sample] = ()
    run: Path | None = None


def find_pairs(
    truth: Path, prediction: Path, classes: Path | None = None, ignore: Collection[int] = (), objects: bool = False
) -> FoundPairs:
    """Pair the masks of two folders or projects by id, and where that fails by id without an ending like "_gt".

    Where no id fits, they go by name alone, as far as no two have the same, as runs that are added to a project do.

    A project as the truth is its labels, as the prediction its latest run. The classes are those of the table
    ``classes``, else the project's, else the values found; those of ``ignore`` are not scored. Where ``objects`` are
    asked for, or a project tells them apart, files without a class table of their own may number them.
    Raises ``SegstudioError`` where there is nothing to pair, or the classes cannot be known.
    """
    return find_ways([(truth, prediction)], classes, ignore, objects)[0]


def find_ways(
    ways: Sequence[tuple[Path, Path]],
    classes: Path | None = None,
    ignore: Collection[int] = (),
    objects: bool = False,
    each_other: bool = False,
) -> list[FoundPairs]:
    """Pair the masks of each truth with those of its prediction, all with one class table; raises as ``find_pairs``.

    It is that of the first way that has one. Values are looked at in all masks together, so that what is written
    differently in one of them is read as the same. Notes on classes are among those of the first way. With
    ``each_other`` the last way is of two predictions, and it need not be told that the first of them is no truth.
    """
    meant = len(ways) - each_other
    found = [
        (_truth(_plain(truth), meant=at < meant), _prediction(_plain(prediction)))
        for at, (truth, prediction) in enumerate(ways)
    ]
    declared = read_classes(classes) if classes is not None else None
    declared = declared or next((side.schema for sides in found for side in sides if side.schema), None)
    projects = (side.project for sides in found for side in sides)
    if objects or any(project is not None and project.task == "instances" for project in projects):
        numbering = declared or FIRST_CLASSES
        found = [(_numbered(truth, numbering), _numbered(prediction, numbering)) for truth, prediction in found]
        declared = numbering
    paired = [_paired(*sides) for sides in found]
    known = _classes([side for sides in found for side in sides], declared)
    schema = known.schema.with_ignored(ignore)
    pairs = [_found(sides, *way, schema) for sides, way in zip(found, paired, strict=True)]
    pairs[0].notes.extend(known.notes)
    return pairs


def _classes(sides: Sequence[_Side], declared: LabelSchema | None) -> GuessedClasses:
    """Return the classes that are declared, else the values found on all sides, and how masks are read with them."""
    looked_at = list({tuple(_paths(side.masks.values())): None for side in sides})
    if declared is None:
        return _guess(*looked_at)
    return GuessedClasses(
        declared, tuple(dict.fromkeys(n for masks in looked_at for n in read_as_object(masks, declared)))
    )


def _found(sides: tuple[_Side, _Side], pairs: list[Pair], left_over: Sequence[str], schema: LabelSchema) -> FoundPairs:
    truth, prediction = sides
    measured = next((side.project for side in sides if side.project and side.project.spacing), None)
    spacing, unit = (None, "") if measured is None else (measured.spacing, measured.unit)
    return FoundPairs(
        pairs,
        schema,
        [*truth.notes, *prediction.notes, *left_over],
        spacing,
        unit,
        truth.project or prediction.project,
        {sample.id: sample for side in (prediction, truth) for sample in side.samples},
        prediction.run or prediction.path,
    )


def find_truth(truth: Path, classes: Path | None = None, ignore: Collection[int] = ()) -> FoundPairs:
    """Find the masks of a truth whose objects are asked for, without any prediction; raises as ``find_pairs`` does."""
    side = _truth(_plain(truth))
    declared = read_classes(classes) if classes is not None else side.schema or FIRST_CLASSES
    side = _numbered(side, declared)
    pairs = [Pair(sample_id, mask, None) for sample_id, mask in sorted(side.masks.items())]
    photos = {sample.id: sample for sample in side.samples}
    return FoundPairs(pairs, declared.with_ignored(ignore), list(side.notes), photos=photos)


def find_labels(path: Path, classes: Path | None = None, ignore: Collection[int] = ()) -> FoundPairs:
    """Find the labels of a folder or a project, without any prediction; raises as ``find_pairs`` does."""
    side = _truth(_plain(path))
    declared = read_classes(classes) if classes is not None else side.schema
    guessed = GuessedClasses(declared) if declared is not None else _guess(_paths(side.masks.values()))
    pairs = [Pair(sample_id, mask, None) for sample_id, mask in sorted(side.masks.items())]
    return FoundPairs(pairs, guessed.schema.with_ignored(ignore), [*side.notes, *guessed.notes])


def _plain(path: Path) -> Path:
    """Return a path without "..", so that its parts tell what lies in what."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path has nothing that takes ".." out and follows no link


def _truth(path: Path, meant: bool = True) -> _Side:
    """Read a truth; where it is ``meant`` to be one, it is told that a run is none."""
    if (project := _project(path)) is not None:
        masks = masks_of(project.samples, project.sources)
        return _Side(path, masks, project.schema, list(project.notes), project, project.samples)
    found = scan(path)
    if inside := [source for source in found.sources if source.folder.is_relative_to(path)]:
        note = f"{path} holds images too; their labels are taken as the truth: {inside[0].name}."
        masks = masks_of(found.samples, inside)
        return _Side(path, masks, segment_classes(inside), [note], samples=found.samples)
    side = _folder(path)
    if meant and (path / RECORD).is_file():
        side.notes.append(f"{path} is a run, not a truth: the figures say how much the two agree, not which is right.")
    return side


def _prediction(path: Path) -> _Side:
    if (project := _project(path)) is not None:
        if not project.runs:
            raise SegstudioError(
                f"{path} is a project without a run.", "Predict its images, or name a folder of masks."
            )
        run = project.runs[-1]
        notes = [f"The prediction is the run {run.name}."]
        masks = masks_of(project.samples, [run])
        return _Side(path, masks, project.schema, notes, project, project.samples, run.folder)
    found = scan(path)
    if inside := [run for run in found.runs if run.folder.is_relative_to(path)]:
        note = f"{path} holds images too; these are taken as the predictions: {inside[-1].name}."
        masks = masks_of(found.samples, inside[-1:])
        return _Side(path, masks, segment_classes(inside[-1:]), [note], run=inside[-1].folder)
    return _folder(path)


def _project(path: Path) -> Project | None:
    return open_path(path) if (path / CONFIG_NAME).is_file() else None


def _folder(path: Path) -> _Side:
    if json_of(path) is not None:
        segmented = {key: Mask(file, holds="panoptic") for key, file in label_files(path).items()}
        return _Side(path, segmented, segment_classes([LabelSource(path.name, path, holds="panoptic")]))
    files = samples_of(label_files(path)).values()
    # The file of a page alone goes before the stack, as it does beside images.
    masks = {s.id: Mask(s.image, s.page) for pages in sorted(files, key=len, reverse=True) for s in pages}
    if not masks:
        raise SegstudioError(f"{path} holds no masks.", "Name a folder of masks, or a project.")
    return _Side(path, masks)


def _paired(truth: _Side, prediction: _Side) -> tuple[list[Pair], list[str]]:
    by_page = {_key_and_page(i): i for i in prediction.masks}
    keys = [sorted({_key_and_page(i)[0] for i in side.masks}) for side in (truth, prediction)]
    partners, notes = match(*keys), list[str]()
    if not partners and (partners := match_names(*keys)):
        notes.append("No path below the two folders is the same, so masks were paired by their names alone.")
    pairs: list[Pair] = []
    used: set[str] = set()
    for sample_id, mask in sorted(truth.masks.items()):
        key, page = _key_and_page(sample_id)
        partner = by_page.get((partners.get(key, ""), page), "")
        pairs.append(Pair(sample_id, mask, prediction.masks.get(partner)))
        used.update([partner] if partner else [])
    if not used:
        raise SegstudioError(
            f"No mask of {truth.path} has a partner in {prediction.path}.",
            "Partners have the same path and name below the two folders, or the same name, but for the suffix.",
        )
    return pairs, [*notes, *_left_over([i for i in prediction.masks if i not in used])]


def _key_and_page(sample_id: str) -> tuple[str, str]:
    key, _, page = sample_id.partition("#")
    return key, page


def _left_over(ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    return [f"{counted(len(ids), 'prediction')} without a truth left out: {listed(sorted(ids))}."]


def _numbered(side: _Side, schema: LabelSchema) -> _Side:
    """Return a side whose files number objects, where they hold more values than there are classes."""
    segmented = any(mask.holds == "panoptic" for mask in side.masks.values())
    if side.schema is not None or segmented or not number_objects(_paths(side.masks.values()), schema):
        return side
    masks = {sample_id: mask._replace(holds="instances") for sample_id, mask in side.masks.items()}
    return replace(side, masks=masks, notes=[*side.notes, f"{side.path} numbers objects: they are of one class."])


def _paths(masks: Iterable[Mask]) -> list[Path]:
    return sorted({mask.path for mask in masks})


def _guess(*found: Sequence[Path]) -> GuessedClasses:
    """Make up the classes from the values in one or several sets of masks."""
    for paths in found:
        _refuse_colors(paths[0])
    with ThreadPoolExecutor(len(found), "look") as pool:
        sides = list(pool.map(guess_classes, found))
    notes = tuple(note for side in sides for note in side.notes)
    if numbered := [paths[0] for paths, side in zip(found, sides, strict=True) if side.instances]:
        raise SegstudioError(f"{numbered[0].parent} numbers objects, not classes.", "Score masks of class ids.")
    schemas = [side.schema for side in sides]
    if len(set(schemas)) > 1 and all(_is_binary(schema) for schema in schemas):
        note = "There is one class beside 0 on all sides, written differently: every value but 0 is the object."
        return GuessedClasses(FIRST_CLASSES, (*notes, note))
    classes = {c.id: c for schema in reversed(schemas) for c in schema.classes}
    schema = LabelSchema(tuple(classes[i] for i in sorted(classes)))
    return GuessedClasses(schema, (*notes, _found_note(schema)))


def _refuse_colors(path: Path) -> None:
    try:
        kind = inspect_mask(path).kind
    except UnreadableFile:
        return  # it will be a failure of its own
    if kind == "colour":
        raise SegstudioError(
            f"{path} is colour-coded, and nothing says which class a colour means.",
            "Name the classes and their colours with --classes FILE: a CSV with the columns id,name,r,g,b.",
        )


def _is_binary(schema: LabelSchema) -> bool:
    return [c.id for c in schema.classes] in [[0, value] for value in BINARY_VALUES]


def _found_note(schema: LabelSchema) -> str:
    found = ", ".join(str(c.id) for c in schema.scored)
    ignored = f"; {', '.join(map(str, schema.ignored_ids))} is not scored" if schema.ignored_ids else ""
    return f"No class table: the classes are the values found, {found}{ignored}. --classes FILE names them."
