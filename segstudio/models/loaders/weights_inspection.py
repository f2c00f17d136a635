"""What files of weights are, told by their headers."""

from collections.abc import Callable
from dataclasses import replace

from segstudio.core.errors import UnreadableFile
from segstudio.core.late import imported
from segstudio.models.description import Description
from segstudio.models.loaders import refusal
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.pickles import Call
from segstudio.models.loaders.safetensors_file import description_of, read_safetensors
from segstudio.models.loaders.state_dict import executed, is_nnunet, read_header_of, understand, weights_of
from segstudio.models.loaders.stored import Header, Stored
from segstudio.models.loaders.torch_files import read_plain_pickle
from segstudio.models.loaders.unfit import unfit

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def inspect_own(found: Inspection) -> Inspection:
    """Add what a file of ours tells of itself."""
    header = read_safetensors(found.file)
    found = counted(found, header.content)
    try:
        return fitted(found, description_of(found.file, header), header.content)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())


def inspect_archive(found: Inspection) -> Inspection:
    """Add what is told by the names and shapes of an archive of torch."""
    header = read_header_of(found.file)
    if is_nnunet(header):
        inspect: Callable[[Inspection], Inspection] = imported("segstudio.models.loaders.nnunet:inspect")
        return inspect(replace(found, format="nnunet"))
    return _foreign(found, header)


def inspect_safetensors(found: Inspection) -> Inspection:
    """Add what is told by the names and shapes of a safetensors file."""
    return _foreign(found, read_safetensors(found.file))


def inspect_pickle(found: Inspection) -> Inspection:
    """Add what a pickle would import; it is refused."""
    return replace(
        found, executes=read_plain_pickle(found.file).imports, reason=refusal(found.file, "pickle").sentence()
    )


def _foreign(found: Inspection, header: Header) -> Inspection:
    found = replace(found, executes=tuple(executed(header)))
    if isinstance(header.content, Call):
        found = replace(found, format="pickle")
    try:
        return _recognised(found, header)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())


def _recognised(found: Inspection, header: Header) -> Inspection:
    content = weights_of(found.file, header)
    within = " ".join(filter(None, (*content.within, content.prefix)))
    found = replace(counted(found, content.weights), within=within)
    try:
        understood = understand(found.file, content)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return fitted(counted(found, understood.weights), understood.description, understood.found.weights)


def counted(found: Inspection, weights: Stored) -> Inspection:
    """Add how many tensors and learnt numbers there are."""
    learnt = sum(tensor.count for name, tensor in weights.items() if not name.endswith(_STATISTICS))
    return replace(found, tensors=len(weights), parameters=learnt)


def fitted(found: Inspection, description: Description, weights: Stored) -> Inspection:
    """Hold the weights against the network, which is built without memory."""
    import torch

    from segstudio.models.loaders.loaded import built, check_runnable, fit

    found = replace(found, description=description)
    try:
        with torch.device("meta"):
            network = built(description)
    except (TypeError, ValueError) as error:
        return replace(found, reason=f"No network can be built from it: {error}.")
    fits = fit(network, weights)
    found = replace(found, missing=tuple(fits.missing), unexpected=tuple(fits.unexpected))
    if fits.misfits():
        return replace(found, reason=unfit(found.file, description, fits).sentence())
    found = replace(found, parameters=sum(parameter.numel() for parameter in network.parameters()))
    try:
        check_runnable(description)
    except ValueError as error:
        return replace(found, reason=f"It is understood, but not run here: {error}.")
    return found
