"""Images in, label maps out: the one place where arrays become tensors and tensors become arrays."""

import threading
import time
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import Confidence, LabelPlane, Probabilities, RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction
from segstudio.core.schema import LabelSchema
from segstudio.models.cost import counted
from segstudio.models.description import Preprocess
from segstudio.models.device import choose_device, device_name, is_out_of_memory
from segstudio.models.finite import check_scores
from segstudio.models.instances import prediction_of
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.programs import Interruptible, Program
from segstudio.models.segmenter import Cost, Interrupted, ModelInfo
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.object_network import ObjectFinder

_LEAST = 1e-8
_LUMINANCE = (0.299, 0.587, 0.114)


class TorchSegmenter:
    """A network on a device, behind the ``Segmenter`` protocol. To be used by one thread at a time."""

    def __init__(self, file: Path, loaded: Loaded, device: str, threads: int | None) -> None:
        self._device = choose_device(device, loaded.devices)
        if threads is not None and self._device.type == "cpu":
            torch.set_num_threads(threads)
        self.loaded, said = loaded, loaded.description
        network = loaded.network.eval().to(self._device)
        # A program may look at its arrays in ways that depend on how they are laid out.
        self._network = network if isinstance(network, Program) else in_channels_last(network)
        self._interrupted = threading.Event()
        self._ids = self._ids_of(said.classes)
        self.info = ModelInfo(
            file=file,
            format=loaded.format,
            architecture=said.architecture,
            parameters=loaded.parameters or sum(p.numel() for p in self._network.parameters()),
            classes=said.classes,
            preprocess=said.preprocess,
            device=device_name(self._device),
            precision="fp32",
            assumed=said.assumed,
            training=said.training,
            family=said.family,
            options={key: value for key, value in said.config.items() if key not in ("classes", "in_channels")},
            choices=said.choices,
            corrected=said.corrected,
            settled=said.settled,
            instances=isinstance(self._network, ObjectFinder),
            check=said.check,
            notes=said.notes,
            kin=loaded.kin or self._built_here(),
        )

    def _built_here(self) -> str:
        """Return the architecture of a network that is built here; empty for another program's."""
        architecture = self.loaded.description.architecture
        of_others = isinstance(self._network, Program | Interruptible) or architecture not in ARCHITECTURES
        return "" if of_others else architecture

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "TorchSegmenter":
        before = self.info
        if preprocess.channels != before.preprocess.channels:
            raise SegstudioError(f"{before.file.name} takes {before.preprocess.channels} channels.")
        other = copy(self)
        if isinstance(self._network, Program) and self._network.output == "labels":
            other._network = self._network.renumbered(classes)
        elif len(classes.scored) != len(before.classes.scored):
            raise SegstudioError(f"{before.file.name} tells {len(before.classes.scored)} classes apart.")
        other._ids = other._ids_of(classes)
        assumed = tuple(name for name in before.assumed if name not in corrected)
        other.info = replace(before, preprocess=preprocess, classes=classes, assumed=assumed, corrected=corrected)
        return other

    def _ids_of(self, classes: LabelSchema) -> LabelPlane:
        """Return the id of each channel: a network of labels has one for what it ignores too."""
        labels = isinstance(self._network, Program) and self._network.output == "labels"
        return np.array([c.id for c in (classes.classes if labels else classes.scored)], classes.dtype)

    def cost(self, height: int, width: int) -> Cost | None:
        return counted(self._network, self.info.preprocess, height, width)

    def interrupt(self) -> None:
        self._interrupted.set()
        for part in self._interruptible():
            part.interrupt()

    def resume(self) -> None:
        for part in self._interruptible():
            part.resume()
        self._interrupted.clear()

    def _interruptible(self) -> Iterator[Interruptible]:
        return (part for part in self._network.modules() if isinstance(part, Interruptible))

    def _returned(self, pixels: Tensor) -> Any:
        """Return what the network does; raises ``Interrupted`` where that is no longer wanted."""
        if self._interrupted.is_set():
            raise Interrupted
        return self._network(pixels)

    @torch.inference_mode()
    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        if isinstance(self._network, ObjectFinder):
            raise SegstudioError(f"{self.info.file.name} finds objects, and has no scores by pixel.")
        try:
            found = self._returned(to_input([image], self.info.preprocess, self._device))[0].float().cpu().numpy()
        except RuntimeError as error:
            if is_out_of_memory(error):
                raise self._too_large(image) from error
            raise
        return np.asarray(found, np.float32)

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        by_size: dict[tuple[int, ...], list[int]] = {}
        for index, image in enumerate(images):
            by_size.setdefault(image.shape, []).append(index)
        found: dict[int, Prediction] = {}
        for indices in by_size.values():
            found.update(zip(indices, self._predict([images[i] for i in indices], keep), strict=True))
        return [found[index] for index in range(len(images))]

    def _predict(self, images: Sequence[RgbImage], keep: Keep) -> list[Prediction]:
        """Predict images of one size, in halves where the device has not the memory for all at once."""
        try:
            return self._run(images, keep)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
        if len(images) > 1:
            middle = len(images) // 2
            return self._predict(images[:middle], keep) + self._predict(images[middle:], keep)
        raise self._too_large(images[0])

    def _too_large(self, image: RgbImage) -> SegstudioError:
        height, width = image.shape[:2]
        return SegstudioError(
            f"{self.info.device} has not enough memory for an image of {width} x {height} pixels.",
            "Use another device, or a smaller image.",
        )

    def _run(self, images: Sequence[RgbImage], keep: Keep) -> list[Prediction]:
        if isinstance(self._network, ObjectFinder):
            return [self._find(image, keep) for image in images]
        return self._classify(images, keep)

    @torch.inference_mode()
    def _find(self, image: RgbImage, keep: Keep) -> Prediction:
        """Find the objects of one image: what is in it decides how much memory it takes."""
        began = time.perf_counter()
        pixels = to_input([image], self.info.preprocess, self._device)
        prepared = time.perf_counter()
        (found,) = self._returned(pixels)
        check_scores(self.info.file, found.scores)  # waits for the device, so that the time is the network's
        computed = time.perf_counter()
        said = prediction_of(found, self._ids, keep)
        seconds = {
            "preprocess": prepared - began,
            "forward": computed - prepared,
            "postprocess": time.perf_counter() - computed,
        }
        return replace(said, seconds=seconds)

    @torch.inference_mode()
    def _classify(self, images: Sequence[RgbImage], keep: Keep) -> list[Prediction]:
        began = time.perf_counter()
        pixels = to_input(images, self.info.preprocess, self._device)
        prepared = time.perf_counter()
        said = self._of_classes(self._returned(pixels))
        check_scores(self.info.file, said)
        scores = _enlarged(said, images[0].shape[:2])
        channels = scores.argmax(1)
        # One byte a pixel crosses to the CPU; the copy waits for the device, so its time is the network's.
        found = channels.to(torch.uint8 if len(self._ids) <= 256 else torch.int32).cpu().numpy()
        computed = time.perf_counter()
        scored = np.flatnonzero(np.isin(self._ids, [c.id for c in self.info.classes.scored]))
        sure, likely = _confidence(scores, keep), _probabilities(scores, keep, scored.tolist())
        planes: LabelPlane = self._ids[found]
        seconds = {
            "preprocess": (prepared - began) / len(images),
            "forward": (computed - prepared) / len(images),
            "postprocess": (time.perf_counter() - computed) / len(images),
        }
        return [Prediction(plane, seconds, c, p) for plane, c, p in zip(planes, sure, likely, strict=True)]

    def _of_classes(self, scores: Tensor) -> Tensor:
        """Raise ``SegstudioError`` where scores (N, C, h, w) are not of the classes that are described."""
        found = _of_both(scores)
        if found.shape[1] != len(self._ids):
            raise SegstudioError(
                f"{self.info.file.name} returns {scores.shape[1]} channels, not {len(self._ids)} as described.",
                "Describe as many in its sidecar, or ask whoever made the file.",
            )
        return found


def _of_both(scores: Tensor) -> Tensor:
    """Return scores whose softmax has the sigmoid of a single one, beside what is left to the background."""
    return scores if scores.shape[1] > 1 else torch.cat((torch.zeros_like(scores), scores), dim=1)


def to_input(images: Sequence[RgbImage], preprocess: Preprocess, device: torch.device) -> Tensor:
    """Return images of one size as (N, channels, H, W) float32 on ``device``.

    They are normalised there: bytes travel, not floats. Luminance is that of ITU-R BT.601, as other programs have it.
    """
    pixels = torch.from_numpy(np.stack(images)).to(device).movedim(-1, 1)
    if (size := preprocess.target(*pixels.shape[-2:])) != pixels.shape[-2:]:
        pixels = _resized(pixels, size, preprocess.resample)
    if preprocess.order == "BGR":
        pixels = pixels.flip(1)
    elif preprocess.order == "gray":
        pixels = (pixels * torch.tensor(_LUMINANCE, device=device).view(-1, 1, 1)).sum(1, keepdim=True)
    return normalized(pixels, preprocess)


def _resized(pixels: Tensor, size: tuple[int, int], resample: str) -> Tensor:
    """Return (N, C, H, W) of 0..255 at another size, whole numbers again, as programs have them that resize bytes."""
    if resample == "nearest":
        return functional.interpolate(pixels.float(), size, mode="nearest-exact")
    return functional.interpolate(pixels.float(), size, mode=resample, antialias=True).round().clamp(0, 255)


def normalized(pixels: Tensor, preprocess: Preprocess) -> Tensor:
    """Return (N, channels, H, W) of 0..255 as a network takes it, float32."""
    if preprocess.per_image:
        return _by_itself(pixels.float() / preprocess.scale, preprocess.per_image)
    mean, std = (torch.tensor(v, device=pixels.device).view(-1, 1, 1) for v in (preprocess.mean, preprocess.std))
    return pixels / (std * preprocess.scale) - mean / std


def _by_itself(pixels: Tensor, by: str) -> Tensor:
    """Return (N, C, H, W) by the numbers of each image, or of each of its channels; one of one value is zeros."""
    places = (-3, -2, -1) if by.startswith("whole_") else (-2, -1)
    if by.endswith("range"):
        shifted = pixels - pixels.amin(places, keepdim=True)
        return shifted / shifted.amax(places, keepdim=True).clamp(min=_LEAST)
    std, mean = torch.std_mean(pixels, places, correction=0, keepdim=True)
    return (pixels - mean) / std.clamp(min=_LEAST)


def enlarged(scores: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the scores of an image, (C, h, w), at the shape (H, W), as they are to find its classes."""
    return np.asarray(_enlarged(torch.from_numpy(scores)[None], shape)[0].numpy(), np.float32)


def _enlarged(scores: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return scores (N, C, h, w) at the shape (H, W) of the images, bilinearly, with the corners where they are."""
    if scores.shape[-2:] == shape:
        return scores
    return functional.interpolate(scores, shape, mode="bilinear", align_corners=False)


def _confidence(scores: Tensor, keep: Keep) -> Sequence[Confidence | None]:
    """Return, by image, the probability of the class with the highest of the ``scores``, (N, C, H, W) logits."""
    if not keep.confidence:
        return [None] * len(scores)
    return _in_8_bits((scores.amax(1) - scores.logsumexp(1)).exp())


def _probabilities(scores: Tensor, keep: Keep, scored: list[int]) -> Sequence[Probabilities | None]:
    """Return, by image, the probabilities of the channels that are ``scored``."""
    if not keep.probabilities:
        return [None] * len(scores)
    found = scores.softmax(1)
    return _in_8_bits(found if len(scored) == found.shape[1] else found[:, scored])


def _in_8_bits(probabilities: Tensor) -> Sequence[NDArray[np.uint8]]:
    return list((probabilities * 255).round().to(torch.uint8).cpu().numpy())


def in_channels_last(network: nn.Module) -> nn.Module:
    """Lay out weights, and so results, as oneDNN and cuDNN compute convolutions: in a third less time on a CPU."""
    laid_out: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return laid_out
