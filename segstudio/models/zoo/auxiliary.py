"""Networks that are also judged, while they learn, by what an earlier stage can already tell."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class AuxiliaryNetwork(nn.Module, ABC):
    """A network with a second head: its loss is added with ``AUXILIARY_WEIGHT`` (PSPNet, section 3.3)."""

    AUXILIARY_WEIGHT = 0.4

    @abstractmethod
    def with_auxiliary(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the logits and those of the auxiliary head, both (N, classes, H, W); None where it was built without.

        ``forward`` gives the first alone, and does not compute the second.
        """
