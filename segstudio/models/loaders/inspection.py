"""What a model file is, told by its header; no weight is read, and nothing in the file runs."""

from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.description import Description
from segstudio.models.loaders import LOADERS, refusal
from segstudio.models.loaders.pickles import Call
from segstudio.models.loaders.safetensors_file import description_of, read_safetensors
from segstudio.models.loaders.sniff import sniff
from segstudio.models.loaders.state_dict import executed, read_header_of, understand, weights_of
from segstudio.models.loaders.stored import Header, Stored
from segstudio.models.loaders.torch_files import read_plain_pickle

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


@dataclass(frozen=True, slots=True)
class Inspection:
    """``reason`` says why a file cannot be loaded, with the way out; None where it can be.

    ``format`` is a name from ``LOADERS``, None for what is no model. ``executes`` is what opening the file with another
    program could run. ``missing`` and ``unexpected`` are tensors that do not fit the architecture, by its names.
    ``parameters`` counts what is learnt; ``within`` is where the weights were found: the keys that led to them, and the
    prefix of their names. Without ``description`` nothing is known of the network.
    """

    file: Path
    format: str | None = None
    description: Description | None = None
    tensors: int = 0
    parameters: int = 0
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    executes: tuple[str, ...] = ()
    within: str = ""
    reason: str | None = None


def inspect(path: Path) -> Inspection:
    """Tell what a file is; raises ``UnreadableFile`` where there is no file or folder of that name."""
    if not path.exists():
        raise UnreadableFile(path, "there is no such file", "Choose a model file.")
    found = Inspection(path)
    try:
        found = replace(found, format=sniff(path))
        return _inspected(found)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())


def _inspected(found: Inspection) -> Inspection:
    path, format = found.file, found.format or ""
    if format == "pickle":
        found = replace(found, executes=read_plain_pickle(path).imports)
    if LOADERS[format].load is None:
        return replace(found, reason=refusal(path, format).sentence())
    header = read_header_of(path) if format == "state_dict" else read_safetensors(path)
    found = replace(found, executes=tuple(executed(header)))
    if isinstance(header.content, Call):
        found = replace(found, format="pickle")
    try:
        return _own(found, header) if format == "segstudio" else _foreign(found, header)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())


def _own(found: Inspection, header: Header) -> Inspection:
    counted = _counted(found, header.content)
    try:
        return _fitted(counted, description_of(found.file, header), header.content)
    except UnreadableFile as error:
        return replace(counted, reason=error.sentence())


def _foreign(found: Inspection, header: Header) -> Inspection:
    content = weights_of(found.file, header)
    within = " ".join(filter(None, (*content.within, content.prefix)))
    found = replace(_counted(found, content.weights), within=within)
    try:
        understood = understand(found.file, content)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return _fitted(found, understood.description, understood.found.weights)


def _counted(found: Inspection, weights: Stored) -> Inspection:
    learnt = sum(tensor.count for name, tensor in weights.items() if not name.endswith(_STATISTICS))
    return replace(found, tensors=len(weights), parameters=learnt)


def _fitted(found: Inspection, description: Description, weights: Stored) -> Inspection:
    """Hold the weights against the network, which is built without memory."""
    import torch

    from segstudio.models.loaders.loaded import another_architecture, built, check_runnable, fit

    found = replace(found, description=description)
    try:
        with torch.device("meta"):
            network = built(description)
    except (TypeError, ValueError) as error:
        return replace(found, reason=f"No network can be built from it: {error}.")
    fits = fit(network, weights)
    found = replace(found, missing=tuple(fits.missing), unexpected=tuple(fits.unexpected))
    if misfits := fits.misfits():
        reason = another_architecture(found.file, f"{description.architecture} lacks or differs in {listed(misfits)}")
        return replace(found, reason=reason.sentence())
    found = replace(found, parameters=sum(parameter.numel() for parameter in network.parameters()))
    try:
        check_runnable(description)
    except ValueError as error:
        return replace(found, reason=f"It is understood, but not run here: {error}.")
    return found
