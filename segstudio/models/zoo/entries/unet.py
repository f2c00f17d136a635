"""U-Net."""

from segstudio.models.zoo.entries import Architecture, Variant

UNET = {
    "unet": Architecture(
        "U-Net",
        'Ronneberger, Fischer and Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015',
        2015,
        "segstudio.models.zoo.unet:unet",
        (Variant({}, 31_038_933, 193.3, 1),),
    )
}
