"""Pair the samples of a project with the files of a folder that somebody chose, wherever it lies."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from segstudio.core.records import LabelSource, Sample
from segstudio.io.pairing import match
from segstudio.io.samples import label_files


def with_files(run: LabelSource, samples: Sequence[Sample]) -> LabelSource:
    """Return a run with the files of its folder that are for these samples.

    They go by the whole ids; where none fits, by the names alone, as far as no two have the same. A stack's own file
    goes to each of its pages. Raises ``UnreadableFile`` where the folder cannot be listed.
    """
    return replace(run, files=paired([sample.id for sample in samples], label_files(run.folder)))


def paired(ids: Sequence[str], files: Mapping[str, Path]) -> dict[str, Path]:
    """Return files, given by key, by the ids of the samples that they are for; as ``with_files`` has it."""
    return _paired(ids, files) or _paired_by_name(ids, files)


def match_names(images: Iterable[str], labels: Iterable[str]) -> dict[str, str]:
    """Pair keys by their last parts, as far as no two on a side have the same; returns label keys by image key."""
    named, filed = _by_name(list(images)), _by_name(list(labels))
    return {named[image]: filed[label] for image, label in match(named, filed).items()}


def _paired(ids: Sequence[str], files: Mapping[str, Path]) -> dict[str, Path]:
    stacks = {i: i.rpartition("#")[0] for i in ids if "#" in i}
    found = match(dict.fromkeys([*ids, *stacks.values()]), files)
    keys = {i: found.get(i, found.get(stacks.get(i, ""))) for i in ids}
    return {i: files[key] for i, key in keys.items() if key is not None}


def _paired_by_name(ids: Sequence[str], files: Mapping[str, Path]) -> dict[str, Path]:
    named, filed = _by_name(ids), _by_name(files)
    found = _paired(list(named), {name: files[key] for name, key in filed.items()})
    return {named[name]: path for name, path in found.items()}


def _by_name(keys: Sequence[str] | Mapping[str, Path]) -> dict[str, str]:
    """Return keys by their last part, those left out that share it with another."""
    names = Counter(key.rpartition("/")[2] for key in keys)
    return {name: key for key in keys if names[name := key.rpartition("/")[2]] == 1}
