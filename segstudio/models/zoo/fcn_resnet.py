"""FCN over a dilated ResNet, as torchvision has it: the plainest head on a backbone of output stride 8."""

from torch import Tensor

from segstudio.models.backbones import build_backbone
from segstudio.models.layers.fcn_head import FCNHead
from segstudio.models.layers.sizes import resized
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork


class FCNResNet(AuxiliaryNetwork):
    """Names of modules as in torchvision. ``auxiliary`` adds a head upon the third stage."""

    def __init__(
        self,
        in_channels: int,
        classes: int,
        backbone: str = "resnet50",
        output_stride: int = 8,
        auxiliary: bool = False,
    ) -> None:
        super().__init__()
        self.backbone = build_backbone(backbone, in_channels, output_stride)
        *_, third, last = self.backbone.channels
        self.classifier = FCNHead(last, last // 4, classes)
        self.aux_classifier = FCNHead(third, third // 4, classes) if auxiliary else None

    def forward(self, image: Tensor) -> Tensor:
        return resized(self.classifier(*self.backbone(image, (4,))), image, align_corners=False)

    def with_auxiliary(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        third, last = self.backbone(image, (3, 4))
        logits = resized(self.classifier(last), image, align_corners=False)
        if self.aux_classifier is None:
            return logits, None
        return logits, resized(self.aux_classifier(third), image, align_corners=False)
