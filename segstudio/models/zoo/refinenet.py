"""RefineNet: Lin, Milan, Shen and Reid, "RefineNet: Multi-path refinement networks for high-resolution semantic
segmentation", CVPR 2017.
"""

from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones import build_backbone
from segstudio.models.layers.conv import conv
from segstudio.models.layers.refine import ChainedResidualPooling, ResidualConvUnit
from segstudio.models.layers.sizes import resized

WIDTH, COARSEST = 256, 512
"""Channels of the blocks, and of the one upon the coarsest features."""


class RefineNetBlock(nn.Module):
    """Features of one stage, adapted, joined with those of the coarser block, pooled and refined: figure 3 (a).

    The sums of the multi-resolution fusion stand at the resolution of ``features``. The coarsest block has nothing to
    join; its result and that of the next are brought to ``WIDTH`` channels for the block that follows.
    """

    def __init__(self, in_channels: int, width: int, joins: bool, ends: bool) -> None:
        super().__init__()
        self.reduce = conv(in_channels, width)
        self.adapt = nn.Sequential(ResidualConvUnit(width), ResidualConvUnit(width))
        self.join = conv(width, width) if joins else nn.Identity()
        self.pool = ChainedResidualPooling(width)
        self.refine = nn.Sequential(*(ResidualConvUnit(width) for _ in range(3)))
        self.widen = nn.Identity() if ends else conv(width, WIDTH)

    def forward(self, features: Tensor, coarser: Tensor | None = None) -> Tensor:
        found = self.join(self.adapt(self.reduce(features)))
        if coarser is not None:
            found = found + resized(coarser, found, align_corners=True)
        refined: Tensor = self.widen(self.refine(self.pool(functional.relu(found))))
        return refined


class RefineNet(nn.Module):
    """Four blocks from coarse to fine over a ResNet (figure 2 (c)), and scores at stride 4."""

    def __init__(self, in_channels: int, classes: int, backbone: str = "resnet101") -> None:
        super().__init__()
        self.backbone = build_backbone(backbone, in_channels)
        _, first, second, third, fourth = self.backbone.channels
        self.refine1 = RefineNetBlock(fourth, COARSEST, joins=False, ends=False)
        self.refine2 = RefineNetBlock(third, WIDTH, joins=True, ends=False)
        self.refine3 = RefineNetBlock(second, WIDTH, joins=True, ends=False)
        self.refine4 = RefineNetBlock(first, WIDTH, joins=True, ends=True)
        self.classifier = conv(WIDTH, classes, bias=True)
        self.drop = nn.Dropout()

    def forward(self, image: Tensor) -> Tensor:
        first, second, third, fourth = self.backbone(image, (1, 2, 3, 4))
        found = self.refine1(self.drop(fourth))
        found = self.refine2(self.drop(third), found)
        found = self.refine3(second, found)
        found = self.refine4(first, found)
        return resized(self.classifier(self.drop(found)), image, align_corners=True)
