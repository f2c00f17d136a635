"""What all passes over a data set have in common, whatever is done with each image."""

from typing import Protocol

from segstudio.core.errors import SegstudioError


class DataSetStep(Protocol):
    """One image is done, or ``error`` says why it is not; ``done`` of ``total`` counts failed ones too."""

    @property
    def id(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def error(self) -> SegstudioError | None: ...
