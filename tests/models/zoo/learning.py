"""Two images to learn by heart: what every architecture must be able to."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.zoo.auxiliary import AuxiliaryNetwork


def two_images(side: int) -> tuple[Tensor, Tensor]:
    """Return (2, 3, side, side) float and (2, side, side) int64: a square, and a half plane, in noise."""
    generator = torch.Generator().manual_seed(0)
    truth = torch.zeros(2, side, side, dtype=torch.int64)
    truth[0, side // 8 : side // 2, side // 4 : side * 7 // 8] = 1
    truth[1, :, : side // 2] = 1
    images = truth[:, None] * 2.0 - 1 + 0.3 * torch.randn(2, 3, side, side, generator=generator)
    return images, truth


def overfit(
    network: nn.Module, *, side: int = 32, steps: int = 30, rate: float = 3e-3, noisy: int = 20
) -> tuple[float, float, float]:
    """Train on two images; return the first loss, the last, and the IoU of class 1 that ``eval`` mode reaches.

    The first ``noisy`` steps have dropout and normalise by the batch; in the others the network is as it will be in
    use, for two images are few to estimate averages from. For the same reason those of normalisation follow fast.
    """
    torch.manual_seed(0)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 0.5
    images, truth = two_images(side)
    optimizer = torch.optim.Adam(network.parameters(), rate)
    losses = []
    for step in range(steps):
        network.train(step < noisy)
        loss = learning_loss(network, images, truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    with torch.inference_mode():
        found = network.eval()(images).argmax(1) == 1
    truth_is = truth == 1
    return losses[0], losses[-1], float((found & truth_is).sum() / (found | truth_is).sum())


def learning_loss(network: nn.Module, images: Tensor, truth: Tensor) -> Tensor:
    """Return cross entropy, and that of an auxiliary head."""
    if not isinstance(network, AuxiliaryNetwork):
        return functional.cross_entropy(network(images), truth)
    logits, auxiliary = network.with_auxiliary(images)
    loss = functional.cross_entropy(logits, truth)
    if auxiliary is not None:
        loss = loss + network.AUXILIARY_WEIGHT * functional.cross_entropy(auxiliary, truth)
    return loss
