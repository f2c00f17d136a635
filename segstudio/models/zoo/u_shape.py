"""What the forms of U-Net share: the way down, the way up, and the copies from the one to the other."""

import torch
from torch import Tensor, nn

from segstudio.models.layers.sizes import cropped


class UShape(nn.Module):
    """``encoder`` and ``decoder`` have a module a level; ``pool`` halves, and each of ``up`` doubles: figure 1."""

    encoder: nn.ModuleList
    pool: nn.Module
    up: nn.ModuleList
    decoder: nn.ModuleList
    head: nn.Module

    def logits(self, image: Tensor) -> Tensor:
        """Return logits of an image (N, C, H, W) of which each pooling halves even sides: (N, classes, h, w)."""
        features = image
        skipped: list[Tensor] = []
        for level, encode in enumerate(self.encoder):
            features = encode(self.pool(features) if level else features)
            skipped.append(features)
        skipped.pop()
        for up, decode in zip(self.up, self.decoder, strict=True):
            features = decode(self.joined(skipped.pop(), up(features)))
        logits: Tensor = self.head(features)
        return logits

    def joined(self, skip: Tensor, features: Tensor) -> Tensor:
        """Return the middle of ``skip`` and the features in one; ``skip`` is larger where convolutions do not pad."""
        margin = (skip.shape[-1] - features.shape[-1]) // 2
        return torch.cat([cropped(skip, features, margin), features], dim=1)
