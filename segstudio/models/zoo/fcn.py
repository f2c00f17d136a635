"""FCN: Long, Shelhamer and Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015.

As the authors' Caffe networks have them, padding and crops included, so that their weights give their results.
"""

from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.alexnet import AlexNet
from segstudio.models.backbones.vgg import STAGES, VGG16
from segstudio.models.layers.conv import start_as_he
from segstudio.models.layers.deconv import BilinearDeconv
from segstudio.models.layers.sizes import cropped

HIDDEN = 4096
"""Channels of the classifier's layers."""
POOL3, POOL4, POOL5 = (width for _, width in STAGES[2:])


class Scorer(nn.Module):
    """The fully connected layers of a classifier as convolutions (section 3.1), and a score for each class.

    The scores begin at zero, so that what is added to a coarser score at first changes nothing (section 4.2).
    """

    def __init__(self, in_channels: int, classes: int, kernel: int) -> None:
        super().__init__()
        self.fc6 = nn.Conv2d(in_channels, HIDDEN, kernel)
        self.fc7 = nn.Conv2d(HIDDEN, HIDDEN, 1)
        start_as_he(self)
        self.score_fr = score(HIDDEN, classes)
        self.drop = nn.Dropout()

    def forward(self, features: Tensor) -> Tensor:
        found = self.drop(functional.relu(self.fc6(features), inplace=True))
        found = self.drop(functional.relu(self.fc7(found), inplace=True))
        result: Tensor = self.score_fr(found)
        return result


def score(in_channels: int, classes: int) -> nn.Conv2d:
    """Return a 1x1 convolution to classes that begins at zero."""
    layer = nn.Conv2d(in_channels, classes, 1)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class VGGScores(nn.Module):
    """What the three networks share: VGG-16 with 100 pixels of padding, so that any image is large enough for fc6.

    ``nearest`` stretches scores by repetition instead of deconvolving them, and without crops, as ptsemseg does.
    """

    def __init__(self, in_channels: int, classes: int, nearest: bool = False) -> None:
        super().__init__()
        self.backbone = VGG16(in_channels, first_padding=100, ceil_mode=True)
        self.scorer = Scorer(POOL5, classes, kernel=7)
        self.nearest = nearest

    def pooled(self, image: Tensor) -> list[Tensor]:
        """Return the five pooled feature maps, at strides 2 to 32."""
        found = [image]
        for layers, pool in self.backbone.stages():
            found.append(pool(layers(found[-1])))
        return found[1:]


class FCN32s(VGGScores):
    """Scores at stride 32, enlarged at once (figure 3, first row)."""

    def __init__(self, in_channels: int, classes: int, nearest: bool = False) -> None:
        super().__init__(in_channels, classes, nearest)
        if not nearest:
            self.upscore = BilinearDeconv(classes, kernel=64, stride=32)

    def forward(self, image: Tensor) -> Tensor:
        scores: Tensor = self.scorer(self.pooled(image)[-1])
        return stretched(scores, image) if self.nearest else cropped(self.upscore(scores), image, 19)


class FCN16s(VGGScores):
    """Scores at stride 32 added to those of pool4 (figure 3, second row)."""

    def __init__(self, in_channels: int, classes: int, nearest: bool = False) -> None:
        super().__init__(in_channels, classes, nearest)
        self.score_pool4 = score(POOL4, classes)
        if not nearest:
            self.upscore2 = BilinearDeconv(classes, kernel=4, stride=2)
            self.upscore16 = BilinearDeconv(classes, kernel=32, stride=16)

    def forward(self, image: Tensor) -> Tensor:
        *_, pool4, pool5 = self.pooled(image)
        fine, coarse = self.score_pool4(pool4), self.scorer(pool5)
        if self.nearest:
            return stretched(stretched(coarse, fine) + fine, image)
        coarse = self.upscore2(coarse)
        return cropped(self.upscore16(coarse + cropped(fine, coarse, 5)), image, 27)


class FCN8s(VGGScores):
    """Scores at strides 32, 16 and 8 added up (figure 3, third row).

    ``at_once`` scales pool4 and pool3 down before they are scored, which lets all three be trained together instead of
    one after the other: section 4.3 of the journal version (Shelhamer, PAMI 2017).
    """

    def __init__(self, in_channels: int, classes: int, at_once: bool = False) -> None:
        super().__init__(in_channels, classes)
        self.scale_pool4, self.scale_pool3 = (0.01, 0.0001) if at_once else (1.0, 1.0)
        self.score_pool4 = score(POOL4, classes)
        self.score_pool3 = score(POOL3, classes)
        self.upscore2 = BilinearDeconv(classes, kernel=4, stride=2)
        self.upscore_pool4 = BilinearDeconv(classes, kernel=4, stride=2)
        self.upscore8 = BilinearDeconv(classes, kernel=16, stride=8)

    def forward(self, image: Tensor) -> Tensor:
        *_, pool3, pool4, pool5 = self.pooled(image)
        found = self.upscore2(self.scorer(pool5))
        found = found + cropped(self.score_pool4(pool4 * self.scale_pool4), found, 5)
        found = self.upscore_pool4(found)
        found = found + cropped(self.score_pool3(pool3 * self.scale_pool3), found, 9)
        return cropped(self.upscore8(found), image, 31)


class FCNAlexNet(nn.Module):
    """FCN-32s over AlexNet (table 1, first column)."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.backbone = AlexNet(in_channels, first_padding=100)
        self.scorer = Scorer(256, classes, kernel=6)
        self.upscore = BilinearDeconv(classes, kernel=63, stride=32)

    def forward(self, image: Tensor) -> Tensor:
        return cropped(self.upscore(self.scorer(self.backbone(image))), image, 18)


def stretched(scores: Tensor, like: Tensor) -> Tensor:
    """Return scores at the size of ``like``, each repeated."""
    return functional.interpolate(scores, like.shape[-2:], mode="nearest")
