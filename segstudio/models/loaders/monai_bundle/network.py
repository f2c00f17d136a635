"""Networks of MONAI, built by its own package from literal arguments, with the weights of a bundle."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.budget import TooLarge, bounded
from segstudio.models.loaders.loaded import TensorReader, fit
from segstudio.models.loaders.monai_bundle.config import PACKAGE, WHAT, Network
from segstudio.models.loaders.stored import Stored
from segstudio.models.loaders.torch_extras import imported_on_torch
from segstudio.models.loaders.unwrapping import Unwrapped
from segstudio.models.segmenter import LoadStep


class ColumnsFirst(nn.Module):
    """A network that sees pictures with x before y, for those that have y first: (N, C, H, W) in, the same out."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.inner = network

    def forward(self, pixels: Tensor) -> Any:
        found = self.inner(pixels.transpose(-1, -2))
        found = found[0] if isinstance(found, list | tuple) else found
        return found.transpose(-1, -2)


def build(path: Path, said: Network, stored: Stored) -> nn.Module:
    """Build a network with random weights; raises ``UnreadableFile`` where it cannot be, or is larger than its file."""
    nets = imported_on_torch(f"{PACKAGE}.networks.nets", PACKAGE, WHAT)
    try:
        with bounded(len(stored), sum(tensor.count for tensor in stored.values())):
            network: nn.Module = getattr(nets, said.name)(**said.arguments)
    except TooLarge as error:
        raise UnreadableFile(path, str(error), "It was not loaded.") from error
    except Exception as error:  # whatever MONAI raises for arguments that it does not take, or a package that it lacks
        raise UnreadableFile(path, f"MONAI cannot build its {said.name}: {error}", "It was not loaded.") from error
    return network.eval()


def matched(path: Path, network: nn.Module, content: Unwrapped) -> Stored:
    """Return the weights by the network's names, which may have the prefix, or a part; raises ``UnreadableFile``."""
    parts = content.prefix.split(".")
    prefixes = [".".join(parts[i:]) for i in range(len(parts))]
    for prefix in prefixes:
        named = {f"{prefix}{name}": tensor for name, tensor in content.weights.items()}
        fits = fit(network, named)
        if not fits.misfits():
            return named
    detail = listed(fit(network, content.weights).misfits())
    raise UnreadableFile(path, f"its weights are not of the network that it describes ({detail})", "It was not loaded.")


def filled(path: Path, network: nn.Module, stored: Stored) -> Generator[LoadStep, None, None]:
    """Read the weights into a network, tensor by tensor; raises ``UnreadableFile``."""
    found: dict[str, Tensor] = {}
    try:
        with path.open("rb") as file:
            reader = TensorReader(file)
            for number, (name, tensor) in enumerate(sorted(stored.items(), key=lambda entry: entry[1].position)):
                found[name] = reader.read(tensor)
                yield LoadStep("Reading weights", number + 1, len(stored))
    except (OSError, EOFError) as error:
        raise UnreadableFile(path, "it ends within its weights", "Copy or download it again.") from error
    network.load_state_dict(found, strict=False)  # counts of batches may be missing
