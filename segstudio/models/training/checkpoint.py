"""From a checkpoint back to the training that wrote it."""

import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.sniff import pickled
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import Quality
from segstudio.models.training.trainer import VERSION, Trainer

DAMAGE: Final = (
    RuntimeError, EOFError, OSError, ValueError, LookupError, AttributeError, TypeError, AssertionError,
    OverflowError, MemoryError, RecursionError, struct.error,
)  # fmt: skip
"""What a damaged checkpoint makes torch's unpickler raise: it is a machine that runs what the file says."""


def resumed(path: Path, device: str = "auto", quality: Callable[[], Quality] | None = None) -> Trainer:
    """Return the trainer whose ``checkpoint`` a file holds; raises ``UnreadableFile`` for anything else.

    ``quality`` is as ``Trainer`` takes it.
    """
    try:
        state: Any = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise pickled(path) from error
    except DAMAGE as error:
        raise UnreadableFile(path, "it is damaged or cut short", "Begin the training anew.") from error
    try:
        if state["version"] != VERSION:
            raise ValueError(f"it has version {state['version']}, and {VERSION} is known here")
        augmentation = Augmentation(**state["plan"].pop("augmentation"))
        plan = Plan(**state["plan"], augmentation=augmentation)
        trainer = Trainer(Description.from_json(state["description"]), plan, device, quality)
        trainer.restore(state)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise UnreadableFile(
            path, f"it is no checkpoint of a training ({error})", "Begin the training anew."
        ) from error
    return trainer
