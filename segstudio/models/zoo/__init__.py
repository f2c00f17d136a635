"""The architectures that can be built. Data only: torch is imported by the first that is built."""

from typing import NamedTuple


class Architecture(NamedTuple):
    line: str
    build: str
    """``module:function``; the function takes the configuration as keywords and returns a ``torch.nn.Module``."""


ARCHITECTURES: dict[str, Architecture] = {
    "unet": Architecture("U-Net, 2015, padded convolutions with batch normalisation", "segstudio.models.zoo.unet:unet"),
}
