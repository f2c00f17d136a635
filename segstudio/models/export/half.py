"""Networks that are stored in half the bytes."""

import torch
from torch import Tensor, nn

from segstudio.models.export.tree import planted
from segstudio.models.loaders.segstudio import in_half


class HalfStored(nn.Module):
    """A network whose real numbers are kept as float16, where they can be, and computed with as float32."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self._network, self._names = [network], []  # in a list, so that its weights are not its own
        for name, tensor in network.state_dict().items():
            kept = in_half(tensor) if tensor.is_floating_point() else tensor
            planted(self, name, kept.contiguous())
            self._names.append(name)

    def forward(self, image: Tensor) -> Tensor:
        stored = {name: self.get_buffer(name) for name in self._names}
        weights = {name: each.float() if each.is_floating_point() else each for name, each in stored.items()}
        found: Tensor = torch.func.functional_call(self._network[0], weights, (image,))
        return found
