"""A loaded model as the rest of the program sees it: arrays in, arrays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction
from segstudio.core.schema import LabelSchema
from segstudio.models.description import Choice, Preprocess
from segstudio.models.references import Option


class LoadStep(NamedTuple):
    """How far the loading of a model is; ``total`` is 0 where nobody knows."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a loaded model. ``device`` is a name for people; ``assumed`` names what the file does not tell.

    ``options`` built the network, beside its classes and channels; ``family`` is the program whose weights these are.
    ``choices`` are those options that were assumed. ``format`` is a name from ``LOADERS``, ``architecture`` one
    from ``ARCHITECTURES``, or what another library calls its own.
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


class Segmenter(Protocol):
    @property
    def info(self) -> ModelInfo: ...

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        """Return one label plane an image, of its size, in the ids of ``info.classes``, and what else to ``keep``.

        Probabilities are in the order of ``info.classes.scored``. Images of one size run as one batch. ``seconds`` has
        an image's share of ``preprocess``, ``forward`` and ``postprocess``. Raises ``SegstudioError`` where the device
        has not enough memory for a single image.
        """
        ...
