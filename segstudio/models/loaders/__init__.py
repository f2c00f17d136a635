"""The model files that are known, in the order shown. Data only: a loader's module is imported when a file needs it."""

from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.late import imported
from segstudio.models.loaders.sniff import pickled, sniff

if TYPE_CHECKING:
    from segstudio.models.loaders.inspection import Inspection
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep


@dataclass(frozen=True, slots=True)
class Loader:
    """A kind of model file; functions are named as ``module:function``.

    ``line`` says what it is, and in brackets how it comes. ``load`` takes the path and yields a ``LoadStep`` now and
    then, a ``Loaded`` at last; that of a ``program`` takes the path of a private copy of it as well, which is what it
    loads. ``inspect`` takes an ``Inspection`` of file and format, and returns it with what headers tell. Files of a
    kind that has neither are named and refused. ``extra`` is the optional dependency that it takes. What is a
    ``program`` runs only once a person trusts it. ``read``, ``assumed`` and ``refused`` say for the table of formats
    what is taken from the file, what it does not tell, and what of this kind cannot be loaded.
    """

    line: str
    load: str | None = None
    inspect: str | None = None
    extra: str = ""
    program: bool = False
    read: str = ""
    assumed: str = ""
    refused: str = ""

    @property
    def title(self) -> str:
        """What it is, without an article."""
        return self.line.removeprefix("a ").removeprefix("an ")


_STATE_DICT = "segstudio.models.loaders.state_dict"
_INSPECTION = "segstudio.models.loaders.weights_inspection"

LOADERS: dict[str, Loader] = {
    "segstudio": Loader(
        "a segstudio model (.safetensors)",
        "segstudio.models.loaders.segstudio:load",
        f"{_INSPECTION}:inspect_own",
        read="all: architecture, options, classes with colours, preprocessing, training record",
        assumed="nothing, or what was assumed of the model that it was exported from",
    ),
    "state_dict": Loader(
        "a state dict (.pth, .pt)",
        f"{_STATE_DICT}:load",
        f"{_INSPECTION}:inspect_archive",
        read="architecture, options, numbers of classes and channels",
        assumed="preprocessing, names of classes, output stride",
        refused="architectures that are not built here",
    ),
    "safetensors": Loader(
        "a state dict (.safetensors)",
        f"{_STATE_DICT}:load_safetensors",
        f"{_INSPECTION}:inspect_safetensors",
        read="as a state dict",
        assumed="as of a state dict",
        refused="as of a state dict",
    ),
    "torchscript": Loader(
        "a TorchScript program (.pt)",
        "segstudio.models.loaders.torchscript:load",
        "segstudio.models.loaders.torchscript:inspect",
        program=True,
        read="the program as it is; what it takes and returns is found out by trying",
        assumed="preprocessing, names of classes; of segstudio's exports what was assumed before",
        refused="until it is trusted; programs that take more than one image",
    ),
    "torch_export": Loader(
        "a torch.export program (.pt2)",
        "segstudio.models.loaders.exported:load",
        "segstudio.models.loaders.exported:inspect",
        read="the program, run operator by operator; sizes, numbers of classes and channels",
        assumed="preprocessing, names of classes; of segstudio's exports what was assumed before",
        refused="pickled weights and objects, operators of other libraries, programs that take more than one image",
    ),
    "aot": Loader(
        "an AOTInductor program (.pt2)",
        "segstudio.models.loaders.compiled:load",
        "segstudio.models.loaders.compiled:inspect",
        program=True,
        read="the compiled code; what it takes and returns is found out by trying",
        assumed="preprocessing, names of classes",
        refused="until it is trusted; code of another system, processor or device",
    ),
    "onnx": Loader(
        "an ONNX model (.onnx)",
        "segstudio.models.loaders.onnx_file:load",
        "segstudio.models.loaders.onnx_file:inspect",
        extra="onnx",
        read="graph, sizes, numbers of classes and channels; names of classes where they stand beside it; objects, of "
        "torchvision's Mask R-CNN and of YOLO with masks",
        assumed="preprocessing, names of classes; of segstudio's exports what was assumed before",
        refused="operations of other programs, weights outside of its folder, detectors that have no masks",
    ),
    "huggingface": Loader(
        "a Hugging Face model (folder)",
        "segstudio.models.loaders.huggingface:load",
        "segstudio.models.loaders.huggingface:inspect",
        extra="huggingface",
        read="network, classes, preprocessing; SegFormer, Mask2Former, MaskFormer, OneFormer, UPerNet, DPT, BEiT, "
        "Data2Vec, MobileNetV2-DeepLab, MobileViT",
        assumed="preprocessing and names of classes, where the folder does not have them",
        refused="programs in the folder, pickled objects, quantised weights, backbones that would be fetched",
    ),
    "smp": Loader(
        "a segmentation_models_pytorch model (folder)",
        "segstudio.models.loaders.smp:load",
        "segstudio.models.loaders.smp:inspect",
        extra="smp",
        read="architecture, encoder, numbers of classes and channels; U-Net and DeepLab v3+ run without the package",
        assumed="preprocessing, names of classes",
        refused="encoders that would be fetched",
    ),
    "nnunet": Loader(
        "an nnU-Net model (folder, or a checkpoint of it)",
        "segstudio.models.loaders.nnunet:load",
        "segstudio.models.loaders.nnunet:inspect",
        read="network, classes, preprocessing, from plans.json and dataset.json or the checkpoint itself",
        assumed="nothing; one fold sees the whole picture, without mirroring and tiles",
        refused="networks of volumes, classes as regions, channels other than one or three",
    ),
    "monai": Loader(
        "a MONAI bundle (folder or .zip)",
        "segstudio.models.loaders.monai_bundle:load",
        "segstudio.models.loaders.monai_bundle:inspect",
        extra="monai",
        read="network, classes, preprocessing, as far as they stand there in plain values",
        assumed="what its transforms do that is not known here; names of classes where there are none",
        refused="networks of volumes, expressions, other networks than MONAI's own",
    ),
    "pickle": Loader(
        "pickled objects of a program",
        inspect=f"{_INSPECTION}:inspect_pickle",
        refused="always: opening one runs whatever it says",
    ),
}


def loader_for(path: Path) -> Loader:
    """Return the loader of a file, told by its content; raises ``UnreadableFile`` where there is none. No torch."""
    format = sniff(path)
    if LOADERS[format].load is None:
        raise refusal(path, format)
    return LOADERS[format]


def refusal(path: Path, format: str) -> UnreadableFile:
    """Return the error for a file of a format without a loader; of a pickle, what it wants to import is named."""
    if format == "pickle":
        from segstudio.models.loaders.torch_files import read_plain_pickle  # a parser that few files need

        return pickled(path, listed(read_plain_pickle(path).imports))
    readable = " or ".join(entry.line for entry in LOADERS.values() if entry.load)
    return UnreadableFile(path, f"it is {LOADERS[format].line}", f"Choose {readable}.")


def loading(loader: Loader, path: Path, trusted: Collection[str] = ()) -> "Generator[LoadStep | Loaded, None, None]":
    """Import a loader that can load, and begin; raises ``UntrustedFile`` for programs that are not ``trusted``.

    What can be refused of a program without running it is refused before anybody is asked to trust it.
    """
    load: Callable[..., Generator[LoadStep | Loaded, None, None]] = imported(loader.load or "")
    if not loader.program:
        yield from load(path)
        return
    from segstudio.models.loaders.inspection import Inspection  # what few files need
    from segstudio.models.loaders.private_copy import trusted_copy

    imported(loader.inspect or "")(Inspection(path))
    with trusted_copy(path, loader.line, trusted) as copy:
        yield from load(path, copy)


def inspected(found: "Inspection") -> "Inspection":
    """Add what the headers of a file tell, whose format is known."""
    loader = LOADERS[found.format or ""]
    if loader.inspect is None:
        raise refusal(found.file, found.format or "")
    inspect: Callable[[Inspection], Inspection] = imported(loader.inspect)
    return inspect(found)
