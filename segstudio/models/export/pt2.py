"""``.pt2``: a program of torch.export."""

import io

import torch
from torch.export import Dim

from segstudio.core.errors import SegstudioError
from segstudio.models.export.following import following
from segstudio.models.export.half import HalfStored
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.program_description import METADATA


def to_bytes(subject: Subject) -> bytes:
    """Return an exported program of any number of images, of any size where none is wanted, with our description.

    Raises ``SegstudioError`` where torch cannot follow the network.
    """
    if not hasattr(Dim, "DYNAMIC"):
        raise SegstudioError("Exporting a program needs torch 2.6 or later.", "Install it, or export to ONNX.")
    kind = "a torch.export program"
    network, content = subject.traceable(kind, in_torch=True), io.BytesIO()
    network = HalfStored(network) if subject.half else network
    free = dict.fromkeys(subject.free, Dim.DYNAMIC)
    try:
        with following():
            program = torch.export.export(network, (subject.example(),), dynamic_shapes=(free,), strict=False)
            torch.export.save(program, content, extra_files={METADATA: subject.metadata})
    except Exception as error:  # torch raises what it likes
        raise subject.refused(kind, error) from error
    return content.getvalue()
