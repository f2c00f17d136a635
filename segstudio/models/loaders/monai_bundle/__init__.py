"""MONAI bundles of pictures. Their configuration is a program and is never run: of it only names that are known here
and literal values are taken. The network is built by the package monai.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.late import absent_extra
from segstudio.models.description import Description
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.monai_bundle.bundle import Bundle, opened
from segstudio.models.loaders.monai_bundle.config import PACKAGE, WHAT, Network, OtherBundle, network_of
from segstudio.models.loaders.monai_bundle.pictures import Prepared, prepared, schema_of
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff import sniff
from segstudio.models.loaders.state_dict import executed, read_header_of, weights_of
from segstudio.models.loaders.stored import Header
from segstudio.models.loaders.weights_inspection import counted

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

_MEND: Final = "It was not loaded."
_LONGEST: Final = 200
"""Characters of what is told of a stranger's text."""


@dataclass(frozen=True, slots=True)
class Understood:
    network: Network
    prepared: Prepared
    description: Description


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for what is no bundle of pictures, and ``SegstudioError`` without the package monai."""
    with opened(path) as bundle:
        said, header = _understood(bundle), _header(bundle)
        content = weights_of(bundle.weights, header)

        from segstudio.models.loaders.loaded import Loaded, check_runnable
        from segstudio.models.loaders.monai_bundle.network import ColumnsFirst, build, filled, matched
        from segstudio.models.programs import Program
        from segstudio.models.segmenter import LoadStep
        from segstudio.models.sides import Sides

        _check(path, said, check_runnable)
        yield LoadStep("Importing monai", 0, 0)
        network = build(path, said.network, content.weights)
        yield from filled(bundle.weights, network, matched(path, network, content))
    preprocess = said.description.preprocess
    run = ColumnsFirst(network) if said.prepared.columns_first else network
    classes = said.description.config["classes"]
    assert isinstance(classes, int)
    program = Program(run, "logits", classes, Sides(said.network.size and preprocess.size, preprocess.divisor))
    yield Loaded("monai", program, said.description)


def inspect(found: Inspection) -> Inspection:
    """Add what metadata, configuration and the header of the weights tell; the package is not imported."""
    with opened(found.file) as bundle:
        header = _header(bundle)
        found = replace(found, executes=tuple(executed(header)))
        try:
            said = _understood(bundle)
            content = weights_of(bundle.weights, header)
        except UnreadableFile as error:
            return replace(found, reason=error.sentence())
    missing = absent_extra(PACKAGE, PACKAGE, WHAT)
    return replace(counted(found, content.weights), description=said.description, reason=missing)


def _header(bundle: Bundle) -> Header:
    if sniff(bundle.weights) != "state_dict":
        raise UnreadableFile(bundle.weights, "it is no state dict", "Save model.state_dict().")
    return read_header_of(bundle.weights)


def _understood(bundle: Bundle) -> Understood:
    """Tell network, preprocessing and classes; raises ``UnreadableFile``."""
    try:
        network = network_of(bundle.config)
        pictures = prepared(bundle.metadata, bundle.config, network)
        schema, classes, named = schema_of(bundle.metadata, bundle.config)
        channels = pictures.preprocess.channels
        for key, number in (("in_channels", channels), ("out_channels", classes)):
            if network.arguments.get(key, number) != number:
                raise OtherBundle(f"its metadata has {number} as {key}, and its network {network.arguments[key]}")
    except OtherBundle as error:
        raise UnreadableFile(bundle.path, str(error), _MEND) from error
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration, ArithmeticError) as error:
        raise UnreadableFile(
            bundle.path, f"its metadata is not as MONAI writes it ({repr(error)[:_LONGEST]})", _MEND
        ) from error
    assumed = {"classes": not named, "preprocess": bool(pictures.unknown)}
    description = Description(
        network.name,
        {"classes": classes, "in_channels": channels},
        schema,
        pictures.preprocess,
        training={
            "bundle": str(bundle.metadata.get("name", ""))[:_LONGEST],
            "version": str(bundle.metadata.get("version", ""))[:_LONGEST],
        },
        assumed=tuple(name for name, is_assumed in assumed.items() if is_assumed),
        family="MONAI",
        notes=tuple(_notes(pictures)),
    )
    return Understood(network, pictures, with_sidecar(bundle.path, description))


def _notes(pictures: Prepared) -> list[str]:
    found = ["The whole picture is seen at once, without sliding windows."]
    if pictures.columns_first:
        found.append("Its network sees pictures with x before y, as MONAI's readers give them; this is done here too.")
    if pictures.unknown:
        found.append(f"Not done here of its preprocessing: {', '.join(pictures.unknown)}.")
    return found


def _check(path: Path, said: Understood, check_runnable: Callable[[Description], None]) -> None:
    try:
        check_runnable(said.description)
    except ValueError as error:
        raise UnreadableFile(path, str(error), _MEND) from error
