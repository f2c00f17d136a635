"""How programs prepare pictures for the networks whose weights they share, and where their own code says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from segstudio.models.description import Preprocess
from segstudio.models.loaders.recognition import Recognised


@dataclass(frozen=True, slots=True)
class Preparation:
    """``source`` is the repository, and the file in it, that was read. ``architecture``, ``backbone`` and ``classes``,
    where they are not empty, are those of the only networks that it is for.
    """

    family: str
    preprocess: Preprocess
    source: str
    architecture: str = ""
    backbone: str = ""
    classes: int = 0

    def fits(self, found: Recognised) -> bool:
        return (
            self.family == found.family
            and self.architecture in ("", found.architecture)
            and self.backbone in ("", found.options.get("backbone"))
            and self.classes in (0, found.options["classes"])
        )


_ONES: Final = (1.0, 1.0, 1.0)
_ZEROS: Final = (0.0, 0.0, 0.0)
_HALVES: Final = (0.5, 0.5, 0.5)
_CAFFE: Final = (104.00699, 116.66877, 122.67892)
"""The mean of ImageNet's blue, green and red as Caffe's networks take it off."""
_IMAGENET: Final = Preprocess()
_UNITS: Final = Preprocess("RGB", 255, _ZEROS, _ONES)


def _by_255(mean: tuple[float, ...]) -> Preprocess:
    """Return what takes off a mean of 0..255 and then divides by 255."""
    return Preprocess("BGR", 255, tuple(value / 255 for value in mean), _ONES)


PREPARATIONS: Final = (
    Preparation("segstudio", _IMAGENET, "the default of training here"),
    Preparation("torchvision", _IMAGENET, "pytorch/vision: transforms/_presets.py, SemanticSegmentation"),
    Preparation("smp", Preprocess("RGB", 255, _HALVES, _HALVES),
                "qubvel-org/segmentation_models.pytorch: encoders/_xception.py", backbone="xception"),
    Preparation("smp", _IMAGENET, "qubvel-org/segmentation_models.pytorch: encoders, get_preprocessing_params"),
    Preparation("VainF", _IMAGENET, "VainF/DeepLabV3Plus-Pytorch: main.py, val_transform"),
    Preparation("jfzhang95", _IMAGENET, "jfzhang95/pytorch-deeplab-xception: dataloaders/datasets/pascal.py"),
    Preparation("hszhao", _IMAGENET, "hszhao/semseg: tool/demo.py, value_scale"),
    Preparation("CSAILVision", _IMAGENET, "CSAILVision/semantic-segmentation-pytorch: mit_semseg/dataset.py"),
    Preparation("HRNet", _IMAGENET, "HRNet/HRNet-Semantic-Segmentation: lib/datasets/base_dataset.py"),
    Preparation("DrSleep", _IMAGENET, "DrSleep/refinenet-pytorch: utils/helpers.py, prepare_img"),
    Preparation("milesial", _UNITS, "milesial/Pytorch-UNet: utils/data_loading.py"),
    Preparation("wkentaro", Preprocess("BGR", 1, _CAFFE, _ONES), "wkentaro/pytorch-fcn: torchfcn/datasets/voc.py"),
    Preparation("ptsemseg", Preprocess("BGR", 1, (103.939, 116.779, 123.68), _ONES),
                "meetps/pytorch-semseg: ptsemseg/models/pspnet.py, for weights that came from Caffe", "pspnet"),
    Preparation("ptsemseg", _IMAGENET, "meetps/pytorch-semseg: ptsemseg/loader/pascal_voc_loader.py", classes=21),
    Preparation("ptsemseg", _by_255(_ZEROS), "meetps/pytorch-semseg: ptsemseg/loader/cityscapes_loader.py",
                classes=19),
    Preparation("ptsemseg", _by_255(_CAFFE), "meetps/pytorch-semseg: ptsemseg/loader/camvid_loader.py, and others"),
    Preparation("TensorFlow", Preprocess("RGB", 127.5, _ONES, _ONES),
                "tensorflow/models: research/deeplab/core/feature_extractor.py, _preprocess_zero_mean_unit_range"),
)  # fmt: skip
"""The first that fits a network is taken; the last of a family is for any."""

PREPROCESS: Final[Mapping[str, Preprocess]] = {each.family: each.preprocess for each in PREPARATIONS}
"""The usual way of each family."""


def preparation_of(found: Recognised) -> Preparation:
    """Return how the program whose weights they are prepares pictures for such a network."""
    return next(each for each in PREPARATIONS if each.fits(found))
