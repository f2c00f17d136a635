"""DeconvNet: Noh, Hong and Han, "Learning deconvolution network for semantic segmentation", ICCV 2015."""

from torch import Tensor, nn

from segstudio.models.backbones.vgg import STAGES, VGG16
from segstudio.models.layers.deconv import DeconvBNReLU
from segstudio.models.layers.sizes import cropped, padded
from segstudio.models.layers.unpooling import decoded, encoded, mirrored_stages

SIDE = 224
"""What the network sees in the paper; here the smallest that it is given."""
HIDDEN = 4096


class DeconvNet(nn.Module):
    """VGG-16 with its fully connected layers, and its mirror image of unpooling and deconvolution (figure 2).

    Another size than 224 x 224 is padded to a multiple of 32 from there on, and goes through convolutionally; the paper
    cuts out the objects and scales each to 224 x 224.
    """

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        first, last = STAGES[0][1], STAGES[-1][1]
        self.encoder = VGG16(in_channels, batch_norm=True)
        self.fc6 = nn.Sequential(nn.Conv2d(last, HIDDEN, 7), nn.BatchNorm2d(HIDDEN), nn.ReLU(inplace=True))
        self.fc7 = nn.Sequential(nn.Conv2d(HIDDEN, HIDDEN, 1), nn.BatchNorm2d(HIDDEN), nn.ReLU(inplace=True))
        self.fc6_deconv = DeconvBNReLU(HIDDEN, last, kernel=7, padding=0)
        self.decoder = nn.ModuleList(mirrored_stages(STAGES, DeconvBNReLU))
        self.score = nn.Conv2d(first, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        grown = padded(image, 32, at_least=SIDE)
        found, taken = encoded(grown, (layers for layers, _ in self.encoder.stages()))
        found = self.fc6_deconv(self.fc7(self.fc6(found)))
        return cropped(self.score(decoded(found, self.decoder, taken)), image)
