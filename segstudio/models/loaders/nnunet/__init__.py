"""nnU-Net of version 2: a folder of a training, or one of its checkpoints, which says by itself what it is.

Of its plans only names that are known here are taken, and nothing is imported by them. One fold sees the whole picture
at once, grown to what the strides divide.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.nnunet.folder import PLANS, Trained, trained
from segstudio.models.loaders.nnunet.plans import OtherPlan, Planned, planned, prepared, schema_of
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff import sniff
from segstudio.models.loaders.state_dict import executed, read_header_of, weights_of
from segstudio.models.loaders.stored import Header, Stored
from segstudio.models.loaders.weights_inspection import counted, fitted
from segstudio.models.references import translated
from segstudio.models.zoo.entries.nnunet import keys

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

_WHOLE: Final = "One fold sees the whole picture at once; nnU-Net itself averages folds, mirrored pictures and tiles."
_SPACING: Final = "It was trained on pixels of {} by {}, and pictures are taken as they are."
_MEND: Final = "It was not loaded."
_LONGEST: Final = 200
"""Characters of what is told of a stranger's text."""
_LARGEST_DIVISOR: Final = 4096


@dataclass(frozen=True, slots=True)
class Understood:
    """``weights`` lie in the checkpoint and have the names of the network here."""

    description: Description
    weights: Stored


@dataclass(frozen=True, slots=True)
class Opened:
    """``path`` was asked for; ``source`` is the folder around the ``checkpoint``, None where that is alone."""

    path: Path
    source: Trained | None
    checkpoint: Path
    header: Header


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for what is no nnU-Net of pictures, whole and in order."""
    from segstudio.models.loaders.loaded import assemble

    opened = _opened(path)
    found = _understood(opened)
    return assemble(opened.checkpoint, "nnunet", found.description, found.weights)


def inspect(found: Inspection) -> Inspection:
    """Add what plans, data set and the header of the checkpoint tell."""
    opened = _opened(found.file)
    found = replace(found, executes=tuple(executed(opened.header)), within="network_weights")
    try:
        said = _understood(opened)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return fitted(counted(found, said.weights), said.description, said.weights)


def _opened(path: Path) -> Opened:
    source = trained(path) if path.is_dir() or (path.parent.parent / PLANS).is_file() else None
    checkpoint = path if source is None else source.checkpoint
    if sniff(checkpoint) != "state_dict":
        raise UnreadableFile(checkpoint, "it is no checkpoint", _MEND)
    return Opened(path, source, checkpoint, read_header_of(checkpoint))


def _understood(opened: Opened) -> Understood:
    """Tell network, classes and preprocessing; raises ``UnreadableFile``."""
    content = weights_of(opened.checkpoint, opened.header)
    said: Mapping[str, Any] = opened.header.content
    try:
        arguments = said["init_args"]
        plans = opened.source.plans if opened.source else arguments["plans"]
        dataset = opened.source.dataset if opened.source else arguments["dataset_json"]
        plan = planned(plans, arguments["configuration"])
        stages = len(str(plan.options["features"]).split())
        weights = translated(content.weights, keys(bool(plan.options["residual"]), stages))
        description = _described(plan, dataset, said, opened.source)
    except OtherPlan as error:
        raise UnreadableFile(opened.path, str(error), _MEND) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        fault = f"its plans are not as nnU-Net writes them ({repr(error)[:_LONGEST]})"
        raise UnreadableFile(opened.path, fault, _MEND) from error
    return Understood(with_sidecar(opened.path, description), weights)


def _described(
    plan: Planned, dataset: Mapping[str, Any], said: Mapping[str, Any], source: Trained | None
) -> Description:
    schema = schema_of(dataset)
    channels = len(dataset.get("channel_names") or dataset["modality"])
    if channels != len(plan.schemes):
        raise OtherPlan(f"its data set has {channels} channels, and its plan {len(plan.schemes)}")
    spaced = any(side != 1 for side in plan.spacing)
    return Description(
        "nnunet",
        {"classes": len(schema.scored), "in_channels": channels, **plan.options},
        schema,
        prepared(plan.schemes, _divisor(str(plan.options["strides"]))),
        training=_record(said, source),
        family="nnU-Net",
        notes=(_WHOLE, *([_SPACING.format(*plan.spacing)] if spaced and len(plan.spacing) == 2 else [])),
    )


def _divisor(strides: str) -> int:
    down = across = 1
    for step in strides.split():
        first, _, second = step.partition("x")
        down, across = down * int(first), across * int(second or first)
    if not 0 < (found := lcm(down, across)) <= _LARGEST_DIVISOR:
        raise OtherPlan("its strides make pictures smaller by more than any network does")
    return found


def _record(said: Mapping[str, Any], source: Trained | None) -> dict[str, Any]:
    """Return what a person may want to know of the training."""
    folds = {} if source is None else {"fold": source.checkpoint.parent.name, "folds": len(source.folds)}
    facts = {"trainer": said.get("trainer_name"), "epochs": said.get("current_epoch"), **folds}
    return {name: value for name, value in facts.items() if isinstance(value, str | int)}
