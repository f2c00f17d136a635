"""Our own model file, of a network that is built here."""

import torch

from segstudio.models.export import NotBuiltHere
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.loaded import built
from segstudio.models.loaders.segstudio import to_bytes as file_of


def to_bytes(subject: Subject) -> bytes:
    """Return safetensors with weights and description; raises ``SegstudioError`` for a network of another program."""
    try:
        with torch.device("meta"):
            expected = built(subject.description).state_dict()
    except (TypeError, ValueError):
        expected = {}
    shapes = {name: tensor.shape for name, tensor in subject.network.state_dict().items()}
    if not expected or shapes != {name: tensor.shape for name, tensor in expected.items()}:
        raise NotBuiltHere(subject.file, subject.kin)
    return file_of(subject.network, subject.description, subject.half)
