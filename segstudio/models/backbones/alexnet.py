"""AlexNet: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional networks", NIPS 2012."""

from torch import nn

from segstudio.models.layers.conv import start_as_he


class AlexNet(nn.Sequential):
    """The five convolutions, at stride 32; (N, in_channels, H, W) float to (N, 256, h, w).

    Their halves in two groups are those of the paper's two GPUs; pooling comes before normalisation, as in Caffe's
    reference network, upon which FCN was built. It has no feature map at stride 2, and so is no ``Backbone``.
    """

    def __init__(self, in_channels: int = 3, first_padding: int = 0) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 96, 11, stride=4, padding=first_padding)
        self.relu1 = nn.ReLU(inplace=True)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.norm1 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.relu2 = nn.ReLU(inplace=True)
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.norm2 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.relu3 = nn.ReLU(inplace=True)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.relu4 = nn.ReLU(inplace=True)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.relu5 = nn.ReLU(inplace=True)
        self.pool5 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        start_as_he(self)
