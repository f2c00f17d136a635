"""A loaded model as the rest of the program sees it: arrays in, arrays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction
from segstudio.core.schema import LabelSchema
from segstudio.models.description import Choice, Preprocess
from segstudio.models.references import Option

LEAST_SCORE: Final = 0.5
"""Of the objects that are in a prediction's planes. Its list has those below it too, as many as the network gives."""

MASK_THRESHOLD: Final = 0.5
"""Probability from which a pixel belongs to an object: He 2017, "Mask R-CNN", section 3.1, inference."""


class Interrupted(SegstudioError):
    """A model that was told to stop; what it is asked until it is told to go on is not begun."""

    def __init__(self) -> None:
        super().__init__("The model was interrupted.", "What was done before stays.")


class LoadStep(NamedTuple):
    """How far the loading of a model is; ``total`` is 0 where nobody knows."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a loaded model. ``device`` is a name for people; ``assumed`` names what the file does not tell.

    ``options`` built the network, beside its classes and channels; ``family`` is the program whose weights these are.
    ``choices`` are those options that were assumed; ``corrected`` names what a person says of the model, and
    ``settled`` are the choices among that. With ``instances`` it tells objects apart. ``check`` is what the file
    has for ``models.check``, as it stands there. ``notes`` are sentences on what is done otherwise than in the program
    that the model is from. ``format`` is a name from ``LOADERS``, ``architecture`` one from ``ARCHITECTURES``, or what
    another library calls its own. ``kin`` is that of ``ARCHITECTURES`` whose weights it has by their names and shapes;
    empty for none.
    """

    file: Path
    format: str
    architecture: str
    parameters: int
    classes: LabelSchema
    preprocess: Preprocess
    device: str
    precision: str
    assumed: tuple[str, ...]
    training: Mapping[str, Any]
    family: str = "segstudio"
    options: Mapping[str, Option] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    corrected: tuple[str, ...] = ()
    settled: tuple[Choice, ...] = ()
    instances: bool = False
    check: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    kin: str = ""


class Cost(NamedTuple):
    """What one image costs: ``gmacs`` are 10^9 multiplications; ``stride`` is that of the scores as they come out.

    ``activations`` are the bytes that lie in memory at once beside the weights, as far as they can be counted.
    """

    gmacs: float
    stride: int
    activations: int


class Segmenter(Protocol):
    @property
    def info(self) -> ModelInfo: ...

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "Segmenter":
        """Return the same network under another description, whose fields named by ``corrected`` are a person's.

        Raises ``SegstudioError`` where it has another number of channels or of classes.
        """
        ...

    def cost(self, height: int, width: int) -> Cost | None:
        """Count what an image of a size costs; in any thread. None for a network that cannot be looked into."""
        ...

    def interrupt(self) -> None:
        """Stop, from any thread: what is under way, where the network can be, and whatever it is asked after that.

        Both raise ``Interrupted``, of ``redescribed`` ones too, until ``resume``.
        """
        ...

    def resume(self) -> None:
        """Let what was interrupted be asked again, before a job begins; not while one is under way."""
        ...

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        """Return what the network says of one image before anything is made of it: logits (channels, h, w), float32.

        Raises ``SegstudioError`` where the device has not enough memory, the network finds objects, or was interrupted.
        """
        ...

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        """Return one label plane an image, of its size, in the ids of ``info.classes``, and what else to ``keep``.

        Of a model of ``instances`` its objects too. Probabilities are in the order of ``info.classes.scored``. Images
        of one size run as one batch. ``seconds`` has an image's share of ``preprocess``, ``forward`` and
        ``postprocess``. Raises ``SegstudioError`` where the device has not enough memory for a single image or scores
        are not numbers, and ``Interrupted``.
        """
        ...
