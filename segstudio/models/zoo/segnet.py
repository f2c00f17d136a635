"""SegNet: Badrinarayanan, Kendall and Cipolla, "SegNet: A deep convolutional encoder-decoder architecture for image
segmentation", PAMI 2017 (arXiv 2015).
"""

from functools import partial
from itertools import pairwise

from torch import Tensor, nn

from segstudio.models.backbones.vgg import STAGES, VGG16
from segstudio.models.layers.conv import ConvNorm, conv
from segstudio.models.layers.unpooling import decoded, encoded, mirrored_stages


class SegNet(nn.Module):
    """VGG-16 with batch normalisation, and its mirror image, which unpools by the indices (figure 2).

    Every convolution has a bias; the last gives the classes, without normalisation.
    """

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.encoder = VGG16(in_channels, batch_norm=True)
        stages = mirrored_stages(STAGES, partial(ConvNorm, bias=True))
        stages[-1][-1] = conv(STAGES[0][1], classes, bias=True)
        self.decoder = nn.ModuleList(stages)

    def forward(self, image: Tensor) -> Tensor:
        found, taken = encoded(image, (layers for layers, _ in self.encoder.stages()))
        return decoded(found, self.decoder, taken)


class SegNetBasic(nn.Module):
    """The small one, for analysis (section 3.1): four times 64 channels of 7x7, and no ReLU in the decoder."""

    WIDTH, DEPTH, KERNEL = 64, 4, 7

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        widths = [in_channels, *[self.WIDTH] * self.DEPTH]
        self.norm = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)
        self.encoder = nn.ModuleList(ConvNorm(a, b, self.KERNEL, bias=True) for a, b in pairwise(widths))
        self.decoder = nn.ModuleList(
            nn.Sequential(conv(self.WIDTH, self.WIDTH, self.KERNEL, bias=True), nn.BatchNorm2d(self.WIDTH))
            for _ in range(self.DEPTH)
        )
        self.classifier = nn.Conv2d(self.WIDTH, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        found, taken = encoded(self.norm(image), self.encoder)
        logits: Tensor = self.classifier(decoded(found, self.decoder, taken))
        return logits
