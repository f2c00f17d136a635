"""Batch normalisation that does not learn."""

import torch
from torch import Tensor, nn


class FrozenBatchNorm2d(nn.Module):
    """Normalise by statistics and scale as loaded, in training too: He 2016 (ResNet), appendix A.

    ``eps`` belongs to the weights: 1e-5 for those of ImageNet, 0 for the published Mask R-CNN of torchvision, whose
    variances were stored with it added. Keys are those of ``nn.BatchNorm2d`` without the count of batches.
    """

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(channels))
        self.register_buffer("bias", torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, features: Tensor) -> Tensor:
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return features * scale.view(-1, 1, 1) + shift.view(-1, 1, 1)


def freeze_norms(network: nn.Module, eps: float) -> None:
    """Put a frozen normalisation in the place of each ``nn.BatchNorm2d`` within a network."""
    for name, child in network.named_children():
        if isinstance(child, nn.BatchNorm2d):
            network.add_module(name, FrozenBatchNorm2d(child.num_features, eps))
        else:
            freeze_norms(child, eps)
