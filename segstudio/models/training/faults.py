"""What goes wrong in a training that is nobody's bug, as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

from segstudio.core.errors import SegstudioError
from segstudio.models.device import is_out_of_memory


@contextmanager
def memory_of(where: str, what: str) -> Iterator[None]:
    """Say in a sentence that there is not enough memory for something."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, RuntimeError) and not is_out_of_memory(error):
            raise
        raise SegstudioError(
            f"{where} has not enough memory for {what}.",
            "Use smaller crops or images, fewer at a time, or a smaller network.",
        ) from error


@contextmanager
def batch_large_enough() -> Iterator[None]:
    """Say in a sentence that batch normalization has nothing to normalize over: torch tells by a text alone."""
    try:
        yield
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise SegstudioError(
            "A batch of one crop is too small for this network, which normalizes over what it is given.",
            "Learn from two crops or more at a time.",
        ) from error
