"""Folders as the transformers library saves them: ``config.json``, weights, and how pictures are prepared.

The network is built by that library, from a configuration that is checked and stripped here; JSON, weights and pictures
are read and prepared here. Nothing is fetched, nothing is unpickled, and no program in the folder is run.
"""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.late import absent_extra
from segstudio.models.description import Description
from segstudio.models.loaders.folders import check_pictures, counted, executed_by, parts_of, read_json, read_parts
from segstudio.models.loaders.huggingface.config import (
    EXTRA,
    PACKAGE,
    WHAT,
    Configured,
    programs_in,
    read_config,
    schema_of,
)
from segstudio.models.loaders.huggingface.pictures import FILES, Pictures, pictures
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff_folders import CONFIG

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

_BY_QUERY = "Its masks of objects are summed to a map of classes: objects of one class are not told apart."


def load(folder: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for what is no such folder or damaged, ``SegstudioError`` without the library."""
    said, parts = read_config(folder), parts_of(folder)
    prepared = pictures(said)
    description = described(said, prepared)

    from segstudio.models.loaders.huggingface.network import build, check
    from segstudio.models.loaders.huggingface.task import task_tokens
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

    check_pictures(folder, description)
    yield LoadStep("Importing transformers", 0, 0)
    check(said, parts)
    length = said.fields.whole("task_seq_len", 77, 1 << 12)
    tokens = task_tokens(folder, length) if said.kind.answer == "task" else None
    weights = yield from read_parts(parts)
    network, unused = build(said, weights, tokens, description.preprocess.divisor)
    if unused:
        note = f"Nothing is made of {len(unused)} of its weights: {listed(unused)}."
        description = replace(description, notes=(*description.notes, note))
    yield Loaded("huggingface", network, description)


def inspect(found: Inspection) -> Inspection:
    """Add what configuration and headers tell; the library is not imported."""
    folder = found.file
    try:
        jsons = [name for name in (CONFIG, *FILES) if (folder / name).exists()]
        programs = [named for name in jsons for named in programs_in(read_json(folder, name))]
        found = replace(found, executes=(*programs, *executed_by(folder)))
        said = read_config(folder)
        found = replace(found, description=described(said, pictures(said)))
        found = counted(found, parts_of(folder))
        check_pictures(folder, found.description)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return replace(found, reason=absent_extra(PACKAGE, EXTRA, WHAT))


def described(said: Configured, prepared: Pictures) -> Description:
    """Return what the folder and its sidecar say of the model."""
    backbone = {"backbone": said.backbone} if said.backbone else {}
    assumed = {"classes": said.names is None, "preprocess": prepared.assumed}
    description = Description(
        said.kind.network,
        {"classes": said.classes, "in_channels": said.channels, **backbone},
        schema_of(said, prepared.reduced),
        prepared.preprocess,
        assumed=tuple(name for name, is_assumed in assumed.items() if is_assumed),
        family="transformers",
        notes=(*([] if said.kind.answer == "logits" else [_BY_QUERY]), *prepared.notes),
    )
    return with_sidecar(said.folder, description)
