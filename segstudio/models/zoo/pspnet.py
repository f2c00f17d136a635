"""PSPNet: Zhao, Shi, Qi, Wang and Jia, "Pyramid scene parsing network", CVPR 2017."""

from typing import Final

from torch import Tensor, nn

from segstudio.models.backbones.resnet import resnet
from segstudio.models.layers.fcn_head import FCNHead
from segstudio.models.layers.pyramid_pooling import PyramidPooling
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork

BINS: Final = (1, 2, 3, 6)
HIDDEN, AUXILIARY = 512, 256
"""Channels within the head, and within the auxiliary one."""


class PSPNet(AuxiliaryNetwork):
    """A dilated ResNet with a deep stem, pyramid pooling, and a head (figure 3); modules as in the authors' PyTorch.

    An image is padded to 8 k + 1 pixels, at which the corners of all feature maps lie upon one another.
    ``finest_first`` orders the levels of the pyramid as the authors' Caffe network does. ``auxiliary`` adds a head
    upon the third stage. Without ``align_corners`` it is the network of CSAILVision: sides are multiples of 8, the
    first block of a dilated stage keeps the dilation before it, and the auxiliary head is twice as wide.
    """

    def __init__(
        self,
        in_channels: int,
        classes: int,
        backbone: str = "resnet50",
        auxiliary: bool = False,
        finest_first: bool = False,
        align_corners: bool = True,
    ) -> None:
        super().__init__()
        self.align_corners = align_corners
        self.backbone = resnet(backbone, in_channels, 8, deep_stem=True, dilate_first=align_corners)
        *_, third, last = self.backbone.channels
        self.ppm = PyramidPooling(last, BINS[::-1] if finest_first else BINS, align_corners=align_corners)
        self.cls = FCNHead(self.ppm.out_channels, HIDDEN, classes, nn.Dropout2d(0.1))
        hidden = AUXILIARY if align_corners else 2 * AUXILIARY
        self.aux = FCNHead(third, hidden, classes, nn.Dropout2d(0.1)) if auxiliary else None

    def forward(self, image: Tensor) -> Tensor:
        grown = padded(image, 8, plus=int(self.align_corners))
        return self._logits(self.cls(self.ppm(*self.backbone(grown, (4,)))), grown, image)

    def with_auxiliary(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        grown = padded(image, 8, plus=int(self.align_corners))
        third, last = self.backbone(grown, (3, 4))
        logits = self._logits(self.cls(self.ppm(last)), grown, image)
        return logits, None if self.aux is None else self._logits(self.aux(third), grown, image)

    def _logits(self, scores: Tensor, grown: Tensor, image: Tensor) -> Tensor:
        return cropped(resized(scores, grown, align_corners=self.align_corners), image)
