"""What is told of the sizes that networks grow an image to is what they do."""

import pytest
import torch
from torch import nn

from segstudio.models.references import Option
from segstudio.models.zoo import ARCHITECTURES, build_network
from segstudio.models.zoo.multiples import multiple_of

SIZE = (235, 301)
VARIANTS = [
    pytest.param(name, dict(variant.options), id=f"{name} {' '.join(map(str, variant.options.values()))}")
    for name, entry in ARCHITECTURES.items()
    if not entry.instances and name != "nnunet"
    for variant in entry.variants
]
GROWN_OTHERWISE = {("pspnet", 8), ("deeplabv3plus", 16)}
"""Where sides become k * n + 1, with n."""


def entered(network: nn.Module) -> tuple[int, int]:
    """Return the size (height, width) that an image of ``SIZE`` has where the first layer takes it."""
    sizes: list[tuple[int, int]] = []
    first = next(m for m in network.modules() if isinstance(m, nn.Conv2d))
    first.register_forward_pre_hook(lambda _, given: sizes.append((given[0].shape[-2], given[0].shape[-1])))
    network.eval()(torch.empty((1, 3, *SIZE), device="meta"))
    return sizes[0]


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_a_network_grows_images_to_the_multiples_that_are_told_of_it(name: str, options: dict[str, Option]) -> None:
    with torch.device("meta"):
        network = build_network(name, 3, 21, **options)
    multiple = multiple_of(name, options)
    assert multiple is not None
    wanted = (SIZE[0] + -SIZE[0] % multiple, SIZE[1] + -SIZE[1] % multiple)
    found = entered(network)
    if options.get("valid"):
        assert multiple == 1
    elif multiple == 1 and found != SIZE:
        assert any(all(side % n == 1 for side in found) for known, n in GROWN_OTHERWISE if known == name)
    else:
        assert found == wanted
